"""Plans within a loss of a plan that is known: the limits on goals, and the search for one far from others."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import floor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import scipy.sparse as sp

from forcegen.audit import audit
from forcegen.formulation.contrast import cells_of, contrast, replaced
from forcegen.formulation.decode import decode, decode_leads, encode
from forcegen.formulation.goals import Objective
from forcegen.formulation.tour import Policy
from forcegen.mip import INF, Status
from forcegen.planning.given import formulated
from forcegen.planning.result import AuditRefused
from forcegen.planning.search.auto import Engine
from forcegen.planning.search.pair import Pair
from forcegen.planning.worth import worth
from forcegen.solvers import SolveOptions
from forcegen.solvers import solve as run_solver

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from forcegen.audit import Audit
    from forcegen.domain.plan import Plan
    from forcegen.mip import Ints, MipModel, Outcome
    from forcegen.planning.result import Result
    from forcegen.planning.solve import Settings
    from forcegen.workers import WorkerPool

# Of a plan's time, what goes into a plan to start from that leaves what the others use.
_START_SHARE = 0.5
_SURROGATE = "used by others"
# What a troop-period that others use already counts beside one that is lacking, to lead the engine.
_WEIGHT = Fraction(4)


class Place(NamedTuple):
    """Where a nation serves, and as what."""

    nation: str
    sector: str
    role: str


@dataclass(frozen=True, eq=False)
class Found:
    """A plan within the limits.

    Parameters
    ----------
    values : int64[columns]
        Its columns.
    served : int64[cells]
        What it serves in each cell.
    difference, bound
        From the nearest of those before it, and what no plan exceeds, as `Nearby.troops` counts; None where there is
        none.
    """

    values: Ints
    served: Ints
    plan: Plan
    audit: Audit
    goals: dict[str, Fraction]
    difference: int | None = None
    bound: int | None = None


class Nearby:
    """The plans in which each goal loses no more than a share against a base.

    Parameters
    ----------
    base
        A result with a plan.
    loss
        Share that each goal may lose: of what is required for goals of unmet need, else of the value found.
    """

    def __init__(
        self, base: Result, loss: Fraction, settings: Settings, stop: threading.Event, workers: WorkerPool
    ) -> None:
        self.base, self.settings, self.stop, self.workers = base, settings, stop, workers
        self.goals = [goal.name for goal in base.model.goals]
        policy = Policy(base.model.goals[0].parts, base.model.willing, None, base.model.prices)
        self.formulation = formulated(base.instance, self.goals, policy)
        self.cells = cells_of(self.formulation.frame)
        self.limits = {
            tier.name: tier.value + loss * (tier.required or abs(tier.value))
            for tier in base.tiers
            if tier.value is not None
        }
        self.model = self._limited(self.goals)
        self.exhausted = False
        assert base.plan is not None
        self.first = replace(self.found(encode(self.formulation, base.plan)), plan=base.plan)

    def troops(self, amount: int) -> Fraction:
        """Return troop-periods of an amount as the cells count."""
        return Fraction(amount * self.formulation.frame.person, 1000)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The cells, by name."""
        instance, cells = self.base.instance, self.cells
        return tuple(
            Place(instance.nations[n].id, instance.sectors[s].id, instance.roles[r].id)
            for n, s, r in zip(cells.nation.tolist(), cells.sector.tolist(), cells.role.tolist(), strict=True)
        )

    def without_limit(self, goal: str) -> MipModel:
        """Return the model that minimises one goal within the limits of the others."""
        objective = self.formulation.objectives[goal]
        limited = self._limited([name for name in self.goals if name != goal])
        return limited.with_objective(objective.coefficients, objective.offset)

    def side(self, goal: str) -> int:
        """Return the limit of a goal in steps of its objective, offset included."""
        return floor(self.limits[goal] / self.formulation.objectives[goal].scale)

    def found(self, values: Ints, difference: int | None = None, bound: int | None = None) -> Found:
        """Return a plan with its audit.

        Raises
        ------
        AuditRefused
            If it does not pass.
        """
        base, formulation = self.base, self.formulation
        assert base.plan is not None
        tours, leads = decode(formulation, values), decode_leads(formulation, values)
        header = {"status": Status.FEASIBLE.name, "termination": None}
        plan = base.plan.model_copy(update={"tours": tours, "leads": leads} | header)
        names = list(dict.fromkeys(part for goal in base.model.goals for part in goal.parts))
        judged = audit(base.instance, plan, names, willing=base.model.willing, soft=base.model.prices)
        if not judged.clean:
            raise AuditRefused(judged.violations)
        goals = {goal.name: worth(goal, base.model, judged) for goal in base.model.goals}
        return Found(values, self.cells.served_by(values), plan, judged, goals, difference, bound)

    def within(self, found: Found) -> bool:
        """Tell whether the audited values keep all limits."""
        return all(found.goals[name] <= limit for name, limit in self.limits.items())

    def next(self, former: Sequence[Found], seconds: float, seed: int) -> Found | None:
        """Return the plan that was found farthest from the nearest of the former ones; None if none differs.

        `exhausted` says then whether that is proven.
        """
        ends = time.monotonic() + seconds
        served = [item.served for item in former]
        start = self._far_start(former, seconds * _START_SHARE, seed)
        opposed = contrast(self.model, self.cells, served)
        outcome = run_solver(
            opposed.model,
            self.settings.prover,
            replace(self.options(ends - time.monotonic(), opposed.start(start)), seed=seed),
            stop=self.stop,
            pool=self.workers,
        )
        best = start if outcome.values is None else opposed.plan(outcome.values)
        least = min(replaced(self.cells.served_by(best), other) for other in served)
        bound = _most(outcome, opposed.model)
        if least == 0:
            self.exhausted = bound == 0
            return None
        return self.found(best, least, bound)

    def options(self, seconds: float, start: Ints | None) -> SolveOptions:
        """Return how to run a solver for so long."""
        settings = self.settings
        return SolveOptions(
            time_limit=max(seconds, 0.1),
            gap=settings.gap,
            threads=settings.cores,
            seed=settings.seed,
            memory_limit_gb=settings.memory_limit,
            start=start,
        )

    def _limited(self, goals: Sequence[str]) -> MipModel:
        model = self.formulation.model
        for name in goals:
            if name in self.limits:
                objective = self.formulation.objectives[name]
                row = sp.csr_array(objective.coefficients[None, :])
                side = self.side(name) - objective.offset
                model = model.with_rows(row, np.array([-INF]), np.array([side]))
        return model

    def _far_start(self, former: Sequence[Found], seconds: float, seed: int) -> Ints:
        """Return a plan to start from: of the former ones and one that leaves what they use, the farthest."""
        served = [item.served for item in former]
        known = [item.values for item in former]
        engine = self._engine(served)
        if engine.useful:
            objective = self._used(served)
            pair = Pair(
                engine,
                _SURROGATE,
                self.model.with_objective(objective.coefficients, 0),
                self.settings.prover,
                None,
                replace(self.options(seconds, former[-1].values), seed=seed),
                lambda seconds, value, bound: None,
                self.stop,
                self.workers,
            )
            pair.run(lambda: None)
            known += [] if pair.best is None else [pair.best]
        return max(known, key=lambda values: min(replaced(self.cells.served_by(values), other) for other in served))

    def _engine(self, served: Sequence[Ints]) -> Engine:
        objectives = self.formulation.objectives | {_SURROGATE: self._used(served)}
        return Engine(replace(self.formulation, objectives=objectives), [*self.goals, _SURROGATE])

    def _used(self, served: Sequence[Ints]) -> Objective:
        """Return troop-periods in cells that others use, once for each of them that does."""
        users = np.sum([other > 0 for other in served], axis=0)
        coefficients = np.zeros(self.formulation.model.columns, dtype=np.int64)
        coefficients[: len(self.cells.cell)] = users[self.cells.cell] * self.cells.served
        return Objective(coefficients, 0, _WEIGHT * self.troops(1))


def _most(outcome: Outcome, model: MipModel) -> int | None:
    """Return what no plan's distance exceeds."""
    if outcome.bound is None:
        return None
    return min(-outcome.bound, int(model.upper[-1]))
