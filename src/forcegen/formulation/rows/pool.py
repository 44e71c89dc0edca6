"""pool: no more units on tour or in dwell than a contingent has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.rows.family import Entries, Ints, Rows
from forcegen.mip import INF
from forcegen.tours.away import away_until

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forcegen.formulation.frame import Frame


def pool(frame: Frame) -> Rows:
    """Keep every contingent within its units: `sum of z with a <= t < a + l + dwell(l) <= units - away(t)`.

    Tag `pool`. A row that another one of the same contingent contains, with a right-hand side no smaller, is left out:
    with a dwell longer than the horizon one row a contingent remains.
    """
    tours = frame.columns.tours
    free = np.minimum(free_again(frame), frame.periods)
    right = units_free(frame)
    kept = _undominated(frame, free, right)
    before = np.concatenate([np.zeros((len(kept), 1), dtype=np.int64), np.cumsum(kept, axis=1)], axis=1)
    first, last = before[tours.contingent, tours.start], before[tours.contingent, free]
    count = last - first
    column = np.repeat(np.arange(len(tours)), count)
    step = np.arange(len(column)) - np.repeat(np.cumsum(count) - count, count)
    base = np.concatenate([[0], np.cumsum(kept.sum(axis=1))])[tours.contingent]
    entries = Entries((base + first)[column] + step, column, np.ones(len(column), dtype=np.int64))

    def names() -> list[str]:
        return [f"pool({frame.instance.contingents[k].id},{frame.label(t)})" for k, t in np.argwhere(kept)]

    return Rows("pool", entries, np.full(int(kept.sum()), -INF), right[kept], names)


def free_again(frame: Frame) -> Ints:
    """Return the period in which a unit may start again after each tour, int64[n]."""
    tours, result = frame.columns.tours, np.zeros(len(frame.columns.tours), dtype=np.int64)
    for k, contingent in enumerate(frame.instance.contingents):
        for length in contingent.tour_lengths if contingent.pool else ():
            mine = (tours.contingent == k) & (tours.length == length)
            result[mine] = tours.start[mine] + length + contingent.dwell_after(length)
    return result


def units_free(frame: Frame) -> Ints:
    """Return the units that history leaves free, int64[contingents, periods]."""
    instance = frame.instance
    index = {contingent.id: k for k, contingent in enumerate(instance.contingents)}
    result = np.repeat(frame.by_contingent(lambda k: k.pool)[:, None], frame.periods, axis=1)
    for contingent, period in away_until(instance):
        result[index[contingent], : max(0, period)] -= 1
    return result


def _undominated(frame: Frame, free: Ints, right: Ints) -> NDArray[np.bool_]:
    """Return bool[contingents, periods]: the rows that no other row of the contingent implies."""
    tours, shape = frame.columns.tours, right.shape
    starts, ends = np.zeros(shape, dtype=bool), np.zeros((shape[0], shape[1] + 1), dtype=bool)
    starts[tours.contingent, tours.start] = True
    ends[tours.contingent, free] = True
    kept = np.zeros(shape, dtype=bool)
    for k in np.unique(tours.contingent):
        fresh = False  # whether a tour starts after the last row kept
        for t in range(shape[1]):
            fresh |= bool(starts[k, t])
            in_the_next = t + 1 < shape[1] and not ends[k, t + 1] and right[k, t + 1] <= right[k, t]
            if fresh and not in_the_next:
                kept[k, t], fresh = True, False
    return kept
