"""ratio: enablers keep up with those they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.numbers import milli
from forcegen.domain.scope import selected
from forcegen.formulation.frame import MILLI
from forcegen.formulation.rows.family import Rows, keep, sums
from forcegen.formulation.rows.scoped import Items, Scoped, row_names
from forcegen.mip import INF

if TYPE_CHECKING:
    from forcegen.domain.rules import Ratio
    from forcegen.domain.rules.base import Selection
    from forcegen.formulation.frame import Body, Frame
    from forcegen.formulation.rows.family import Ints
    from forcegen.tours.tours import Bools


def ratio(rule: Ratio, frame: Frame) -> Rows:
    """Let enablers keep up: `1000 troops(of) - least troops(to) >= 0`, handover in full. Tag `ratio`."""
    scoped = Scoped.of(rule, frame)
    items = Items.of(None if rule.each == "force" else rule.each, scoped, frame)
    least = milli(rule.least)

    def group(body: Body) -> Ints:
        return np.where(scoped.inside(body), items.position(body, frame), -1)

    def weight(body: Body) -> Ints:
        worth = MILLI * MILLI * _in(rule.of, body, frame) - least * _in(rule.to, body, frame)
        value = worth[body.cells.tour] * frame.heads[body.tours.contingent][body.cells.tour]
        return np.where(scoped.active[body.cells.period], value, 0)

    entries, taken = sums(frame, group, weight, len(items.names))
    rows = Rows("ratio", entries, -taken, np.full(len(taken), INF), lambda: row_names(rule, items.names, frame))
    breakable = np.zeros(len(taken), dtype=bool)
    breakable[entries.row[entries.value < 0]] = True
    return keep(rows, np.flatnonzero(breakable | (taken < 0)))


def _in(selection: Selection, body: Body, frame: Frame) -> Bools:
    """Return whether each tour is among those selected, bool[n]."""
    scope = selected(selection, frame.instance)
    contingents, roles = frame.members("contingents", scope.contingents), frame.members("roles", scope.roles)
    return np.asarray(contingents[body.tours.contingent] & roles[body.tours.role])
