"""Candidate plans, ranked by what they are worth in worlds that none of them was made for."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forcegen.planning.left import tours_allowed
from forcegen.planning.stress.bootstrap import LOW, estimate, mean, picked, resampled, tail
from forcegen.planning.stress.kept import kept
from forcegen.planning.stress.worlds import chances, drawn, world_instance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan
    from forcegen.planning.stress.answers import Desk
    from forcegen.planning.stress.bootstrap import Estimate
    from forcegen.planning.stress.worlds import State, World

MOST = 12
"""Plans that are compared: the plain one, its alternatives, and those of the worlds drawn most often."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Made:
    """A plan, what it was made for in words, and the world that it was made for, where there is one."""

    name: str
    plan: Plan
    world: State | None = None


@dataclass(frozen=True)
class Candidate:
    """A plan and what it is worth in draws that it was not made for, if nobody reacts.

    Parameters
    ----------
    name
        `plain`, `alternative 1` and so on, or the world that it was made for.
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
    desk: Desk, instance: Instance, made: Sequence[Made], draws: int, seed: int, until: float
) -> Comparison | None:
    """Return the plans that differ, ranked on draws of their own; None where there is none, or nobody wants more.

    A plan's worth in a world is the audited value of those of its tours that the world allows, nothing added. Draws for
    which no time is left are left out, the last ones first, so that the others remain a fair sample.
    """
    probabilities = chances(instance)
    plans = _distinct(made)[:MOST]
    unseen = drawn(probabilities, draws, f"unseen {seed}") if plans else []
    worths: dict[State, tuple[list[float], list[bool]]] = {}
    done = 0
    for state in unseen:
        if desk.stopped:
            return None
        if state not in worths:
            if done and time.monotonic() > until:
                break
            if desk.tell is not None and len(worths) % 10 == 0:
                desk.tell(f"{len(plans)} plans in unseen worlds", done + 1, draws)
            worths[state] = _worths(desk, world_instance(instance, state, probabilities), plans)
        done += 1
    if not done:
        return None
    worth, broken = (np.array([worths[state][part] for state in unseen[:done]]).T for part in (0, 1))
    seen = {candidate.world for candidate in made}
    known = sum(state in seen for state in unseen[:done])
    return Comparison(done, len(worths), known, _ranked(plans, worth, broken, seed))


def _worths(desk: Desk, there: Instance, plans: Sequence[Made]) -> tuple[list[float], list[bool]]:
    """Return what each plan is worth in a world, and whether the rest of it breaks a limit."""
    allowed = tours_allowed(there)
    rests = [kept(there, candidate.plan, desk.model, allowed) for candidate in plans]
    return [float(rest.value) for rest in rests], [rest.broken > 0 for rest in rests]


def made_for(worlds: Sequence[World]) -> list[Made]:
    """Return the plans of worlds that were drawn."""
    states = [(world, frozenset(world.true)) for world in worlds]
    return [Made(_name(state), world.plan, state) for world, state in states if world.plan is not None]


def _distinct(made: Sequence[Made]) -> list[Made]:
    """Return the plans without copies of those before them."""
    seen: dict[object, Made] = {}
    for candidate in made:
        tours = Counter(tour.model_copy(update={"unit": 1}) for tour in candidate.plan.tours)
        seen.setdefault((frozenset(tours.items()), candidate.plan.leads), candidate)
    return list(seen.values())


def _name(state: State) -> str:
    return f"if {', '.join(sorted(state))}" if state else "if nothing comes true"


def _ranked(plans: Sequence[Made], worth: Floats, broken: Floats, seed: int) -> tuple[Candidate, ...]:
    picks = picked(worth.shape[1], seed)
    means, tails = (resampled(worth, picks, of) for of in (mean, tail))
    ranks, tail_ranks = _ranks(mean(worth), means), _ranks(tail(worth), tails)
    found = [
        Candidate(
            name=made.name,
            plan=made.plan,
            mean=estimate(float(mean(worth)[i]), means[:, i]),
            tail=estimate(float(tail(worth)[i]), tails[:, i]),
            broken=float(broken[i].mean()),
            rank=ranks[i],
            tail_rank=tail_ranks[i],
        )
        for i, made in enumerate(plans)
    ]
    return tuple(sorted(found, key=lambda c: (c.rank, c.mean.value)))


def _ranks(values: Floats, figures: Floats) -> list[int]:
    """Return ranks from 1, the smallest first; a plan shares the rank of a leader that it may be as good as."""
    ranks = [0] * len(values)
    leader = -1
    for position, i in enumerate(np.argsort(values, kind="stable").tolist(), start=1):
        if leader < 0 or np.quantile(figures[:, i] - figures[:, leader], LOW) > 0:
            leader, ranks[i] = i, position
        else:
            ranks[i] = ranks[leader]
    return ranks
