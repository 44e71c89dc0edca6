"""Tours that a visitor holds in place, or forbids: pins and bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan, Tour


def words(instance: Instance, tour: Tour) -> str:
    """Return a tour in words."""
    first, last = window(instance, tour)
    return f"{tour.contingent} unit {tour.unit}: {tour.sector} as {tour.role}, {first} to {last}"


def window(instance: Instance, tour: Tour) -> tuple[str, str]:
    """Return a tour's first period and its last one within the horizon."""
    horizon = instance.horizon
    last = min(horizon.index(tour.start) + tour.periods, horizon.periods) - 1
    return str(tour.start), str(horizon.label(last))


def together(instance: Instance, plan: Plan, tour: Tour) -> int:
    """Return how many units of a tour's contingent are in its place and role through all of it, itself included."""
    horizon = instance.horizon
    start, end = horizon.index(tour.start), min(horizon.index(tour.start) + tour.periods, horizon.periods)
    return sum(
        other.contingent == tour.contingent
        and (other.sector, other.role) == (tour.sector, tour.role)
        and horizon.index(other.start) <= start
        and min(horizon.index(other.start) + other.periods, horizon.periods) >= end
        for other in plan.tours
    )


def pin(instance: Instance, tour: Tour, units: int) -> dict[str, Any]:
    """Return the scope of a pin: at least so many units are where this tour is, while it lasts."""
    return {**_scope(instance, tour), "units": units}


def bar(instance: Instance, tour: Tour, units: int) -> dict[str, Any]:
    """Return the scope of a bar: at most so many units are where this tour is, while it lasts.

    Raises
    ------
    ValueError
        If that forbids nothing: the contingent has no more units.
    """
    forbidden = instance.contingent[tour.contingent].pool - units
    if forbidden < 1:
        raise ValueError(f"{tour.contingent} has no more than {units} units: that forbids nothing")
    return {**_scope(instance, tour), "units": forbidden}


def _scope(instance: Instance, tour: Tour) -> dict[str, Any]:
    first, last = window(instance, tour)
    where = {"contingents": [tour.contingent], "sectors": [tour.sector], "roles": [tour.role]}
    return {**where, "from": first, "until": last}
