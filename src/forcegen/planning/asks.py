"""Asks: the cheapest extra offers that close the gaps."""

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
from forcegen.formulation.decode import decode, decode_leads, encode
from forcegen.formulation.more import ASKED, SERVED, more
from forcegen.io.errors import refuse
from forcegen.mip import INF, Termination
from forcegen.planning.ask import Ask, asks_of, fewest_units, lacking
from forcegen.planning.given import given_foreseen, given_workers
from forcegen.planning.offers import offers, with_offers
from forcegen.planning.relax import with_lists
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
    from forcegen.formulation.more import By
    from forcegen.formulation.tour import Formulation
    from forcegen.mip import Ints, MipModel, Outcome
    from forcegen.planning.ask import Lack
    from forcegen.planning.offers import Offer
    from forcegen.planning.result import Result
    from forcegen.workers import WorkerPool

MOST = 10
"""Units that may be asked for of each type and nation, unless told otherwise."""

_LEAST_SEARCH = 0.3
# Of the time: for any plan, for the gaps as they are, for closing them at any price, and for trying other nations;
# of the rest, for the cheapest way.
_ANY, _AS_IT_IS, _AT_ANY_PRICE, _OTHERS, _CHEAPEST = 0.1, 0.2, 0.3, 0.1, 0.85


@dataclass(frozen=True)
class Asks:
    """The extra offers to ask for, and a plan with them.

    Parameters
    ----------
    instance
        As it is, with its minimums no longer hard: what cannot be met shows as a gap.
    goal
        What is closed: unmet-minimum or unmet-target.
    by, most
        What is counted of the offers, and how many units of each type a nation may be asked for.
    before, after
        The gap without and with the offers, as found and as the least that is possible; in the goal's measure.
    asks
        What to ask for; empty where nothing is needed or nothing helps.
    found, bound
        What that comes to, and what no offers come to less than that leave a gap no larger.
    extended, plan, audit
        The instance with the offers, and a plan for it, judged. It uses them as little as it can; how well it does
        otherwise was not looked at.
    left
        What stays short.
    short
        Requirements whose hard minimum the plan does not meet.
    """

    instance: Instance
    goal: str
    by: By
    most: int
    before: tuple[Fraction | None, Fraction | None]
    after: tuple[Fraction | None, Fraction | None]
    asks: tuple[Ask, ...]
    found: Fraction | None
    bound: Fraction | None
    extended: Instance | None
    plan: Plan | None
    audit: Audit | None
    left: tuple[Lack, ...]
    termination: Termination
    seconds: float
    short: tuple[str, ...] = ()

    @property
    def needed(self) -> bool | None:
        """Whether anything has to be asked for; None while that is not known."""
        if self.before[0] == 0:
            return False
        positive = (self.before[1] or 0) > 0 or (self.closes is True and (self.bound or 0) > 0)
        return True if positive or self.closes is False else None

    @property
    def closes(self) -> bool | None:
        """Whether extra offers can close all gaps; None while that is not known."""
        if self.after[0] == 0:
            return True
        hopeless = (self.after[1] or 0) > 0 or self.impossible
        return False if hopeless else None

    @property
    def impossible(self) -> bool:
        """Whether no plan keeps the rules, whatever is offered."""
        return self.plan is None and self.termination is Termination.OPTIMAL

    @property
    def minimal(self) -> bool:
        """Whether no cheaper offers do as much, and none do more."""
        settled = self.after[0] is not None and self.after[0] == (0 if self.closes else self.after[1])
        return settled and self.found is not None and self.found == self.bound


def asks(
    instance: Instance | Path | str,
    *,
    scenario: Sequence[str] = (),
    targets: bool = False,
    kinds: Sequence[str] = (),
    most: int = MOST,
    by: By = "units",
    wide: bool = False,
    settings: Settings | None = None,
    on_progress: Callable[[float, Fraction | None, Fraction | None], None] | None = None,
    stop: threading.Event | None = None,
    workers: WorkerPool | None = None,
) -> Asks:
    """Return the cheapest extra offers that close the gaps to the minimums, or as much of them as can be closed.

    Every nation may be asked for more units of each type that it offers, unconditional and from the horizon's start on,
    under all rules and limits. Among offers that cost the same, those that serve the fewest troop-periods.

    Parameters
    ----------
    targets
        Close the gaps to the targets.
    kinds
        Ask for contingents of these kinds only; empty for all.
    most
        At most so many units of each type and nation.
    by
        What is to be small: the number of units, the troops in them, or the cost of their tours.
    wide
        Ask every nation for the types that others offer, too.
    on_progress
        Told of seconds, what the offers come to, and its bound.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed, or no contingent is of such a kind.
    forcegen.solvers.SolverError
        If the solver is unknown or not available.
    AuditRefused
        If a plan does not pass the audit.
    """
    begun, settings = time.monotonic(), settings or Settings(time_limit=120)
    stop = stop or threading.Event()
    usable(settings.prover)
    instance = given_foreseen(instance, scenario)
    _check_kinds(instance, kinds)
    with given_workers(workers) as pool:
        search = _Search(_softened(instance), targets, most, by, settings, begun, on_progress, stop, pool)
        search.run(offers(instance, kinds, wide=wide))
        found = search.answer(wide)
    hard = {requirement.id for requirement in instance.requirements if requirement.hard}
    lines = () if found.audit is None else found.audit.coverage
    short = {line.requirement for line in lines if line.requirement in hard and line.filled < line.minimum}
    return replace(found, short=tuple(sorted(short)))


def _softened(instance: Instance) -> Instance:
    """Return the instance with no minimum hard that has a weight, so that what is lacking can be said."""
    requirements = tuple(q.model_copy(update={"hard": q.hard and not q.priority}) for q in instance.requirements)
    return with_lists(instance, requirements=requirements)


def _check_kinds(instance: Instance, kinds: Sequence[str]) -> None:
    known = sorted({k.kind for k in instance.contingents if k.kind})
    for kind in kinds:
        if kind not in known:
            raise refuse(
                f"no contingent is of the kind {kind!r}",
                advice=f"use one of {', '.join(known) or 'none: there is none'}",
            )


class _Search:
    """The gaps as they are, what closes them at any price, the cheapest of that, and the least service of those."""

    def __init__(
        self,
        instance: Instance,
        targets: bool,
        most: int,
        by: By,
        settings: Settings,
        begun: float,
        on_progress: Callable[[float, Fraction | None, Fraction | None], None] | None,
        stop: threading.Event,
        workers: WorkerPool,
    ) -> None:
        self.instance, self.most, self.by = instance, most, by
        self.goal = "unmet-target" if targets else "unmet-minimum"
        self.model = Model(model="gaps", goals=(Goal.model_validate({"minimise": self.goal}),))
        self.settings, self.begun, self.on_progress = settings, begun, on_progress
        self.stop, self.workers = stop, workers
        self.offers: tuple[Offer, ...] = ()
        self.base: Result | None = None
        self.full: Result | None = None
        self.formulation: Formulation | None = None
        self.values: Ints | None = None
        self.bound: Fraction | None = None
        self.termination = Termination.OPTIMAL

    def run(self, candidates: Sequence[Offer]) -> None:
        """Search within the time."""
        self.base = self._gaps(self.instance, self._any(), self.settings.time_limit * _AS_IT_IS)
        self.termination = self.base.termination
        if self.base.plan is not None and not self.base.tiers[0].found:
            return
        self.offers = tuple(candidates) if self.most else ()
        extended = with_offers(self.instance, self.offers, dict.fromkeys((o.id for o in self.offers), self.most))
        self.full = self._gaps(extended, self.base.plan, self.settings.time_limit * _AT_ANY_PRICE)
        self.termination = self.full.termination
        if self.full.plan is not None:
            self._fewest(extended, self.full.plan)

    def _any(self) -> Plan | None:
        """Return a plan that comes close to the targets, from which those that miss few minimums are found sooner."""
        limits = replace(self.settings, time_limit=self.settings.time_limit * _ANY)
        model = Model(model="close", goals=(Goal(minimise="unmet-target"),))
        return solve(self.instance, model=model, settings=limits, stop=self.stop, workers=self.workers).plan

    def _gaps(self, instance: Instance, hint: Plan | None, seconds: float) -> Result:
        limits = replace(self.settings, time_limit=seconds, gap=0.0)
        return solve(instance, model=self.model, settings=limits, hint=hint, stop=self.stop, workers=self.workers)

    def _fewest(self, extended: Instance, plan: Plan) -> None:
        try:
            formulation = more(extended, self.goal, {offer.id for offer in self.offers}, self.by)
        except OverflowError as error:
            raise refuse(str(error), advice="use larger units of measure") from None
        self.formulation = formulation
        self.values = encode(formulation, plan)
        model = self._capped(formulation.model, self.goal)
        left = self._left() - self.settings.time_limit * _OTHERS
        outcome = self._solve(ASKED, model, left * _CHEAPEST)
        self.termination = outcome.termination
        scale = formulation.objectives[ASKED].scale
        self.bound = None if outcome.bound is None else max(Fraction(0), outcome.bound * scale)
        left = self._left() - self.settings.time_limit * _OTHERS
        if not self.stop.is_set() and left > _LEAST_SEARCH:
            self._solve(SERVED, self._capped(model, ASKED), left)

    def _capped(self, model: MipModel, goal: str) -> MipModel:
        """Return the model in which a goal may be no worse than it is now."""
        assert self.formulation is not None
        assert self.values is not None
        objective = self.formulation.objectives[goal]
        if not objective.coefficients.any():
            return model
        side = int(objective.coefficients @ self.values)
        return model.with_rows(sp.csr_array(objective.coefficients[None, :]), np.array([-INF]), np.array([floor(side)]))

    def _solve(self, goal: str, model: MipModel, seconds: float) -> Outcome:
        assert self.formulation is not None
        objective = self.formulation.objectives[goal]
        options = SolveOptions(
            time_limit=max(seconds, _LEAST_SEARCH),
            gap=0.0,
            threads=self.settings.cores,
            seed=self.settings.seed,
            memory_limit_gb=self.settings.memory_limit,
            start=self.values,
        )
        pair = Pair(
            Engine(self.formulation, [goal], refused=self.settings.alone or not large(self.formulation)),
            goal,
            model.with_objective(objective.coefficients, objective.offset),
            self.settings.prover,
            self.settings.second,
            options,
            self._relay(goal),
            self.stop,
            self.workers,
            by_prices=not self.settings.alone,
        )
        outcome = pair.run(lambda: None)
        self.values = pair.best
        return outcome

    def _relay(self, goal: str) -> Callable[[float, int | None, int | None], None]:
        offset = time.monotonic() - self.begun
        scale = self.formulation.objectives[goal].scale if self.formulation else Fraction(1)

        def relay(seconds: float, value: int | None, bound: int | None) -> None:
            if self.on_progress is not None and goal == ASKED:
                found, proven = (None if x is None else x * scale for x in (value, bound))
                self.on_progress(offset + seconds, found, proven)

        return relay

    def answer(self, wide: bool) -> Asks:
        """Return what was found, judged."""
        assert self.base is not None
        before = self._gap(self.base)
        if self.full is None:  # nothing to ask for
            zero = Fraction(0)
            plan, judged = self.base.plan, self.base.audit
            return self._asks(before, before, (), zero, zero, self.instance, plan, judged, ())
        after = self._gap(self.full)
        if self.formulation is None or self.values is None:
            return self._asks(before, after, (), None, None, None, None, None, ())
        leads = decode_leads(self.formulation, self.values)
        asking = {offer.id for offer in self.offers}
        tours = fewest_units(self.formulation.frame.instance, decode(self.formulation, self.values), asking)
        plan = Plan(tours=tours, leads=leads, instance=self.instance.name)
        used = {offer.id: max((t.unit for t in tours if t.contingent == offer.id), default=0) for offer in self.offers}
        asked = tuple(offer for offer in self.offers if used[offer.id])
        extended = with_offers(self.instance, asked, used)
        judged = audit(extended, plan, goals=[self.goal])
        found = self._price(asked, used, extended, plan)
        self._contradict(judged, found)
        after = (judged.goals[self.goal], after[1])
        lines = asks_of(self.instance, extended, asked, plan, judged, self.goal, wide=wide, over=self._over)
        left = lacking(self.instance, judged, targets=self.goal == "unmet-target")
        return self._asks(before, after, lines, found, self.bound, extended, plan, judged, left)

    def _asks(
        self,
        before: tuple[Fraction | None, Fraction | None],
        after: tuple[Fraction | None, Fraction | None],
        lines: tuple[Ask, ...],
        found: Fraction | None,
        bound: Fraction | None,
        extended: Instance | None,
        plan: Plan | None,
        judged: Audit | None,
        left: tuple[Lack, ...],
    ) -> Asks:
        termination = Termination.INTERRUPTED if self.stop.is_set() else self.termination
        seconds = time.monotonic() - self.begun
        return Asks(
            self.instance, self.goal, self.by, self.most, before, after, lines, found, bound, extended, plan, judged,
            left, termination, seconds,
        )  # fmt: skip

    def _price(self, asked: Sequence[Offer], used: dict[str, int], extended: Instance, plan: Plan) -> Fraction:
        """Return what offers come to, by their documents and the plan's tours alone."""
        if self.by == "units":
            return Fraction(sum(used[offer.id] for offer in asked))
        if self.by == "troops":
            return sum((Fraction(extended.contingent[o.id].strength) * used[o.id] for o in asked), Fraction(0))
        horizon, total = extended.horizon, Fraction(0)
        for tour in plan.tours:
            if tour.contingent in used:
                inside = min(horizon.periods, horizon.index(tour.start) + tour.periods) - horizon.index(tour.start)
                k = extended.contingent[tour.contingent]
                total += inside * Fraction(k.cost_at(extended.sector[tour.sector]))
        return total

    def _contradict(self, judged: Audit, found: Fraction) -> None:
        """Refuse a plan that the audit does not allow, or that is better than what was proven."""
        assert self.formulation is not None
        assert self.values is not None
        if judged.violations:
            raise AuditRefused(judged.violations)
        for goal, value in ((ASKED, found), (self.goal, judged.goals[self.goal])):
            objective = self.formulation.objectives[goal]
            said = objective.scale * (int(objective.coefficients @ self.values) + objective.offset)
            if value > said:
                raise AuditRefused((_contradiction(f"{goal}: the audit finds {value}, the solver said {said}"),))
        if self.bound is not None and found < self.bound:
            raise AuditRefused((_contradiction(f"{found} is below the bound {self.bound}"),))

    def _gap(self, result: Result) -> tuple[Fraction | None, Fraction | None]:
        if not result.tiers:
            return None, None
        bound = result.tiers[0].bound
        return result.tiers[0].found, None if bound is None else max(Fraction(0), bound)

    def _over(self) -> bool:
        """Return whether nothing more is to be tried."""
        return self.stop.is_set() or self._left() <= 0

    def _left(self) -> float:
        return self.begun + self.settings.time_limit - time.monotonic()


def _contradiction(message: str) -> Violation:
    return Violation("contradiction", None, (), None, message)
