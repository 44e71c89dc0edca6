"""What each rule costs: the instance solved again without it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.io.errors import refuse
from forcegen.planning.given import given_foreseen, given_model, given_workers
from forcegen.planning.short.steps import set_aside
from forcegen.planning.short.worth import gain
from forcegen.planning.solve import Settings, first_goal
from forcegen.planning.stress.answers import LEAST, Answer, Desk, answered
from forcegen.planning.stress.cases import Case
from forcegen.solvers.registry import usable

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.domain.rules import Rule
    from forcegen.planning.result import Result
    from forcegen.workers import WorkerPool

_BASE_SHARE = 0.3
# Seconds that a solve is given at most where there are too many rules for all.
_ENOUGH = 10.0
# Goals that are never worse where a rule is gone, so that what is proven without it holds with it as well.
_GROWS = frozenset({"unmet-minimum", "unmet-target", "worst-shortfall"})


@dataclass(frozen=True)
class RuleCost:
    """What a rule costs in the model's first goal.

    Parameters
    ----------
    low, high
        Without it the goal's best value is lower by something between them; None: no upper end is known.
    solved
        Whether it was solved without it; what was not solved is known to cost at least nothing.
    """

    rule: Rule
    low: Fraction
    high: Fraction | None
    solved: bool

    @property
    def exact(self) -> bool:
        """Whether the cost is known exactly."""
        return self.low == self.high

    @property
    def known(self) -> bool:
        """Whether anything is known of it."""
        return self.solved or self.high is not None


@dataclass(frozen=True)
class RuleCosts:
    """The base, solved in the model's first goal, and what each rule costs, in their order; nothing without a plan."""

    base: Result
    costs: tuple[RuleCost, ...]
    seconds: float

    @property
    def goal(self) -> str:
        """In what it is counted."""
        return self.base.tiers[0].name


def rule_costs(
    instance: Instance | Path | str,
    *,
    rules: Sequence[str] = (),
    model: Model | str = "coverage",
    scenario: Sequence[str] = (),
    settings: Settings | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
    stop: threading.Event | None = None,
    workers: WorkerPool | None = None,
) -> RuleCosts:
    """Return what each rule costs: by how much the first goal's best value falls where that rule alone is set aside.

    A cost is the interval [bound with it - value without it, value with it - bound without it], cut at 0. Rules that
    bind in the base plan are solved first, for the time may end before all are. Costs do not add up: two rules may each
    cost nothing alone, since the other still holds.

    Parameters
    ----------
    rules
        Which to look at; all where none is named.
    settings
        Solver, threads, seed, gap, and the time limit of all solves together, a part of it for the base.
    on_progress
        Told what is solved next, its number, and how many there are.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed, or a rule is unknown.
    forcegen.solvers.SolverError
        If the solver is unknown or not available.
    AuditRefused
        If a plan does not pass the audit.
    """
    begun, settings = time.monotonic(), settings or Settings(time_limit=120)
    usable(settings.prover)
    instance = given_foreseen(instance, scenario)
    known = [rule.id for rule in instance.rules]
    for name in rules:
        if name not in known:
            raise refuse(f"there is no rule {name!r}", value=name, advice=f"name one of {', '.join(known) or 'none'}")
    asked = [rule for rule in instance.rules if not rules or rule.id in rules]
    model = first_goal(given_model(model))
    with given_workers(workers) as pool:
        desk = Desk(model, settings, stop, pool, None, 1)
        if on_progress is not None:
            on_progress("the best plan", 1, 1 + len(asked))
        base = desk.solve(instance, settings.time_limit * _BASE_SHARE)
        if base.plan is None:
            return RuleCosts(base, (), time.monotonic() - begun)
        ordered = _binding_first(asked, base)
        cases = [Case(step.words, step.change(instance)) for step in (set_aside("rule", rule) for rule in ordered)]
        answers = _solved(desk, cases, base, begun + settings.time_limit, on_progress)
    costs = _costs(ordered, answers, _at_least(answered(base), answers, model))
    return RuleCosts(base, tuple(costs[rule.id] for rule in asked), time.monotonic() - begun)


def _solved(
    desk: Desk,
    cases: Sequence[Case],
    base: Result,
    until: float,
    tell: Callable[[str, int, int], None] | None,
) -> list[Answer]:
    """Return what is known of as many cases as time allows: half of what the base took is enough for each."""
    answers: list[Answer] = []
    each = min(max(LEAST, base.seconds.total / 2), _ENOUGH)
    while len(answers) < len(cases) and not desk.stopped and (left := until - time.monotonic()) > 0:
        done = len(answers)
        if tell is not None:
            desk.tell = lambda words, number, _, done=done: tell(words, done + number + 1, len(cases) + 1)
        answers += desk.answers(cases[done : done + max(1, int(left / each))], base.plan, until)
    return answers


def _binding_first(rules: Sequence[Rule], base: Result) -> list[Rule]:
    """Return rules that bind in most periods first, then those that say who may serve where, then the others."""
    tight: dict[tuple[str, str], int] = {}
    for limit in base.binding:
        key = limit.family, limit.name.split(",", 1)[0]
        tight[key] = tight.get(key, 0) + len(limit.periods)
    return sorted(rules, key=lambda rule: (-tight.get((rule.kind, rule.id), 0), rule.kind not in ("exclude", "only")))


def _at_least(base: Answer, answers: Sequence[Answer], model: Model) -> Answer:
    """Return the base with what is proven without a rule, where it is no better with it."""
    if set(model.goals[0].parts) <= _GROWS:
        for answer in answers:
            base = base.at_least(answer.bound)
    return base


def _costs(rules: Sequence[Rule], answers: Sequence[Answer], base: Answer) -> dict[str, RuleCost]:
    costs = {rule.id: RuleCost(rule, Fraction(0), None, solved=False) for rule in rules}
    for rule, answer in zip(rules, answers, strict=False):
        costs[rule.id] = RuleCost(rule, *gain(base, answer), answer.solved)
    return costs
