"""Solving many cases within one limit of time, some side by side."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.audit import Violation
from forcegen.mip import Status
from forcegen.planning.result import AuditRefused
from forcegen.planning.search.auto import KEY as ENGINE
from forcegen.planning.search.auto import LEAST_TOURS
from forcegen.planning.solve import AUTO, solve
from forcegen.planning.stress.kept import kept
from forcegen.planning.stress.mended import mended
from forcegen.solvers import SolverUnavailable
from forcegen.tours.allowed import allowed_tours

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Collection, Sequence

    from forcegen.audit import Audit
    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.domain.plan import Plan
    from forcegen.planning.result import Result
    from forcegen.planning.solve import Settings
    from forcegen.planning.stress.cases import Case
    from forcegen.planning.stress.kept import Kept
    from forcegen.workers import WorkerPool

LEAST = 2.0
"""Seconds below which a solve is not worth its start."""
# The share of a case's time that may go into mending a plan to start from.
_MENDING, _LEAST_MENDING = 0.5, 3.0


@dataclass(frozen=True)
class Answer:
    """What is known of one case: its best value lies between `bound` and `found`.

    Parameters
    ----------
    bound
        No plan is better; None if nothing is proven.
    found
        The value of `plan`; None if there is none.
    infeasible
        Whether it is proven that there is no plan.
    solved
        Whether it was solved at all, or only bounded by what was known before.
    required
        The value with nothing filled, for goals of unmet need.
    """

    bound: Fraction | None
    found: Fraction | None
    plan: Plan | None
    audit: Audit | None
    infeasible: bool
    solved: bool
    required: Fraction | None

    @property
    def proven(self) -> bool:
        """Whether no plan is better, or there is none."""
        return self.infeasible or (self.found is not None and self.found == self.bound)

    def loss(self, base: Answer) -> tuple[Fraction, Fraction | None]:
        """Return what is lost against the base at least and at most, cut at 0; None for no upper end."""
        low = Fraction(0) if self.bound is None or base.found is None else max(Fraction(0), self.bound - base.found)
        return low, None if (most := self.above(base)) is None else max(Fraction(0), most)

    def above(self, base: Answer) -> Fraction | None:
        """Return by how much this is above the base at most; None where nothing is known."""
        unknown = self.infeasible or self.found is None or base.bound is None
        return None if unknown else self.found - base.bound  # type: ignore[operator]

    def at_least(self, bound: Fraction | None) -> Answer:
        """Return the same with what else is proven."""
        if self.infeasible or bound is None or (self.bound is not None and self.bound >= bound):
            return self
        if self.found is not None and self.found < bound:
            message = f"{self.found} is below the bound {bound} of the relaxation"
            raise AuditRefused((Violation("contradiction", None, (), None, message),))
        return replace(self, bound=bound)

    def at_most(self, other: Answer) -> Answer:
        """Return the same with another plan for the case, where it is better."""
        if self.infeasible or other.found is None or (self.found is not None and self.found <= other.found):
            return self
        return replace(self, found=other.found, plan=other.plan, audit=other.audit)


def answered(result: Result) -> Answer:
    """Return what a solve says of its first goal."""
    tier = result.tiers[0]
    infeasible = result.status is Status.INFEASIBLE
    return Answer(tier.bound, tier.found, result.plan, result.audit, infeasible, True, tier.required)


def bounded(instance: Instance, plan: Plan | None, model: Model) -> Answer:
    """Return what a plan for another case says of this one: what is left of it, where that keeps all limits."""
    if plan is None:
        return Answer(None, None, None, None, False, False, None)
    return _standing(kept(instance, plan, model), model)


def _standing(rest: Kept, model: Model) -> Answer:
    required = rest.audit.required.get(model.goals[0].name)
    if rest.broken:
        return Answer(None, None, None, None, False, False, required)
    return Answer(None, rest.value, rest.plan, rest.audit, False, False, required)


class Desk:
    """Solves cases one after another, or some side by side, in the model's first goal.

    Parameters
    ----------
    settings
        Those of each solve; its time limit is not used.
    tell
        Told what is solved next, its number, and how many there are.
    jobs
        How many solves at a time; they share the threads.
    """

    def __init__(
        self,
        model: Model,
        settings: Settings,
        stop: threading.Event | None,
        workers: WorkerPool,
        tell: Callable[[str, int, int], None] | None,
        jobs: int,
    ) -> None:
        threads = settings.threads if jobs == 1 else max(1, settings.cores // jobs)
        self.model, self.stop, self.tell, self.workers, self._jobs = model, stop, tell, workers, jobs
        self.settings = replace(settings, threads=threads)

    @property
    def stopped(self) -> bool:
        """Whether whoever asked wants no more."""
        return self.stop is not None and self.stop.is_set()

    def solve(self, instance: Instance, seconds: float, start: Plan | None = None) -> Result:
        """Return the answer of one solve."""
        settings = replace(self.settings, time_limit=max(seconds, LEAST))
        return solve(instance, model=self.model, settings=settings, start=start, stop=self.stop, workers=self.workers)

    def answers(
        self,
        cases: Sequence[Case],
        hint: Plan | None,
        until: float,
        starts: Sequence[Plan | None] = (),
        elsewhere: Collection[int] = (),
    ) -> list[Answer]:
        """Return what is known of each case; those for which no time is left are bounded by the hint alone.

        Parameters
        ----------
        hint
            A plan for another case; what a case leaves of it is what its search starts from.
        starts
            A plan for each case instead, in their order.
        until
            When all must be done, as `time.monotonic` gives it.
        elsewhere
            Numbers of cases whose bounds come from elsewhere: where there is a plan to start from, the engine alone
            searches for better ones, on large instances.
        """

        def answer(number: int) -> Answer:
            case = cases[number]
            begun, former = time.monotonic(), starts[number] if starts else hint
            left = until - begun
            if self.stopped or left <= 0:
                return bounded(case.instance, former, self.model)
            if self.tell is not None:
                self.tell(case.words, number + 1, len(cases))
            seconds = min(left, left * self._jobs / (len(cases) - number))
            known = self._mended(case.instance, former, seconds * _MENDING)
            rest = seconds - (time.monotonic() - begun)
            sought = number in elsewhere and known.plan is not None
            result = self._searched(case.instance, rest, known.plan) if sought else None
            result = result or self.solve(case.instance, rest, known.plan)
            return answered(result).at_most(known)

        with ThreadPoolExecutor(self._jobs) as pool:
            return list(pool.map(answer, range(len(cases))))

    def _searched(self, instance: Instance, seconds: float, start: Plan | None) -> Result | None:
        """Return what the engine alone finds; None where it is of no use."""
        if self.settings.solver != AUTO or self.settings.alone or len(allowed_tours(instance)) < LEAST_TOURS:
            return None
        settings = replace(self.settings, solver=ENGINE, time_limit=max(seconds, LEAST))
        with suppress(SolverUnavailable):
            return solve(
                instance, model=self.model, settings=settings, start=start, stop=self.stop, workers=self.workers
            )
        return None

    def _mended(self, instance: Instance, former: Plan | None, seconds: float) -> Answer:
        """Return what is left of another case's plan; where that breaks limits, the best part of it that does not."""
        if former is None:
            return bounded(instance, None, self.model)
        rest = kept(instance, former, self.model)
        if not rest.broken:
            return _standing(rest, self.model)
        settings = replace(self.settings, time_limit=max(seconds, _LEAST_MENDING))
        better = mended(instance, rest, self.model, settings, stop=self.stop, workers=self.workers)
        return _standing(better or rest, self.model)
