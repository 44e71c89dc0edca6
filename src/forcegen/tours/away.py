"""Units that history keeps away when the horizon starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.domain.contingent import free_again

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance


def away_until(instance: Instance) -> list[tuple[str, int]]:
    """Return contingent and first free period of each unit in history, in the order listed."""
    return [
        (row.contingent, free_again(row, instance.contingent[row.contingent], instance.horizon))
        for row in instance.history
        for _ in range(row.units)
    ]
