"""pool: no more units on tour or in dwell than a pool has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.rows.family import Entries, Rows
from forcegen.mip import INF
from forcegen.tours.tours import unfolded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forcegen.formulation.frame import Frame


def pool(frame: Frame) -> Rows:
    """Keep every contingent within its units: `sum of z with a <= t < a + l + dwell(l) <= units - away(t)`.

    Tag `pool`. A row that another one of the same pool contains, with a right-hand side no smaller, is left out:
    with a dwell longer than the horizon one row a pool remains.
    """
    spells, right = frame.spells, frame.room
    kept = _undominated(frame)
    before = np.concatenate([np.zeros((len(kept), 1), dtype=np.int64), np.cumsum(kept, axis=1)], axis=1)
    first, last = before[spells.pool, spells.start], before[spells.pool, spells.free]
    base = np.concatenate([[0], np.cumsum(kept.sum(axis=1))])[spells.pool]
    spell, row = unfolded(base + first, base + last)
    entries = Entries(row, spells.column[spell], np.ones(len(spell), dtype=np.int64))

    def names() -> list[str]:
        return [f"pool({frame.pool_name(k)},{frame.label(t)})" for k, t in np.argwhere(kept)]

    return Rows("pool", entries, np.full(int(kept.sum()), -INF), right[kept], names)


def _undominated(frame: Frame) -> NDArray[np.bool_]:
    """Return bool[pools, periods]: the rows that no other row of the pool implies."""
    spells, right = frame.spells, frame.room
    shape = right.shape
    starts, ends = np.zeros(shape, dtype=bool), np.zeros((shape[0], shape[1] + 1), dtype=bool)
    starts[spells.pool, spells.start] = True
    ends[spells.pool, spells.free] = True
    kept = np.zeros(shape, dtype=bool)
    for k in np.unique(spells.pool):
        fresh = False  # whether a tour starts after the last row kept
        for t in range(shape[1]):
            fresh |= bool(starts[k, t])
            in_the_next = t + 1 < shape[1] and not ends[k, t + 1] and right[k, t + 1] <= right[k, t]
            if fresh and not in_the_next:
                kept[k, t], fresh = True, False
    return kept
