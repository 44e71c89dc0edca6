"""Stock and flow in MathOpt, solved by SCIP: units at home are a stock, tours take from it and give back after dwell.

Units of a contingent are counted, not named. An integer says how many start a tour of a length at a post in a period; a
balance a contingent and period says how many are at home.
"""

from __future__ import annotations

import datetime
import time
from collections import defaultdict
from math import isfinite
from typing import TYPE_CHECKING

from ortools.math_opt.python import mathopt

from benchmarks.peers.answer import Answer, Limits, News, Status, dealt, plan_of

if TYPE_CHECKING:
    from benchmarks.peers.problem import Kind, LiftRow, Place, Post, Problem, Row


_INFINITE = 1e19
# Presolving does not look at the clock often.
_SHARE = 0.9


def solve(problem: Problem, limits: Limits, tell: News) -> Answer:
    """Return the best plan that SCIP finds within the limits."""
    begun = time.perf_counter()
    model = _Model(problem)
    built = time.perf_counter() - begun
    parameters = mathopt.SolveParameters(
        time_limit=datetime.timedelta(seconds=max(0.1, _SHARE * (limits.seconds - built))),
        relative_gap_tolerance=limits.gap,
        random_seed=limits.seed,
    )
    log = _Log(float(problem.spent), tell)
    result = mathopt.solve(model.model, mathopt.SolverType.GSCIP, params=parameters, msg_cb=log.read)
    found = result.has_primal_feasible_solution()
    status = _status(result, found)
    plan = plan_of(problem, dealt(problem, model.counts(result.variable_values()))) if found else None
    bound = result.termination.objective_bounds.dual_bound + float(problem.spent)
    bound = None if status == "INFEASIBLE" or not isfinite(bound) or abs(bound) >= _INFINITE else bound
    size = (model.model.get_num_variables(), model.model.get_num_linear_constraints())
    return Answer(status, plan, bound, *size, built)


class _Log:
    """Tells of the bounds in SCIP's log, a table with a column for each."""

    def __init__(self, spent: float, tell: News) -> None:
        self._spent, self._tell = spent, tell
        self._columns: list[str] = []

    def read(self, lines: list[str]) -> None:
        """Take lines of the log."""
        for line in lines:
            cells = [cell.strip() for cell in line.split("|")]
            if "dualbound" in cells:
                self._columns = cells
            elif self._columns and len(cells) == len(self._columns):
                named = dict(zip(self._columns, cells, strict=True))
                self._tell(self._number(named.get("primalbound")), self._number(named["dualbound"]))

    def _number(self, text: str | None) -> float | None:
        try:
            number = float(text or "")
        except ValueError:
            return None
        return number + self._spent if abs(number) < _INFINITE else None


def _status(result: mathopt.SolveResult, found: bool) -> Status:
    if result.termination.reason == mathopt.TerminationReason.OPTIMAL:
        return "OPTIMAL"
    if result.termination.reason == mathopt.TerminationReason.INFEASIBLE:
        return "INFEASIBLE"
    return "FEASIBLE" if found else "NO_SOLUTION"


class _Model:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.model = mathopt.Model(name="theatre")
        self.started: list[tuple[int, Post, int, int, mathopt.Variable]] = []
        self.by_place: dict[Place, list[tuple[int, int, mathopt.Variable]]] = defaultdict(list)
        for k, kind in enumerate(problem.kinds):
            self._stock(k, kind)
        for row in problem.rows:
            self._row(row)
        for lift in problem.lifts:
            self._lift(lift)
        self._goal()

    def _stock(self, k: int, kind: Kind) -> None:
        """At home: those of a period ago, those newly free and those whose dwell ends, less those who start."""
        out: dict[int, list[mathopt.Variable]] = defaultdict(list)
        back: dict[int, list[mathopt.Variable]] = defaultdict(list)
        for post, a, length in kind.tours():
            n = self.model.add_integer_variable(lb=0, ub=len(kind.free))
            self.started.append((k, post, a, length, n))
            self.by_place[kind.id, *post].append((a, length, n))
            out[a].append(n)
            back[a + length + kind.dwell[length]].append(n)
        home: mathopt.Variable | int = 0
        for t in range(self.problem.periods):
            now = self.model.add_variable(lb=0, ub=len(kind.free))
            new = sum(free == t for free in kind.free)
            flow = mathopt.fast_sum(back[t]) - mathopt.fast_sum(out[t])
            self.model.add_linear_constraint(now == home + new + flow)
            home = now

    def _counted(self, row: Row) -> mathopt.LinearExpression:
        terms = [
            line[min(row.t - a, len(line) - 1)] * n
            for place, line in row.amounts.items()
            for a, length, n in self.by_place[place]
            if a <= row.t < a + length
        ]
        return mathopt.fast_sum(terms) + row.constant

    def _row(self, row: Row) -> None:
        counted = self._counted(row)
        if row.high is not None:
            self.model.add_linear_constraint(counted <= row.high)
        if row.low is not None:
            self.model.add_linear_constraint(counted >= row.low)

    def _lift(self, row: LiftRow) -> None:
        moved = [
            amount * n
            for place, amount in row.amounts.items()
            for a, length, n in self.by_place[place]
            if row.t in (a, a + length)
        ]
        self.model.add_linear_constraint(mathopt.fast_sum(moved) + row.constant <= row.high)

    def _goal(self) -> None:
        problem = self.problem
        if problem.goal == "cost":
            spent = [
                problem.costs[problem.kinds[k].id, *post] * min(length, problem.periods - a) / 1000 * n
                for k, post, a, length, n in self.started
            ]
            self.model.minimize(mathopt.fast_sum(spent))
            return
        short = []
        for need in problem.needs:
            lacking = self.model.add_variable(lb=0, ub=need.target)
            self.model.add_linear_constraint(self._counted(need.row) + lacking >= need.target)
            short.append(float(need.weight) * lacking)
        self.model.minimize(mathopt.fast_sum(short))

    def counts(self, values: dict[mathopt.Variable, float]) -> list[tuple[int, Post, int, int, int]]:
        """Read off how many units start each tour."""
        return [(k, post, a, n, count) for k, post, a, n, x in self.started if (count := round(values[x]))]
