"""share: a nation's share of the troops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.numbers import milli
from forcegen.formulation.frame import MILLI
from forcegen.formulation.rows.family import Added, Entries, Rows, keep, sums
from forcegen.formulation.rows.scoped import Items, Scoped, row_names
from forcegen.mip import INF

if TYPE_CHECKING:
    from forcegen.domain.rules import Share
    from forcegen.formulation.frame import Body, Frame
    from forcegen.formulation.rows.family import Ints


def share(rule: Share, frame: Frame) -> Rows:
    """Limit a share: `1000 troops(those in scope) <= most troops(all in its places and roles)`. Tag `share`.

    The troops of all are one auxiliary column a place and period, `troops = sum of strength z`, so that each nation's
    row holds that nation's tours alone, not everybody's again.
    """
    scoped = Scoped.of(rule, frame)
    items = Items.of(rule.each, scoped, frame)
    place, places = places_of(rule, scoped, frame)
    people = int(np.gcd.reduce(frame.strength)) or 1
    size = len(places) * frame.periods

    def everybody(body: Body) -> Ints:
        return np.where(scoped.here(body), place[body.tours.sector], -1)

    def mine(body: Body) -> Ints:
        groups = items.position(body, frame) * len(places) + place[body.tours.sector]
        return np.where(scoped.inside(body) & (items.position(body, frame) >= 0), groups, -1)

    def heads(body: Body) -> Ints:
        here = scoped.active[body.cells.period]
        return np.where(here, (frame.strength // people)[body.tours.contingent][body.cells.tour], 0)

    total, total_taken = sums(frame, everybody, heads, len(places))
    part, part_taken = sums(frame, mine, heads, len(places) * len(items.names))
    row = np.arange(size * len(items.names))
    column = np.arange(size)
    most = milli(rule.most)
    entries = Entries(
        np.concatenate([total.row, column, size + part.row, size + row]),
        np.concatenate([total.column, -1 - column, part.column, -1 - np.tile(column, len(items.names))]),
        np.concatenate([total.value, -np.ones_like(column), part.value * MILLI * MILLI, np.full(len(row), -most)]),
    )
    limit = -part_taken * MILLI * MILLI
    rows = Rows(
        "share",
        entries,
        np.concatenate([-total_taken, np.full(len(row), -INF)]),
        np.concatenate([-total_taken, limit]),
        lambda: _names(rule, items.names, places, frame),
        Added(column, lambda: [f"troops({rule.id},{place},{frame.label(t)})" for place in places for t in _all(frame)]),
    )
    shared = np.zeros(len(row), dtype=bool)
    shared[part.row] = True
    return keep(rows, np.concatenate([column, size + np.flatnonzero(shared | (part_taken > 0))]))


def places_of(rule: Share, scoped: Scoped, frame: Frame) -> tuple[Ints, list[str]]:
    """Return for each sector the set of sectors it is compared in (-1: none), and the names of these sets."""
    if rule.in_ == "force":
        return np.where(scoped.sectors, 0, -1), ["force"]
    position = np.where(scoped.sectors, np.cumsum(scoped.sectors) - 1, -1)
    return position, [frame.instance.sectors[s].id for s in np.flatnonzero(scoped.sectors)]


def _names(rule: Share, items: list[str], places: list[str], frame: Frame) -> list[str]:
    totals = [f"troops_of({rule.id},{place},{frame.label(t)})" for place in places for t in _all(frame)]
    shown = places if rule.in_ == "sector" else [""]
    return totals + row_names(rule, [",".join(filter(None, (item, place))) for item in items for place in shown], frame)


def _all(frame: Frame) -> range:
    return range(frame.periods)
