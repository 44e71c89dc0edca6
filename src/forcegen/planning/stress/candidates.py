"""Candidate plans, ranked by what they are worth in worlds that none of them was made for."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forcegen.planning.stress.kept import kept
from forcegen.planning.stress.worlds import chances, drawn, world_instance

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan
    from forcegen.planning.stress.answers import Desk
    from forcegen.planning.stress.worlds import State, World

TAIL = 0.1
"""CVaR is the mean of this share of the draws, the worst of them."""
MOST = 8
"""Plans that are compared, beside the plain one, those of the worlds drawn most often first."""
_RESAMPLES, _SURE = 2000, 0.95

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A figure of a sample, and the interval of 95 % that the bootstrap gives for it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Candidate:
    """A plan and what it is worth in draws that it was not made for, if nobody reacts.

    Parameters
    ----------
    name
        `plain`, or the world that it was made for.
    mean, tail
        The goal's mean over the draws, and over the worst tenth of them (CVaR).
    broken
        The share of draws in which the rest of it breaks some limit.
    rank, tail_rank
        From 1; plans share one where the bootstrap cannot tell them from the first of it, draw by draw.
    """

    name: str
    plan: Plan
    mean: Estimate
    tail: Estimate
    broken: float
    rank: int
    tail_rank: int


@dataclass(frozen=True)
class Comparison:
    """Candidates by their mean, and the draws that they were tried on.

    Parameters
    ----------
    draws, distinct
        How many draws, and how many different worlds among them.
    known
        How many of the draws happen to be of a world that one of the plans was made for.
    """

    draws: int
    distinct: int
    known: int
    candidates: tuple[Candidate, ...]


def compare(
    desk: Desk, instance: Instance, plain: Plan | None, worlds: Sequence[World], draws: int, seed: int
) -> Comparison | None:
    """Return the candidates ranked on draws of their own; None where there is no plan, or whoever asked wants no more.

    A plan's worth in a world is the audited value of those of its tours that the world allows, nothing added.
    """
    probabilities = chances(instance)
    plans = _plans(plain, worlds)
    counted = Counter(drawn(probabilities, draws, f"unseen {seed}"))
    states = list(counted)
    worth = np.zeros((len(plans), len(states)))
    broken = np.zeros_like(worth)
    for j, state in enumerate(states):
        if desk.stopped:
            return None
        if desk.tell is not None and j % 10 == 0:
            desk.tell(f"{len(plans)} plans in unseen worlds", j + 1, len(states))
        there = world_instance(instance, state, probabilities)
        for i, (_, plan) in enumerate(plans):
            rest = kept(there, plan, desk.model)
            worth[i, j], broken[i, j] = float(rest.value), rest.broken > 0
    if not plans or not states:
        return None
    times = np.repeat(np.arange(len(states)), [counted[state] for state in states])
    made = {frozenset(world.true) for world in worlds} if worlds else set()
    known = sum(number for state, number in counted.items() if state in made)
    return Comparison(draws, len(states), known, _ranked(plans, worth[:, times], broken[:, times], seed))


def _plans(plain: Plan | None, worlds: Sequence[World]) -> list[tuple[str, Plan]]:
    """Return the plans that differ, with their names."""
    named = [("plain", plain)] + [(_name(frozenset(world.true)), world.plan) for world in worlds]
    found: list[tuple[str, Plan]] = []
    seen: set[object] = set()
    for name, plan in named:
        if plan is not None and (key := (frozenset(Counter(plan.tours).items()), plan.leads)) not in seen:
            seen.add(key)
            found.append((name, plan))
    return found[: MOST + 1]


def _name(state: State) -> str:
    return f"if {', '.join(sorted(state))}" if state else "if nothing comes true"


def _ranked(plans: Sequence[tuple[str, Plan]], worth: Floats, broken: Floats, seed: int) -> tuple[Candidate, ...]:
    draws = worth.shape[1]
    picks = np.random.default_rng(seed).integers(draws, size=(_RESAMPLES, draws))
    means, tails = (_resampled(worth, picks, of) for of in (mean, tail))
    ranks, tail_ranks = _ranks(mean(worth), means), _ranks(tail(worth), tails)
    found = [
        Candidate(
            name=name,
            plan=plan,
            mean=_estimate(float(mean(worth)[i]), means[:, i]),
            tail=_estimate(float(tail(worth)[i]), tails[:, i]),
            broken=float(broken[i].mean()),
            rank=ranks[i],
            tail_rank=tail_ranks[i],
        )
        for i, (name, plan) in enumerate(plans)
    ]
    return tuple(sorted(found, key=lambda c: (c.rank, c.mean.value)))


def mean(worth: Floats) -> Floats:
    """Return the mean of each row."""
    return np.asarray(worth.mean(axis=-1))


def tail(worth: Floats) -> Floats:
    """Return the mean of the worst (largest) tenth of each row, rounded up to whole draws."""
    number = math.ceil(TAIL * worth.shape[-1])
    return np.asarray(np.sort(worth, axis=-1)[..., -number:].mean(axis=-1))


def _resampled(worth: Floats, picks: NDArray[np.int64], of: Callable[[Floats], Floats]) -> Floats:
    """Return float[resamples, plans]: the figure on the same draws for all plans."""
    return np.stack([of(row[picks]) for row in worth], axis=1)


def _estimate(value: float, resampled: Floats) -> Estimate:
    low, high = np.quantile(resampled, [(1 - _SURE) / 2, (1 + _SURE) / 2])
    return Estimate(value, float(low), float(high))


def _ranks(values: Floats, resampled: Floats) -> list[int]:
    """Return ranks from 1, the smallest first; a plan shares the rank of a leader that it may be as good as."""
    ranks = [0] * len(values)
    leader = -1
    for position, i in enumerate(np.argsort(values, kind="stable").tolist(), start=1):
        if leader < 0 or np.quantile(resampled[:, i] - resampled[:, leader], (1 - _SURE) / 2) > 0:
            leader, ranks[i] = i, position
        else:
            ranks[i] = ranks[leader]
    return ranks
