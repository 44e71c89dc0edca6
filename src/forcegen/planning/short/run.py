"""Why short: the best plan, what it leaves short, and each step of relief solved again."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from forcegen.io.errors import refuse
from forcegen.planning.given import given_foreseen, given_model, given_workers
from forcegen.planning.short.bounds import Widened
from forcegen.planning.short.candidates import Candidates
from forcegen.planning.short.worth import Relief, gain, in_order, unmet
from forcegen.planning.solve import Settings, first_goal
from forcegen.planning.stress.answers import LEAST, Answer, Desk, answered
from forcegen.planning.stress.cases import Case
from forcegen.planning.stress.floor import FLOOR_SHARE
from forcegen.solvers.registry import usable

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.domain.requirement import Requirement
    from forcegen.planning.result import Binding, Result
    from forcegen.planning.short.candidates import Asked
    from forcegen.planning.short.steps import Step
    from forcegen.workers import WorkerPool

# Of the time: for the base; of what is left then: for bounds without a solve, and single steps where pairs may follow.
_BASE_SHARE, _BOUND_SHARE, _SINGLE_SHARE = 0.25, 0.4, 0.8
# Steps of which pairs are tried, and the seconds that a solve is given at most where there are too many for all.
_PAIRED, _ENOUGH = 4, 10.0
# Goals that are never worse in a wider instance.
_GROWS = frozenset({"unmet-minimum", "unmet-target", "worst-shortfall"})
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Shortage:
    """A requirement that the base plan leaves short.

    Parameters
    ----------
    unmet
        What it lacks in each period in which it lacks any, in its measure; nothing where it is met in full.
    able
        The contingents that may serve it then, the largest units first.
    binding
        The limits that concern it and have no room for one more unit, those that bind in most periods first.
    reliefs
        What single steps are worth, ranked; then those for which no time was left.
    pairs
        What two steps are worth together, where no single one is proven to help.
    """

    requirement: Requirement
    unmet: dict[str, Fraction]
    able: tuple[str, ...]
    binding: tuple[Binding, ...]
    reliefs: tuple[Relief, ...] = ()
    pairs: tuple[Relief, ...] = ()

    @property
    def total(self) -> Fraction:
        """What it lacks over all periods, in its measure times periods."""
        return sum(self.unmet.values(), Fraction(0))


@dataclass(frozen=True)
class WhyShort:
    """The base, and the requirements that it leaves short, those that cost the goal most first."""

    base: Result
    shortages: tuple[Shortage, ...]
    seconds: float


def short(
    instance: Instance | Path | str,
    *,
    requirements: Sequence[str] = (),
    model: Model | str = "coverage",
    scenario: Sequence[str] = (),
    settings: Settings | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
    stop: threading.Event | None = None,
    workers: WorkerPool | None = None,
) -> WhyShort:
    """Return what leaves requirements short in the best plan, and what one step of relief is worth to each.

    Steps: one unit more of a contingent that may serve it, dwell a period shorter for a nation's kind of contingent, a
    caveat lifted or another rule set aside, 10 % more beds or supply, a lift or ceiling raised by one unit; at most
    five of each. Each is an instance of its own that is solved again. Its gain is the interval [bound of the base -
    value with it, value of the base - bound with it], cut at 0, in the model's first goal. Where no single step is
    proven to help, pairs of the most promising are tried.

    Parameters
    ----------
    requirements
        Which to look at; all that are short where none is named.
    settings
        Solver, threads, seed, gap, and the time limit of all solves together, a quarter of it for the base.
    on_progress
        Told what is solved next, its number, and how many there are.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed, or a requirement is unknown.
    forcegen.solvers.SolverError
        If the solver is unknown or not available.
    AuditRefused
        If a plan does not pass the audit.
    """
    begun, settings = time.monotonic(), settings or Settings(time_limit=120)
    usable(settings.prover)
    instance = given_foreseen(instance, scenario)
    known = [q.id for q in instance.requirements]
    for name in requirements:
        if name not in known:
            raise refuse(f"there is no requirement {name!r}", value=name, advice=f"name one of {', '.join(known)}")
    model = first_goal(given_model(model))
    with given_workers(workers) as pool:
        question = _Question(instance, Desk(model, settings, stop, pool, None, 1), settings, begun, on_progress)
        return question.run(requirements, scenario)


class _Question:
    """One question, step by step."""

    def __init__(
        self,
        instance: Instance,
        desk: Desk,
        settings: Settings,
        begun: float,
        tell: Callable[[str, int, int], None] | None,
    ) -> None:
        self._instance, self._desk, self._tell = instance, desk, tell
        self._begun, self._deadline = begun, begun + settings.time_limit
        self._known: dict[frozenset[Step], Answer] = {}
        self._widened: Widened | None = None

    def run(self, names: Sequence[str], scenario: Sequence[str]) -> WhyShort:
        """Return what is known when all is done, or time is over, or nobody wants more."""
        if self._tell is not None:
            self._tell("the best plan", 1, 1)
        result = self._desk.solve(self._instance, (self._deadline - self._begun) * _BASE_SHARE)
        result = replace(result, scenario=tuple(scenario))
        if result.audit is None:
            return WhyShort(result, (), time.monotonic() - self._begun)
        base, candidates = self._base(result), Candidates(self._instance, result.binding)
        asked = self._asked(result, candidates, names)
        steps = [candidates.steps(one) if one.short.any() else [] for one in asked]
        self._bound(_in_turn(steps), self._share(_BOUND_SHARE))
        seconds = result.seconds.total
        likely = self._likely(base, _in_turn(steps))
        self._solve(base, [(step,) for step in likely], self._share(_SINGLE_SHARE), seconds)
        base = self._at_least(base)
        single = [
            [self._relief(base, one, (step,), candidates) for step in own]
            for one, own in zip(asked, steps, strict=True)
        ]
        chosen = [_promising(own) if _none_helps(own) else [] for own in single]
        self._solve(base, [(*a.steps, *b.steps) for a, b in _in_turn(chosen)], self._deadline, seconds)
        base = self._at_least(base)
        lacks = unmet(result.audit, self._desk.model)
        found = tuple(
            Shortage(
                one.requirement,
                lacks.get(one.requirement.id, {}),
                tuple(one.able),
                candidates.touching(one, result.binding) if one.short.any() else (),
                in_order(self._relief(base, one, (step,), candidates) for step in own),
                in_order(self._relief(base, one, (*a.steps, *b.steps), candidates) for a, b in pairs),
            )
            for one, own, pairs in zip(asked, steps, chosen, strict=True)
        )
        return WhyShort(_bounded_by(result, base), found, time.monotonic() - self._begun)

    def _share(self, share: float) -> float:
        """Return when a share of the time that is left is over."""
        now = time.monotonic()
        return now + (self._deadline - now) * share

    def _base(self, result: Result) -> Answer:
        base = answered(result)
        if base.proven or self._desk.stopped:
            return base
        self._widened = Widened(self._instance, self._desk, (self._deadline - time.monotonic()) * FLOOR_SHARE)
        return base.at_least(self._widened.bound(self._instance))

    def _bound(self, steps: Iterable[Step], until: float) -> None:
        """Bound what each step may be worth, as far as time allows: what is not solved later has this at least."""
        for step in dict.fromkeys(steps):
            if self._widened is None or self._desk.stopped or time.monotonic() > until:
                return
            bound = self._widened.bound(step.change(self._instance))
            if bound is not None and bound > 0:
                self._known[frozenset([step])] = Answer(bound, None, None, None, False, False, None)

    def _likely(self, base: Answer, steps: Sequence[Step]) -> list[Step]:
        """Return the steps in the order in which to solve them: what is worth most by the relaxation's prices first.

        In turn with them go those of which prices say nothing, in the order given: they may be worth anything.
        """
        steps = list(dict.fromkeys(steps))
        priced = [step for step in steps if frozenset([step]) in self._known]
        promise = {step: self._promise(base, step) for step in priced}
        return _in_turn(
            [sorted(priced, key=lambda step: -promise[step]), [step for step in steps if step not in promise]]
        )

    def _promise(self, base: Answer, step: Step) -> Fraction:
        bound = self._known[frozenset([step])].bound
        return Fraction(0) if base.bound is None or bound is None else base.bound - bound

    def _asked(self, result: Result, candidates: Candidates, names: Sequence[str]) -> list[Asked]:
        """Return the requirements to look at, those whose lack weighs most first."""
        assert result.audit is not None
        lacks, horizon = unmet(result.audit, self._desk.model), self._instance.horizon
        chosen = [q for q in self._instance.requirements if q.id in (names or lacks)]
        chosen.sort(key=lambda q: -self._weight(q) * sum(lacks.get(q.id, {}).values()))
        labels = [str(horizon.label(t)) for t in range(horizon.periods)]
        return [candidates.asked(q, np.array([label in lacks.get(q.id, {}) for label in labels])) for q in chosen]

    def _weight(self, q: Requirement) -> Fraction:
        worth = 1 if q.single_role is None else self._instance.role[q.single_role].worth
        return Fraction(q.priority) * Fraction(worth)

    def _solve(self, base: Answer, cases: Sequence[tuple[Step, ...]], until: float, seconds: float) -> None:
        """Solve as many cases as time allows, in their order; those that there is no time for stay unknown.

        Parameters
        ----------
        seconds
            What the base took: where there are too many cases for all, the first get a fair part of that each.
        """
        todo = [case for case in dict.fromkeys(map(frozenset, cases)) if not self._solved(case)]
        of, each = len(todo), min(max(LEAST, seconds / 2), _ENOUGH)
        while todo and not self._desk.stopped and (left := until - time.monotonic()) > 0:
            now, todo = todo[: max(1, int(left / each))], todo[max(1, int(left / each)) :]
            begun = of - len(todo) - len(now)
            self._desk.tell = self._telling(begun, of)
            # Where the base is not proven, no step will be: what a step is worth shows in plans.
            sought = range(0 if self._widened is None else len(now))
            answers = self._desk.answers([self._case(case) for case in now], base.plan, until, elsewhere=sought)
            for case, answer in zip(now, answers, strict=True):
                if answer.solved:
                    known = self._known.get(case)
                    self._known[case] = answer if known is None else answer.at_least(known.bound)

    def _solved(self, case: frozenset[Step]) -> bool:
        return case in self._known and self._known[case].solved

    def _telling(self, done: int, of: int) -> Callable[[str, int, int], None] | None:
        tell = self._tell
        return None if tell is None else lambda words, number, _: tell(words, done + number, of)

    def _case(self, case: Iterable[Step]) -> Case:
        steps, wider = sorted(case, key=lambda step: (step.kind, step.id)), self._instance
        for step in steps:
            wider = step.change(wider)
        return Case(" and ".join(step.words for step in steps), wider)

    def _at_least(self, base: Answer) -> Answer:
        """Return the base with what wider instances prove: it is no better than they are, where goals only lack."""
        if set(self._desk.model.goals[0].parts) <= _GROWS:
            for answer in self._known.values():
                base = base.at_least(answer.bound)
        return base

    def _relief(self, base: Answer, one: Asked, steps: tuple[Step, ...], candidates: Candidates) -> Relief:
        binds, after = any(map(candidates.binds, steps)), self._known.get(frozenset(steps))
        if after is None:
            return Relief(steps, Fraction(0), None, None, None, binds, solved=False)
        own = None
        if base.audit is not None and after.audit is not None:
            name, model = one.requirement.id, self._desk.model
            before, then = (sum(unmet(a, model).get(name, {}).values(), Fraction(0)) for a in (base.audit, after.audit))
            own = before - then
        less = None if base.found is None or after.found is None else base.found - after.found
        return Relief(steps, *gain(base, after), less, own, binds, after.solved)


def _bounded_by(result: Result, base: Answer) -> Result:
    """Return the result with what else is proven of its goal."""
    tier = replace(result.tiers[0], bound=base.bound, proven=base.proven)
    return replace(result, tiers=(tier,))


def _none_helps(reliefs: Sequence[Relief]) -> bool:
    return all(relief.solved and not relief.helps for relief in reliefs)


def _promising(reliefs: Sequence[Relief]) -> list[tuple[Relief, Relief]]:
    """Return pairs of the steps that promise most: what binds first, the first of each kind before others."""
    ordered = sorted(reliefs, key=lambda relief: (not relief.binds, -relief.low))
    firsts = list({relief.steps[0].kind: relief for relief in reversed(ordered)}.values())
    firsts.sort(key=ordered.index)
    rest = [relief for relief in ordered if relief not in firsts]
    return list(combinations((*firsts, *rest)[:_PAIRED], 2))


def _in_turn(lists: Sequence[Sequence[_Item]]) -> list[_Item]:
    """Return the first of each list, then the second of each, and so on."""
    longest = max(map(len, lists), default=0)
    return [own[i] for i in range(longest) for own in lists if i < len(own)]
