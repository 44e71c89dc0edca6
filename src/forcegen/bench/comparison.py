"""Entrants on the problems that all of them ran, and the figures that compare them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from forcegen.bench.measures import measures, plain, trace
from forcegen.bench.score import (
    SHIFTS,
    Flags,
    Floats,
    Interval,
    bootstrap,
    counted,
    gap_over_time,
    penalised_mean,
    performance_profile,
    shifted_geometric_mean,
    solved_over_time,
    virtual_best,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    import pandas as pd

VIRTUAL = "virtual best"
ALL = "all families"


@dataclass(frozen=True)
class Score:
    """A figure of an entrant: its name, its unit, its value, and its interval over seeds where there are several."""

    name: str
    unit: str
    value: float
    interval: Interval | None = None


@dataclass(frozen=True)
class GapCurve:
    """The mean gap at each moment: over seeds, and the least and largest of any one seed."""

    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class Comparison:
    """Runs of one family under the same terms.

    Parameters
    ----------
    family, terms
        What is compared.
    runs
        Measures of all its runs.
    traces
        Seconds, incumbents and bounds of each run.
    """

    family: str
    terms: str
    runs: pd.DataFrame
    traces: dict[str, tuple[Floats, Floats, Floats]]

    @cached_property
    def entrants(self) -> list[str]:
        """Who competes: all who can express some of the problems."""
        return sorted(set(self.runs["entrant"][~self.runs["refused"].astype(bool)]))

    @property
    def silent(self) -> list[str]:
        """Those who can express none of them."""
        return sorted(set(self.runs["entrant"]) - set(self.entrants))

    @cached_property
    def common(self) -> list[tuple[str, int]]:
        """The problems, each with a seed, that every entrant ran and can express: all figures are of these."""
        ran = [set(self._cells(name)) for name in self.entrants]
        return sorted(set.intersection(*ran)) if ran else []

    @property
    def left_out(self) -> int:
        """How many problems with a seed some entrant did not run or cannot express."""
        return len({key for name in self.entrants for key in self._cells(name)}) - len(self.common)

    def of(self, entrant: str) -> list[dict[str, Any]]:
        """Return the entrant's runs of the common problems, in their order."""
        cells = self._cells(entrant)
        return [cells[key] for key in self.common]

    @cached_property
    def seconds(self) -> Floats:
        """Seconds of each run, [problems, entrants]."""
        return self._table("seconds")

    @cached_property
    def solved(self) -> Flags:
        """Whether each run solved its problem, [problems, entrants]."""
        return self._table("solved").astype(bool)

    @property
    def limit(self) -> float:
        """Seconds that a run had at most."""
        return float(self.runs["limit"].max())

    @cached_property
    def scores(self) -> dict[str, list[Score]]:
        """The figures of each entrant; there is none that says who is best."""
        return {name: self._scores(name) for name in self.entrants}

    def _scores(self, entrant: str) -> list[Score]:
        rows = np.array([[run[name] for name in _SCORED] for run in self.of(entrant)], dtype=float).reshape(
            -1, len(_SCORED)
        )
        groups: dict[str, list[int]] = {}
        for i, (problem, _) in enumerate(self.common):
            groups.setdefault(problem, []).append(i)
        return [
            Score(name, unit, statistic(rows), bootstrap([rows[which] for which in groups.values()], statistic))
            for name, unit, statistic in _STATISTICS
        ]

    def virtual_scores(self) -> list[Score]:
        """Return what the best entrant of each run would come to, where times alone say so."""
        times, done = virtual_best(self.seconds, self.solved)
        rows = np.full((len(times), len(_SCORED)), np.nan)
        rows[:, 0], rows[:, 1], rows[:, 2] = done, times, self.limit
        return [Score(name, unit, statistic(rows)) for name, unit, statistic in _STATISTICS[:4]]

    def solved_curves(self, moments: Floats) -> dict[str, Floats]:
        """Return the share solved by each moment, for each entrant and for the best of them on each run."""
        curves = {
            name: solved_over_time(moments, self.seconds[:, i], self.solved[:, i])
            for i, name in enumerate(self.entrants)
        }
        return curves | {VIRTUAL: solved_over_time(moments, *virtual_best(self.seconds, self.solved))}

    def planned_curves(self, moments: Floats) -> dict[str, Floats]:
        """Return the share of runs that had a plan by each moment, of problems that are known to have one."""
        first = self._table("first")[~np.isnan(self._table("best")).all(axis=1)]
        return {
            name: solved_over_time(moments, first[:, i], ~np.isnan(first[:, i])) for i, name in enumerate(self.entrants)
        }

    def profiles(self, factors: Floats) -> dict[str, Floats]:
        """Return the performance profile of each entrant."""
        table = performance_profile(factors, np.maximum(self.seconds, 1e-3), self.solved)
        return dict(zip(self.entrants, table, strict=True))

    def gap_curves(self, moments: Floats, *, dual: bool) -> dict[str, GapCurve]:
        """Return the mean gap of incumbents, or of bounds, at each moment, problems without a known value left out."""
        return {name: self._gap_curve(name, moments, dual) for name in self.entrants}

    def _gap_curve(self, entrant: str, moments: Floats, dual: bool) -> GapCurve:
        by_seed: dict[int, list[Floats]] = {}
        for run in self.of(entrant):
            if np.isnan(run["best"]):
                continue
            seconds, values, bounds = self.traces[run["run"]]
            known = bounds if dual else np.maximum(values, run["best"])
            gaps = gap_over_time(moments, seconds, known, run["best"])
            by_seed.setdefault(run["seed"], []).append(gaps)
        if not by_seed:
            nothing = np.full(len(moments), np.nan)
            return GapCurve(nothing, nothing, nothing)
        means = np.array([np.mean(gaps, axis=0) for gaps in by_seed.values()])
        return GapCurve(means.mean(axis=0), means.min(axis=0), means.max(axis=0))

    def _cells(self, entrant: str) -> dict[tuple[str, int], dict[str, Any]]:
        own = self.runs[(self.runs["entrant"] == entrant) & ~self.runs["refused"].astype(bool)]
        return {(run["problem"], run["seed"]): _named(run) for run in own.to_dict("records")}

    def _table(self, column: str) -> Floats:
        columns = [[run[column] for run in self.of(name)] for name in self.entrants]
        return np.array(columns, dtype=float).reshape(len(self.entrants), -1).T


def comparisons(frame: pd.DataFrame, distrusted: Collection[str] = ()) -> list[Comparison]:
    """Return a comparison for each family and set of terms, and where there are several families one of all."""
    return list(_comparisons(frame, distrusted))


def _comparisons(frame: pd.DataFrame, distrusted: Collection[str]) -> Iterator[Comparison]:
    table = measures(frame, distrusted)
    traces = {run["run"]: _trusted(run, distrusted) for run in plain(frame)}
    for terms, alike in table.groupby("terms", sort=True):
        families = sorted(set(alike["family"]))
        if len(families) > 1:
            yield Comparison(ALL, str(terms), alike, traces)
        for family in families:
            yield Comparison(family, str(terms), alike[alike["family"] == family], traces)


def _trusted(run: dict[str, Any], distrusted: Collection[str]) -> tuple[Floats, Floats, Floats]:
    seconds, values, bounds = trace(run)
    if run["run"] not in distrusted:
        return seconds, values, bounds
    return seconds, np.full(len(seconds), np.nan), np.full(len(seconds), np.nan)


def _named(run: dict[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in run.items()}


_SCORED = ("solved", "seconds", "limit", "first", "within", "primal_gap", "dual_gap", "integral")
_GAP = _SCORED.index("primal_gap")


def _mean_of(column: str) -> Callable[[Floats], float]:
    place = _SCORED.index(column)

    def mean(rows: Floats) -> float:
        known = rows[:, place][~np.isnan(rows[:, place])]
        return float(known.mean()) if known.size else float("nan")

    return mean


def _counted_mean(column: str, shift: float) -> Callable[[Floats], float]:
    """Return the shifted geometric mean of a time that counts the limit where it never came.

    Times to a plan are taken of the problems that are known to have one.
    """
    place = _SCORED.index(column)

    def mean(rows: Floats) -> float:
        rows = rows if column == "seconds" else rows[~np.isnan(rows[:, _GAP])]
        came = rows[:, 0].astype(bool) if column == "seconds" else ~np.isnan(rows[:, place])
        return shifted_geometric_mean(counted(rows[:, place], came, rows[:, 2]), shift)

    return mean


def _penalised(rows: Floats) -> float:
    return penalised_mean(rows[:, 1], rows[:, 0].astype(bool), rows[:, 2])


_STATISTICS: tuple[tuple[str, str, Callable[[Floats], float]], ...] = (
    ("solved", "share", _mean_of("solved")),
    *((f"geometric mean, shift {shift:g} s", "s", _counted_mean("seconds", shift)) for shift in SHIFTS),
    ("PAR10", "s", _penalised),
    ("first plan", "s", _counted_mean("first", SHIFTS[0])),
    ("within 1 % of the best", "s", _counted_mean("within", SHIFTS[0])),
    ("primal gap at the end", "share", _mean_of("primal_gap")),
    ("dual gap at the end", "share", _mean_of("dual_gap")),
    ("primal integral", "s", _mean_of("integral")),
)
