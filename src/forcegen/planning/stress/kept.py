"""What another state of the world leaves of a plan, before anybody reacts, and what that is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forcegen.audit import audit
from forcegen.domain.plan import Plan
from forcegen.planning.worth import worth
from forcegen.tours.tours import allowed_tours

if TYPE_CHECKING:
    from fractions import Fraction

    from forcegen.audit import Audit
    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.domain.plan import Tour


@dataclass(frozen=True)
class Kept:
    """The rest of a plan, judged in another instance.

    Parameters
    ----------
    plan
        The tours that the other instance allows one by one, and the leads of nations that still offer something.
    value
        Its audited worth in the model's first goal.
    """

    plan: Plan
    audit: Audit
    value: Fraction

    @property
    def broken(self) -> int:
        """How many limits the rest breaks, for those who would keep them are gone."""
        return len(self.audit.violations)


Key = tuple[str, str, str, int, int]
"""Contingent, sector, role, first period and length of a tour."""


def kept(instance: Instance, plan: Plan, model: Model, allowed: set[Key] | None = None) -> Kept:
    """Return what an instance leaves of a plan: nothing is added, moved or dropped beyond what it forbids.

    Parameters
    ----------
    allowed
        What `tours_allowed` returns for the instance, where it is known already.
    """
    allowed = tours_allowed(instance) if allowed is None else allowed
    offering = {k.nation for k in instance.contingents if k.pool}
    rest = Plan(
        tours=tuple(tour for tour in plan.tours if _fits(tour, instance) and _key(tour, instance) in allowed),
        leads=tuple(lead for lead in plan.leads if lead.nation in offering),
    )
    return judged(instance, rest, model)


def judged(instance: Instance, plan: Plan, model: Model) -> Kept:
    """Return a plan with its audit and its worth in the model's first goal, prices of soft rules included."""
    parts = model.goals[0].parts
    found = audit(instance, plan, list(parts), willing=model.willing, soft=model.prices)
    return Kept(plan, found, worth(model.goals[0], model, found))


def tours_allowed(instance: Instance) -> set[Key]:
    """Return every tour that an instance allows."""
    tours = allowed_tours(instance)
    contingents, sectors, roles = instance.contingents, instance.sectors, instance.roles
    fields = (tours.contingent, tours.sector, tours.role, tours.start, tours.length)
    return {
        (contingents[k].id, sectors[s].id, roles[r].id, start, length)
        for k, s, r, start, length in zip(*(field.tolist() for field in fields), strict=True)
    }


def _key(tour: Tour, instance: Instance) -> Key:
    return tour.contingent, tour.sector, tour.role, instance.horizon.index(tour.start), tour.periods


def _fits(tour: Tour, instance: Instance) -> bool:
    known = tour.contingent in instance.contingent and tour.start.unit == instance.horizon.unit
    return known and tour.unit <= instance.contingent[tour.contingent].pool
