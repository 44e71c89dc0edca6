"""presence: a nation comes in strength and stays, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.numbers import milli
from forcegen.formulation.rows.family import IMPLIED, Added, Entries, Rows, merged, own, together
from forcegen.formulation.rows.here import Here
from forcegen.formulation.rows.scoped import Scoped
from forcegen.mip import INF

if TYPE_CHECKING:
    from forcegen.domain.rules import MinimumPresence
    from forcegen.formulation.frame import Frame


def presence(rule: MinimumPresence, frame: Frame) -> Rows:
    """Come in strength: `troops(n,s,t) >= least here(n,s,t)`; and stay: `here(t') >= here(t) - here(t-1)`.

    Tag `presence`. With a term, `here` must be true in all periods: `here(n,s,t) <= units(n,s,t)`.
    """
    scoped = Scoped.of(rule, frame)
    here = Here(scoped, frame, by_nation=True, everywhen=rule.term is not None)
    pieces = [here.link(rule), _strong(rule, scoped, here, frame)]
    if rule.term is not None:
        pieces.append(_staying(rule, rule.term, scoped, here, frame))
    return together("presence", pieces, Added(np.full(len(here), IMPLIED), lambda: here.names(rule)))


def _strong(rule: MinimumPresence, scoped: Scoped, here: Here, frame: Frame) -> Rows:
    """Return `strength z - least here >= 0` while the rule is active and says least, else `z - here >= 0`."""
    units, taken = here.units
    least = 0 if rule.least is None else milli(rule.least)
    counted = scoped.active[here.period] & (least > 0)
    strength = frame.strength[frame.columns.tours.contingent[units.column]]
    entries = Entries(units.row, units.column, np.where(counted[units.row], strength, 1))
    column = np.arange(len(here))
    needed = Entries(column, own(column), -np.where(counted, least, 1))
    given = np.where(counted, here.strength_of_history, taken)
    heads = here.heads()
    return Rows(
        "presence",
        merged(entries, needed),
        -given,
        np.full(len(here), INF),
        lambda: [f"presence({rule.id},{head})" for head in heads],
    )


def _staying(rule: MinimumPresence, term: int, scoped: Scoped, here: Here, frame: Frame) -> Rows:
    """Return `here(t') - here(t) + here(t-1) >= 0` for t' in the term that begins in an active period t."""
    begins = np.flatnonzero(scoped.active[here.period] & ~((here.period == 0) & here.inherited))
    column = np.repeat(begins, term - 1)
    later = here.period[column] + 1 + np.tile(np.arange(term - 1), len(begins))
    inside = later < frame.periods
    column, later = column[inside], later[inside]
    row = np.arange(len(column))
    ones = np.ones(len(column), dtype=np.int64)
    stays = here.at(here.group[column], here.sector[column], later)
    before = here.at(here.group[column], here.sector[column], here.period[column] - 1)
    entries = merged(
        Entries(row, own(column), -ones),
        Entries(row[stays >= 0], own(stays[stays >= 0]), ones[stays >= 0]),
        Entries(row[before >= 0], own(before[before >= 0]), ones[before >= 0]),
    )

    def names() -> list[str]:
        heads = here.heads()
        return [f"presence_term({rule.id},{heads[j]},{frame.label(t)})" for j, t in zip(column, later, strict=True)]

    return Rows("presence", entries, np.zeros(len(row), dtype=np.int64), np.full(len(row), INF), names)
