"""Two plans in worlds that neither has seen, and what is between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from forcegen.planning.left import tours_allowed
from forcegen.planning.stress.bootstrap import Estimate, estimate, mean, picked, resampled, tail
from forcegen.planning.stress.kept import kept
from forcegen.planning.stress.worlds import chances, drawn, world_instance

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan
    from forcegen.planning.stress.answers import Desk
    from forcegen.planning.stress.kept import Kept
    from forcegen.planning.stress.worlds import State

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Figure:
    """A figure of both plans on the same draws, and the difference, robust less plain; intervals of 95 %."""

    plain: Estimate
    robust: Estimate
    difference: Estimate

    @property
    def verdict(self) -> int:
        """-1 where the robust plan is lower (better) beyond chance, 1 where it is higher, 0 where neither is known."""
        return int(self.difference.low > 0) - int(self.difference.high < 0)


@dataclass(frozen=True)
class Trial:
    """What a plan is worth in one draw, the limits that its rest breaks, and the minimums that it misses."""

    worth: float
    broken: int
    missed: int


@dataclass(frozen=True)
class Judged:
    """Both plans on the same draws, nobody reacting.

    Parameters
    ----------
    draws, distinct
        How many draws, and how many different worlds among them.
    known
        How many of the draws happen to be of a world that the robust plan was made for.
    mean, cvar
        The goal, on average and over the worst tenth.
    missed
        Requirements and periods below their minimum, on average.
    worst
        The goal in the worst draw, plain and robust.
    broken
        The share of draws in which what is left breaks some limit, plain and robust.
    better, worse
        In how many draws the robust plan is worth less unmet need than the plain one, and more.
    """

    draws: int
    distinct: int
    known: int
    mean: Figure
    cvar: Figure
    missed: Figure
    worst: tuple[float, float]
    broken: tuple[float, float]
    better: int
    worse: int


def judged(
    desk: Desk,
    instance: Instance,
    plans: tuple[Plan, Plan],
    seen: Collection[State],
    draws: int,
    seed: int,
) -> Judged | None:
    """Return how two plans, plain and robust, do in other draws; None where nobody wants any.

    Who stops it gets the draws judged so far, which are a fair sample too.
    """
    probabilities = chances(instance)
    unseen = drawn(probabilities, draws, f"unseen {seed}")
    trials: dict[State, tuple[Trial, Trial]] = {}
    done = 0
    for state in unseen:
        if desk.stopped:
            break
        if state not in trials:
            if desk.tell is not None and len(trials) % 25 == 0:
                desk.tell("both plans in unseen worlds", done + 1, draws)
            trials[state] = _trials(desk, world_instance(instance, state, probabilities), plans)
        done += 1
    if not done:
        return None
    known = sum(state in seen for state in unseen[:done])
    return _compared([trials[state] for state in unseen[:done]], len(trials), known, seed)


def _trials(desk: Desk, there: Instance, plans: tuple[Plan, Plan]) -> tuple[Trial, Trial]:
    allowed = tours_allowed(there)
    first, second = (_trial(kept(there, plan, desk.model, allowed)) for plan in plans)
    return first, second


def _trial(rest: Kept) -> Trial:
    missed = sum(line.filled < line.minimum for line in rest.audit.coverage)
    return Trial(float(rest.value), rest.broken, missed)


def _compared(trials: Sequence[tuple[Trial, Trial]], distinct: int, known: int, seed: int) -> Judged:
    worth, broken, missed = (_figures(trials, name) for name in ("worth", "broken", "missed"))
    picks = picked(len(trials), seed)
    worst = worth.max(axis=1)
    share = (broken > 0).mean(axis=1)
    return Judged(
        draws=len(trials),
        distinct=distinct,
        known=known,
        mean=_figure(worth, picks, mean),
        cvar=_figure(worth, picks, tail),
        missed=_figure(missed, picks, mean),
        worst=(float(worst[0]), float(worst[1])),
        broken=(float(share[0]), float(share[1])),
        better=int((worth[1] < worth[0]).sum()),
        worse=int((worth[1] > worth[0]).sum()),
    )


def _figures(trials: Sequence[tuple[Trial, Trial]], name: str) -> Floats:
    """Return float[plans, draws]."""
    lines: Any = [[getattr(trial, name) for trial in pair] for pair in trials]
    return np.array(lines, dtype=np.float64).T


def _figure(values: Floats, picks: NDArray[np.int64], of: Callable[[Floats], Floats]) -> Figure:
    """Return a figure of both plans; resamples take the same draws for both."""
    plain, robust = of(values).tolist()
    figures = resampled(values, picks, of)
    return Figure(
        estimate(plain, figures[:, 0]),
        estimate(robust, figures[:, 1]),
        estimate(robust - plain, figures[:, 1] - figures[:, 0]),
    )
