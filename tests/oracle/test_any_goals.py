"""Any goals in any order, weighted sums, soft rules, two formulations: all reach the optimum that brute force finds."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.domain.plan import Plan
from forcegen.formulation.goals import GOALS
from forcegen.mip import Status
from forcegen.planning.solve import Settings, solve
from forcegen.workers import WorkerPool
from tests.oracle.brute import Terms, best, best_of_any
from tests.oracle.generate import ALL_KINDS, CHOICES, SUMS, instance

if TYPE_CHECKING:
    from collections.abc import Iterator

SOLVERS = ("highs", "cp-sat", "scip")
SOFT = ("ceiling", "floor", "share", "ratio", "lift", "supply", "standby", "pin", "bar")
BLOCK = 20


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as pool:
        yield pool


def question(seed: int) -> tuple[dict[str, Any], list[str], Terms]:
    """An instance, some goals, and what a model may say beside them."""
    rng = Random(seed)
    document = instance(seed, rng.choice((ALL_KINDS, CHOICES, ("lead",), SUMS, SOFT)))
    goals, weighted = rng.sample(list(GOALS), rng.randint(1, 3)), {}
    if rng.random() < 0.25:
        weighted = {goal: rng.choice((1, 2, "0.5")) for goal in rng.sample(list(GOALS), 2)}
        goals = ["weighted"]
    soft = {kind: rng.choice((1, "0.5", 3)) for kind in SOFT if rng.random() < 0.5} if rng.random() < 0.5 else {}
    base = None
    if "changes" in goals or "changes" in weighted:
        base = best(document | {"rules": []}).tours[rng.randint(0, 1) :]
    willing = [row["id"] for row in document["nations"]][:2] if rng.random() < 0.3 else None
    return document, goals, Terms(weighted, soft, willing, base)


def answer(
    document: dict[str, Any], goals: list[str], terms: Terms, solver: str, formulation: str, workers: WorkerPool
) -> list[Any] | None:
    tiers = [{"weighted": terms.weighted}] if terms.weighted else [{"minimise": goal} for goal in goals]
    policy = {"soft": terms.soft, "willing": terms.willing, "formulation": formulation}
    model = Model.model_validate({"model": "any", "goals": tiers, **policy})
    base = None if terms.base is None else Plan.model_validate({"tours": terms.base})
    settings = Settings(solver=solver, time_limit=60, gap=0, threads=1)
    result = solve(Instance.model_validate(document), model=model, settings=settings, start=base, workers=workers)
    if result.status is Status.INFEASIBLE:
        return None
    assert result.status is Status.OPTIMAL, (solver, result.status, result.termination, result.message)
    assert result.audit is not None
    assert result.audit.clean
    return [tier.value for tier in result.tiers]


def compare(seeds: range, workers: WorkerPool, *, every: bool) -> None:
    """Compare the tour formulation in every solver, the compact one in one that depends on the seed, or in `every`."""
    for seed in seeds:
        document, goals, terms = question(seed)
        known = best_of_any(document, goals, terms)
        compact = SOLVERS if every else SOLVERS[seed % len(SOLVERS) :][:1]
        for solver, formulation in [*((s, "tour") for s in SOLVERS), *((s, "compact") for s in compact)]:
            found = answer(document, goals, terms, solver, formulation, workers)
            assert found == (known.values if known.feasible else None), f"seed {seed}, {solver}, {formulation}, {goals}"


@pytest.mark.parametrize("first", range(0, 60, BLOCK))
def test_solvers_equal_brute_force(first: int, workers: WorkerPool) -> None:
    compare(range(first, first + BLOCK), workers, every=False)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("first", range(60, 1000, BLOCK))
def test_solvers_equal_brute_force_on_many(first: int, workers: WorkerPool) -> None:
    compare(range(first, first + BLOCK), workers, every=True)
