"""The frontier of a replan: how little can be lacking with so many changes and no more."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forcegen.domain.model import Goal
from forcegen.mip import Status

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Sequence
    from fractions import Fraction

    from forcegen.domain.model import Model
    from forcegen.domain.plan import Plan
    from forcegen.planning.result import Result

_EACH = 12
_GROWTH = 1.25
_LEAST = 1.0


@dataclass(frozen=True)
class Point:
    """The value of the model's first goal with at most so many changes.

    Parameters
    ----------
    changes
        Tours changed at most, those that have to change among them.
    low, high
        The least that is possible lies between them; high is None where no plan was found, low where nothing is proven.
    impossible
        Whether it is proven that so few changes allow no plan.
    plan
        A plan that attains `high`.
    """

    changes: int
    low: Fraction | None
    high: Fraction | None
    impossible: bool = False
    plan: Plan | None = None

    @property
    def proven(self) -> bool:
        """Whether it is known exactly."""
        return self.impossible or (self.high is not None and self.low == self.high)


def frontier_of(
    result: Result,
    answer: Callable[[Model, int | None, float, Plan | None], Result],
    deadline: float,
    stop: threading.Event | None,
) -> Iterator[Point]:
    """Yield points from the fewest changes that allow a plan up to those of a result, as far as time goes.

    Parameters
    ----------
    result
        The best plan whatever it changes; its last value of `changes` is where nothing more is gained.
    answer
        Solves a model with at most so many changes in so many seconds, from a plan.
    """
    last = next((tier.value for tier in result.tiers if tier.name == "changes"), None)
    if last is None or result.plan is None:
        return
    first = result.model.goals[0]
    goal = Goal(minimise="unmet-target") if set(first.parts) == {"changes"} else first
    alone = result.model.model_copy(update={"goals": (goal,)})
    fewest = answer(
        result.model.model_copy(update={"goals": (Goal(minimise="changes"), *alone.goals)}),
        None,
        _share(deadline, 8),
        None,
    )
    if fewest.plan is None or fewest.tiers[0].value is None:
        return
    points: list[Point] = []
    begins = int(fewest.tiers[0].value)
    bound = fewest.tiers[0].bound
    if begins and bound is not None and bound >= begins:
        points.append(Point(begins - 1, None, None, impossible=True))
    worth = fewest.tiers[-1]
    points.append(Point(begins, worth.bound if fewest.tiers[0].proven else None, worth.value, plan=fewest.plan))
    best, caps = result.tiers[0], list(_caps(begins, int(last)))
    for number, cap in enumerate(caps):
        high = points[-1].high
        if _over(deadline, stop) or (best.bound is not None and high is not None and high <= best.bound):
            break
        seconds = _share(deadline, len(caps) - number)
        points.append(_point(cap, answer(alone, cap, seconds, points[-1].plan), points[-1]))
    if best.name == goal.name and best.value is not None and int(last) >= points[-1].changes:
        points = [point for point in points if point.changes < int(last)]
        points.append(Point(int(last), best.bound, best.value, plan=result.plan))
    yield from _tightened(points)


def _point(cap: int, found: Result, former: Point) -> Point:
    """Return what is known of a cap; what fewer changes attain, more do too."""
    tier = found.tiers[0] if found.tiers else None
    low, high = (None, None) if tier is None else (tier.bound, tier.value)
    if found.status is Status.INFEASIBLE:
        return Point(cap, None, None, impossible=True)
    if former.high is not None and (high is None or former.high < high):
        return Point(cap, low, former.high, plan=former.plan)
    return Point(cap, low, high, plan=found.plan)


def _tightened(points: Sequence[Point]) -> list[Point]:
    """Return the points with what is proven of more changes, which holds for fewer too."""
    result: list[Point] = []
    low: Fraction | None = None
    for point in reversed(points):
        if not point.impossible:
            low = point.low if low is None or (point.low is not None and point.low > low) else low
            point = replace(point, low=low)
        result.append(point)
    return result[::-1]


def _caps(begins: int, last: int) -> Iterator[int]:
    """Yield how many changes to ask about: each of the first, then in growing steps."""
    cap = begins + 1
    while cap < last:
        yield cap
        extra = cap - begins
        cap = begins + (extra + 1 if extra < _EACH else int(extra * _GROWTH))


def _share(deadline: float, left: int) -> float:
    return max(_LEAST, (deadline - time.monotonic()) / max(1, left))


def _over(deadline: float, stop: threading.Event | None) -> bool:
    return time.monotonic() + _LEAST > deadline or (stop is not None and stop.is_set())
