"""What the rows of rules share: scope, items of `each`, active periods and what is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.numbers import milli
from forcegen.domain.scope import active_periods, scope_of
from forcegen.formulation.frame import MILLI

if TYPE_CHECKING:
    from decimal import Decimal

    from forcegen.domain.rules import Rule
    from forcegen.formulation.frame import Body, Frame
    from forcegen.formulation.rows.family import Ints
    from forcegen.tours.tours import Bools


@dataclass(frozen=True, eq=False)
class Scoped:
    """A rule's scope as masks over the instance's lists."""

    contingents: Bools
    sectors: Bools
    roles: Bools
    active: Bools

    @classmethod
    def of(cls, rule: Rule, frame: Frame) -> Scoped:
        """Return the scope of a rule."""
        scope = scope_of(rule, frame.instance)
        return cls(
            frame.members("contingents", scope.contingents),
            frame.members("sectors", scope.sectors),
            frame.members("roles", scope.roles),
            np.array(active_periods(rule, frame.instance)),
        )

    def here(self, body: Body) -> Bools:
        """Return whether each tour is in the scope's places and roles, bool[n]."""
        return np.asarray(self.sectors[body.tours.sector] & self.roles[body.tours.role])

    def inside(self, body: Body) -> Bools:
        """Return whether each tour is in scope, bool[n]."""
        return np.asarray(self.here(body) & self.contingents[body.tours.contingent])


@dataclass(frozen=True)
class Items:
    """The items that `each` makes of a rule: their names, and the position of each tour among them."""

    names: list[str]
    key: str | None

    @classmethod
    def of(cls, each: str | None, scoped: Scoped, frame: Frame) -> Items:
        """Return the items of a rule; without `each` there is one, without a name."""
        if each is None:
            return cls([""], None)
        used = {
            "nation": np.unique(frame.nation[scoped.contingents]),
            "sector": np.flatnonzero(scoped.sectors),
            "role": np.flatnonzero(scoped.roles),
        }[each]
        listed = getattr(frame.instance, f"{each}s")
        return cls([listed[i].id for i in used], each)

    def position(self, body: Body, frame: Frame) -> Ints:
        """Return which item each tour belongs to, -1 for none; int64[n]."""
        if self.key is None:
            return np.zeros(len(body.tours), dtype=np.int64)
        index = {name: i for i, name in enumerate(self.names)}
        listed = getattr(frame.instance, f"{self.key}s")
        positions: Ints = np.array([index.get(item.id, -1) for item in listed], dtype=np.int64)
        of_tour: Ints = {
            "nation": frame.nation[body.tours.contingent],
            "sector": body.tours.sector,
            "role": body.tours.role,
        }[self.key]
        return np.asarray(positions[of_tour])


def row_names(rule: Rule, items: list[str], frame: Frame) -> list[str]:
    """Return `kind(rule,item,period)` for each item and period."""
    heads = [f"{rule.kind}({rule.id},{item}" if item else f"{rule.kind}({rule.id}" for item in items]
    return [f"{head},{frame.label(t)})" for head in heads for t in range(frame.periods)]


def strength(body: Body, frame: Frame) -> Ints:
    """Return thousandths of people in each cell, int64[m]."""
    return np.asarray(frame.strength[body.tours.contingent][body.cells.tour])


def count(of: str, body: Body, frame: Frame, effective: bool) -> Ints:
    """Return what is counted in each cell in millionths, int64[m].

    Parameters
    ----------
    of
        troops, units, tours or cost.
    effective
        Whether troops in handover count only by the handover's factor.
    """
    if of == "troops":
        factor = body.effect if effective else MILLI
        return strength(body, frame) * factor
    if of == "units":
        return np.full(len(body.cells.tour), MILLI * MILLI, dtype=np.int64)
    if of == "tours":
        return np.where(body.cells.age == 0, MILLI * MILLI, 0)
    costs = frame.by_place(lambda k, s: k.cost_at(s))
    return np.asarray(costs[body.tours.contingent, body.tours.sector][body.cells.tour]) * MILLI


def limits(values: tuple[Decimal, ...]) -> Ints:
    """Return numbers in millionths, int64[periods]."""
    return np.array([milli(value) * MILLI for value in values], dtype=np.int64)
