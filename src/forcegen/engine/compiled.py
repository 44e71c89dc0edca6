"""How inner loops are compiled: nothing of theirs is counted for garbage, since they make no arrays.

A compiled function counts a reference to every array that it is handed; where a dozen small functions hand each other
fifty arrays, that takes longer than what they do. Without it they may not make arrays, which the compiler checks.
"""

from __future__ import annotations

from functools import partial
from math import log
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

loop = partial(njit, cache=True, _nrt=False)
part = partial(loop, forceinline=True)
"""Of a loop: it becomes a part of whoever calls it."""


index, ONE = np.uint64, np.uint64(1)
"""What a loop counts with: an index that may be negative takes as long to look at as what it leads to."""


@part()
def below(count: int, rng: np.random.Generator) -> int:
    """Draw a whole number from 0 on, below a count."""
    return int(rng.random() * count)


@part()
def skipped(chance: float, rng: np.random.Generator) -> int:
    """Draw how many come before the first that something happens to, where it happens to each with this chance."""
    return int(log(1.0 - rng.random()) / log(1.0 - chance))


@part()
def sort_by(key: NDArray[np.float64], items: NDArray[np.int64], count: int) -> None:
    """Sort the first few of both by the key; few enough for insertion."""
    for j in range(1, count):
        k, item, i = key[j], items[j], j
        while i > 0 and key[i - 1] > k:
            key[i], items[i] = key[i - 1], items[i - 1]
            i -= 1
        key[i], items[i] = k, item
