"""Explain: which hard rules and requirements cannot hold together, and why."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.numbers import milli
from forcegen.domain.values import over_time
from forcegen.formulation.alike import anywhere
from forcegen.formulation.construct import construct
from forcegen.formulation.decode import settled
from forcegen.formulation.frame import Frame
from forcegen.formulation.rows.coverage import NANO, coverage
from forcegen.mip import Status, merged
from forcegen.planning.given import formulated, given_foreseen, given_workers
from forcegen.planning.relax import Part, keeping, parts
from forcegen.planning.search.auto import Engine, large
from forcegen.planning.solve import Settings
from forcegen.planning.telling import conflict_paragraph
from forcegen.solvers import SolveOptions
from forcegen.solvers import solve as run_solver
from forcegen.solvers.registry import usable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from forcegen.domain.instance import Instance
    from forcegen.formulation.rows.coverage import Coverage
    from forcegen.formulation.rows.family import Ints
    from forcegen.formulation.tour import Formulation
    from forcegen.workers import WorkerPool

_LEAST_CHECK = 0.5
# What the engine looks at while it searches for any plan, and for how long it may.
_GOAL, _ENGINE_SECONDS = "unmet-minimum", 20.0


@dataclass(frozen=True)
class Count:
    """A hard requirement that asks for more than could ever reach it.

    Parameters
    ----------
    periods
        Where it does, by name.
    minimum, reach
        What it asks for and the most that could be there, in its measure, in the worst of them.
    because
        What the most is bounded by.
    """

    requirement: str
    periods: tuple[str, ...]
    minimum: Fraction
    reach: Fraction
    because: str

    def __str__(self) -> str:
        """Return it in words."""
        when = self.periods[0] if len(self.periods) == 1 else f"{self.periods[0]} to {self.periods[-1]}"
        return (
            f"{self.requirement} asks for {float(self.minimum):,.10g} in {when}; "
            f"at most {float(self.reach):,.10g} could be there: {self.because}"
        )


@dataclass(frozen=True)
class Explanation:
    """Why there is no plan, or that there is one.

    Parameters
    ----------
    feasible
        Whether a plan exists; None if time ran out before that was known.
    counts
        Requirements that counting alone refutes.
    conflict
        Parts that cannot hold together.
    proven_minimal
        Whether without any one of them, all the others of the conflict can.
    paragraph
        The conflict in sentences, by the names of what is in it, with the source of each; empty where there is none.
    """

    feasible: bool | None
    counts: tuple[Count, ...]
    conflict: tuple[Part, ...]
    proven_minimal: bool
    checks: int
    seconds: float
    paragraph: str = ""


def explain(
    instance: Instance | Path | str,
    *,
    scenario: Sequence[str] = (),
    settings: Settings | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
    workers: WorkerPool | None = None,
) -> Explanation:
    """Return an irreducible set of rules, requirements, limits and offers that cannot hold together.

    Parts are dropped in groups that halve while the rest still has no plan (a deletion filter, Chinneck and Dravnieks
    1991); what is left when none can be dropped any more is irreducible. Offers are tried first, requirements last, so
    that a conflict of rules is told as one of rules.

    Parameters
    ----------
    settings
        Solver, threads, seed and the time limit of all checks together.
    on_progress
        Called after every check with how many were made, and how many parts are left.
    stop
        Whoever sets it ends the search; the parts not yet ruled out are kept.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed.
    forcegen.solvers.SolverError
        If the solver is unknown or not available.
    """
    begun, settings = time.monotonic(), settings or Settings()
    usable(settings.prover)
    instance = given_foreseen(instance, scenario)
    with given_workers(workers) as pool:
        search = _Search(instance, settings, begun + settings.time_limit, stop, pool, on_progress)
        every = parts(instance)
        feasible = search.feasible(every)
        search.tell(len(every))
        conflict: list[Part] = []
        if feasible is False:
            conflict = search.irreducible(every)
    counts = tuple(_counts(Frame(instance))) if feasible is False else ()
    minimal = feasible is False and not search.undecided
    paragraph = conflict_paragraph(instance, conflict, minimal=minimal)
    return Explanation(feasible, counts, tuple(conflict), minimal, search.checks, time.monotonic() - begun, paragraph)


class _Search:
    """Feasibility of parts of an instance."""

    def __init__(
        self,
        instance: Instance,
        settings: Settings,
        deadline: float,
        stop: threading.Event | None,
        workers: WorkerPool,
        on_progress: Callable[[int, int], None] | None,
    ) -> None:
        self._instance, self._settings, self._deadline = instance, settings, deadline
        self._stop, self._workers = stop, workers
        self._on_progress, self._told = on_progress, (0, 0)
        self.checks = 0
        self.undecided = False

    def tell(self, left: int) -> None:
        """Tell how many parts are left, if there is news."""
        if self._on_progress is not None and (self.checks, left) != self._told:
            self._told = self.checks, left
            self._on_progress(*self._told)

    def feasible(self, kept: Sequence[Part]) -> bool | None:
        """Return whether a plan exists that keeps these parts; None if that is not known in time."""
        left = self._deadline - time.monotonic()
        if left <= 0 or (self._stop is not None and self._stop.is_set()):
            return None
        self.checks += 1
        formulation = formulated(keeping(self._instance, kept), [_GOAL])
        model = formulation.model
        if model.feasible(settled(formulation, np.zeros(model.columns, dtype=np.int64))):
            return True  # nobody anywhere is a plan
        if any(_counts(formulation.frame)):
            return False  # counting proves it
        if construct(formulation) is not None:
            return True
        if large(formulation) and self._relaxation_has_none(formulation):
            return False
        if self._engine_finds_one(formulation, left):
            return True
        options = self._options(gap=1.0)
        outcome = run_solver(model, self._settings.prover, options, stop=self._stop, pool=self._workers)
        if outcome.values is not None:
            return True
        return False if outcome.status is Status.INFEASIBLE else None

    def _relaxation_has_none(self, formulation: Formulation) -> bool:
        """Return whether not even the relaxation with all sectors as one has a point: a matter of a second."""
        prover = self._settings.prover
        if not usable(prover).relaxes:
            return False
        small = merged(formulation.model, anywhere(formulation))
        outcome = run_solver(small, prover, self._options(relax=True), stop=self._stop, pool=self._workers)
        return outcome.status is Status.INFEASIBLE

    def _options(self, *, gap: float = 0.0, relax: bool = False) -> SolveOptions:
        return SolveOptions(
            time_limit=max(self._deadline - time.monotonic(), _LEAST_CHECK),
            gap=gap,
            threads=self._settings.cores,
            seed=self._settings.seed,
            memory_limit_gb=self._settings.memory_limit,
            relax=relax,
        )

    def _engine_finds_one(self, formulation: Formulation, left: float) -> bool:
        """Return whether the engine finds any plan, on large instances and for some of the time."""
        engine = Engine(formulation, [_GOAL])
        if not engine.useful:
            return False  # the solver answers sooner, above all where there is no plan
        found, objective = threading.Event(), formulation.objectives[_GOAL]
        engine.improve(
            _GOAL,
            formulation.model.with_objective(objective.coefficients, objective.offset),
            None,
            seconds=min(_ENGINE_SECONDS, left / 2),
            threads=self._settings.cores,
            seed=self._settings.seed,
            stop=found,
            workers=self._workers,
            better=lambda values, seconds: found.set(),
        )
        return found.is_set()

    def irreducible(self, conflict: Sequence[Part]) -> list[Part]:
        """Return a subset of parts without a plan from which none can be left out, as far as time allows.

        Where counting alone shows the conflict, it first says which parts it needs for that: a short list, quickly.
        """
        if self._counted(conflict) is False:
            conflict, _ = _filtered(conflict, self._counted, self.tell)
        needed, undecided = _filtered(conflict, self.feasible, self.tell)
        self.undecided |= undecided
        return needed

    def _counted(self, kept: Sequence[Part]) -> bool | None:
        """Return False if counting shows that these parts conflict, else None."""
        return False if any(_counts(Frame(keeping(self._instance, kept)))) else None


def _filtered(
    conflict: Sequence[Part], feasible: Callable[[Sequence[Part]], bool | None], told: Callable[[int], None]
) -> tuple[list[Part], bool]:
    """Return the parts that are left when those without which it stays infeasible are dropped, group by group.

    Also whether any answer was missing. After every answer, how many are left is told.
    """
    needed: list[Part] = []
    waiting, undecided = list(conflict), False
    size = max(1, len(waiting) // 2)
    while waiting:
        size = min(size, len(waiting))
        dropped, rest = waiting[:size], waiting[size:]
        answer = feasible([*rest, *needed])
        if answer is False:
            waiting, size = rest, size * 2
        elif size > 1:
            size = size // 2
        else:
            undecided |= answer is None
            needed += dropped
            waiting = rest
        told(len(waiting) + len(needed))
    return [part for part in conflict if part in needed], undecided


def _counts(frame: Frame) -> Iterator[Count]:
    """Yield hard requirements whose minimum is above all that could ever reach them."""
    free = frame.units_free
    for part in coverage(frame):
        if part.requirement.hard and len(part.periods):
            yield from _refuted(part, frame, free)


def _refuted(part: Coverage, frame: Frame, free: Ints) -> Iterator[Count]:
    worst: tuple[Fraction, Fraction, str] | None = None
    short: list[str] = []
    for i, t in enumerate(part.periods.tolist()):
        minimum = int(part.minimum[i] * part.unit * NANO) + int(part.given[t])
        reach, because = _reach(part, t, frame, free)
        if reach < minimum:
            short.append(frame.label(t))
            found = Fraction(minimum, NANO), Fraction(reach, NANO), because
            if worst is None or found[0] - found[1] > worst[0] - worst[1]:
                worst = found
    if worst is not None:
        yield Count(part.requirement.id, tuple(short), *worst)


def _reach(part: Coverage, t: int, frame: Frame, free: Ints) -> tuple[int, str]:
    """Return the most that could fill a requirement in a period, in billionths, and what bounds it."""
    instance, tours = frame.instance, frame.columns.tours
    here = part.whole.row == t
    column, value = part.whole.column[here], part.whole.value[here]
    best = np.zeros((len(instance.contingents), len(instance.sectors)), dtype=np.int64)
    np.maximum.at(best, (tours.contingent[column], tours.sector[column]), value)
    offered = [int(x) * int(units) for x, units in zip(best.max(axis=1, initial=0), free[:, t], strict=True)]
    by_pool = sum(offered)
    by_place, names = 0, []
    for s, sector in enumerate(instance.sectors):
        able = np.flatnonzero(best[:, s])
        pooled = sum(int(best[k, s]) * int(free[k, t]) for k in able)
        if sector.beds is None or not len(able):
            by_place += pooled
            continue
        beds = [milli(instance.contingents[k].beds_at(sector)) for k in able]
        held = milli(over_time(sector.beds, instance.horizon)[t])
        room = pooled if min(beds) == 0 else max(int(best[k, s]) * held // b for k, b in zip(able, beds, strict=True))
        by_place += min(pooled, room)
        names += [sector.id] if room < pooled else []
    given = int(part.given[t])
    if by_place < by_pool:
        return by_place + given, f"the beds of {', '.join(names)}"
    serving = [(instance.contingents[k].id, x) for k, x in enumerate(offered) if x]
    serving.sort(key=lambda item: -item[1])
    listed = ", ".join(f"{k} {x / NANO:,.10g}" for k, x in serving[:5])
    return by_pool + given, f"all that may serve there are {listed}" if serving else "nobody may serve there"
