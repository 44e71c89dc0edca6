"""The goals of a solve, one after another: each is minimised within the limits that those before it have set."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from math import floor
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from forcegen.audit import audit
from forcegen.domain.plan import Plan
from forcegen.formulation.construct import construct, mended
from forcegen.formulation.decode import decode, decode_leads, encode
from forcegen.mip import INF, Ints, MipModel, Outcome, Status, Termination, trivial_bound
from forcegen.planning.binding import binding
from forcegen.planning.certify import Proven
from forcegen.planning.given import formulated
from forcegen.planning.result import (
    AuditRefused,
    Binding,
    Result,
    Seconds,
    Size,
    Tier,
    TierProgress,
    contradiction,
    headed,
    versions_of,
)
from forcegen.planning.search.auto import KEY as ENGINE
from forcegen.planning.search.auto import Engine
from forcegen.planning.search.lone import alone
from forcegen.planning.search.pair import Pair
from forcegen.planning.worth import worth
from forcegen.solvers import SolveOptions

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from forcegen.audit import Audit
    from forcegen.domain.model import Goal, Model
    from forcegen.formulation.goals import Objective
    from forcegen.formulation.tour import Formulation, Policy
    from forcegen.mip.priced import Priced
    from forcegen.planning.solve import Settings
    from forcegen.workers import WorkerPool

# Kept back from every search for decoding, the audit and writing the answer.
_RESERVE = 0.6
_LEAST_SEARCH = 0.2
# What a goal has of the time that is left, when all before it are proven: its search looks for plans that are good for
# the next one as well. Each after it has half.
_FIRST, _HALF = 0.6, 0.5


class Tiers:
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
        limited = not all(tier.proven for tier in self.tiers)
        budget = remaining * (1 if last else _HALF if limited else _FIRST)
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
            by_prices = not (self.settings.alone or self.formulation.frame.single)
            pair = Pair(self.engine, goal.name, mip, *provers, options, told, self.stop, workers, by_prices, limited)
            outcome, best = pair.run(self._greedy), pair.best
            self._note(goal.name, pair.priced)
        self.outcomes.append(outcome)
        if best is not None:
            self.values = best
        if outcome.status in (Status.INFEASIBLE, Status.UNBOUNDED) and self.values is not None:
            raise AuditRefused((contradiction(f"{goal.name}: {outcome.status.name} though a plan is known"),))
        self._close(goal, objective, outcome.bound)

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


def _plan(formulation: Formulation, values: Ints) -> Plan:
    return Plan(tours=decode(formulation, values), leads=decode_leads(formulation, values))
