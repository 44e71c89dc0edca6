"""The compact model in PuLP, solved by CBC: what most people write first.

A binary says whether a unit serves in a sector and role in a period, another whether a tour starts there then. Nothing
is aggregated, no symmetry is broken, and CBC's own settings are left as they are but for time, gap, threads and seed.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pulp

from benchmarks.peers.answer import Answer, Limits, News, Served, Status, plan_of
from benchmarks.peers.problem import Problem, Unsupported

if TYPE_CHECKING:
    from benchmarks.peers.problem import Kind, LiftRow, Post, Row

_NUMBER = r"(-?[0-9.]+(?:e[+-]?[0-9]+)?)"
_BOUND = re.compile(rf"(?:Lower bound|best possible)[: ]+{_NUMBER}")
_FOUND = re.compile(rf"Integer solution of {_NUMBER} found")
_BEST = re.compile(rf"{_NUMBER} best solution")
_WHEN = re.compile(r"\(([0-9.]+) seconds\)")
_ENDED = re.compile(r"Wallclock seconds\):\s+([0-9.]+)\s*$", re.MULTILINE)
_NONE = 1e49
# CBC does not look at the clock often, and its file is yet to be written.
_SHARE = 0.8


def solve(problem: Problem, limits: Limits, tell: News) -> Answer:
    """Return the best plan that CBC finds within the limits."""
    begun = time.perf_counter()
    model = _Model(problem)
    built = time.perf_counter() - begun
    if model.impossible:
        return Answer("INFEASIBLE", None, None, len(model.lp.variables()), len(model.lp.constraints), built)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        command = pulp.PULP_CBC_CMD(
            msg=False,
            logPath=str(log),
            timeLimit=max(0.1, _SHARE * (limits.seconds - built)),
            gapRel=limits.gap,
            threads=limits.threads,
            options=[f"randomCbcSeed {limits.seed + 1}"],
            keepFiles=False,
        )
        model.lp.solve(command)
        text = log.read_text(errors="replace") if log.exists() else ""
    _tell(text, time.perf_counter() - begun, float(problem.spent), tell)
    status = _status(model.lp, text)
    plan = plan_of(problem, model.tours()) if status in ("OPTIMAL", "FEASIBLE") else None
    bound = _bound(model.lp, text, status)
    bound = None if bound is None else bound + float(problem.spent)
    return Answer(status, plan, bound, len(model.lp.variables()), len(model.lp.constraints), built)


def _status(lp: pulp.LpProblem, log: str) -> Status:
    """Return what is true: PuLP's `status` says Optimal at a time limit, and Infeasible where nothing was found."""
    if lp.sol_status == pulp.LpSolutionOptimal:
        return "OPTIMAL"
    if lp.sol_status == pulp.LpSolutionIntegerFeasible:
        return "FEASIBLE"
    proven = lp.sol_status == pulp.LpSolutionInfeasible and "Stopped on" not in log
    return "INFEASIBLE" if proven else "NO_SOLUTION"


def _bound(lp: pulp.LpProblem, log: str, status: Status) -> float | None:
    if status == "OPTIMAL":
        return float(pulp.value(lp.objective) or 0.0)
    bounds = [float(text) for text in _BOUND.findall(log)]
    known = [bound for bound in bounds if abs(bound) < _NONE]
    return known[-1] if known and status != "INFEASIBLE" else None


def _tell(log: str, ended: float, spent: float, tell: News) -> None:
    """Tell of plans and bounds in CBC's log, whose seconds count from CBC's start."""
    total = _ENDED.findall(log)
    started = max(0.0, ended - float(total[-1])) if total else 0.0
    for line in log.splitlines():
        when, found, bound = _WHEN.search(line), _FOUND.search(line) or _BEST.search(line), _BOUND.search(line)
        if when is not None and (found or bound):
            values = [None if match is None else float(match[1]) for match in (found, bound)]
            known = [None if value is None or abs(value) >= _NONE else value + spent for value in values]
            tell(known[0], known[1], started + float(when[1]))


class _Model:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.lp = pulp.LpProblem("theatre", pulp.LpMinimize)
        self.serves: dict[tuple[int, int, Post, int], pulp.LpVariable] = {}
        self.starts: dict[tuple[int, int, Post, int], pulp.LpVariable] = {}
        self.at: dict[tuple[str, str, str], list[tuple[int, int, Post]]] = defaultdict(list)
        for k, kind in enumerate(problem.kinds):
            for u, free in enumerate(kind.free):
                self._unit(k, u, kind, free)
        self.impossible = False
        for row in problem.rows:
            self._row(row)
        for lift in problem.lifts:
            self._lift(lift)
        self.lp.setObjective(self._goal())

    def _unit(self, k: int, u: int, kind: Kind, free: int) -> None:
        """One unit: in one place at a time, tours of an allowed length, dwell after each."""
        periods = self.problem.periods
        name = f"{k}_{u}"
        for p, (post, usable) in enumerate(kind.usable.items()):
            self.at[kind.id, *post].append((k, u, post))
            for t in range(free, periods):
                if usable[t]:
                    self.serves[k, u, post, t] = pulp.LpVariable(f"x_{name}_{p}_{t}", cat="Binary")
                if kind.may_start(post, t):
                    self.starts[k, u, post, t] = pulp.LpVariable(f"y_{name}_{p}_{t}", cat="Binary")
        for t in range(free, periods):
            here = self._serving(k, u, kind, t)
            if here:
                self.lp += pulp.lpSum(here) <= 1
        for post in kind.usable:
            self._tours(k, u, kind, post)
        self._dwell(k, u, kind, free)

    def _serving(self, k: int, u: int, kind: Kind, t: int) -> list[pulp.LpVariable]:
        return [self.serves[k, u, post, t] for post in kind.usable if (k, u, post, t) in self.serves]

    def _tours(self, k: int, u: int, kind: Kind, post: Post) -> None:
        """Serve from a start on for at least the shortest tour, and never longer than the longest after one."""
        periods = self.problem.periods
        for t in range(periods):
            x = self.serves.get((k, u, post, t))
            recent = self._begun(k, u, post, range(t - kind.longest + 1, t + 1))
            first = self._begun(k, u, post, range(t - kind.shortest + 1, t + 1))
            if x is not None:
                self.lp += x <= pulp.lpSum(recent)
                before = self.serves.get((k, u, post, t - 1), 0)
                self.lp += x <= before + self.starts.get((k, u, post, t), 0)
            if first:
                self.lp += pulp.lpSum(first) <= (x if x is not None else 0)
        self._asked(k, u, kind, post)

    def _begun(self, k: int, u: int, post: Post, when: range) -> list[pulp.LpVariable]:
        return [self.starts[k, u, post, a] for a in when if (k, u, post, a) in self.starts]

    def _asked(self, k: int, u: int, kind: Kind, post: Post) -> None:
        """Somebody asks for a tour in one of its periods."""
        asked, periods = kind.asked[post], self.problem.periods
        for a in range(periods):
            y = self.starts.get((k, u, post, a))
            if y is None or any(asked[a : a + kind.shortest]):
                continue
            later = [t for t in range(a + kind.shortest, min(a + kind.longest, periods)) if asked[t]]
            if later and kind.shortest + kind.dwell[kind.shortest] < kind.longest:
                raise Unsupported(f"{kind.id} could serve twice before anybody asks for it")
            self.lp += y <= pulp.lpSum(self.serves[k, u, post, t] for t in later if (k, u, post, t) in self.serves)

    def _dwell(self, k: int, u: int, kind: Kind, free: int) -> None:
        """Between starts in `a` and `b` there is time for the tour served and the dwell that it asks for."""
        periods = self.problem.periods
        started = {
            t: pulp.lpSum(y for post in kind.usable for y in self._begun(k, u, post, range(t, t + 1)))
            for t in range(free, periods)
        }
        for a, first in started.items():
            for b in range(a + 1, min(periods, a + kind.longest + kind.dwell[kind.longest])):
                longest = max((n for n, dwell in kind.dwell.items() if n + dwell <= b - a), default=0)
                if not longest:
                    self.lp += first + started[b] <= 1
                    continue
                still = self._serving(k, u, kind, a + longest)
                if still:
                    between = pulp.lpSum(started[t] for t in range(a + 1, a + longest + 1))
                    self.lp += first + started[b] + pulp.lpSum(still) <= 2 + between

    def _counted(self, row: Row) -> pulp.LpAffineExpression:
        """What all units count in a row: in full, less what those in their first periods lack."""
        terms: list[tuple[pulp.LpVariable, int]] = []
        for place, amounts in row.amounts.items():
            for k, u, post in self.at[place]:
                if (x := self.serves.get((k, u, post, row.t))) is not None:
                    terms.append((x, amounts[-1]))
                for i, amount in enumerate(amounts):
                    if amount != amounts[-1] and (y := self.starts.get((k, u, post, row.t - i))) is not None:
                        terms.append((y, amount - amounts[-1]))
        return pulp.lpSum(amount * x for x, amount in terms) + row.constant

    def _row(self, row: Row) -> None:
        counted = self._counted(row)
        if not len(counted):
            self.impossible |= not row.kept_by_nobody
            return
        if row.high is not None:
            self.lp += counted <= row.high
        if row.low is not None:
            self.lp += counted >= row.low

    def _lift(self, row: LiftRow) -> None:
        """Who starts, and who served a period ago and neither goes on nor has started anew there."""
        terms: list[tuple[pulp.LpVariable, int]] = []
        for place, amount in row.amounts.items():
            for k, u, post in self.at[place]:
                now, before = self.serves.get((k, u, post, row.t)), self.serves.get((k, u, post, row.t - 1))
                if (y := self.starts.get((k, u, post, row.t))) is not None:
                    terms += [(y, 2 * amount)]
                if before is not None:
                    terms += [(before, amount)]
                if now is not None:
                    terms += [(now, -amount)]
        if terms:
            self.lp += pulp.lpSum(amount * x for x, amount in terms) <= row.high - row.constant
        self.impossible |= not terms and row.constant > row.high

    def _goal(self) -> pulp.LpAffineExpression:
        if self.problem.goal == "cost":
            costs = self.problem.costs
            return pulp.lpSum(
                costs[self.problem.kinds[k].id, *post] / 1000 * x for (k, _, post, _), x in self.serves.items()
            )
        short = []
        for i, need in enumerate(self.problem.needs):
            lacking = pulp.LpVariable(f"short_{i}", lowBound=0, upBound=need.target)
            self.lp += self._counted(need.row) + lacking >= need.target
            short.append(float(need.weight) * lacking)
        return pulp.lpSum(short)

    def tours(self) -> list[Served]:
        """Read tours off: each from its start to the last period in which the unit still serves there."""
        begun: dict[tuple[int, int], list[tuple[int, Post]]] = defaultdict(list)
        for (k, u, post, a), y in self.starts.items():
            if (y.value() or 0.0) > 0.5:
                begun[k, u].append((a, post))
        served = []
        for (k, u), starts in begun.items():
            kind = self.problem.kinds[k]
            for (a, post), (following, _) in pairwise([*sorted(starts), (self.problem.periods, ("", ""))]):
                end = a
                while end < following and self._on(k, u, post, end):
                    end += 1
                served.append(Served(k, u, post, a, max(kind.shortest, end - a)))
        return served

    def _on(self, k: int, u: int, post: Post, t: int) -> bool:
        x = self.serves.get((k, u, post, t))
        return x is not None and (x.value() or 0.0) > 0.5
