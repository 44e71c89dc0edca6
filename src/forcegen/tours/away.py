"""Units that history keeps away when the horizon starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance


def away_until(instance: Instance) -> list[tuple[str, int]]:
    """Return contingent and first free period of each unit in history, in the order listed."""
    result: list[tuple[str, int]] = []
    for row in instance.history:
        contingent, horizon = instance.contingent[row.contingent], instance.horizon
        if row.returned is not None:
            home = horizon.index(row.returned)
            served = contingent.tour_lengths[-1] if row.since is None else home - horizon.index(row.since)
        else:
            home = horizon.index(row.ends or horizon.start) + 1
            served = home - horizon.index(row.since or horizon.start)
        result += [(contingent.id, home + contingent.dwell_after(served))] * row.units
    return result
