"""Prices to begin with: pools answer them a few at a time, and prices move after each few.

A step after each part of a sum goes much further than one after the whole of it (Nedic and Bertsekas 2001).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.engine.implied.kernel import UNGUIDED, Rows
from forcegen.engine.implied.respond import exchange
from forcegen.engine.state import ROW_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.engine.implied.dual import Dual
    from forcegen.engine.state import Floats

# Parts in which pools answer; by how much of what a unit is worth a price moves where a unit is lacking in all, and how
# soon that falls.
_PARTS, _STEP, _FALL = 60, 0.02, 0.1
# The least weight of the latest prices in their average, and the passes between two looks at it.
_LATEST, _BETWEEN = 0.05, 3
# So many looks that raise the bound by less than this part of it are the last.
_LOOKS, _GAIN = 4, 0.02


def approach(dual: Dual, keep: Floats, tell: Callable[[int, Floats], None], done: Callable[[], bool]) -> None:
    """Tell of bounds and their prices until these gain little, or until done.

    Parameters
    ----------
    keep
        What a unit of each earlier goal beyond its limit costs, as `Dual.evaluate` takes it.
    """
    mean = dual.typical_worth
    if not mean:
        return  # the goal asks for nothing: no price says how much a unit is worth
    pools = _Pools(dual)
    pools.answer(np.arange(len(dual.group[0])))
    random, average, bounds, passes = np.random.default_rng(0), pools.price.copy(), [-np.inf], 0
    while not done():
        step = mean * _STEP / (1 + _FALL * passes)
        latest, passes = pools.passed(random, step), passes + 1
        average += (latest - average) * max(_LATEST, 2 / (passes + 1))
        if passes % _BETWEEN:
            continue
        bound, _, _ = dual.evaluate(average, keep)
        tell(bound, average.copy())
        bounds.append(max(bound, bounds[-1]))
        if len(bounds) > _LOOKS and bounds[-1] - bounds[-1 - _LOOKS] <= _GAIN * abs(bounds[-1]):
            return


class _Pools:
    """What all pools have answered last, counted in the rows."""

    def __init__(self, dual: Dual) -> None:
        theatre = dual.theatre
        self.dual = dual
        self.price = np.zeros(len(theatre.cap))
        self.amount = np.zeros(len(theatre.cap))
        stations = np.zeros(len(theatre.sector))
        self.rows = Rows(True, self.price, np.zeros((0, ROW_FIELDS)), self.amount, np.zeros(0), stations, UNGUIDED)
        slots = -(-theatre.row.shape[1] // max(1, int(theatre.cycle.min(initial=1)))) + 1
        self.service = np.full((len(dual.group[0]), slots), -1, dtype=np.int64)
        self.start = self.service.copy()

    def answer(self, some: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
        """Let some groups of units do their best at the prices as they are."""
        exchange(some, *self.dual.group, self.dual.theatre, self.rows, self.dual.scratch, self.service, self.start)

    def passed(self, random: np.random.Generator, step: float) -> Floats:
        """Let all answer once, prices moving by and by; return the average of the prices on the way."""
        groups = len(self.service)
        parts = max(1, min(_PARTS, groups))
        total = np.zeros(len(self.price))
        for some in np.array_split(random.permutation(groups), parts):
            self.answer(np.sort(some))
            self.price[:] = self.dual.moved(self.price, self.amount, step / parts)
            total += self.price
        return total / parts
