"""ceiling, floor: at most, at least so much in a scope."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.numbers import milli
from forcegen.domain.rules import Ceiling, Floor
from forcegen.domain.values import over_time
from forcegen.formulation.frame import MILLI
from forcegen.formulation.rows.family import Entries, Rows, at_least, at_most, keep, sums
from forcegen.formulation.rows.scoped import Items, Scoped, count, limits, row_names
from forcegen.mip import INF

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.formulation.frame import Body, Frame
    from forcegen.formulation.rows.family import Ints


def ceiling(rule: Ceiling, frame: Frame) -> Rows:
    """Hold at most `most` in the scope: `sum of what is counted <= most(t)`. Tag `ceiling`.

    Troops in handover do not count. `over: horizon` sums over the active periods.
    """
    amounts = _amounts(rule, frame, effective=True)
    rows = at_most("ceiling", amounts.entries, amounts.limit, amounts.names)
    return keep(rows, np.flatnonzero(rows.upper < INF))


def floor(rule: Floor, frame: Frame) -> Rows:
    """Hold at least `least` in the scope: `sum of what is counted >= least(t)`. Tag `floor`."""
    amounts = _amounts(rule, frame, effective=False)
    return at_least("floor", amounts.entries, amounts.limit, amounts.names)


@dataclass(frozen=True, eq=False)
class _Amounts:
    entries: Entries
    limit: Ints
    names: Callable[[], list[str]]


def _amounts(rule: Ceiling | Floor, frame: Frame, *, effective: bool) -> _Amounts:
    """Return the sums and what is left of the limit; INF (ceiling) or 0 (floor) where the rule is not active."""
    scoped = Scoped.of(rule, frame)
    items = Items.of(rule.each, scoped, frame)

    def group(body: Body) -> Ints:
        return np.where(scoped.inside(body), items.position(body, frame), -1)

    def weight(body: Body) -> Ints:
        return np.where(scoped.active[body.cells.period], count(rule.of, body, frame, effective), 0)

    entries, taken = sums(frame, group, weight, len(items.names))
    if rule.over == "horizon":
        return _whole_horizon(rule, items.names, entries, taken, frame)
    idle = INF if isinstance(rule, Ceiling) else 0
    limit = np.tile(limits(over_time(rule.limit, frame.instance.horizon)), len(items.names)) - taken
    limit = np.where(np.tile(scoped.active, len(items.names)), limit, idle)
    return _Amounts(entries, limit, lambda: row_names(rule, items.names, frame))


def _whole_horizon(rule: Ceiling | Floor, items: list[str], entries: Entries, taken: Ints, frame: Frame) -> _Amounts:
    assert isinstance(rule.limit, Decimal)
    limit = milli(rule.limit) * MILLI - taken.reshape(len(items), frame.periods).sum(axis=1)
    whole = Entries(entries.row // frame.periods, entries.column, entries.value)
    return _Amounts(whole, limit, lambda: [f"{rule.kind}({rule.id}{',' + item if item else ''})" for item in items])
