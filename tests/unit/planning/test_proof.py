"""Bounds by prices before the search: never above what brute force finds, and more than nothing."""

from __future__ import annotations

import threading

import pytest

from forcegen.domain.instance import Instance
from forcegen.formulation.alike import anywhere
from forcegen.formulation.tour import build
from forcegen.planning import pair
from forcegen.planning.proof import Proof
from forcegen.planning.solve import Settings, solve
from forcegen.solvers import SolveOptions
from forcegen.workers import WorkerPool
from tests.oracle.brute import best
from tests.oracle.generate import SUMS, instance


@pytest.fixture(scope="module")
def workers() -> WorkerPool:
    with WorkerPool() as pool:
        yield pool


@pytest.mark.parametrize("goal", ["unmet-minimum", "unmet-target", "cost"])
def test_no_bound_is_above_the_optimum(goal: str, workers: WorkerPool) -> None:
    proven = 0
    for seed in range(12):
        document = instance(seed, SUMS)
        formulation = build(Instance.model_validate(document), [goal])
        objective = formulation.objectives[goal]
        mip = formulation.model.with_objective(objective.coefficients, objective.offset)
        told: list[int] = []
        proof = Proof(mip, anywhere(formulation), SolveOptions(time_limit=20), told.append, workers)
        proof.run(20.0, 1, threading.Event())
        known = best(document, goals=[goal])
        if known.feasible:
            assert all(bound * objective.scale <= known.values[0] for bound in told)
            proven += any(bound * objective.scale == known.values[0] for bound in told)
    assert proven >= 3


def test_a_model_that_is_wide_is_solved_as_any_other(monkeypatch: pytest.MonkeyPatch, workers: WorkerPool) -> None:
    monkeypatch.setattr(pair, "WIDE", 0)
    for seed in range(4):
        document = instance(seed)
        known = best(document)
        found = solve(
            Instance.model_validate(document), settings=Settings(threads=2, time_limit=60, gap=0), workers=workers
        )
        assert (found.audit is not None) == known.feasible
        if known.feasible:
            assert all(tier.proven for tier in found.tiers)
            assert found.tiers[0].bound == known.values[0]
