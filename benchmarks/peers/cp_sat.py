"""CP-SAT as its documentation advises, in two styles.

`intervals`: every tour that a unit could serve is an optional interval, dwell included; no two of a unit's intervals
overlap; a literal says whether it is served. `counts`: units of a contingent are alike, so an integer says how many of
them start each tour, and how many may is a sum over the tours that are on or at home in dwell.
"""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING, Literal

from ortools.sat.python import cp_model

from benchmarks.peers.answer import Answer, Limits, News, Served, Status, dealt, plan_of

if TYPE_CHECKING:
    from benchmarks.peers.problem import Kind, LiftRow, Place, Post, Problem, Row

Style = Literal["intervals", "counts"]
_LEAST_WORKERS = 8


def solve(problem: Problem, limits: Limits, tell: News, style: Style) -> Answer:
    """Return the best plan that CP-SAT finds within the limits."""
    begun = time.perf_counter()
    model = _Model(problem, style)
    built = time.perf_counter() - begun
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.1, limits.seconds - built)
    solver.parameters.num_workers = max(_LEAST_WORKERS, limits.threads)
    solver.parameters.random_seed = limits.seed
    solver.parameters.relative_gap_limit = limits.gap
    solver.best_bound_callback = lambda bound: tell(None, model.worth(bound))
    outcome = solver.solve(model.model, _Plans(model, tell))
    status: Status = _STATUS[outcome]
    found = status in ("OPTIMAL", "FEASIBLE")
    if status == "OPTIMAL" and limits.gap > 0 and solver.best_objective_bound < solver.objective_value:
        status = "FEASIBLE"
    plan = plan_of(problem, model.tours(solver)) if found else None
    bound = None if status == "INFEASIBLE" else model.worth(solver.best_objective_bound)
    size = model.model.proto
    return Answer(status, plan, bound, len(size.variables), len(size.constraints), built)


_STATUS: dict[object, Status] = {
    cp_model.OPTIMAL: "OPTIMAL",
    cp_model.FEASIBLE: "FEASIBLE",
    cp_model.INFEASIBLE: "INFEASIBLE",
    cp_model.UNKNOWN: "NO_SOLUTION",
}


class _Plans(cp_model.CpSolverSolutionCallback):
    """Tells of each plan."""

    def __init__(self, model: _Model, tell: News) -> None:
        super().__init__()
        self._model, self._tell = model, tell

    def on_solution_callback(self) -> None:
        """Tell of one."""
        self._tell(self._model.worth(self.objective_value), self._model.worth(self.best_objective_bound))


class _Model:
    def __init__(self, problem: Problem, style: Style) -> None:
        self.problem, self.style = problem, style
        self.model = cp_model.CpModel()
        self.served: list[tuple[int, int | None, Post, int, int, cp_model.IntVar]] = []
        for k, kind in enumerate(problem.kinds):
            if style == "counts":
                self._counts(k, kind)
            else:
                self._intervals(k, kind)
        self.by_place: dict[Place, list[tuple[int, int, cp_model.IntVar]]] = defaultdict(list)
        for k, _, post, a, length, x in self.served:
            self.by_place[problem.kinds[k].id, *post].append((a, length, x))
        for row in problem.rows:
            self._row(row)
        for lift in problem.lifts:
            self._lift(lift)
        self.scale = 1000 if problem.goal == "cost" else problem.scale
        self._goal()

    def _intervals(self, k: int, kind: Kind) -> None:
        tours = list(kind.tours())
        before: dict[int, cp_model.LinearExprT] = {}
        for u, free in enumerate(kind.free):
            intervals, literals = [], []
            for post, a, length in tours:
                if a >= free:
                    x = self.model.new_bool_var(f"{kind.id}/{u}/{post}/{a}/{length}")
                    span = length + kind.dwell[length]
                    intervals.append(self.model.new_optional_fixed_size_interval_var(a, span, x, ""))
                    self.served.append((k, u, post, a, length, x))
                    literals.append(x)
            self.model.add_no_overlap(intervals)
            work = sum(literals)
            if free in before:
                self.model.add(work <= before[free])
            before[free] = work

    def _counts(self, k: int, kind: Kind) -> None:
        away: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for post, a, length in kind.tours():
            n = self.model.new_int_var(0, sum(free <= a for free in kind.free), f"{kind.id}/{post}/{a}/{length}")
            self.served.append((k, None, post, a, length, n))
            for t in range(a, min(a + length + kind.dwell[length], self.problem.periods)):
                away[t].append(n)
        for t, counts in away.items():
            self.model.add(sum(counts) <= sum(free <= t for free in kind.free))

    def _counted(self, row: Row) -> cp_model.LinearExprT:
        variables, amounts = [], []
        for place, line in row.amounts.items():
            for a, length, x in self.by_place[place]:
                if a <= row.t < a + length:
                    variables.append(x)
                    amounts.append(line[min(row.t - a, len(line) - 1)])
        return cp_model.LinearExpr.weighted_sum(variables, amounts) + row.constant

    def _row(self, row: Row) -> None:
        counted = self._counted(row)
        if row.high is not None:
            self.model.add(counted <= row.high)
        if row.low is not None:
            self.model.add(counted >= row.low)

    def _lift(self, row: LiftRow) -> None:
        variables, amounts = [], []
        for place, amount in row.amounts.items():
            for a, length, x in self.by_place[place]:
                if row.t in (a, a + length):
                    variables.append(x)
                    amounts.append(amount)
        self.model.add(cp_model.LinearExpr.weighted_sum(variables, amounts) + row.constant <= row.high)

    def _goal(self) -> None:
        problem = self.problem
        variables, prices = [], []
        if problem.goal == "cost":
            for k, _, post, a, length, x in self.served:
                variables.append(x)
                prices.append(problem.costs[problem.kinds[k].id, *post] * min(length, problem.periods - a))
        for need in problem.needs:
            lacking = self.model.new_int_var(0, need.target, "")
            self.model.add(self._counted(need.row) + lacking >= need.target)
            variables.append(lacking)
            prices.append(int(need.weight * self.scale))
        self.model.minimize(cp_model.LinearExpr.weighted_sum(variables, prices))

    def worth(self, objective: float) -> float:
        """Return what an objective value means in the goal's unit."""
        return objective / self.scale + float(self.problem.spent)

    def tours(self, solver: cp_model.CpSolver) -> list[Served]:
        """Read tours off."""
        chosen = [(*tour[:5], solver.value(tour[5])) for tour in self.served]
        if self.style == "counts":
            return dealt(self.problem, ((k, post, a, n, count) for k, _, post, a, n, count in chosen if count))
        return [Served(k, u, post, a, n) for k, u, post, a, n, count in chosen if count and u is not None]
