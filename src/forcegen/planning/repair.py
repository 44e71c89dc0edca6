"""Repair: the cheapest negotiable rules to relax and hard minimums to cut so that a plan exists."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from forcegen.audit import Violation, audit
from forcegen.domain.model import Goal, Model
from forcegen.domain.plan import Plan
from forcegen.formulation.construct import construct
from forcegen.formulation.decode import decode, decode_leads, encode, settled
from forcegen.formulation.relaxed import COST, REST, relaxed
from forcegen.io.errors import refuse
from forcegen.mip import INF, Status, Termination, trivial_bound
from forcegen.planning.bargain import Bargain, all_hard
from forcegen.planning.explain import explain
from forcegen.planning.given import given_foreseen, given_workers
from forcegen.planning.result import AuditRefused
from forcegen.planning.search.auto import Engine, large
from forcegen.planning.search.pair import Pair
from forcegen.planning.solve import Settings, solve
from forcegen.solvers import SolveOptions
from forcegen.solvers.registry import usable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from forcegen.audit import Audit
    from forcegen.domain.instance import Instance
    from forcegen.formulation.relaxed import Relaxed
    from forcegen.mip import Ints, MipModel
    from forcegen.planning.bargain import Relaxation
    from forcegen.planning.explain import Explanation
    from forcegen.planning.result import Result
    from forcegen.workers import WorkerPool

_LEAST_SEARCH = 0.3
# Of the time: for any plan, for one that misses little, for one that needs no repair, and then for the cheapest repair.
_ANY, _FEWEST_CUTS, _WHOLE, _CHEAPEST = 0.1, 0.2, 0.3, 0.8
_FEWEST = Model(model="fewest-cuts", goals=(Goal(minimise="unmet-minimum"),))
_CLOSEST = Model(model="closest", goals=(Goal(minimise="unmet-target"),))


@dataclass(frozen=True)
class Repair:
    """The cheapest repair, and a plan that it allows.

    Parameters
    ----------
    relaxations
        What the plan gives up; nothing where nothing needs repair.
    found, bound
        What that costs, and what no repair costs less than; None where nothing is known.
    plan, audit
        The plan, judged without the rules that are lifted: it breaks what `relaxations` say and nothing else.
    rest
        Where no repair helps: why what is not negotiable has no plan.
    left_alone
        Negotiable rules that are kept all the same.
    """

    instance: Instance
    relaxations: tuple[Relaxation, ...]
    found: Fraction | None
    bound: Fraction | None
    plan: Plan | None
    audit: Audit | None
    rest: Explanation | None
    left_alone: tuple[str, ...]
    termination: Termination
    seconds: float

    @property
    def proven(self) -> bool:
        """Whether no repair is cheaper, or none helps at all."""
        impossible = self.rest is not None and self.rest.feasible is False
        return impossible or (self.found is not None and self.found == self.bound)

    @property
    def needed(self) -> bool | None:
        """Whether anything has to be given up; None while that is not known."""
        if self.found == 0 and not self.relaxations:
            return False
        return True if self.rest is not None or (self.bound or 0) > 0 else None


def repair(
    instance: Instance | Path | str,
    *,
    scenario: Sequence[str] = (),
    minimums: bool = False,
    cuts: bool = True,
    settings: Settings | None = None,
    on_progress: Callable[[float, Fraction | None, Fraction | None], None] | None = None,
    stop: threading.Event | None = None,
    workers: WorkerPool | None = None,
) -> Repair:
    """Return the cheapest set of negotiable rules to relax and hard minimums to cut, with a plan that it allows.

    One model in which every negotiable rule may be broken at its penalty (without one: `bargain.PER` for each of what a
    counted rule counts, `bargain.ONCE` for a yes-or-no rule), and a hard minimum cut at priority times worth for each
    unit and period. Among plans of the cheapest repair found, one that comes close to the targets.

    Parameters
    ----------
    minimums
        Take every minimum as hard.
    cuts
        Whether hard minimums may be cut; otherwise only rules are relaxed.
    on_progress
        Told of seconds, cost and bound.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed.
    forcegen.solvers.SolverError
        If the solver is unknown or not available.
    AuditRefused
        If a plan breaks what it does not pay for.
    """
    begun, settings = time.monotonic(), settings or Settings()
    stop = stop or threading.Event()
    usable(settings.prover)
    instance = given_foreseen(instance, scenario)
    instance = all_hard(instance) if minimums else instance
    with given_workers(workers) as pool:
        bargain = Bargain.of(instance, cuts=cuts)
        whole, close = _whole(bargain, settings, begun, stop, pool)
        if whole is not None:
            free, seconds = Fraction(0), time.monotonic() - begun
            return Repair(instance, (), free, free, whole.plan, whole.audit, None, (), whole.termination, seconds)
        form = _relaxed(bargain)
        search = _Search(bargain, form, settings, begun, on_progress, stop, pool)
        search.run(close)
        rest = search.why_not() if search.infeasible else None
    return search.answer(rest, time.monotonic() - begun)


def _whole(
    bargain: Bargain, settings: Settings, begun: float, stop: threading.Event, workers: WorkerPool
) -> tuple[Result | None, Plan | None]:
    """Return the answer where nothing need be given up; else a plan that misses little, where minimums may be cut."""
    close = None
    until = begun + settings.time_limit * _WHOLE

    def solved(instance: Instance, model: Model, until: float) -> Result:
        limits = replace(settings, time_limit=max(until - time.monotonic(), _LEAST_SEARCH))
        return solve(instance, model=model, settings=limits, hint=close, stop=stop, workers=workers)

    if bargain.cuts:
        # Plans that come close to targets are found soon, and those that miss few minimums from them.
        for model, share in ((_CLOSEST, _ANY), (_FEWEST, _FEWEST_CUTS)):
            close = solved(bargain.softened, model, begun + settings.time_limit * share).plan or close
        if close is not None and not audit(bargain.instance, close, []).clean:
            return None, close
    whole = solved(bargain.instance, _CLOSEST, until)
    return (None if whole.plan is None else whole), close


def _relaxed(bargain: Bargain) -> Relaxed:
    try:
        return relaxed(bargain.instance, bargain.working, bargain.prices)
    except OverflowError as error:
        raise refuse(str(error), advice="use larger units of measure, or penalties of similar size") from None


class _Search:
    """First the cheapest repair, then what comes closest to the targets at its cost."""

    def __init__(
        self,
        bargain: Bargain,
        form: Relaxed,
        settings: Settings,
        begun: float,
        on_progress: Callable[[float, Fraction | None, Fraction | None], None] | None,
        stop: threading.Event,
        workers: WorkerPool,
    ) -> None:
        self.bargain, self.form, self.settings, self.begun = bargain, form, settings, begun
        self.on_progress, self.stop, self.workers = on_progress, stop, workers
        self.cost = form.formulation.objectives[COST]
        self.values: Ints | None = None
        self.bound: Fraction | None = None
        self.infeasible = False
        self.termination = Termination.OPTIMAL

    def run(self, close: Plan | None) -> None:
        """Search within the time, from a plan that misses little where there is one."""
        formulation = self.form.formulation
        first = formulation.model.with_objective(self.cost.coefficients, self.cost.offset)
        starts = [settled(formulation, np.zeros(first.columns, dtype=np.int64))]
        starts += [] if close is None else [encode(formulation, close)]
        self.values = min(filter(first.feasible, starts), key=first.value, default=None)
        least = trivial_bound(first)
        if self.values is not None and first.value(self.values) == least:
            self.bound = least * self.cost.scale
        elif self._left() > _LEAST_SEARCH or self.values is None:
            self._cheapest(first)
        if self.values is not None and not self.stop.is_set() and self._left() > _LEAST_SEARCH:
            self._closest(first)

    def why_not(self) -> Explanation:
        """Return why what is not negotiable has no plan."""
        limits = replace(self.settings, time_limit=max(self._left(), self.settings.time_limit / 2))
        return explain(self.bargain.rest, settings=limits, stop=self.stop, workers=self.workers)

    def answer(self, rest: Explanation | None, seconds: float) -> Repair:
        """Return what was found, judged."""
        plan = judged = found = None
        relaxations: tuple[Relaxation, ...] = ()
        if self.values is not None:
            formulation, values = self.form.formulation, self.values
            tours, leads = decode(formulation, values), decode_leads(formulation, values)
            plan = Plan(tours=tours, leads=leads, instance=self.bargain.instance.name)
            lifted = {name for name, column in self.form.lifted.items() if values[column]}
            judged, relaxations, wrong = self.bargain.struck(plan, lifted)
            found = sum((relaxation.cost for relaxation in relaxations), Fraction(0))
            said = formulation.model.with_objective(self.cost.coefficients, self.cost.offset).value(values)
            if wrong:
                raise AuditRefused(tuple(wrong))
            if found > said * self.cost.scale:
                raise AuditRefused(
                    (_contradiction(f"the audit finds {found}, the solver said {said * self.cost.scale}"),)
                )
            if self.bound is not None and found < self.bound:
                raise AuditRefused((_contradiction(f"{found} is below the bound {self.bound}"),))
        termination = Termination.INTERRUPTED if self.stop.is_set() else self.termination
        return Repair(
            self.bargain.instance,
            tuple(sorted(relaxations, key=lambda r: -r.cost)),
            found,
            self.bound,
            plan,
            judged,
            rest,
            self.bargain.left_alone,
            termination,
            seconds,
        )

    def _cheapest(self, model: MipModel) -> None:
        left = self._left()
        outcome_bound, status, self.termination = self._solve(
            COST, model, left * _CHEAPEST if self.values is not None else left
        )
        self.infeasible = status is Status.INFEASIBLE
        self.bound = None if outcome_bound is None else outcome_bound * self.cost.scale

    def _closest(self, model: MipModel) -> None:
        assert self.values is not None
        rest = self.form.formulation.objectives[REST]
        cap = sp.csr_array(self.cost.coefficients[None, :])
        side = model.value(self.values) - self.cost.offset
        capped = self.form.formulation.model.with_rows(cap, np.array([-INF]), np.array([floor(side)]))
        self._solve(REST, capped.with_objective(rest.coefficients, rest.offset), self._left())

    def _solve(self, goal: str, model: MipModel, seconds: float) -> tuple[int | None, Status, Termination]:
        formulation = self.form.formulation
        settings = self.settings
        options = SolveOptions(
            time_limit=max(seconds, _LEAST_SEARCH),
            gap=0.0 if goal == COST else settings.gap,
            threads=settings.cores,
            seed=settings.seed,
            memory_limit_gb=settings.memory_limit,
            start=self.values,
        )
        pair = Pair(
            Engine(formulation, [goal], refused=settings.alone or not large(formulation)),
            goal,
            model,
            settings.prover,
            settings.second,
            options,
            self._relay(goal),
            self.stop,
            self.workers,
            by_prices=not settings.alone,
        )
        outcome = pair.run(lambda: construct(formulation))
        if pair.best is not None:
            self.values = pair.best
        return outcome.bound, outcome.status, outcome.termination

    def _relay(self, goal: str) -> Callable[[float, int | None, int | None], None]:
        offset = time.monotonic() - self.begun

        def relay(seconds: float, value: int | None, bound: int | None) -> None:
            if self.on_progress is not None and goal == COST:
                found, proven = (None if x is None else x * self.cost.scale for x in (value, bound))
                self.on_progress(offset + seconds, found, proven)

        return relay

    def _left(self) -> float:
        return self.begun + self.settings.time_limit - time.monotonic()


def _contradiction(message: str) -> Violation:
    return Violation("contradiction", None, (), None, message)
