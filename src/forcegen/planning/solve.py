"""Solve: from an instance to an audited plan with a proven gap, goal by goal."""

from __future__ import annotations

import os
import platform
import threading
import time
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from importlib.metadata import version
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy.sparse as sp

from forcegen.audit import Violation, audit
from forcegen.domain.horizon import Period
from forcegen.domain.plan import Plan
from forcegen.formulation.alike import anywhere
from forcegen.formulation.construct import construct, mended
from forcegen.formulation.decode import decode, decode_leads, encode
from forcegen.formulation.tour import Policy
from forcegen.io.errors import refuse
from forcegen.mip import INF, Ints, MipModel, Outcome, Status, Termination, trivial_bound
from forcegen.planning.auto import KEY as ENGINE
from forcegen.planning.auto import Engine, possibly_large
from forcegen.planning.binding import binding
from forcegen.planning.certify import Proven
from forcegen.planning.given import formulated, given_instance, given_model, given_plan, given_workers, when_announced
from forcegen.planning.lone import alone
from forcegen.planning.pair import Pair
from forcegen.planning.proof import Ahead
from forcegen.planning.result import AuditRefused, Binding, Result, Seconds, Size, Tier
from forcegen.planning.worth import worth
from forcegen.planning.written import huge_lines
from forcegen.solvers import SolveOptions, UnknownSolver
from forcegen.solvers.registry import usable
from forcegen.tours.begun import standing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forcegen.audit import Audit
    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Goal, Model
    from forcegen.formulation.goals import Objective
    from forcegen.formulation.tour import Formulation
    from forcegen.mip.priced import Priced
    from forcegen.workers import WorkerPool

AUTO: Final = "auto"
"""Not a solver: the choice of those that do best together."""
_PROVER, _SECOND = "highs", "cp-sat"

# Kept back from every search for decoding, the audit and writing the answer.
# What the next goal counts beside one whose relaxation is to lead the search.
_AHEAD = Fraction(1, 100)
_RESERVE = 0.6
_LEAST_SEARCH = 0.2


@dataclass(frozen=True)
class TierProgress:
    """What is known of the goal being solved: seconds since the command's start, incumbent and bound."""

    goal: str
    seconds: float
    incumbent: Fraction | None
    bound: Fraction | None


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
            usable(self.prover)

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
        if settings.solver != ENGINE:
            pool.warm(settings.prover)  # the processes start while the model is built
        instance = given_instance(instance, scenario)
        if not settings.alone and (settings.solver == ENGINE or possibly_large(instance)):
            pool.warm(ENGINE)
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
        built = time.monotonic()
        search = _Search(formulation, policy, model, settings, begun, on_progress, stop or threading.Event(), start)
        search.limit_changes(most_changes)
        search.run(start if hint is None else hint, pool)
    ended = time.monotonic()
    seconds = Seconds(loaded - begun, built - loaded, ended - built - search.audited, search.audited, ended - begun)
    return search.result(tuple(scenario), seconds)


class _Search:
    """The goals one after another; each limits those after it."""

    def __init__(
        self,
        formulation: Formulation,
        policy: Policy,
        model: Model,
        settings: Settings,
        begun: float,
        on_progress: Callable[[TierProgress], None] | None,
        stop: threading.Event,
        base: Plan | None,
    ) -> None:
        self.base, self.policy = base, policy
        self.formulation, self.model, self.settings = formulation, model, settings
        self.instance = formulation.frame.instance
        self.begun, self.on_progress, self.stop = begun, on_progress, stop
        self.mip: MipModel = formulation.model
        self.engine = Engine(formulation, [goal.name for goal in model.goals], refused=settings.alone)
        self.values: Ints | None = None
        self.audit: Audit | None = None
        self.plan: Plan | None = None
        self.tiers: list[Tier] = []
        self.outcomes: list[Outcome] = []
        self.proofs: list[Proven] = []
        self.audited = 0.0
        self.message = ""
        self.work = settings.work

    def run(self, start: Plan | None, workers: WorkerPool) -> None:
        """Solve each goal in its order."""
        if start is not None:
            self._take_start(start)
        for position, goal in enumerate(self.model.goals):
            later = self.model.goals[position + 1 :]
            # A goal that is the same whatever is done needs no time.
            last = not any(self.formulation.objectives[other.name].coefficients.any() for other in later)
            self._tier(goal, last, workers)
            if self.values is None and not last and self._undecided():
                self.tiers.pop()  # without a plan there is no later goal: this one gets all the time that is left
                self._tier(goal, True, workers)
            if self.values is None:
                break

    def limit_changes(self, most: int | None) -> None:
        """Let no more tours than these change."""
        if most is not None:
            goal = self.formulation.objectives["changes"]
            self._limit("changes", goal, floor(most / goal.scale))

    def _undecided(self) -> bool:
        left = self.begun + self.settings.time_limit - time.monotonic() - _RESERVE
        ended = self.outcomes[-1].termination is Termination.TIME_LIMIT
        return ended and left > _LEAST_SEARCH and not self.stop.is_set()

    def _take_start(self, start: Plan) -> None:
        values = encode(self.formulation, start)
        if self.mip.feasible(values):
            self.values = values
        elif self.policy.begun is not None:
            self.values = self._greedy()  # everybody starts from what is left of the plan
        else:
            self.message = "the plan to start from does not keep all limits here; it was set aside"

    def _tier(self, goal: Goal, last: bool, workers: WorkerPool) -> None:
        objective = self.formulation.objectives[goal.name]
        mip = self.mip.with_objective(objective.coefficients, objective.offset)
        remaining = self.begun + self.settings.time_limit - time.monotonic() - _RESERVE
        budget = remaining if last else remaining / 2
        if self.values is not None and (budget < _LEAST_SEARCH or self.stop.is_set()):
            self._close(goal, objective, trivial_bound(mip))
            return
        options, told = self._options(max(budget, _LEAST_SEARCH)), self._relay(goal.name, objective)
        if self.settings.solver == ENGINE:
            work = self._share_of_work(last)
            outcome = alone(self.engine, goal.name, mip, options, work, told, self.stop, workers, self._greedy)
            best = outcome.values
        else:
            provers = self.settings.prover, self.settings.second
            ahead = None if last else self._ahead(objective)
            pair = Pair(self.engine, goal.name, mip, *provers, options, told, self.stop, workers, self._alike, ahead)
            outcome, best = pair.run(self._greedy), pair.best
            self._note(goal.name, pair.priced)
        self.outcomes.append(outcome)
        if best is not None:
            self.values = best
        if outcome.status in (Status.INFEASIBLE, Status.UNBOUNDED) and self.values is not None:
            raise AuditRefused((contradiction(f"{goal.name}: {outcome.status.name} though a plan is known"),))
        self._close(goal, objective, outcome.bound)

    def _ahead(self, objective: Objective) -> Ahead | None:
        """Return the goal with a little of the next one."""
        following = self.model.goals[len(self.tiers) + 1].name
        return Ahead.of(objective, self.formulation.objectives[following], _AHEAD)

    def _share_of_work(self, last: bool) -> int | None:
        """Return how many moves a goal gets: half of those that are left, the last one all; None: as time allows."""
        if self.work is None:
            return None
        share = self.work if last else -(-self.work // 2)
        self.work -= share
        return share

    def _note(self, goal: str, priced: Priced | None) -> None:
        """Keep what prices prove, where only unmet minimums have been limited before."""
        limited = {tier.name: tier.limit for tier in self.tiers}
        if priced is not None and self.policy.begun is None and set(limited) <= {"unmet-minimum"}:
            self.proofs.append(Proven(goal, priced, self.formulation, limited.get("unmet-minimum")))

    @cached_property
    def _in_tours(self) -> Formulation:
        """The tour formulation, in which greed and what binds are told."""
        if not self.formulation.frame.single:
            return self.formulation
        return formulated(self.instance, [goal.name for goal in self.model.goals], self.policy)

    @cached_property
    def _alike(self) -> Ints | None:
        refused = self.settings.alone or self.formulation.frame.single
        return None if refused else anywhere(self.formulation)

    def _greedy(self) -> Ints | None:
        if self.settings.alone:
            return None
        if self.base is not None and self.policy.begun is not None:
            near = mended(self.formulation, encode(self.formulation, self.base))
            return next((values for values in near if self.mip.feasible(values)), None)
        values = construct(self._in_tours)
        if values is None or self._in_tours is self.formulation:
            return values
        values = encode(self.formulation, _plan(self._in_tours, values))
        return values if len(self.formulation.model.violations(values)) == 0 else None

    def _binding(self) -> tuple[Binding, ...]:
        if self.plan is None or self.values is None:
            return ()
        same = self._in_tours is self.formulation
        return binding(self._in_tours, self.values if same else encode(self._in_tours, self.plan))

    def _options(self, budget: float) -> SolveOptions:
        settings = self.settings
        return SolveOptions(
            time_limit=budget,
            gap=settings.gap,
            threads=settings.cores,
            seed=settings.seed,
            memory_limit_gb=settings.memory_limit,
            start=self.values,
            native=self.settings.options,
        )

    def _relay(self, goal: str, objective: Objective) -> Callable[[float, int | None, int | None], None]:
        offset = time.monotonic() - self.begun

        def relay(seconds: float, value: int | None, bound: int | None) -> None:
            if self.on_progress is not None:
                found, proven = (None if x is None else x * objective.scale for x in (value, bound))
                self.on_progress(TierProgress(goal, offset + seconds, found, proven))

        return relay

    def _close(self, goal: Goal, objective: Objective, bound: int | None) -> None:
        """End a goal's tier: audit its plan, and let it limit the goals that follow."""
        proven_bound = None if bound is None else bound * objective.scale
        if self.values is None:
            self.tiers.append(Tier(goal.name, None, proven_bound))
            return
        self._judge(self.values)
        assert self.audit is not None
        found, said = self._worth(goal), self._said(objective)
        if found > said:
            raise AuditRefused((contradiction(f"{goal.name}: the audit finds {found}, the solver said {said}"),))
        if proven_bound is not None and found < proven_bound:
            raise AuditRefused((contradiction(f"{goal.name}: {found} is below the bound {proven_bound}"),))
        limit = max(found, Fraction(floor(found + Fraction(goal.slack) * abs(found))))
        proven = found == proven_bound and all(tier.proven for tier in self.tiers)
        required = self.audit.required.get(goal.name)
        self.tiers.append(Tier(goal.name, found, proven_bound, limit, None, required, proven, said))
        self._limit(goal.name, objective, floor(limit / objective.scale))

    def _limit(self, name: str, objective: Objective, side: int) -> None:
        cap = sp.csr_array(objective.coefficients[None, :])
        sides = np.array([-INF]), np.array([side - objective.offset])
        self.mip = self.mip.with_rows(cap, *sides, lambda: [f"limit({name})"])

    def _said(self, objective: Objective) -> Fraction:
        assert self.values is not None
        mip = self.formulation.model.with_objective(objective.coefficients, objective.offset)
        return mip.value(self.values) * objective.scale

    def _judge(self, values: Ints) -> None:
        begun = time.monotonic()
        self.plan = _plan(self.formulation, values)
        self.audit = audit(
            self.instance,
            self.plan,
            list(dict.fromkeys(part for goal in self.model.goals for part in goal.parts)),
            willing=self.model.willing,
            base=self.base,
            soft=self.model.prices,
            at=None if self.policy.begun is None else self.policy.begun.at,
        )
        self.audited += time.monotonic() - begun
        if not self.audit.clean:
            raise AuditRefused(self.audit.violations)

    def _worth(self, goal: Goal) -> Fraction:
        assert self.audit is not None
        return worth(goal, self.model, self.audit)

    def result(self, scenario: tuple[str, ...], seconds: Seconds) -> Result:
        """Return the answer."""
        status, termination = self._ending()
        worth = {} if self.audit is None else {goal.name: self._worth(goal) for goal in self.model.goals}
        built = self.formulation.model
        size = Size(built.columns, built.rows, built.nonzeros)
        versions = versions_of(self.outcomes)
        plan = self.plan
        if plan is not None:
            plan = headed(plan, self.instance, self.model, self.settings, scenario, status, termination, versions)
        messages = [self.message, self.engine.message, *(outcome.message for outcome in self.outcomes)]
        return Result(
            instance=self.instance,
            model=self.model,
            solver=self.settings.solver,
            status=status,
            termination=termination,
            tiers=tuple(replace(tier, value=worth.get(tier.name)) for tier in self.tiers),
            plan=plan,
            audit=self.audit,
            binding=self._binding(),
            size=size,
            seconds=seconds,
            versions=versions,
            scenario=scenario,
            base=self.base,
            proofs=tuple(self.proofs),
            at=None if self.policy.begun is None else self.instance.horizon.label(self.policy.begun.at),
            dominated=self.formulation.dominated,
            message="; ".join(dict.fromkeys(filter(None, messages))),
        )

    def _ending(self) -> tuple[Status, Termination]:
        """Return the status of the whole: optimal only if every goal is proven exactly."""
        if self.values is None:
            return self.outcomes[-1].status, self.outcomes[-1].termination
        if len(self.tiers) == len(self.model.goals) and all(tier.proven for tier in self.tiers):
            return Status.OPTIMAL, Termination.OPTIMAL
        ends = [outcome.termination for outcome in self.outcomes]
        worst = [end for end in ends if end not in (Termination.OPTIMAL, Termination.GAP)]
        if self.stop.is_set():
            return Status.FEASIBLE, Termination.INTERRUPTED
        if worst:
            return Status.FEASIBLE, worst[0]
        skipped = len(self.outcomes) < len(self.model.goals)
        return Status.FEASIBLE, Termination.TIME_LIMIT if skipped else Termination.GAP


def headed(
    plan: Plan,
    instance: Instance,
    model: Model,
    settings: Settings,
    scenario: tuple[str, ...],
    status: Status,
    termination: Termination,
    versions: dict[str, str],
) -> Plan:
    """Return a plan with what it is a plan of, and how it was made."""
    return plan.model_copy(
        update={
            "instance": instance.name,
            "scenario": scenario,
            "instance_sha256": instance.digest,
            "model": model.model,
            "model_sha256": model.digest,
            "solver": settings.solver,
            "seed": settings.seed,
            "status": status.name,
            "termination": termination.name,
            "versions": versions,
        }
    )


def _period(at: Period | str) -> Period:
    return at if isinstance(at, Period) else Period.parse(at)


def _plan(formulation: Formulation, values: Ints) -> Plan:
    return Plan(tours=decode(formulation, values), leads=decode_leads(formulation, values))


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


def contradiction(message: str) -> Violation:
    """Return what is wrong where two judges disagree."""
    return Violation("contradiction", None, (), None, message)


def versions_of(outcomes: list[Outcome]) -> dict[str, str]:
    """Return the versions of all that made an answer."""
    solvers = {outcome.solver: outcome.version for outcome in outcomes}
    return {"forcegen": version("forcegen"), "python": platform.python_version(), **solvers}


def first_goal(model: Model) -> Model:
    """Return the model with its first goal alone, `changes` aside."""
    model = without_changes(model)
    return model.model_copy(update={"goals": model.goals[:1]})
