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
        since, end = row.since or instance.horizon.start, row.ends
        if end is None or row.sector is None or row.role is None:
            continue
        periods = instance.horizon.index(end) + 1 - instance.horizon.index(since)
        for _ in range(row.units if instance.horizon.index(end) >= 0 else 0):
            found.append(
                Tour(contingent=row.contingent, sector=row.sector, role=row.role, start=since, unit=1, periods=periods)
            )
    return [tour.model_copy(update={"unit": -i}) for i, tour in enumerate(found, 1)]
