"""Rotation: a cycle of tours that repeats for ever, and the force that it keeps up."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from forcegen.audit import audit
from forcegen.domain.horizon import Horizon
from forcegen.domain.plan import Plan, Tour
from forcegen.domain.rules import Bar, LeadNation, MinimumPresence, Pin
from forcegen.formulation.construct import construct
from forcegen.formulation.decode import settled
from forcegen.mip import Status
from forcegen.planning.given import formulated
from forcegen.planning.relax import with_lists
from forcegen.planning.search.auto import LEAST_TOURS, Engine
from forcegen.planning.search.pair import Pair
from forcegen.planning.sizes import serving
from forcegen.planning.steady import frozen
from forcegen.solvers import SolveOptions
from forcegen.tours.allowed import allowed_tours
from forcegen.tours.roster import rostered

if TYPE_CHECKING:
    from forcegen.domain.contingent import Contingent
    from forcegen.domain.instance import Instance
    from forcegen.domain.rules import AnyRule
    from forcegen.formulation.tour import Formulation
    from forcegen.mip import Ints
    from forcegen.planning.sizes import Sizes
    from forcegen.planning.solve import Settings
    from forcegen.workers import WorkerPool

# Large rings are searched for a force that is given, which the engine understands; small ones for the largest.
_GOAL, _WORST = "unmet-target", "worst-shortfall"
# The cycle is unrolled so often: it is full from the second time on, and what the third shows, all others do.
_LAPS = 3
_TRIALS = 5
_LEAST, _NEAR = 0.5, Fraction(2, 1000)


def repeated(
    sizes: Sizes,
    instance: Instance,
    seconds: float,
    settings: Settings,
    stop: threading.Event | None,
    workers: WorkerPool,
) -> Fraction:
    """Return the largest factor that was found to be held by a cycle of tours that repeats for ever.

    Each unit serves at most one tour a cycle, which is at least as long as its tour and dwell. The cycle is unrolled
    three times and audited with the true dwell, handover, beds and rules; what counts is what is there from the second
    time on. 0 if nothing is found, or rules are of a kind that a cycle says nothing about (leads, terms, pins, bars).
    """
    steady = sizes.at_the_end(frozen(instance), Fraction(1))
    if any(_looks_further(rule) for rule in steady.rules):
        return Fraction(0)
    cycles = _cycles(sizes, steady)
    if not cycles:
        return Fraction(0)
    ends, best = time.monotonic() + seconds, Fraction(0)
    most, periods = cycles[0]
    search = _Cycle(sizes, steady, periods, settings, stop, workers)
    size = most
    for trial in range(_TRIALS):
        left = ends - time.monotonic()
        if left < _LEAST or most - best <= _NEAR * most or (stop is not None and stop.is_set()):
            break
        best = max(best, search.found(size, left / (_TRIALS - trial)))
        if search.solved:
            break
        most = most if best >= size else size
        size = (best + most) / 2
    return best


def _looks_further(rule: AnyRule) -> bool:
    """Tell whether a rule is of a kind that is not known of a ring."""
    return isinstance(rule, LeadNation | Pin | Bar) or (isinstance(rule, MinimumPresence) and (rule.term or 1) > 1)


def _cycles(sizes: Sizes, steady: Instance) -> list[tuple[Fraction, int]]:
    """Return what each length of a cycle could hold at most, by deploy-to-dwell role by role, the most first."""
    lengths = {k.tour_lengths[-1] + k.dwell_after(k.tour_lengths[-1]) for k in steady.contingents if k.pool}
    found: list[tuple[Fraction, int]] = []
    able = serving(steady)
    for periods in sorted(lengths):
        kept = dict.fromkeys(sizes.wanted, Fraction(0))
        for k in steady.contingents:
            if length := _tour(k, periods):
                for role in (role for role in kept if (k.id, role) in able):
                    share = k.pool * (length - Fraction(k.handover)) / periods
                    kept[role] += Fraction(k.fills[role]) * share
        least = min(value / (sizes.hold * sizes.targets[role]) for role, value in kept.items())
        found.append((least, periods))
    return sorted((item for item in found if item[0] > 0), reverse=True)


def _tour(k: Contingent, periods: int) -> int:
    """Return the longest tour that fits into a cycle with its dwell, 0 for none."""
    fitting = [length for length in k.tour_lengths if length + k.dwell_after(length) <= periods]
    return max(fitting, default=0) if k.pool else 0


class _Cycle:
    """Cycles of one length, as a ring."""

    def __init__(
        self,
        sizes: Sizes,
        steady: Instance,
        periods: int,
        settings: Settings,
        stop: threading.Event | None,
        workers: WorkerPool,
    ) -> None:
        self._sizes, self._steady, self._periods = sizes, steady, periods
        self._settings, self._stop, self._workers = settings, stop, workers
        self._start: Ints | None = None
        self.solved = False

    def found(self, factor: Fraction, seconds: float) -> Fraction:
        """Return what the best cycle that is found for a force holds, 0 if the audit finds fault with it."""
        ends = time.monotonic() + seconds
        ring = with_lists(
            self._steady,
            horizon=self._horizon(1),
            contingents=tuple(self._serving(k, self._periods) for k in self._steady.contingents),
        )
        asked = self._sizes.at_the_end(ring, factor)
        goal = _GOAL if len(allowed_tours(asked)) >= LEAST_TOURS else _WORST
        formulation = formulated(asked, [goal], formulation="ring")
        values = self._values(formulation, goal, ends - time.monotonic())
        if values is None:
            return Fraction(0)
        self._start = values[: len(formulation.frame.columns.tours)]
        return self._audited(formulation, values)

    def _horizon(self, laps: int) -> Horizon:
        given = self._steady.horizon
        return Horizon(start=given.start, periods=self._periods * laps, unit=given.unit)

    def _serving(self, k: Contingent, dwell: int | None = None) -> Contingent:
        """Return a contingent with the one tour that it serves a cycle, and its own dwell after it or another."""
        length = _tour(k, self._periods)
        if not length:
            return k.model_copy(update={"units": 0})
        return k.model_copy(update={"tour": length, "dwell": k.dwell_after(length) if dwell is None else dwell})

    def _values(self, formulation: Formulation, goal: str, seconds: float) -> Ints | None:
        settings, objective = self._settings, formulation.objectives[goal]
        model = formulation.model.with_objective(objective.coefficients, objective.offset)
        options = SolveOptions(
            time_limit=max(seconds, _LEAST),
            gap=0.0,
            threads=settings.cores,
            seed=settings.seed,
            memory_limit_gb=settings.memory_limit,
            start=self._again(formulation),
        )
        pair = Pair(
            Engine(formulation, [goal]),
            goal,
            model,
            settings.prover,
            settings.second,
            options,
            lambda seconds, value, bound: None,
            self._stop or threading.Event(),
            self._workers,
        )
        outcome = pair.run(lambda: construct(formulation))
        self.solved = goal == _WORST and outcome.status is Status.OPTIMAL
        return pair.best

    def _again(self, formulation: Formulation) -> Ints | None:
        """Return the cycle found before, for a force of another size."""
        if self._start is None:
            return None
        values = np.zeros(formulation.model.columns, dtype=np.int64)
        values[: len(self._start)] = self._start
        values = settled(formulation, values)
        return values if formulation.model.feasible(values) else None

    def _audited(self, formulation: Formulation, values: Ints) -> Fraction:
        """Return what the unrolled cycle holds from its second time on."""
        full = self._horizon(_LAPS).label(self._periods)
        rules = tuple(rule.model_copy(update={"from_": full}) for rule in self._steady.rules)
        contingents = tuple(self._serving(k) for k in self._steady.contingents)
        long = with_lists(self._steady, horizon=self._horizon(_LAPS), contingents=contingents, rules=rules)
        unrolled = self._sizes.at_the_end(long, Fraction(1))
        judged = audit(unrolled, self._unrolled(formulation, values, unrolled))
        if not judged.clean:
            return Fraction(0)
        asked = {self._sizes.name_of(role): self._sizes.hold * x for role, x in self._sizes.targets.items()}
        lines = [line for line in judged.coverage if line.period >= str(full)]
        return min((line.filled / asked[line.requirement] for line in lines), default=Fraction(0))

    def _unrolled(self, formulation: Formulation, values: Ints, long: Instance) -> Plan:
        tours = formulation.frame.columns.tours
        once = tours.take(np.repeat(np.arange(len(tours)), values[: len(tours)]))
        starts = [once.start + lap * self._periods for lap in range(_LAPS)]
        every = once.take(np.tile(np.arange(len(once)), _LAPS))
        every = replace(every, start=np.concatenate(starts))
        every = every.take(np.lexsort((every.start, every.contingent)))
        units = rostered(every, long)
        lines = zip(*(field.tolist() for field in every.fields), units.tolist(), strict=True)
        return Plan(
            tours=tuple(
                Tour(
                    contingent=long.contingents[k].id,
                    unit=unit,
                    sector=long.sectors[s].id,
                    role=long.roles[r].id,
                    start=long.horizon.label(start),
                    periods=length,
                )
                for k, s, r, start, length, unit in lines
            )
        )
