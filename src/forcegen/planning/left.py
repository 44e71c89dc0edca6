"""What a changed instance leaves of a plan, before anybody reacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.domain.plan import Plan
from forcegen.tours.allowed import allowed_tours
from forcegen.tours.begun import standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Tour

Key = tuple[str, str, str, int, int]
"""Contingent, sector, role, first period and length of a tour."""


def left(instance: Instance, plan: Plan, at: int = 0, allowed: set[Key] | None = None) -> Plan:
    """Return what an instance leaves of a plan that stands until period `at`: nothing is added or moved.

    Tours that have begun end where they have to (docs/semantics.md, section 9); of the others those stay that the
    instance allows one by one, and of the leads those of nations that still offer something.

    Parameters
    ----------
    allowed
        What `tours_allowed` returns for the instance, where it is known already.
    """
    allowed = tours_allowed(instance) if allowed is None else allowed
    known = [tour for tour in plan.tours if _known(tour, instance)]
    past = [tour for tour in known if instance.horizon.index(tour.start) < at]
    later = [tour for tour in known if instance.horizon.index(tour.start) >= at]
    kept = [tour.model_copy(update={"periods": periods}) for tour, periods in served(instance, past, at) if periods]
    kept += [tour for tour in later if _fits(tour, instance) and _key(tour, instance) in allowed]
    offering = {k.nation for k in instance.contingents if k.pool}
    return Plan(tours=tuple(kept), leads=tuple(lead for lead in plan.leads if lead.nation in offering))


def served(instance: Instance, past: list[Tour], at: int) -> Iterator[tuple[Tour, int]]:
    """Yield each tour that has begun before period `at`, and the periods that the instance lets it last."""
    lengths = standing(instance, Plan(tours=tuple(past)), at).tours.length.tolist() if past else []
    return zip(past, lengths, strict=True)


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


def _known(tour: Tour, instance: Instance) -> bool:
    named = tour.contingent in instance.contingent and tour.sector in instance.sector and tour.role in instance.role
    return named and tour.start.unit == instance.horizon.unit


def _fits(tour: Tour, instance: Instance) -> bool:
    return tour.unit <= instance.contingent[tour.contingent].pool
