"""Solve: from an instance to an audited plan with a proven gap, goal by goal."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forcegen.domain.horizon import Period
from forcegen.formulation.tour import Policy
from forcegen.io.errors import refuse
from forcegen.planning.given import formulated, given_instance, given_model, given_plan, given_workers, when_announced
from forcegen.planning.result import Result, Seconds, TierProgress
from forcegen.planning.search.auto import KEY as ENGINE
from forcegen.planning.search.auto import LOADED, possibly_large
from forcegen.planning.tiers import Tiers
from forcegen.planning.written import huge_lines
from forcegen.solvers import UnknownSolver
from forcegen.solvers.registry import usable
from forcegen.tours.begun import standing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.domain.plan import Plan
    from forcegen.workers import WorkerPool

AUTO: Final = "auto"
"""Not a solver: the choice of those that do best together."""
_PROVER, _SECOND = "highs", "cp-sat"


@dataclass(frozen=True, eq=False)
class Settings:
    """How to solve: solver, limits (seconds, relative gap, GB), threads and seed.

    `auto` is HiGHS with the engine beside it where that helps, else with CP-SAT: they find different things hard.
    `alone` leaves a solver without the engine and without a greedy plan to start from, as comparisons need it.
    `options` are the solver's own, by its names; limits, seed and threads stay ours.
    `engine` is the engine alone: it proves nothing. With `work` it ends after so many moves in all, on one thread, and
    the same work and seed give the same plan, as long as the time limit is not reached.
    """

    solver: str = AUTO
    time_limit: float = 60.0
    gap: float = 0.001
    threads: int | None = None
    seed: int = 0
    memory_limit: float | None = None
    alone: bool = False
    options: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    work: int | None = None

    def __post_init__(self) -> None:
        """Check.

        Raises
        ------
        forcegen.io.errors.InputError
            If work is asked for that nobody counts.
        """
        if self.work is None:
            return
        if self.solver != ENGINE:
            raise refuse("work counts moves of the engine", field="work", advice=f"take the solver {ENGINE}")
        if self.work < 1 or (self.threads or 1) > 1:
            message = "work is counted in moves, at least 1, on one thread"
            raise refuse(message, field="work", value=str(self.work), advice="give --threads 1")

    def ready(self) -> None:
        """Make sure that the solver is there.

        Raises
        ------
        forcegen.solvers.SolverError
            If it is unknown or not available.
        """
        if self.solver != ENGINE:
            usable(self.prover, (AUTO, ENGINE))

    @property
    def prover(self) -> str:
        """The solver that proves bounds.

        Raises
        ------
        forcegen.solvers.UnknownSolver
            If there is none.
        """
        if self.solver == ENGINE:
            raise UnknownSolver("the engine alone proves nothing, and this question needs proofs; take another solver")
        return _PROVER if self.solver == AUTO else self.solver

    @property
    def second(self) -> str | None:
        """The solver beside it where the engine is of no use."""
        return _SECOND if self.solver == AUTO and self.cores > 1 else None

    @property
    def cores(self) -> int:
        """Threads to use: as many as are given, else one a core that this process may use."""
        return self.threads or (1 if self.work else len(os.sched_getaffinity(0)))


def solve(
    instance: Instance | Path | str,
    *,
    model: Model | str = "rotation",
    scenario: Sequence[str] = (),
    settings: Settings | None = None,
    start: Plan | Path | str | None = None,
    at: Period | str | None = None,
    hint: Plan | None = None,
    most_changes: int | None = None,
    on_progress: Callable[[TierProgress], None] | None = None,
    stop: threading.Event | None = None,
    workers: WorkerPool | None = None,
) -> Result:
    """Return the best audited plan that is found within the limits, with what is proven of it.

    Parameters
    ----------
    instance, model, start
        Documents, or where they are on disk; `model` may be the name of one that is shipped.
    scenario
        Scenarios to lay on the instance, in their order, where the instance is read from disk. One that is announced
        later is no hindsight: the plan without it, `start` or one that is made first, is made anew when it is known.
    settings
        Solver and limits; the time limit covers all goals, from this call to its end.
    at
        The plan to start from is made anew in this period: what it says of earlier ones is past, notice counts from
        here. See docs/semantics.md, section 9.
    hint
        A plan to search from, where it is not the one to start from.
    most_changes
        At most so many tours of the plan to start from may change; the model has the goal `changes` then.
    on_progress
        Told of each better plan and bound.
    stop
        Set it to end early; the best plan so far is returned.
    workers
        Keeps solver processes between calls.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed.
    forcegen.solvers.SolverError
        If the solver is unknown or not available.
    AuditRefused
        If a solver's plan does not pass the audit.
    """
    begun, settings = time.monotonic(), settings or Settings()
    settings.ready()
    if isinstance(instance, Path | str) and when_announced(instance, scenario) is not None:
        from forcegen.planning.surprise import as_one, surprise  # here: it solves in its turn

        base, anew = surprise(
            instance,
            scenario=scenario,
            plan=start,
            at=at,
            model=model,
            changes=most_changes,
            settings=settings,
            on_progress=on_progress,
            stop=stop,
            workers=workers,
        )
        return as_one(base, anew)
    with given_workers(workers) as pool:
        instance = given_instance(instance, scenario)
        # Processes start while the model is built. The engine loads longest, and its plan is the first: where there is
        # one, the solver's process comes after the model, so that it takes no core from these two.
        engine = not settings.alone and (settings.solver == ENGINE or possibly_large(instance))
        if engine:
            pool.warm(ENGINE, LOADED)
        elif settings.solver != ENGINE:
            pool.warm(settings.prover)
        model = given_model(model)
        start = None if start is None else given_plan(start)
        loaded = time.monotonic()
        model = without_changes(model) if start is None else model
        past = None if at is None or start is None else standing(instance, start, instance.horizon.index(_period(at)))
        if past is not None:
            model = model.model_copy(update={"formulation": "tour"})
        if settings.solver == AUTO and not settings.alone and past is None and most_changes is None:
            from forcegen.planning.huge import solve_huge  # here: it judges as this module does

            if (lines := huge_lines(instance, model)) is not None:
                return solve_huge(
                    lines,
                    model,
                    settings,
                    begun=begun,
                    loaded=loaded,
                    start=start if hint is None else hint,
                    base=start,
                    scenario=scenario,
                    on_progress=on_progress,
                    stop=stop or threading.Event(),
                    workers=pool,
                )
        # Whoever brings a plan finds all of its tours; where there is none, those that are dominated are left out.
        lean = start is None and hint is None
        policy = Policy(model.goals[0].parts, model.willing, start, model.prices, past, lean=lean)
        goals = dict.fromkeys((*(goal.name for goal in model.goals), *(() if most_changes is None else ("changes",))))
        formulation = formulated(instance, list(goals), policy, model.formulation)
        if engine and settings.solver != ENGINE:
            pool.warm(settings.prover)
        built = time.monotonic()
        search = Tiers(formulation, policy, model, settings, begun, on_progress, stop or threading.Event(), start)
        search.limit_changes(most_changes)
        search.run(start if hint is None else hint, pool)
    ended = time.monotonic()
    seconds = Seconds(loaded - begun, built - loaded, ended - built - search.audited, search.audited, ended - begun)
    return search.result(tuple(scenario), seconds)


def _period(at: Period | str) -> Period:
    return at if isinstance(at, Period) else Period.parse(at)


def without_changes(model: Model) -> Model:
    """Return the model without the goal `changes`, which needs a plan to compare with."""
    goals = [
        goal.model_copy(update={"weighted": {k: w for k, w in goal.weighted.items() if k != "changes"}})
        if goal.weighted
        else goal
        for goal in model.goals
        if set(goal.parts) != {"changes"}
    ]
    if not goals:
        raise refuse("the model's only goal is changes", advice="give a plan to compare with: --start PLAN")
    return model.model_copy(update={"goals": tuple(goals)})


def first_goal(model: Model) -> Model:
    """Return the model with its first goal alone, `changes` aside."""
    model = without_changes(model)
    return model.model_copy(update={"goals": model.goals[:1]})
