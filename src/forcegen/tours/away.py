"""What history leaves: units that are away when the horizon starts, and tours that still run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.contingent import free_again
from forcegen.tours.tours import Ints, Tours

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance


def away_until(instance: Instance) -> list[tuple[str, int]]:
    """Return contingent and first free period of each unit in history, in the order listed."""
    return [
        (row.contingent, free_again(row, instance.contingent[row.contingent], instance.horizon))
        for row in instance.history
        for _ in range(row.units)
    ]


def running_tours(instance: Instance) -> tuple[Tours, Ints]:
    """Return the tours of history that still run, their starts before period 0, and the number of units in each."""
    index = {
        name: {item.id: i for i, item in enumerate(getattr(instance, name))}
        for name in ("contingents", "sectors", "roles")
    }
    rows = [
        (
            index["contingents"][row.contingent],
            index["sectors"][row.sector or ""],
            index["roles"][row.role or ""],
            since := instance.horizon.index(row.since or instance.horizon.start),
            instance.horizon.index(row.ends) - since + 1,
            row.units,
        )
        for row in instance.history
        if row.ends is not None
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 6).T
    return Tours(*table[:5]), table[5]
