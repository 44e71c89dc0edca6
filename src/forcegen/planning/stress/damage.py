"""What a loss does beside its cost: minimums broken, leads lost, periods of gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit import Audit
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan


@dataclass(frozen=True)
class Damage:
    """What the plan that was found without somebody lacks against the base plan.

    Parameters
    ----------
    minimums
        Requirements and periods below their minimum that are not so in the base.
    gap
        Periods in which there is such a one.
    leads
        Sectors and periods in which whoever leads in the base is no longer there, before anybody takes over.
    """

    minimums: int
    gap: int
    leads: int


def damage(instance: Instance, base: Plan, before: Audit, rest: Plan, after: Audit) -> Damage:
    """Return what is broken in a plan found for another case (`after`), whose instance leaves `rest` of the base."""
    missed = _missed(after) - _missed(before)
    return Damage(len(missed), len({period for _, period in missed}), len(_led(instance, base) - _led(instance, rest)))


def _missed(found: Audit) -> set[tuple[str, str]]:
    return {(line.requirement, line.period) for line in found.coverage if line.filled < line.minimum}


def _led(instance: Instance, plan: Plan) -> set[tuple[str, int]]:
    """Return the sectors and periods in which the lead nation has troops of the plan."""
    there = set(_present(instance, plan))
    horizon = instance.horizon
    return {
        (lead.sector, t)
        for lead in plan.leads
        for t in range(horizon.index(lead.from_), horizon.index(lead.until) + 1)
        if (lead.nation, lead.sector, t) in there
    }


def _present(instance: Instance, plan: Plan) -> Iterator[tuple[str, str, int]]:
    for tour in plan.tours:
        first = instance.horizon.index(tour.start)
        for t in range(first, first + tour.periods):
            yield instance.contingent[tour.contingent].nation, tour.sector, t
