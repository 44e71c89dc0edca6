"""Tours as parallel integer arrays, and their expansion into periods.

Arrays alone: the engine's process would load for longer if this read documents.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Tours:
    """Tours as arrays; `contingent`, `sector` and `role` are positions in the instance's lists.

    Parameters
    ----------
    contingent, sector, role, start, length : int64[n]
        One entry a tour; `length` is in periods.
    """

    contingent: Ints
    sector: Ints
    role: Ints
    start: Ints
    length: Ints

    def __len__(self) -> int:
        """Return the number of tours."""
        return len(self.start)

    @property
    def fields(self) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        """All five arrays, in their order."""
        return self.contingent, self.sector, self.role, self.start, self.length

    def take(self, which: Ints) -> Tours:
        """Return the tours at these positions, int64[m]."""
        return Tours(*(field[which] for field in self.fields))


@dataclass(frozen=True, eq=False)
class Presence:
    """Tours unfolded: one entry for each period of the horizon in which a tour is present.

    Parameters
    ----------
    tour, period, age : int64[m]
        Position of the tour; the period; which period of the tour it is, from 0.
    """

    tour: Ints
    period: Ints
    age: Ints


def presence(tours: Tours, periods: int) -> Presence:
    """Return the periods of the horizon in which each tour is present."""
    tour, period = unfolded(tours.start, tours.start + tours.length)
    age = period - tours.start[tour]
    inside = (period >= 0) & (period < periods)
    return Presence(tour[inside], period[inside], age[inside])


def unfolded(first: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Return for each number in each range `first .. end - 1` which range it is in, and the number."""
    count = np.maximum(end - first, 0)
    which = np.repeat(np.arange(len(count)), count)
    return which, first[which] + np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)


def together(*parts: Ints) -> Ints:
    """Return one number for the parts that stand side by side, int64[k] not below 0, in their order."""
    key = np.zeros(len(parts[0]), dtype=np.int64)
    for part in parts:
        key = key * (int(part.max(initial=0)) + 1) + part
    return key


def counted(mask: Bools, starts: Ints, ends: Ints) -> Ints:
    """Count the True periods of `mask`, bool[..., periods], in each window `starts .. ends - 1`; int64[..., starts]."""
    counts = np.zeros((*mask.shape[:-1], mask.shape[-1] + 1), dtype=np.int64)
    np.cumsum(mask, axis=-1, out=counts[..., 1:])
    return np.asarray(counts[..., ends] - counts[..., starts])
