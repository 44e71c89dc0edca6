"""How large a force is held from the end of the build-up to each period: what plans show, and what is proven."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from forcegen.domain.model import Goal, Model
from forcegen.formulation.alike import anywhere
from forcegen.mip import Status, merged
from forcegen.planning.given import formulated
from forcegen.planning.search.auto import LEAST_TOURS
from forcegen.planning.sizes import Factor
from forcegen.planning.solve import solve
from forcegen.solvers import SolveOptions
from forcegen.solvers import solve as run_solver

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan
    from forcegen.planning.result import Result
    from forcegen.planning.sizes import Answer, Sizes
    from forcegen.planning.solve import Settings
    from forcegen.workers import WorkerPool

_LEAST = 1.0
_ALL = Fraction(1000)  # a shortfall of everything, per mille
# The first force that is tried is so close to what is proven impossible; each next one is between it and what is found.
_FIRST, _TRIALS, _TRIAL = Fraction(97, 100), 3, 6.0
_NEAR = Fraction(2, 1000)
# Seconds in which the engine finds something in a large theatre.
_WORTHWHILE = 12.0


class Holding:
    """What is known of one instance, period by period: `found[t]` and `bound[t]` for a force held through t.

    Periods in which nothing has been asked yet have None.
    """

    def __init__(
        self, instance: Instance, sizes: Sizes, settings: Settings, stop: threading.Event | None, workers: WorkerPool
    ) -> None:
        self.instance, self.sizes = instance, sizes
        self._settings, self._stop, self._workers = settings, stop, workers
        self._start: Plan | None = None
        self.last = sizes.instance.horizon.periods - 1
        self.found: list[Fraction] = [Fraction(0)] * (self.last + 1)
        self.bound: list[Fraction] = [sizes.at_once(instance, max(t, sizes.first)) for t in range(self.last + 1)]

    def known(self, last: int) -> Factor:
        """Return what is known of a force held through a period."""
        return Factor(self.found[last], max(self.bound[last], self.found[last]))

    def search_all(self, periods: Sequence[int], seconds: float) -> None:
        """Learn about some periods: first what is impossible, then what plans show, the least known ones first."""
        ends = time.monotonic() + seconds
        for number, last in enumerate(() if self._small else periods):
            left = ends - time.monotonic()
            if left <= 0 or self._stopped:
                return
            self.refute(last, left / (len(periods) - number))
        waiting = list(periods)
        while waiting and not self._stopped:
            left = ends - time.monotonic()
            if left <= _LEAST:
                return
            least = max(waiting, key=self._unknown)
            waiting.remove(least)
            if self._unknown(least) <= _NEAR:
                return
            self.search(least, max(left / (len(waiting) + 1), min(left, _WORTHWHILE)))

    def refute(self, last: int, seconds: float) -> None:
        """Lower the bound of a period, and of those after it, by the relaxation with all sectors as one."""
        for _ in range(2):
            scale = self._scale(last)
            formulation = formulated(self.sizes.through(self.instance, scale, last), [_WORST])
            objective = formulation.objectives[_WORST]
            model = formulation.model.with_objective(objective.coefficients, objective.offset)
            outcome = run_solver(
                merged(model, anywhere(formulation)),
                "highs",
                self._relaxed(seconds),
                stop=self._stop,
                pool=self._workers,
            )
            if outcome.status is Status.INFEASIBLE:
                self._lower(last, Fraction(0))
                return
            if outcome.bound is None:
                return
            self._measured(last, scale, Fraction(outcome.bound) * objective.scale)
            if self.bound[last] > scale / 2:
                return

    def search(self, last: int, seconds: float) -> None:
        """Look for the largest force held through a period."""
        if self._small:
            self._exactly(last, seconds)
            return
        ends = time.monotonic() + seconds
        size, trials = self.bound[last] * _FIRST, max(1, min(_TRIALS, int(seconds / _TRIAL)))
        for trial in range(trials):
            left = ends - time.monotonic()
            if left < _LEAST or self._stopped or self._unknown(last) <= _NEAR:
                return
            self.attempt(size, last, left / (trials - trial))
            size = (self.found[last] + self.bound[last]) / 2

    def attempt(self, factor: Fraction, last: int, seconds: float) -> Answer:
        """Return whether a plan holds so much through a period, and learn from the plan that is found."""
        asked = self.sizes.through(self.instance, factor, last)
        result = self._solve(asked, "unmet-target", seconds)
        if result.status is Status.INFEASIBLE:
            self._lower(last, Fraction(0))
            return "no"
        self._learn(result, last)
        tier = result.tiers[0]
        if tier.found == 0:
            return "yes"
        if tier.bound is not None and tier.bound > self.sizes.rounding(factor, last).total:
            self._lower(last, factor)
            return "no"
        return "open"

    @property
    def _stopped(self) -> bool:
        return self._stop is not None and self._stop.is_set()

    def _unknown(self, last: int) -> Fraction:
        """Return what part of the bound no plan shows."""
        bound = self.bound[last]
        return (bound - self.found[last]) / bound if bound > 0 else Fraction(0)

    @cached_property
    def _small(self) -> bool:
        return len(formulated(self.instance, []).frame.columns.tours) < LEAST_TOURS

    def _exactly(self, last: int, seconds: float) -> None:
        """Solve for the force itself; a second time where the first was measured too coarsely."""
        for _ in range(2):
            scale = self._scale(last)
            result = self._solve(self.sizes.through(self.instance, scale, last), _WORST, seconds / 2)
            if result.status is Status.INFEASIBLE:
                self._lower(last, Fraction(0))
                return
            self._learn(result, last)
            if (bound := result.tiers[0].bound) is not None:
                self._measured(last, scale, bound)
            if self.bound[last] > scale / 2:
                return

    def _scale(self, last: int) -> Fraction:
        """Return a factor that nothing exceeds: what is lacking to it is told per mille."""
        return Fraction(math.floor(self.bound[last] * 1000) + 1, 1000)

    def _learn(self, result: Result, last: int) -> None:
        if result.plan is None or result.audit is None:
            return
        held = self.sizes.held(result.audit, last)
        most: Fraction | None = None
        for t, value in enumerate(held):
            most = value if most is None else most if value is None else min(most, value)
            if most is not None and most > self.found[t]:
                self.found[t] = most
        if most is not None and most >= self.found[last]:
            self._start = result.plan

    def _measured(self, last: int, scale: Fraction, lacking: Fraction) -> None:
        """Take it that so much of a force lacks at least, per mille rounded up: the true part is above one less."""
        if lacking > 0:
            self._lower(last, scale * self.sizes.rounding(scale, last).share * (_ALL + 1 - lacking) / _ALL)

    def _lower(self, last: int, bound: Fraction) -> None:
        for t in range(last, self.last + 1):
            self.bound[t] = min(self.bound[t], bound)

    def _solve(self, asked: Instance, goal: str, seconds: float) -> Result:
        model = Model.model_validate({"model": "sustain", "goals": [Goal.model_validate({"minimise": goal})]})
        settings = replace(self._settings, time_limit=max(seconds, _LEAST), gap=0.0)
        return solve(asked, model=model, settings=settings, start=self._start, stop=self._stop, workers=self._workers)

    def _relaxed(self, seconds: float) -> SolveOptions:
        settings = self._settings
        return SolveOptions(
            time_limit=max(seconds, _LEAST),
            threads=settings.cores,
            seed=settings.seed,
            memory_limit_gb=settings.memory_limit,
            relax=True,
        )


_WORST = "worst-shortfall"
