"""Every solver reaches the optimum that brute force finds, goal by goal, to the last integer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.mip import Status
from forcegen.planning.solve import Settings, solve
from forcegen.workers import WorkerPool
from tests.oracle.brute import best
from tests.oracle.cases import CASES, Case
from tests.oracle.generate import instance
from tests.unit.solvers.names import ADAPTERS, HAS_GLPK

if TYPE_CHECKING:
    from collections.abc import Iterator

GOALS = ["unmet-minimum", "unmet-target", "cost"]
SOLVERS = [*ADAPTERS, *(["pulp:GLPK_CMD"] if HAS_GLPK else [])]
SEEDS = 150
BLOCK = 30


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as pool:
        yield pool


def answer(
    document: dict[str, object], goals: list[str], solver: str, workers: WorkerPool, formulation: str = "tour"
) -> list[object] | None:
    tiers = [{"minimise": goal} for goal in goals]
    model = Model.model_validate({"model": "oracle", "formulation": formulation, "goals": tiers})
    settings = Settings(solver=solver, time_limit=60, gap=0, threads=1)
    result = solve(Instance.model_validate(document), model=model, settings=settings, workers=workers)
    if result.status is Status.INFEASIBLE:
        return None
    assert result.status is Status.OPTIMAL, (solver, result.status, result.termination, result.message)
    assert result.audit is not None
    assert result.audit.clean
    return [tier.value for tier in result.tiers]


def compare(seeds: range, workers: WorkerPool, *, every: bool) -> None:
    """Compare the tour formulation in every solver, the compact one in one that depends on the seed, or in `every`."""
    for seed in seeds:
        document = instance(seed)
        known = best(document, GOALS)
        expected = list(known.values) if known.feasible else None
        compact = SOLVERS if every else SOLVERS[seed % len(SOLVERS) :][:1]
        for solver, formulation in [*((s, "tour") for s in SOLVERS), *((s, "compact") for s in compact)]:
            found = answer(document, GOALS, solver, workers, formulation)
            assert found == expected, f"seed {seed}, {solver}, {formulation}"


@pytest.mark.parametrize("first", range(0, SEEDS, BLOCK))
def test_solvers_equal_brute_force(first: int, workers: WorkerPool) -> None:
    """The first block in both formulations in every solver."""
    compare(range(first, first + BLOCK), workers, every=first == 0)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("first", range(BLOCK, SEEDS, BLOCK))
def test_solvers_equal_brute_force_in_both_formulations(first: int, workers: WorkerPool) -> None:
    compare(range(first, first + BLOCK), workers, every=True)


def test_a_bound_that_scip_streams_never_lies_beyond_its_plan(workers: WorkerPool) -> None:
    """The nodes that are left may be worse than its plan: it told of a bound of 3 where the optimum is 2."""
    document = instance(48)
    known = best(document, GOALS)
    assert answer(document, GOALS, "scip", workers) == list(known.values)


def test_cbc_goes_on_without_preprocessing_where_that_spoils_its_answer(workers: WorkerPool) -> None:
    """It called a plan optimal that covers nothing, and said in its log that the model may be infeasible so."""
    document = instance(1996)
    known = best(document, GOALS)
    assert answer(document, GOALS, "cbc", workers, "compact") == list(known.values)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("first", range(SEEDS, 2000, 50))
def test_solvers_equal_brute_force_on_many(first: int, workers: WorkerPool) -> None:
    compare(range(first, first + 50), workers, every=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_solvers_agree_on_cases_worked_by_hand(case: Case, workers: WorkerPool) -> None:
    for solver in SOLVERS:
        found = answer(case.document, list(case.goals), solver, workers)
        assert found == (list(case.expected_values) if case.feasible else None), solver
        assert answer(case.document, list(case.goals), solver, workers, "compact") == found, solver
