"""A first plan in about a second: tours taken greedily, the one that fills most first."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forcegen.formulation.decode import settled
from forcegen.mip import INF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.formulation.rows.family import Ints
    from forcegen.formulation.tour import Formulation

Floats = NDArray[np.float64]

# A troop below a minimum counts this many times as much as one between minimum and target.
_MINIMUM_FIRST = 4
# A floor is not to be missed at all.
_FLOORS_FIRST = 1000.0
_ROUNDS = 8
# Floors that are missed, tours tried for each, and tours dropped for one.
_FLOORS, _CANDIDATES, _DROPS = 12, 8, 12


def construct(formulation: Formulation) -> Ints | None:
    """Return a plan made greedily, the plan in which nobody serves where that fails, or None if neither is allowed.

    What a tour adds only shrinks as others are taken, so stale values in a heap are upper bounds and each tour is
    valued again only when it comes to the top (Minoux 1978). Limits are kept as tours are taken; those that taking
    more can mend (shares) are mended at the end by giving tours up.

    Returns
    -------
    int64[columns]
        A point that keeps every row.
    """
    model = formulation.model
    for taken in (_Greedy(formulation).run(), np.zeros(model.columns, dtype=np.int64)):
        values = settled(formulation, taken)
        if len(model.violations(values)) == 0:
            return values
    return None


def mended(formulation: Formulation, values: Ints) -> Iterator[Ints]:
    """Yield points near one that breaks rows: tours given up until none is broken, and others taken then.

    Parameters
    ----------
    values : int64[columns]
        A point within the bounds of the columns, as `encode` makes it; tours that have begun are not given up.
    """
    greedy, taken = _Greedy(formulation), values.copy()
    taken[greedy.own :] = 0
    taken[formulation.lead_columns] = values[formulation.lead_columns]
    greedy.give_up(taken)
    yield settled(formulation, greedy.more(taken))
    yield settled(formulation, taken)


class _Greedy:
    def __init__(self, formulation: Formulation) -> None:
        self.formulation, self.model = formulation, formulation.model
        self.tours = len(formulation.frame.columns.tours)
        self.own = formulation.first_auxiliary
        self.equations = formulation.defined[formulation.defined >= 0]
        columns = self.model.matrix[:, : self.tours].tocsc()
        self.starts, self.rows, self.coefficients = columns.indptr, columns.indices.astype(np.int64), columns.data
        self.pool = self.model.upper[: self.tours]

    def run(self) -> Ints:
        """Return how many units take each tour, int64[columns], auxiliaries 0.

        Rows with auxiliary totals are left aside at first, then kept for the totals that this gives. Once they hold,
        more tours can only raise the totals, so that rounds with the totals as they are keep every row.
        """
        nothing = np.zeros(self.model.columns, dtype=np.int64)
        values = self._fill(nothing, nothing)
        if len(self.formulation.defined):
            values = self._fill(nothing, self._totals(values))
            self.give_up(values)
            values = self.more(values)
        return values

    def more(self, values: Ints) -> Ints:
        """Return the plan with more tours, as long as they add something."""
        for _ in range(_ROUNDS):
            more = self._fill(values, self._totals(values))
            if (more == values).all():
                break
            values = more
        if (mended := self._with_floors(values)) is not None:
            values = self._fill(mended, self._totals(mended))
        return values

    def _with_floors(self, values: Ints) -> Ints | None:
        """Return the plan with a tour for each floor that is missed, others dropped to make room; None if none is."""
        model = self.model
        below = (model.row_lower > 0) & (model.row_upper >= INF)
        below[self.formulation.coverage] = False
        floors = model.matrix[np.flatnonzero(below), : self.tours] > 0
        reach = np.asarray(floors.sum(axis=0)).ravel()  # periods of floors that each tour serves
        missed = [row for row in model.violations(settled(self.formulation, values)) if below[row]]
        for row in missed[:_FLOORS]:
            line = model.matrix[[row], : self.tours].tocoo()
            candidates = line.col[(line.data > 0) & (values[line.col] < self.pool[line.col])]
            # Those that reach over most periods of floors first.
            for z in candidates[np.argsort(-reach[candidates], kind="stable")][:_CANDIDATES].tolist():
                if (trial := self._with_room_for(z, values, reach > 0)) is not None:
                    values = trial
                    break
        return values if missed else None

    def _with_room_for(self, z: int, values: Ints, serving: NDArray[np.bool_]) -> Ints | None:
        """Return the plan with a tour more, others that serve no floor dropped from the rows that it breaks."""
        trial = values.copy()
        trial[z] += 1
        for _ in range(_DROPS):
            point = settled(self.formulation, trial)
            broken = [row for row in self.model.violations(point) if self.model.row_upper[row] < INF]
            if not broken:
                return trial
            line = self.model.matrix[[broken[0]], : self.tours].tocoo()
            mine = line.col[(line.data > 0) & (trial[line.col] > 0) & ~serving[line.col]]
            if not len(mine):
                return None
            trial[mine[-1]] -= 1
        return None

    def _totals(self, values: Ints) -> Ints:
        """Return the auxiliary columns alone, as these tours make them."""
        totals = settled(self.formulation, values)
        totals[: self.own] = 0
        return totals

    def _fill(self, given: Ints, totals: Ints) -> Ints:
        """Take tours beyond those `given` while any adds something, with auxiliary columns fixed at `totals`."""
        model, values = self.model, given.copy()
        done = model.activity(given)
        self.below_minimum, self.to_target, self.weight = _wanted(self.formulation)
        self.below_minimum = np.maximum(self.below_minimum - done, 0)
        self.to_target = np.maximum(self.to_target - done, 0)
        linked = np.unique(model.matrix[:, self.own :].tocoo().row)
        self.slack = np.where(model.row_upper < INF, model.row_upper - done - model.activity(totals), INF)
        self.slack[self.equations if totals.any() else linked] = INF
        heap = [(-gain, z) for z, gain in enumerate(self._all_gains().tolist()) if gain > 0]
        heapq.heapify(heap)
        while heap:
            _, z = heapq.heappop(heap)
            part = slice(self.starts[z], self.starts[z + 1])
            rows, coefficients = self.rows[part], self.coefficients[part]
            if values[z] >= self.pool[z] or (coefficients > self.slack[rows]).any():
                continue
            gain = self._gain(rows, coefficients)
            if gain <= 0:
                continue
            if heap and gain < -heap[0][0]:
                heapq.heappush(heap, (-gain, z))
                continue
            values[z] += 1
            self.slack[rows] -= np.where(self.slack[rows] < INF, coefficients, 0)
            self.to_target[rows] = np.maximum(self.to_target[rows] - coefficients, 0)
            self.below_minimum[rows] = np.maximum(self.below_minimum[rows] - coefficients, 0)
            heapq.heappush(heap, (-gain, z))
        return values

    def _gain(self, rows: Ints, coefficients: Ints) -> float:
        filled = np.minimum(coefficients, self.to_target[rows])
        needed = np.minimum(coefficients, self.below_minimum[rows])
        return float(((filled + _MINIMUM_FIRST * needed) * self.weight[rows]).sum())

    def _all_gains(self) -> Floats:
        column = np.repeat(np.arange(self.tours), np.diff(self.starts))
        filled = np.minimum(self.coefficients, self.to_target[self.rows])
        needed = np.minimum(self.coefficients, self.below_minimum[self.rows])
        worth = (filled + _MINIMUM_FIRST * needed) * self.weight[self.rows]
        return np.asarray(np.bincount(column, weights=worth, minlength=self.tours), dtype=np.float64)

    def give_up(self, values: Ints) -> None:
        """Drop tours from rows that are still broken, until none is or no tour is left in them."""
        model, columns = self.model, self.model.matrix[:, : self.tours]
        for _ in range(200):
            point = settled(self.formulation, values)
            broken = model.violations(point)
            guilty = [columns[[row], :].tocoo() for row in broken if model.row_upper[row] < INF]
            dropped = False
            for row in guilty:
                mine = row.col[(row.data > 0) & (values[row.col] > model.lower[row.col])]
                if len(mine):
                    values[mine[-1]] -= 1
                    dropped = True
            if not dropped:
                return


def _wanted(formulation: Formulation) -> tuple[Ints, Ints, Floats]:
    """Return what each row lacks to its minimum and to its target, and what one of it is worth; 0 if no coverage."""
    model, tours = formulation.model, len(formulation.frame.columns.tours)
    minimum, target = np.zeros(model.rows, dtype=np.int64), np.zeros(model.rows, dtype=np.int64)
    weight = np.zeros(model.rows)
    shortfalls = slice(tours + 1, formulation.first_auxiliary, 2)  # below_target of each coverage row
    rows = np.arange(formulation.coverage.start, formulation.coverage.stop)
    target[rows] = model.row_lower[rows]
    minimum[rows] = model.row_lower[rows] - model.upper[shortfalls]
    for objective in formulation.objectives.values():
        worth = objective.coefficients[tours : tours + 2 * len(rows) : 2]  # of below_minimum
        weight[rows] = np.maximum(weight[rows], worth * float(objective.scale))
    floors = (model.row_lower > 0) & (model.row_upper >= INF) & (target == 0)
    target[floors] = minimum[floors] = model.row_lower[floors]
    weight[floors] = _FLOORS_FIRST * weight.max(initial=1.0)
    return minimum, target, weight
