"""What a peer answers, and how tours become a plan."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from forcegen.domain.plan import Plan, Tour

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.peers.problem import Post, Problem

Status = Literal["OPTIMAL", "FEASIBLE", "INFEASIBLE", "NO_SOLUTION"]


@dataclass(frozen=True)
class Limits:
    """Seconds for everything after reading, threads, seed, and the relative gap with which to be content."""

    seconds: float = 60.0
    threads: int = 2
    seed: int = 0
    gap: float = 0.0


class News(Protocol):
    """Hears what a solver knows by now in the goal's unit, and after how many seconds unless that is now."""

    def __call__(self, found: float | None, bound: float | None, seconds: float | None = None) -> None:
        """Take it; None for what is not known."""
        ...


@dataclass(frozen=True)
class Answer:
    """What came of it; `bound` is the solver's word in the goal's unit, None where it gives none."""

    status: Status
    plan: Plan | None
    bound: float | None
    columns: int
    rows: int
    build_seconds: float


@dataclass(frozen=True)
class Served:
    """One unit's tour: number of its contingent among the problem's kinds, of the unit from 0; post, start, length."""

    kind: int
    unit: int
    post: Post
    start: int
    periods: int


def plan_of(problem: Problem, tours: Iterable[Served]) -> Plan:
    """Return single units' tours as a plan."""
    horizon = problem.instance.horizon
    return Plan(
        tours=tuple(
            Tour(
                contingent=problem.kinds[tour.kind].id,
                unit=tour.unit + 1,
                sector=tour.post[0],
                role=tour.post[1],
                start=horizon.label(tour.start),
                periods=tour.periods,
            )
            for tour in tours
        )
    )


def dealt(problem: Problem, counts: Iterable[tuple[int, Post, int, int, int]]) -> list[Served]:
    """Deal tours that are only counted (kind, post, start, periods, how many) to units: the one longest free first.

    Tours with their dwell are intervals, so whoever is free first can always take the next one if counts fit the pool.

    Raises
    ------
    ValueError
        If they do not fit.
    """
    by_kind: dict[int, list[tuple[int, int, Post]]] = defaultdict(list)
    for k, post, start, periods, count in counts:
        by_kind[k] += [(start, periods, post)] * count
    served = []
    for k, tours in by_kind.items():
        free = list(problem.kinds[k].free)
        for start, periods, post in sorted(tours):
            unit = min(range(len(free)), key=lambda u: free[u])
            if free[unit] > start:
                raise ValueError(f"{problem.kinds[k].id}: more tours than units in period {start}")
            served.append(Served(k, unit, post, start, periods))
            free[unit] = start + periods + problem.kinds[k].dwell[periods]
    return served
