"""Tours that began before the horizon and run into it: no part of a plan, but drawn beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.domain.plan import Tour

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance


def begun(instance: Instance) -> list[Tour]:
    """Return the tours that began before the horizon and run into it; their units are numbered below zero."""
    found: list[Tour] = []
    for row in instance.history:
        if row.since is None or row.ends is None or row.sector is None or row.role is None:
            continue  # who came home before
        periods = row.ends.ordinal + 1 - row.since.ordinal
        tour = Tour(
            contingent=row.contingent, sector=row.sector, role=row.role, start=row.since, unit=1, periods=periods
        )
        found += [tour] * row.units
    return [tour.model_copy(update={"unit": -i}) for i, tour in enumerate(found, 1)]
