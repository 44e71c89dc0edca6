"""Whether all jobs of an assignment problem fit: found by a quick search, refuted by counting, or not known."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forcegen.io.gap import Gap

_TRIES: Final = 100


def why_none_fits(gap: Gap) -> str:
    """Return why no assignment exists, by counting; empty where counting does not say so."""
    for j in range(gap.jobs):
        if all(row[j] > capacity for row, capacity in zip(gap.resources, gap.capacities, strict=True)):
            return f"job-{j + 1} fits no agent"
    least = sum(min(row[j] for row in gap.resources) for j in range(gap.jobs))
    most = sum(gap.capacities)
    return f"the jobs take at least {least:,} of all agents, which have {most:,}" if least > most else ""


def assignment(gap: Gap) -> list[int] | None:
    """Return an agent for each job, from 0, such that no agent has more than it can take; None if none was found.

    Jobs that take much of their agents come first, each to the agent of which it takes the least part of what is left;
    then in other orders, nearly so.
    """
    rng = Random(0)
    agents = list(zip(gap.resources, gap.capacities, strict=True))
    size = [min(row[j] / max(capacity, 1) for row, capacity in agents) for j in range(gap.jobs)]
    for i in range(_TRIES):
        blur = i / _TRIES
        order = sorted(range(gap.jobs), key=lambda j: -size[j] * (1 + blur * rng.uniform(-1, 1)))
        if (found := _packed(gap, order)) is not None:
            return found
    return None


def _packed(gap: Gap, order: Sequence[int]) -> list[int] | None:
    left, chosen = list(gap.capacities), [-1] * gap.jobs
    for j in order:
        open_ = [i for i, room in enumerate(left) if gap.resources[i][j] <= room]
        if not open_:
            return None
        best = min(open_, key=lambda i: gap.resources[i][j] / max(left[i], 1))
        left[best] -= gap.resources[best][j]
        chosen[j] = best
    return chosen
