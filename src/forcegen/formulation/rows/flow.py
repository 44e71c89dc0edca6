"""lift, and supply through a hub: what moves, and what has to be carried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.numbers import milli
from forcegen.domain.values import over_time
from forcegen.formulation.frame import MILLI
from forcegen.formulation.rows.family import Entries, Rows, at_most, keep, sums
from forcegen.formulation.rows.scoped import Scoped, limits, row_names
from forcegen.mip import INF

if TYPE_CHECKING:
    from forcegen.domain.rules import Lift, Supply
    from forcegen.formulation.frame import Body, Frame
    from forcegen.formulation.rows.family import Ints


def lift(rule: Lift, frame: Frame) -> Rows:
    """Move at most `most` troops: `sum of strength z that start in t or have left in t <= most(t)`. Tag `lift`."""
    scoped = Scoped.of(rule, frame)
    column, row, value = _moves(frame.columns, scoped, frame)
    running, at, amount = _moves(frame.running, scoped, frame)
    taken = np.zeros(frame.periods, dtype=np.int64)
    np.add.at(taken, at, amount * frame.running.units[running])
    return _carried(rule, scoped, Entries(row, column, value), taken, frame)


def supply(rule: Supply, frame: Frame) -> Rows:
    """Carry at most `most` tonnes a day: `sum of supply(k) z over those present in scope <= most(t)`. Tag `hub`."""
    scoped = Scoped.of(rule, frame)
    needs = frame.by_contingent(lambda k: milli(k.supply) * MILLI)

    def weight(body: Body) -> Ints:
        return np.asarray(needs[body.tours.contingent][body.cells.tour])

    entries, taken = sums(frame, lambda body: np.where(scoped.inside(body), 0, -1), weight, 1)
    return _carried(rule, scoped, entries, taken, frame)


def _carried(rule: Lift | Supply, scoped: Scoped, entries: Entries, taken: Ints, frame: Frame) -> Rows:
    limit = limits(over_time(rule.most, frame.instance.horizon)) - taken
    tag = "lift" if rule.kind == "lift" else "hub"
    rows = at_most(tag, entries, np.where(scoped.active, limit, INF), lambda: row_names(rule, [""], frame))
    return keep(rows, np.flatnonzero(rows.upper < INF))


def _moves(body: Body, scoped: Scoped, frame: Frame) -> tuple[Ints, Ints, Ints]:
    """Return column, period and millionths of people for every move inside the horizon."""
    moves = body.moves.within(frame.periods)
    inside = scoped.inside(body)[moves.column]
    column = moves.column[inside]
    people = frame.strength[body.tours.contingent[column]] * MILLI
    return column, moves.period[inside], people * moves.units[inside]
