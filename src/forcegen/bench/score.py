"""Scores of runs: pure functions on arrays of times, values and bounds.

Everywhere, an unknown number is NaN, seconds count from a run's start, and a run that is not solved counts as such
whatever its clock says: none of these functions looks at the seconds of a run whose `solved` is False.

Sources: T. Achterberg, Constraint Integer Programming, 2007 (shifted geometric mean); E. D. Dolan and J. J. Moré,
Benchmarking optimization software with performance profiles, 2002; T. Berthold, Measuring the impact of primal
heuristics, 2013 (primal gap and integral); B. Efron, Bootstrap methods, 1979.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SHIFTS: Final = (1.0, 10.0)
"""Seconds by which times are shifted in geometric means."""
PENALTY: Final = 10.0
"""Limits that an unsolved run costs in PAR10."""


@dataclass(frozen=True)
class Interval:
    """A figure with the interval in which a share `level` of its resamples lies."""

    value: float
    low: float
    high: float
    level: float = 0.95


def counted(seconds: Floats, solved: Flags, limit: Floats | float) -> Floats:
    """Return what each run's time counts: its seconds if solved, at most its limit, and its limit if not."""
    limits = np.broadcast_to(np.asarray(limit, dtype=float), np.shape(seconds))
    return np.where(solved, np.minimum(np.where(solved, seconds, 0.0), limits), limits)


def shifted_geometric_mean(seconds: Floats, shift: float) -> float:
    """Return ``exp(mean(log(seconds + shift))) - shift``; NaN of no runs.

    Raises
    ------
    ValueError
        If a time is negative or unknown, or the shift is not positive.
    """
    times = np.asarray(seconds, dtype=float)
    if shift <= 0 or not (times >= 0).all():
        raise ValueError("times must be known and not negative, and the shift positive")
    return float(np.exp(np.log(times + shift).mean()) - shift) if times.size else float("nan")


def penalised_mean(seconds: Floats, solved: Flags, limit: Floats | float, factor: float = PENALTY) -> float:
    """Return the mean time where an unsolved run costs `factor` times its limit: PAR10 by default; NaN of no runs."""
    limits = np.broadcast_to(np.asarray(limit, dtype=float), np.shape(seconds))
    costs = np.where(solved, counted(seconds, solved, limits), factor * limits)
    return float(costs.mean()) if costs.size else float("nan")


def relative_gap(value: Floats | float, other: Floats | float) -> Floats:
    """Return ``|value - other| / max(|value|, |other|)``: 0 where equal, 1 where unknown or of opposite signs."""
    a, b = np.broadcast_arrays(np.asarray(value, dtype=float), np.asarray(other, dtype=float))
    with np.errstate(invalid="ignore", divide="ignore"):
        gaps = np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))
        gaps = np.where(a == b, 0.0, np.minimum(gaps, 1.0))
        gaps = np.where(a * b < 0, 1.0, gaps)
    return np.where(np.isfinite(gaps), gaps, 1.0)


def at(moments: Floats, seconds: Floats, values: Floats) -> Floats:
    """Return the value that was known at each moment; NaN before the first.

    Parameters
    ----------
    seconds, values : float64[n]
        When values became known, in order; a NaN changes nothing.
    """
    known = ~np.isnan(values)
    times, numbers = np.asarray(seconds)[known], np.asarray(values)[known]
    last = np.searchsorted(times, moments, side="right") - 1
    return np.where(last >= 0, numbers[np.maximum(last, 0)], np.nan) if numbers.size else np.full(len(moments), np.nan)


def gap_over_time(moments: Floats, seconds: Floats, values: Floats, best: float) -> Floats:
    """Return the gap between what was known at each moment, incumbents or bounds, and the best known value."""
    return relative_gap(at(moments, seconds, values), best)


def primal_integral(seconds: Floats, values: Floats, best: float, limit: float) -> float:
    """Return the integral of the primal gap from 0 to the limit, in seconds; the limit itself where there is no plan.

    After its last incumbent a run's gap stays as it is, so a run that ends early costs no less than it should.
    """
    known = ~np.isnan(values) & (np.asarray(seconds) < limit)
    times = np.concatenate([[0.0], np.maximum(np.asarray(seconds)[known], 0.0), [limit]])
    gaps = np.concatenate([[1.0], relative_gap(np.asarray(values)[known], best)])
    return float(np.diff(times) @ gaps)


def time_to_within(seconds: Floats, values: Floats, best: float, share: float) -> float:
    """Return when a value first came within `share` of the best known one, by `relative_gap`; NaN if never.

    With a share of 1 or more it is the time to the first plan.
    """
    known = ~np.isnan(values)
    near = known & (relative_gap(values, best) <= share)
    return float(np.asarray(seconds)[near][0]) if near.any() else float("nan")


def solved_over_time(moments: Floats, seconds: Floats, solved: Flags) -> Floats:
    """Return the share of runs that were solved by each moment; NaN of no runs."""
    ends = np.sort(np.asarray(seconds, dtype=float)[np.asarray(solved, dtype=bool)])
    return np.searchsorted(ends, moments, side="right") / (np.size(solved) or np.nan)


def ratios(seconds: Floats, solved: Flags) -> Floats:
    """Return each time over the least one on its problem; infinite where it was not solved.

    Parameters
    ----------
    seconds, solved : [problems, entrants]

    Raises
    ------
    ValueError
        If a solved run took no time: no ratio to it would mean anything.
    """
    times = np.where(solved, seconds, np.inf)
    if not (times > 0).all():
        raise ValueError("the times of solved runs must be positive")
    best = times.min(axis=1, keepdims=True) if times.size else times
    return np.where(solved, times / np.where(np.isfinite(best), best, 1.0), np.inf)


def performance_profile(factors: Floats, seconds: Floats, solved: Flags) -> Floats:
    """Return, for each entrant, the share of problems that it solved within each factor of the fastest.

    Parameters
    ----------
    factors : float64[k]
        At least 1 and finite.
    seconds, solved : [problems, entrants]

    Returns
    -------
    float64[entrants, k]
        Never one for an entrant that failed on a problem, however large the factor. NaN of no problems.
    """
    factors = np.asarray(factors, dtype=float)
    if not ((factors >= 1) & np.isfinite(factors)).all():
        raise ValueError("factors must be at least 1 and finite")
    reached = ratios(seconds, solved)[:, :, None] <= factors * (1 + 1e-12)
    return np.asarray(reached.sum(axis=0) / (len(reached) or np.nan))


def virtual_best(seconds: Floats, solved: Flags) -> tuple[Floats, Flags]:
    """Return time and success of the best entrant on each problem ([problems, entrants]); NaN where all failed."""
    times = np.where(solved, seconds, np.inf)
    best = times.min(axis=1) if times.size else np.full(len(times), np.inf)
    return np.where(np.isfinite(best), best, np.nan), np.isfinite(best)


def bootstrap(
    groups: Sequence[Floats],
    statistic: Callable[[Floats], float],
    *,
    draws: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Interval | None:
    """Return a statistic of all values with its percentile interval over seeds.

    Parameters
    ----------
    groups
        For each problem, rows of values: one a seed. In each draw every problem's rows are drawn anew, with
        replacement, and the statistic is taken of all rows together.
    statistic
        Of an array of rows.

    Returns
    -------
    Interval or None
        None where no problem has two seeds: nothing is then known of the spread.
    """
    some = [np.asarray(group, dtype=float) for group in groups if len(group)]
    if not any(len(group) > 1 for group in some):
        return None
    rng = np.random.default_rng(seed)
    starts = np.cumsum([0, *(len(group) for group in some[:-1])])
    drawn = [
        start + rng.integers(len(group), size=(draws, len(group))) for start, group in zip(starts, some, strict=True)
    ]
    rows, chosen = np.concatenate(some), np.concatenate(drawn, axis=1)
    found = [statistic(rows[which]) for which in chosen]
    if np.isnan(found).all():
        return None
    low, high = np.nanquantile(found, [(1 - level) / 2, (1 + level) / 2])
    return Interval(statistic(rows), float(low), float(high), level)
