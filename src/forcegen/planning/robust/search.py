"""The search for a robust plan, and what is proven of it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from forcegen.audit import Violation
from forcegen.domain.plan import Plan
from forcegen.formulation.decode import decode, decode_leads, encode
from forcegen.formulation.worlds import mean_world
from forcegen.planning.result import AuditRefused
from forcegen.planning.robust.tail import tail_model
from forcegen.planning.search.auto import Engine
from forcegen.planning.search.pair import Pair
from forcegen.planning.search.proof import Proof
from forcegen.planning.stress.kept import judged
from forcegen.solvers import SolveOptions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from forcegen.formulation.tour import Formulation
    from forcegen.formulation.worlds import Worlds
    from forcegen.mip import Ints, MipModel
    from forcegen.planning.robust.sample import Sample
    from forcegen.planning.stress.answers import Desk

# Of the time for CVaR, what goes into plans for the worlds that were worst.
_PLAYED = 0.7
_ROUNDS, _LEAST_ROUND = 6, 2.0


@dataclass(frozen=True)
class Found:
    """A plan, and what the aim is worth at least for any plan; None where nothing is proven."""

    plan: Plan
    bound: Fraction | None

    def checked(self, value: Fraction) -> Fraction | None:
        """Return the bound, which an audited value must not be below."""
        if self.bound is not None and value < self.bound:
            message = f"{value} is below the bound {self.bound} over all worlds"
            raise AuditRefused((Violation("contradiction", None, (), None, message),))
        return self.bound


class Search:
    """Plans for the worlds of a sample.

    Parameters
    ----------
    base, worlds
        The plan's own formulation, and the same with the worlds' shortfalls.
    """

    def __init__(self, desk: Desk, base: Formulation, worlds: Worlds, sample: Sample) -> None:
        self._desk, self._base, self._worlds, self._sample = desk, base, worlds, sample
        self._goal = desk.model.goals[0].name
        self._bound: Fraction | None = None
        self._matrix, self._scale = worlds.worths()

    def run(self, aim: str, start: Plan, seconds: float, end: float) -> Found:
        """Return the best plan that is found in so many seconds, and what is proven until `end` (`time.monotonic`)."""
        values = encode(self._worlds.formulation, start)
        until = time.monotonic() + seconds
        tail = aim == "cvar"
        values = self._tail(values, until) if tail else self._mean(values, self._sample.weights, until, prove=True)
        worths = self._worths(values)
        value = self._sample.cvar(worths) if tail else self._sample.mean(worths)
        if self._bound is None or self._bound < value:
            weights = self._sample.worst(worths) if tail else list(self._sample.weights)
            self.prove(self._mean_bound(weights, max(end - time.monotonic(), _LEAST_ROUND)))
        formulation = self._worlds.formulation
        plan = Plan(tours=decode(formulation, values), leads=decode_leads(formulation, values))
        answer = judged(formulation.frame.instance, plan, self._desk.model)
        if answer.broken:
            raise AuditRefused(answer.audit.violations)
        return Found(plan, self._bound)

    def _worths(self, values: Ints) -> list[Fraction]:
        """Return what a plan is worth in each world."""
        return [int(worth) * self._scale for worth in np.asarray(self._matrix @ values).tolist()]

    def _mean(self, values: Ints, weights: Sequence[Fraction], until: float, *, prove: bool) -> Ints:
        """Return the best plan for a weighted sum of the worlds."""
        objective = self._worlds.objective(weights)
        formulation = self._worlds.formulation
        formulation = replace(formulation, objectives={self._goal: objective})
        mip = formulation.model.with_objective(objective.coefficients, objective.offset)
        engine = Engine(formulation, [self._goal], refused=self._desk.settings.alone)
        if not prove and engine.able:
            return self._improved(engine, mip, values, until)
        return self._paired(engine, mip, values, objective.scale, until)

    def _improved(self, engine: Engine, mip: MipModel, values: Ints, until: float) -> Ints:
        settings = self._desk.settings
        found = engine.improve(
            self._goal,
            mip,
            values,
            seconds=until - time.monotonic(),
            threads=settings.cores,
            seed=settings.seed,
            stop=self._stop,
            workers=self._desk.workers,
            better=lambda _, __: None,
        )
        return values if found is None else found

    def _paired(self, engine: Engine, mip: MipModel, values: Ints, scale: Fraction, until: float) -> Ints:
        """Return the best point that engine and solver find; what they prove is kept."""
        settings = self._desk.settings
        seconds = until - time.monotonic()
        if seconds <= 0 or self._stop.is_set():
            return values
        options = self._options(seconds, values)
        pair = Pair(
            engine,
            self._goal,
            mip,
            settings.prover,
            settings.second,
            options,
            lambda _, __, ___: None,
            self._stop,
            self._desk.workers,
        )
        outcome = pair.run(lambda: None)
        self.prove(None if outcome.bound is None else outcome.bound * scale)
        return values if pair.best is None else pair.best

    def _tail(self, values: Ints, until: float) -> Ints:
        """Return the plan with the least CVaR that is found.

        Where there is much to do, plans for the worlds that were worst so far come first: each round a plan is made for
        the mean of the weights of all rounds (fictitious play, Brown 1951), and that with the least CVaR is kept. Then
        the whole model is solved from there.
        """
        sample = self._sample
        try:
            tail = tail_model(self._worlds, sample.weights, sample.tail)
        except OverflowError:
            tail = None
        engine = Engine(self._worlds.formulation, [self._goal], refused=self._desk.settings.alone)
        if engine.useful:
            values = self._played(values, time.monotonic() + (until - time.monotonic()) * _PLAYED)
        if tail is None:
            return values
        blind = Engine(self._worlds.formulation, [self._goal], refused=True)
        point = self._paired(blind, tail.model, tail.best_point(values), tail.scale, until)
        return point[: tail.columns]

    def _played(self, values: Ints, until: float) -> Ints:
        best, least = values, self._sample.cvar(self._worths(values))
        total = self._sample.worst(self._worths(values))
        for done in range(_ROUNDS):
            now = time.monotonic()
            if self._stop.is_set() or until - now < _LEAST_ROUND:
                break
            weights = [share / (done + 1) for share in total]
            values = self._mean(best, weights, now + (until - now) / (_ROUNDS - done), prove=False)
            worths = self._worths(values)
            if self._sample.cvar(worths) < least:
                best, least = values, self._sample.cvar(worths)
            total = [a + b for a, b in zip(total, self._sample.worst(worths), strict=True)]
        return best

    def _mean_bound(self, weights: Sequence[Fraction], seconds: float) -> Fraction | None:
        """Return what the mean world proves of a weighted sum of the worlds, by prices of its relaxation."""
        if self._stop.is_set():
            return None
        try:
            formulation, objective = mean_world(self._base, self._worlds, weights)
        except OverflowError:
            return None
        mip = formulation.model.with_objective(objective.coefficients, objective.offset)
        bounds: list[int] = []
        options, tours = self._options(seconds, None), len(formulation.frame.columns.tours)
        proof = Proof(mip, options, bounds.append, self._desk.workers, spare=tours)
        proof.run(seconds, self._desk.settings.cores, self._stop)
        return max(bounds) * objective.scale if bounds else None

    def prove(self, bound: Fraction | None) -> None:
        """Take what the aim is worth at least."""
        if bound is not None and (self._bound is None or bound > self._bound):
            self._bound = bound

    def _options(self, seconds: float, start: Ints | None) -> SolveOptions:
        settings = self._desk.settings
        return SolveOptions(
            time_limit=max(seconds, 0.1),
            gap=settings.gap,
            threads=settings.cores,
            seed=settings.seed,
            memory_limit_gb=settings.memory_limit,
            start=start,
            native=settings.options,
        )

    @cached_property
    def _stop(self) -> threading.Event:
        return self._desk.stop or threading.Event()
