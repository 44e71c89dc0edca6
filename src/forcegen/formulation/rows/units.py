"""pin, bar: so many units of a contingent do, or do not, serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.rows.family import Entries, Rows, at_least, at_most, keep, sums
from forcegen.formulation.rows.scoped import Scoped, row_names
from forcegen.mip import INF

if TYPE_CHECKING:
    from forcegen.domain.rules import Bar, Pin
    from forcegen.formulation.frame import Body, Frame
    from forcegen.formulation.rows.family import Ints


def pin(rule: Pin, frame: Frame) -> Rows:
    """Let units serve: `sum of z over those present >= units`, for each contingent. Tag `pin`."""
    who, entries, taken, active = _present(rule, frame)
    limit = np.where(active, rule.units - taken, 0)
    return at_least("pin", entries, limit, lambda: _names(rule, who, frame))


def bar(rule: Bar, frame: Frame) -> Rows:
    """Let units not serve: `sum of z over those present <= pool - units`, for each contingent. Tag `bar`."""
    who, entries, taken, active = _present(rule, frame)
    pools = np.repeat(frame.by_contingent(lambda k: k.pool)[who], frame.periods)
    limit = np.where(active, pools - rule.units - taken, INF)
    rows = at_most("bar", entries, limit, lambda: _names(rule, who, frame))
    return keep(rows, np.flatnonzero(rows.upper < INF))


def _present(rule: Pin | Bar, frame: Frame) -> tuple[Ints, Entries, Ints, Ints]:
    """Return the contingents in scope, their units present by contingent and period, and where the rule is active."""
    scoped = Scoped.of(rule, frame)
    who = np.flatnonzero(scoped.contingents)
    position = np.full(len(scoped.contingents), -1, dtype=np.int64)
    position[who] = np.arange(len(who))

    def group(body: Body) -> Ints:
        return np.where(scoped.inside(body), position[body.tours.contingent], -1)

    def weight(body: Body) -> Ints:
        return scoped.active[body.cells.period].astype(np.int64)

    entries, taken = sums(frame, group, weight, len(who))
    return who, entries, taken, np.tile(scoped.active, len(who))


def _names(rule: Pin | Bar, who: Ints, frame: Frame) -> list[str]:
    return row_names(rule, [frame.instance.contingents[k].id for k in who], frame)
