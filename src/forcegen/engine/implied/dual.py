"""Bounds without a matrix: prices on rows, each pool a subproblem that dynamic programming solves.

For any prices, what rows ask for at these prices less what pools can earn at them is a bound (Geoffrion 1974). Once
prices have been approached, they follow the volume algorithm (Barahona and Anbil 2000).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forcegen.engine.implied.approach import approach
from forcegen.engine.implied.kernel import UNGUIDED, Rows, scratch
from forcegen.engine.implied.respond import regret, respond
from forcegen.engine.state import ROW_FIELDS
from forcegen.mip import INF

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.engine.implied.kernel import Costs
    from forcegen.engine.implied.theatre import Bools, Ints, Theatre
    from forcegen.engine.state import Floats

# Sums of whole numbers below this are exact in floating point.
_WHOLE = 2.0**52
_FINEST = 40
_AVERAGE, _STEP, _LONGEST, _SHORTEST = 0.03, 0.5, 1.5, 1e-4
_STARTS = (0.0, 0.15, 0.3, 0.5, 0.75)
_PATIENCE, _SHORTER, _LONGER = 20, 0.7, 1.1


@dataclass(frozen=True, eq=False)
class Aim:
    """What is to be minimised, and earlier goals that are to be kept; each part is one array a goal, the first's first.

    Parameters
    ----------
    below_minimum, below_target : int64[goals, rows]
        As in a target of the formulation.
    service : int64[goals, stations]
        Likewise.
    constant, limit
        Of each goal the part that history makes, and what it may not exceed; the first has no limit.
    """

    below_minimum: Ints
    below_target: Ints
    service: Ints
    constant: tuple[int, ...]
    limit: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Proof:
    """A bound and what proves it, in whole numbers of `1 / unit`.

    Parameters
    ----------
    bound
        No plan is worth less, in whole numbers of the first goal.
    price : int64[rows]
        What a unit of each row is worth.
    keep : int64[goals]
        What a unit of each earlier goal beyond its limit costs; the first is `unit`.
    """

    bound: int
    price: Ints
    keep: Ints
    unit: int


class Dual:
    """Lower bounds of one aim.

    Prices are whole numbers of `1 / unit`, so that every figure is a whole number that floating point holds exactly.
    """

    def __init__(self, theatre: Theatre, aim: Aim) -> None:
        self.theatre, self.aim = theatre, aim
        self.asks = theatre.least > -INF
        self.covers = theatre.target > 0
        self.finite = self.asks | (theatre.most < INF)
        self.norm = _norms(theatre)
        self.scratch = scratch(
            int(np.diff(theatre.station_of).max(initial=0)), int(theatre.ages.max(initial=0)), theatre.row.shape[1]
        )
        self.group = _groups(theatre)
        worth = np.maximum(aim.below_minimum, aim.below_target) * self.norm
        dearest = worth.max(axis=1, initial=1.0) + aim.service.max(axis=1, initial=0)
        # A unit in a row is worth some tours at the dearest price at most.
        tour = float(dearest[0] * theatre.length.max(initial=1)) * 4.0
        self.highest = np.minimum(tour / self.norm, _WHOLE)
        self.unit = 2 ** max(0, min(_FINEST, int(math.log2(_WHOLE / (dearest[0] * theatre.row.shape[1] * 16.0)))))
        self.norm_kept = dearest
        largest = np.array([x.max(initial=1) for x in (aim.below_minimum, aim.below_target, aim.service)]).max()
        self.most_kept = _WHOLE / 64 / float(largest)

    def signed(self, price: Floats) -> Floats:
        """Return prices with the signs that rows allow."""
        return np.where(self.asks, np.maximum(price, 0), np.minimum(price, 0))

    def free(self, price: Floats, short: Floats) -> Bools:
        """Return which prices may move in the direction of what rows lack."""
        return np.where(self.asks, (price > 0) | (short > 0), (price < 0) | (short < 0)) & self.finite

    @property
    def typical_worth(self) -> float:
        """What a unit in a coverage row is worth, on average; 0 where the goal asks for none."""
        worth = self.start() * self.norm
        return float(worth[self.covers].mean()) if self.covers.any() else 0.0

    def moved(self, price: Floats, amount: Floats, step: float) -> Floats:
        """Return prices moved by `step` (what a unit is worth) times the units that rows of these amounts lack."""
        theatre, first, second = self.theatre, self.aim.below_minimum[0], self.aim.below_target[0]
        lacking = theatre.minimum * ((price > first) & self.covers & ~theatre.hard)
        lacking += (theatre.target - theatre.minimum) * ((price > second) & self.covers)
        sides = np.where(self.asks, theatre.least, theatre.most)
        short = np.where(self.finite, sides, 0) - amount - lacking
        all_of_it = np.maximum(first, second)  # no price beyond what lacking costs gains anything
        most = np.where(self.covers & ~theatre.hard, np.minimum(all_of_it, self.highest), self.highest)
        price = np.clip(price + step * short / self.norm**2, -self.highest, most)
        return np.where(self.finite, self.signed(price), 0)

    def start(self) -> Floats:
        """Return prices to begin with: what is lacking costs in full, limits nothing."""
        return np.where(self.covers, self.aim.below_target[0], 0).astype(np.float64)

    def whole(self, price: Floats, keep: Floats) -> tuple[Ints, Ints]:
        """Return prices on rows and on earlier goals as `evaluate` rounds them: whole numbers of `1 / unit`."""
        whole = np.rint(np.clip(price, -self.highest, self.highest) * self.unit)
        times = np.rint(np.clip(keep[1:] * self.unit, 0, self.most_kept))
        signed = np.where(self.finite, self.signed(whole), 0).astype(np.int64)
        return signed, np.concatenate([[self.unit], times]).astype(np.int64)

    def proof(self, bound: int, price: Floats, keep: Floats) -> Proof:
        """Return a bound that `evaluate` has just found of these prices, with them."""
        return Proof(bound, *self.whole(price, keep), self.unit)

    def lead(self, proof: Proof, times: float, idle: float, out: Costs) -> None:
        """Fill `out` (services, periods) with what each tour costs at prices, `times` of what the first goal counts.

        Less what the time that it takes is worth at best, `idle` times.
        """
        nothing, service = np.zeros(0), (proof.keep @ self.aim.service).astype(np.float64)
        rows = Rows(
            True, proof.price.astype(np.float64), np.zeros((0, ROW_FIELDS)), nothing, nothing, service, UNGUIDED
        )
        regret(times / proof.unit, idle / proof.unit, self.theatre, rows, self.scratch, out)

    def evaluate(self, price: Floats, keep: Floats) -> tuple[int, Floats, Floats]:
        """Return a bound, what the rows lack at these prices, and by how much the kept goals exceed their limits.

        Parameters
        ----------
        price : float64[rows]
            What a unit of each row is worth: not negative where a row asks for at least so much, else not positive.
            Rounded to whole numbers of `1 / unit`, and cut to what any row can be worth; the bound holds for any.
        keep : float64[goals]
            What a unit of each earlier goal beyond its limit costs; the first is 1.
        """
        theatre, aim, unit = self.theatre, self.aim, self.unit
        priced, times = self.whole(price, keep)
        whole = priced.astype(np.float64)
        first, second = times @ aim.below_minimum, times @ aim.below_target
        service = (times @ aim.service).astype(np.float64)
        lacks_first = (whole > first) & self.covers & ~theatre.hard
        lacks_second = (whole > second) & self.covers
        lacking = theatre.minimum * lacks_first + (theatre.target - theatre.minimum) * lacks_second
        amount, earned = np.zeros(len(whole)), np.zeros(len(self.group[0]))
        served = np.zeros(len(theatre.sector))
        rows = Rows(True, whole, np.zeros((0, ROW_FIELDS)), amount, np.zeros(0), service, UNGUIDED)
        largest = respond(*self.group, theatre, rows, self.scratch, earned, served)
        sides = np.where(self.asks, theatre.least, theatre.most)
        total = _dot(priced, sides)
        total += _dot((first - priced)[lacks_first], theatre.minimum[lacks_first])
        total += _dot((second - priced)[lacks_second], (theatre.target - theatre.minimum)[lacks_second])
        total += _dot(self.group[2], earned.astype(np.int64))
        total += sum(int(t) * c for t, c in zip(times.tolist(), aim.constant, strict=True))
        total -= sum(int(t) * limit for t, limit in zip(times.tolist()[1:], aim.limit[1:], strict=True))
        if largest >= _WHOLE:
            self.unit = max(1, unit // 16)  # figures were too large to be exact
            return -INF, np.zeros_like(price), np.zeros_like(keep)
        short = np.where(self.finite, sides, 0) - amount - lacking
        first_lacks = (theatre.minimum * lacks_first).astype(np.float64)
        second_lacks = (lacking - first_lacks).astype(np.float64)
        beyond = aim.below_minimum @ first_lacks + aim.below_target @ second_lacks + aim.service @ served
        beyond += np.array(aim.constant, dtype=np.float64) - np.array(aim.limit, dtype=np.float64)
        return -(-total // unit), short, beyond


def climb(
    dual: Dual, upper: Callable[[], int | None], told: Callable[[Proof], None], done: Callable[[], bool]
) -> tuple[int, Floats, Floats]:
    """Raise the bound until done; return the best one and its prices.

    Parameters
    ----------
    upper
        What a plan is worth, None for none: how far the bound may still have to go.
    told
        Told of each better bound, with what proves it.
    """
    keep = np.concatenate([[1.0], np.zeros(len(dual.aim.limit) - 1)])
    best, price = -INF, dual.start()

    def tell(bound: int, tried: Floats) -> None:
        nonlocal best, price
        if bound > best:
            best, price = bound, tried
            told(dual.proof(best, price, keep))

    for part in _STARTS:
        tell(dual.evaluate(dual.start() * part, keep)[0], dual.start() * part)
        if done():
            return best, price, keep
    approach(dual, keep, tell, done)
    _, short, beyond = dual.evaluate(price, keep)
    step, failed = _STEP, 0
    while not done():
        known = upper()
        ahead = max((abs(best) * 0.1 if known is None else known - best) * 1.02, 1.0)
        slope = np.where(dual.free(price, short), short, 0) / dual.norm
        rise = np.where((keep > 0) | (beyond > 0), beyond, 0) / dual.norm_kept
        rise[0] = 0
        size = float(slope @ slope + rise @ rise)
        if size == 0:
            break
        ahead *= step / size
        tried = dual.signed(price + ahead * slope / dual.norm)
        kept = np.maximum(keep + ahead * rise / dual.norm_kept, 0)
        bound, lacks, exceeds = dual.evaluate(tried, kept)
        weight = _mixed(short / dual.norm, lacks / dual.norm)
        short, beyond = short + weight * (lacks - short), beyond + weight * (exceeds - beyond)
        if bound > best:
            best, price, keep, failed = bound, tried, kept, 0
            step = min(step * _LONGER, _LONGEST)
            told(dual.proof(best, price, keep))
        else:
            failed += 1
            if failed == _PATIENCE:
                step, failed = max(step * _SHORTER, _SHORTEST), 0
    return best, price, keep


def _mixed(average: Floats, latest: Floats) -> float:
    """Return how much of the latest to mix into the average so that it is shortest, within reason."""
    way = latest - average
    size = float(way @ way)
    return _AVERAGE if size == 0 else float(np.clip(-(average @ way) / size, _AVERAGE / 10, _AVERAGE))


def _norms(theatre: Theatre) -> Floats:
    """Return what a unit counts in each row, on average, float64[rows]."""
    lines = len(theatre.row)
    line = np.concatenate([theatre.shared_line, theatre.own_line])
    value = np.abs(np.concatenate([theatre.shared_value, theatre.own_value])).astype(np.float64)
    total, number = np.bincount(line, value, lines), np.bincount(line, minlength=lines)
    mean = np.where(number > 0, total / np.maximum(number, 1), 1.0)
    result = np.ones(len(theatre.cap))
    used = theatre.row >= 0
    result[theatre.row[used]] = np.broadcast_to(mean[:, None], theatre.row.shape)[used]
    return np.maximum(np.minimum(result, theatre.cap), 1e-9)


def _groups(theatre: Theatre) -> tuple[Ints, Ints, Ints]:
    """Return contingent, first free period and number of units that are alike, in this order."""
    keys, units = np.unique(np.stack([theatre.unit_contingent, theatre.unit_free]), axis=1, return_counts=True)
    serving = (np.diff(theatre.station_of)[keys[0]] > 0) & (keys[1] < theatre.row.shape[1])
    return keys[0][serving], keys[1][serving], units[serving].astype(np.int64)


def _dot(price: Ints, number: Ints) -> int:
    """Return a sum of products, exactly; the numbers are infinite only where the price is 0."""
    used = np.flatnonzero(price)
    size = float(np.abs(price[used].astype(np.float64)) @ np.abs(number[used].astype(np.float64)))
    if size < 2.0**61:
        return int(price[used] @ number[used])
    return sum(a * b for a, b in zip(price[used].tolist(), number[used].tolist(), strict=True))
