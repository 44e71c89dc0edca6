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
BLOCK = 25


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


def compare(seeds: range, workers: WorkerPool) -> None:
    """Compare the tour formulation in every solver, and the compact one in one that depends on the seed."""
    for seed in seeds:
        document = instance(seed)
        known = best(document, GOALS)
        expected = list(known.values) if known.feasible else None
        for solver in SOLVERS:
            assert answer(document, GOALS, solver, workers) == expected, f"seed {seed}, {solver}"
        solver = SOLVERS[seed % len(SOLVERS)]
        assert answer(document, GOALS, solver, workers, "compact") == expected, f"seed {seed}, {solver}, compact"


@pytest.mark.parametrize("first", range(0, SEEDS, BLOCK))
def test_solvers_equal_brute_force(first: int, workers: WorkerPool) -> None:
    compare(range(first, first + BLOCK), workers)


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
    compare(range(first, first + 50), workers)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_solvers_agree_on_cases_worked_by_hand(case: Case, workers: WorkerPool) -> None:
    for solver in SOLVERS:
        found = answer(case.document, list(case.goals), solver, workers)
        assert found == (list(case.expected_values) if case.feasible else None), solver
        assert answer(case.document, list(case.goals), solver, workers, "compact") == found, solver
