"""Huge theatres: tours are implied, the engine finds plans and proves bounds, and no matrix is ever written down."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

import numpy as np

from forcegen.audit import audit
from forcegen.engine.implied.theatre import packed
from forcegen.formulation.lines import counted, target_of
from forcegen.mip import Status, Termination
from forcegen.planning.implied import plan_of, served_of, theatre_of
from forcegen.planning.priced_lines import PricedLines
from forcegen.planning.result import (
    AuditRefused,
    Result,
    Seconds,
    Size,
    Tier,
    TierProgress,
    contradiction,
    headed,
    versions_of,
)
from forcegen.planning.search.auto import KEY, weight
from forcegen.planning.search.either import Either
from forcegen.planning.worth import worth
from forcegen.workers import Ending

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from forcegen.audit import Audit
    from forcegen.domain.model import Goal, Model
    from forcegen.domain.plan import Plan
    from forcegen.formulation.lines import Lines, Target
    from forcegen.mip import Ints
    from forcegen.planning.solve import Settings
    from forcegen.workers import Body, WorkerPool

_ENTRY = "forcegen.engine.implied.entry:run"
_RESERVE, _GRACE = 1.0, 5.0
_GB = 10**9
# Seconds that the audit takes for one tour of a unit, rather more than less.
_AUDIT = 0.00015


def solve_huge(
    lines: Lines,
    model: Model,
    settings: Settings,
    *,
    begun: float,
    loaded: float,
    start: Plan | None,
    base: Plan | None,
    scenario: Sequence[str],
    on_progress: Callable[[TierProgress], None] | None,
    stop: threading.Event,
    workers: WorkerPool,
) -> Result:
    """Return the best audited plan that the engine finds, with the bound that it proves; parameters as in `solve`.

    Parameters
    ----------
    start, base
        The plan to search from, and the one to compare with.
    """
    built = time.monotonic()
    search = _Search(lines, model, settings, begun, on_progress, stop, base)
    search.run(start, workers)
    ended = time.monotonic()
    seconds = Seconds(loaded - begun, built - loaded, ended - built - search.audited, search.audited, ended - begun)
    return search.result(tuple(scenario), seconds)


class _Search:
    """The goals one after another; each limits those after it."""

    def __init__(
        self,
        lines: Lines,
        model: Model,
        settings: Settings,
        begun: float,
        on_progress: Callable[[TierProgress], None] | None,
        stop: threading.Event,
        base: Plan | None,
    ) -> None:
        self.lines, self.model, self.settings, self.begun = lines, model, settings, begun
        self.on_progress, self.stop, self.base = on_progress, stop, base
        self.targets = [target_of(goal.parts, lines) for goal in model.goals]
        self.theatre = theatre_of(lines)
        self.served: Ints | None = None
        self.plan: Plan | None = None
        self.audit: Audit | None = None
        self.tiers: list[Tier] = []
        self.caps: list[tuple[Target, int]] = []
        self.proofs: list[PricedLines] = []
        self.audited, self.message = 0.0, ""
        self.failed: Termination | None = None

    def run(self, start: Plan | None, workers: WorkerPool) -> None:
        """Pursue each goal in its order."""
        if start is not None:
            self._take(start)
        for position, goal in enumerate(self.model.goals):
            self._tier(position, goal, workers)
            if self.served is None:
                break

    def _take(self, start: Plan) -> None:
        served = served_of(self.lines, start)
        if audit(self.lines.frame.instance, plan_of(self.lines, served), []).clean:
            self.served = served
        else:
            self.message = "the plan to start from does not keep all limits here; it was set aside"

    def _tier(self, position: int, goal: Goal, workers: WorkerPool) -> None:
        target, left = self.targets[position], len(self.model.goals) - position
        audits = 0.0 if self.served is None else len(self.served) * _AUDIT
        if self.served is None:
            audits = self._tours_expected() * _AUDIT
        remaining = self.begun + self.settings.time_limit - time.monotonic() - _RESERVE - audits * left
        last = not any(self.targets[position + 1 :])
        seconds = remaining if last else remaining / 2
        bound: Fraction | None = Fraction(0) if self.served is not None else None  # no goal here is ever negative
        if (
            target is not None
            and self.failed is None
            and not self.stop.is_set()
            and (seconds > 0 or self.served is None)
        ):
            bound = self._searched(position, target, max(seconds, _RESERVE), max(remaining, _RESERVE), workers)
        self._close(position, goal, bound)

    def _tours_expected(self) -> int:
        cycle = int(self.lines.implied.cycle.min(initial=self.lines.frame.periods))
        return len(self.theatre.unit_free) * -(-self.lines.frame.periods // max(cycle, 1))

    def _searched(
        self, position: int, target: Target, seconds: float, most: float, workers: WorkerPool
    ) -> Fraction | None:
        """Let the engine work for one goal, until there is a plan as long as may be; return what it proves."""
        name, begun = self.model.goals[position].name, time.monotonic()
        value = None if self.served is None else self._value(target, self.served)
        proven: int | None = None
        proof: Body = {}

        def hear(message: Body) -> None:
            nonlocal value, proven, proof
            if "bound" in message:
                if proven is None or message["bound"] > proven:
                    proven, proof = message["bound"], message
            else:
                served = message["served"]
                kept = all(self._value(other, served) <= cap for other, cap in self.caps)
                found = self._value(target, served)
                if kept and (value is None or found < value):
                    self.served, value = served, found
            if self.on_progress is not None:
                shown = [None if x is None else x * target.scale for x in (value, proven)]
                self.on_progress(TierProgress(name, time.monotonic() - self.begun, *shown))
            if value is not None and proven is not None and value - proven <= self.settings.gap * abs(value):
                enough.set()

        enough = Either(self.stop)
        payload = self._payload(position, target, value, begun + seconds, begun + most)
        with workers.worker(KEY) as worker:
            reply = worker.call(
                _ENTRY,
                payload,
                time_limit=seconds if self.served is not None else most,
                grace=_GRACE,
                memory_limit=None if self.settings.memory_limit is None else int(self.settings.memory_limit * _GB),
                on_message=hear,
                stop=enough,
            )
        if reply.ending in _FAILED:
            self.failed, self.message = _FAILED[reply.ending], f"the engine failed: {reply.message}"
        self._note(name, target, proof)
        return None if proven is None else proven * target.scale

    def _note(self, goal: str, target: Target, proof: Body) -> None:
        """Keep what proves a bound, where only unmet minimums have been limited before."""
        if proof and {tier.name for tier in self.tiers} <= {"unmet-minimum"}:
            kept = (self.caps[0][0], int(proof["keep"][1]), self.caps[0][1]) if self.caps else None
            self.proofs.append(PricedLines(goal, self.lines, proof["price"], proof["unit"], target.scale, kept))

    def _payload(self, position: int, target: Target, known: int | None, deadline: float, latest: float) -> Body:
        goals = [target, *(other for other, _ in self.caps)]
        prices = self._prices(position)
        start = {} if self.served is None else {"start": self.served}
        return (
            packed(self.theatre)
            | {f"aim_{name}": np.stack([getattr(goal, name) for goal in goals]) for name in _PARTS}
            | dict(zip((f"price_{name}" for name in _PARTS), prices, strict=True))
            | {
                "constant": [goal.constant for goal in goals],
                "limit": [0, *(cap for _, cap in self.caps)],
                "unit": float(target.scale),
                "known": known,
                "begun": time.monotonic(),
                "deadline": deadline,
                "latest": latest,
                "threads": self.settings.cores,
                "seed": self.settings.seed,
            }
            | start
        )

    def _prices(self, position: int) -> list[np.ndarray[tuple[int], np.dtype[np.float64]]]:
        """Return what the search minimises: this goal, earlier ones many times, and a little of the next one."""
        result = [np.zeros(len(self.lines.least)), np.zeros(len(self.lines.least)), np.zeros(len(self.theatre.sector))]
        for i, goal in enumerate(self.targets):
            if goal is not None:
                factor = float(goal.scale) * weight(i - position)
                result = [part + factor * getattr(goal, name) for part, name in zip(result, _PARTS, strict=True)]
        return result

    def _value(self, target: Target, served: Ints) -> int:
        return target.value(self.lines, *counted(self.lines, served))

    def _close(self, position: int, goal: Goal, bound: Fraction | None) -> None:
        """End a goal's tier: audit its plan, and let it limit the goals that follow."""
        if self.served is None:
            self.tiers.append(Tier(goal.name, None, bound))
            return
        target, found = self.targets[position], self._judged(goal)
        if target is not None and found > (said := self._value(target, self.served) * target.scale):
            raise AuditRefused((contradiction(f"{goal.name}: the audit finds {found}, the engine said {said}"),))
        if bound is not None and found < bound:
            raise AuditRefused((contradiction(f"{goal.name}: {found} is below the bound {bound}"),))
        limit = max(found, Fraction(floor(found + Fraction(goal.slack) * abs(found))))
        proven = found == bound and all(tier.proven for tier in self.tiers)
        required = None if self.audit is None else self.audit.required.get(goal.name)
        self.tiers.append(Tier(goal.name, found, bound, limit, None, required, proven, found))
        if target is not None:
            self.caps.append((target, floor(limit / target.scale)))

    def _judged(self, goal: Goal) -> Fraction:
        begun, last = time.monotonic(), self.plan
        assert self.served is not None
        plan = plan_of(self.lines, self.served)
        if last is None or plan.tours != last.tours:
            parts = list(dict.fromkeys(part for each in self.model.goals for part in each.parts))
            self.plan, self.audit = plan, self._audited(plan, parts)
        self.audited += time.monotonic() - begun
        assert self.audit is not None
        if not self.audit.clean:
            raise AuditRefused(self.audit.violations)
        return worth(goal, self.model, self.audit)

    def _audited(self, plan: Plan, parts: Sequence[str]) -> Audit:
        return audit(self.lines.frame.instance, plan, parts, willing=self.model.willing, base=self.base)

    def result(self, scenario: tuple[str, ...], seconds: Seconds) -> Result:
        """Return the answer."""
        status, termination = self._ending()
        values = (
            {} if self.audit is None else {goal.name: worth(goal, self.model, self.audit) for goal in self.model.goals}
        )
        lines, versions = self.lines, versions_of([])
        columns = len(lines.implied) + 2 * int(np.count_nonzero(lines.target))
        instance = lines.frame.instance
        plan = self.plan
        if plan is not None:
            plan = headed(plan, instance, self.model, self.settings, scenario, status, termination, versions)
        return Result(
            instance=instance,
            model=self.model,
            solver=self.settings.solver,
            status=status,
            termination=termination,
            tiers=tuple(replace(tier, value=values.get(tier.name)) for tier in self.tiers),
            plan=plan,
            audit=self.audit,
            binding=(),
            size=Size(columns, len(lines.least), lines.coefficients),
            seconds=seconds,
            versions=versions,
            scenario=scenario,
            base=self.base,
            message=self.message,
            proofs=tuple(self.proofs),
        )

    def _ending(self) -> tuple[Status, Termination]:
        ended = Termination.INTERRUPTED if self.stop.is_set() else self.failed or Termination.TIME_LIMIT
        if self.served is None:
            return Status.NO_SOLUTION, ended
        if all(tier.proven for tier in self.tiers):
            return Status.OPTIMAL, Termination.OPTIMAL
        close = all(tier.gap is not None and tier.gap <= Fraction(self.settings.gap) for tier in self.tiers)
        return Status.FEASIBLE, Termination.GAP if close and not self.stop.is_set() else ended


_FAILED = {
    Ending.RAISED: Termination.CRASHED,
    Ending.CRASHED: Termination.CRASHED,
    Ending.OUT_OF_MEMORY: Termination.MEMORY_LIMIT,
}
_PARTS = ("below_minimum", "below_target", "service")
