"""Worlds drawn from the conditions' probabilities, and how much is covered in them."""

from __future__ import annotations

import math
import time
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING

from forcegen.planning.stress.cases import Case, hanging, only_bars, with_conditions
from forcegen.planning.stress.floor import FLOOR_SHARE, Floor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan
    from forcegen.planning.stress.answers import Answer, Desk

SHARES = (Fraction(1, 20), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(19, 20))
"""The quantiles that are told."""

State = frozenset[str]
"""The conditions that come true, among those that are drawn."""


@dataclass(frozen=True)
class World:
    """A state of the conditions that was drawn, and what is known of the best plan in it.

    Parameters
    ----------
    true, false
        Conditions that come true in it, and those that do not.
    drawn
        How often.
    bound, found
        The best value of the goal lies between them; None where it is not known.
    covered
        The share of what is required that is covered, at least and at most, for goals of unmet need.
    solved
        Whether it was solved, or bounded only, for time ran out.
    """

    true: tuple[str, ...]
    false: tuple[str, ...]
    drawn: int
    bound: Fraction | None
    found: Fraction | None
    covered: tuple[Fraction, Fraction] | None
    infeasible: bool
    solved: bool
    plan: Plan | None


@dataclass(frozen=True)
class Quantile:
    """The share of coverage that so many of the draws do not exceed, at least and at most."""

    share: Fraction
    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class Outlook:
    """What the draws say.

    Parameters
    ----------
    worlds
        The distinct worlds, those drawn most often first.
    coverage
        Quantiles of the share covered, over all draws; none for other goals than those of unmet need.
    mean
        The mean share covered, at least and at most.
    worst
        The world with the least coverage, or the largest value of the goal, in the plans found.
    """

    draws: int
    worlds: tuple[World, ...]
    coverage: tuple[Quantile, ...]
    mean: tuple[Fraction, Fraction] | None
    worst: World | None


def chances(instance: Instance) -> dict[str, Fraction]:
    """Return the probabilities of the conditions that have one and on which something hangs."""
    hang = hanging(instance)
    return {
        name: Fraction(condition.probability)
        for name, condition in instance.conditions.items()
        if condition.probability is not None and name in hang
    }


def drawn(probabilities: Mapping[str, Fraction], number: int, seed: str) -> list[State]:
    """Return so many independent draws; the same for the same seed."""
    rng = Random(seed)
    return [frozenset(name for name, p in probabilities.items() if rng.random() < p) for _ in range(number)]


def world_instance(instance: Instance, state: State, probabilities: Mapping[str, Fraction]) -> Instance:
    """Return the instance in one state of its conditions."""
    return with_conditions(instance, {name: name in state for name in probabilities})


def outlook(desk: Desk, instance: Instance, base: Answer, number: int, seed: int, until: float) -> Outlook:
    """Return what the best plans cover in worlds drawn; those that are identical are solved once."""
    probabilities = chances(instance)
    counted = Counter(drawn(probabilities, number, f"worlds {seed}"))
    states = [state for state, _ in counted.most_common()]
    instances = {state: world_instance(instance, state, probabilities) for state in states}
    given = [state for state in states if instances[state].conditions == instance.conditions]
    asked = [state for state in states if state not in given]
    cases = [Case(f"if {_words(state)}", instances[state]) for state in asked]
    floor = _floor(desk, instance, probabilities, until) if asked and not base.proven and not desk.stopped else None
    answers = dict(zip(asked, desk.answers(cases, base.plan, until), strict=True))
    if floor is not None:
        answers = {state: answer.at_least(floor.bound(instances[state])) for state, answer in answers.items()}
    answers |= dict.fromkeys(given, base)
    worlds = tuple(_world(state, counted[state], probabilities, answers[state]) for state in states)
    return _outlook(worlds, number)


def _floor(desk: Desk, instance: Instance, probabilities: Mapping[str, Fraction], until: float) -> Floor | None:
    """Return what the world in which everything comes true proves of the others, if it allows all that they do."""
    if not only_bars(instance, probabilities, desk.model):
        return None
    whole = world_instance(instance, frozenset(probabilities), probabilities)
    return Floor(whole, desk, (until - time.monotonic()) * FLOOR_SHARE)


def _words(state: State) -> str:
    return f"{', '.join(sorted(state))} come true" if state else "nothing comes true"


def _world(state: State, times: int, probabilities: Mapping[str, Fraction], answer: Answer) -> World:
    return World(
        true=tuple(name for name in probabilities if name in state),
        false=tuple(name for name in probabilities if name not in state),
        drawn=times,
        bound=answer.bound,
        found=answer.found,
        covered=_covered(answer),
        infeasible=answer.infeasible,
        solved=answer.solved,
        plan=answer.plan,
    )


def _covered(answer: Answer) -> tuple[Fraction, Fraction] | None:
    """Return the share of what is required that is covered; where no plan is known, none may be."""
    if answer.required is None:
        return (Fraction(0), Fraction(0)) if answer.infeasible else None
    if answer.infeasible:
        return Fraction(0), Fraction(0)
    if not answer.required:
        return Fraction(1), Fraction(1)
    least = Fraction(0) if answer.found is None else 1 - answer.found / answer.required
    most = Fraction(1) if answer.bound is None else 1 - answer.bound / answer.required
    return max(Fraction(0), least), min(Fraction(1), most)


def _outlook(worlds: Sequence[World], number: int) -> Outlook:
    shares = [world.covered for world in worlds for _ in range(world.drawn)]
    known = [share for share in shares if share is not None]
    if not worlds or len(known) < len(shares):
        return Outlook(number, tuple(worlds), (), None, _worst(worlds))
    lows, highs = (sorted(ends) for ends in zip(*known, strict=True))
    coverage = tuple(Quantile(q, quantile(lows, q), quantile(highs, q)) for q in SHARES)
    mean = sum(lows, Fraction(0)) / len(lows), sum(highs, Fraction(0)) / len(highs)
    return Outlook(number, tuple(worlds), coverage, mean, _worst(worlds))


def quantile(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    """Return the smallest of some figures in order that at least such a share of them does not exceed."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _worst(worlds: Sequence[World]) -> World | None:
    def badness(world: World) -> tuple[bool, Fraction, bool, Fraction]:
        covered = Fraction(0) if world.covered is None else -world.covered[0]
        return world.infeasible, covered, world.found is None, world.found or Fraction(0)

    return max(worlds, key=badness, default=None)
