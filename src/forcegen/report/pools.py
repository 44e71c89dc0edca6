"""Pools drawn down: how many units of each contingent are on tour, in dwell and at home, period by period."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forcegen.domain.contingent import free_again

if TYPE_CHECKING:
    from forcegen.domain.contingent import Contingent
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan


@dataclass(frozen=True)
class Pool:
    """One contingent's units, by period: those on tour, and those that owe dwell; what is left is at home."""

    contingent: Contingent
    serving: list[int] = field(default_factory=list)
    dwelling: list[int] = field(default_factory=list)

    def taken(self, t: int) -> int:
        """Return the units that cannot be sent in a period."""
        return self.serving[t] + self.dwelling[t]

    def home(self, t: int) -> int:
        """Return the units that are left; below zero where a plan takes more than there are."""
        return self.contingent.pool - self.taken(t)


def pools(instance: Instance, plan: Plan) -> list[Pool]:
    """Return every contingent's pool under a plan, history included, in the instance's order.

    Tours of contingents that there are not, or that start in another calendar, are left out.
    """
    horizon = instance.horizon
    found = {k.id: Pool(k, [0] * horizon.periods, [0] * horizon.periods) for k in instance.contingents}

    def count(line: list[int], units: int, start: int, end: int) -> None:
        for t in range(max(0, start), min(end, horizon.periods)):
            line[t] += units

    for row in instance.history:
        pool = found[row.contingent]
        home = horizon.index(row.ends) + 1 if row.ends is not None else 0
        count(pool.serving, row.units, 0, home)
        count(pool.dwelling, row.units, home, free_again(row, pool.contingent, horizon))
    for tour in plan.tours:
        of = found.get(tour.contingent)
        if of is None or tour.start.unit != horizon.unit:
            continue
        start = horizon.index(tour.start)
        end = start + tour.periods
        count(of.serving, 1, start, end)
        count(of.dwelling, 1, end, end + of.contingent.dwell_after(tour.periods))
    return list(found.values())
