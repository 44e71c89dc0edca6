"""Single units: which there are, when each is free again, and which takes which tour."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

from forcegen.tours.away import away_until

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance
    from forcegen.tours.tours import Ints, Tours


def units_of(instance: Instance) -> tuple[Ints, Ints]:
    """Return each single unit's contingent, and the first period of the horizon in which history leaves it free.

    Ordered by contingent; units in history come first, in the order listed.

    Returns
    -------
    contingent, free : int64[units]
    """
    away: dict[str, list[int]] = {}
    for name, period in away_until(instance):
        away.setdefault(name, []).append(max(0, period))
    free = [away.get(k.id, []) + [0] * (k.pool - len(away.get(k.id, []))) for k in instance.contingents]
    contingent = np.repeat(np.arange(len(free)), [len(line) for line in free])
    return contingent, np.array([period for line in free for period in line], dtype=np.int64)


def free_after(tours: Tours, instance: Instance) -> Ints:
    """Return the period in which a unit may start again after each tour, its dwell served; int64[n]."""
    result = np.zeros(len(tours), dtype=np.int64)
    for k, contingent in enumerate(instance.contingents):
        own = tours.contingent == k
        for length in np.unique(tours.length[own]).tolist():
            mine = own & (tours.length == length)
            result[mine] = tours.start[mine] + length + contingent.dwell_after(length)
    return result


def rostered(tours: Tours, instance: Instance, free: Ints | None = None) -> Ints:
    """Return which unit of its contingent takes each tour, from 1: the one that has been free longest; 0 for none.

    Parameters
    ----------
    tours
        One entry for each unit's tour, those of a contingent in the order of their starts.
    free : int64[units], optional
        The first period in which each unit is free; as history leaves it unless given.
    """
    contingent, first = units_of(instance)
    first = first if free is None else free
    heaps: list[list[tuple[int, int]]] = [[] for _ in instance.contingents]
    for k, period in zip(contingent.tolist(), first.tolist(), strict=True):
        heaps[k].append((period, len(heaps[k]) + 1))
    for heap in heaps:
        heapq.heapify(heap)
    units = np.zeros(len(tours), dtype=np.int64)
    lines = zip(tours.contingent.tolist(), tours.start.tolist(), free_after(tours, instance).tolist(), strict=True)
    for i, (k, start, again) in enumerate(lines):
        if heaps[k] and heaps[k][0][0] <= start:
            units[i] = heaps[k][0][1]
            heapq.heapreplace(heaps[k], (again, int(units[i])))
    return units
