"""Draw problems of generalised assignment of the types D and E by their published recipes.

Sources: P. C. Chu and J. E. Beasley, A genetic algorithm for the generalised assignment problem, 1997 (type D);
M. Laguna, J. P. Kelly, J. L. González-Velarde and F. Glover, Tabu search for the multilevel generalized assignment
problem, 1995 (type E). Whole numbers and exact decimals alone are used: the same seed gives the same bytes everywhere.
"""

from __future__ import annotations

from decimal import Context, Decimal
from random import Random
from typing import TYPE_CHECKING, Final, Literal, get_args

from forcegen.io.errors import refuse
from forcegen.io.gap import Gap

if TYPE_CHECKING:
    from collections.abc import Mapping

GapFamily = Literal["gap-d", "gap-e"]
GAP_FAMILIES: Final[tuple[GapFamily, ...]] = get_args(GapFamily)
GAP_RANGES: Final = {"agents": (1, 500), "jobs": (1, 20_000)}
_USUAL: Final = {"agents": 5, "jobs": 100}
_PARTS = 10**6
_CONTEXT = Context(prec=40)


def gap_size(family: str, dials: Mapping[str, object]) -> tuple[int, int]:
    """Return agents and jobs from dials; 5 and 100 unless set.

    Raises
    ------
    InputError
        If there is another dial, or one is out of its range.
    """
    size = dict(_USUAL)
    for name, value in dials.items():
        if value is None:
            continue
        if name not in GAP_RANGES:
            raise refuse(f"{family} has no {name}", value=str(value), advice=f"set {' or '.join(GAP_RANGES)}")
        low, high = GAP_RANGES[name]
        if not isinstance(value, int) or not low <= value <= high:
            raise refuse(f"{name} is {value}, and must be from {low} to {high}", advice="turn that dial")
        size[name] = value
    return size["agents"], size["jobs"]


def draw_gap(family: GapFamily, agents: int, jobs: int, seed: int) -> Gap:
    """Return a problem of this size; costs are to be minimised.

    Type D: a resource is a whole number from 1 to 100, its cost 111 less it and -10 to 10 more; a capacity is 0.8 of
    the agent's resources over the number of agents. Type E: a resource is 1 - 10 ln u, its cost 1000 / resource less
    10 v, u and v between 0 and 1, each cut to a whole number, which gives optima of the published ones' size; a
    capacity is as in D, and never less than the largest resource of its agent. Nothing promises that all jobs fit
    (`forcegen.bench.fit` looks); at the usual sizes they do.
    """
    rng = Random(f"forcegen {family} {agents}x{jobs} {seed}")
    drawn = [[(_d if family == "gap-d" else _e)(rng) for _ in range(jobs)] for _ in range(agents)]
    resources = tuple(tuple(resource for resource, _ in row) for row in drawn)
    costs = tuple(tuple(cost for _, cost in row) for row in drawn)
    capacities = tuple(4 * sum(row) // (5 * agents) for row in resources)
    if family == "gap-e":
        capacities = tuple(max(c, *row) for c, row in zip(capacities, resources, strict=True))
    return Gap(costs, resources, capacities)


def gap_readme(name: str, family: GapFamily, agents: int, jobs: int, seed: int) -> str:
    """Return what is said of a drawn problem."""
    return f"""# {name}

Generalised assignment of type {family[-1].upper()}, drawn by its published recipe with {agents} agents, {jobs} jobs and
seed {seed}; not one of the published instances. Costs are minimised: solve it with the model `cheapest`. A sector is an
agent, a contingent a job.
"""


def _d(rng: Random) -> tuple[int, int]:
    resource = rng.randint(1, 100)
    return resource, 111 - resource + rng.randint(-10, 10)


def _e(rng: Random) -> tuple[int, int]:
    u, v = (Decimal(rng.randint(1, _PARTS)) / _PARTS for _ in "uv")
    resource = int(1 - 10 * u.ln(_CONTEXT))
    return resource, max(0, int(Decimal(1000) / resource - 10 * v))
