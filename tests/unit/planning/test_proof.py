"""Bounds by prices before the search: never above what brute force finds, and more than nothing."""

from __future__ import annotations

import threading
from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse as sp

from forcegen.bench.dials import FAMILIES
from forcegen.bench.theatre import draw
from forcegen.domain.instance import Instance
from forcegen.formulation.alike import anywhere
from forcegen.formulation.goals.objective import Objective
from forcegen.formulation.tour import build
from forcegen.mip import INF, MipModel
from forcegen.mip.priced import Priced
from forcegen.planning import pair
from forcegen.planning.proof import Ahead, Proof
from forcegen.planning.sift import Sift
from forcegen.planning.solve import Settings, solve
from forcegen.solvers import SolveOptions
from forcegen.solvers.prices import Relaxed, prices
from forcegen.workers import WorkerPool
from tests.oracle.brute import best
from tests.oracle.generate import SUMS, instance
from tests.unit.audit.documents import contingent, document


@pytest.fixture(scope="module")
def workers() -> WorkerPool:
    with WorkerPool() as pool:
        yield pool


@pytest.mark.parametrize("goal", ["unmet-minimum", "unmet-target", "cost"])
def test_no_bound_is_above_the_optimum(goal: str, workers: WorkerPool) -> None:
    proven = 0
    for seed in range(12):
        drawn = instance(seed, SUMS)
        formulation = build(Instance.model_validate(drawn), [goal])
        objective = formulation.objectives[goal]
        mip = formulation.model.with_objective(objective.coefficients, objective.offset)
        told: list[int] = []
        proof = Proof(mip, anywhere(formulation), SolveOptions(time_limit=20), told.append, workers)
        proof.run(20.0, 1, threading.Event())
        known = best(drawn, goals=[goal])
        if known.feasible:
            assert all(bound * objective.scale <= known.values[0] for bound in told)
            proven += any(bound * objective.scale == known.values[0] for bound in told)
    assert proven >= 3


def test_a_model_that_is_wide_is_solved_as_any_other(monkeypatch: pytest.MonkeyPatch, workers: WorkerPool) -> None:
    monkeypatch.setattr(pair, "WIDE", 0)
    for seed in range(4):
        drawn = instance(seed)
        known = best(drawn)
        found = solve(
            Instance.model_validate(drawn), settings=Settings(threads=2, time_limit=60, gap=0), workers=workers
        )
        assert (found.audit is not None) == known.feasible
        if known.feasible:
            assert all(tier.proven for tier in found.tiers)
            assert found.tiers[0].bound == known.values[0]


def test_where_nothing_is_known_of_the_next_goal_the_last_prices_lead(workers: WorkerPool) -> None:
    matrix, ends = sp.csr_array(np.array([[1, 1]], dtype=np.int64)), np.array([INF])
    zero, one = np.zeros(2, dtype=np.int64), np.ones(2, dtype=np.int64)
    mip = MipModel(zero, 0, zero, one, one.astype(bool), matrix, np.array([1]), ends)
    proof = Proof(mip, None, SolveOptions(), lambda bound: None, workers, Ahead(Objective(one, 0, Fraction(1)), 1.0))
    proof.run(0.0, 1, threading.Event())  # no time for any relaxation
    for price in (0.0, 1.0):
        proof.guide = proof._leading(Priced.of(mip, np.array([price])))
        assert proof.guide.tolist() == [-price, -price]


@pytest.mark.parametrize(("minimum", "looks_ahead"), [(50, True), (500, False)])
def test_where_the_goal_alone_leads_nowhere_the_next_one_does(
    minimum: int, looks_ahead: bool, workers: WorkerPool
) -> None:
    """Of six hundred a minimum of 50 is no matter: at its prices every tour costs nothing."""
    east, west = ({"sectors": [sector], "roles": ["line"], "target": 1000} for sector in ("east", "west"))
    asked = document(
        contingents=[contingent("POL-inf", units=6, tour=3, dwell=2)],
        requirements=[{"id": "Q", **east, "minimum": minimum, "priority": 2}, {"id": "R", **west}],
    )
    formulation = build(Instance.model_validate(asked), ["unmet-minimum", "unmet-target"])
    goal, following = formulation.objectives.values()
    mip = formulation.model.with_objective(goal.coefficients, goal.offset)
    options = SolveOptions(time_limit=20)

    def guide(ahead: Ahead | None) -> list[float]:
        proof = Proof(mip, None, options, lambda bound: None, workers, ahead)
        proof.run(20.0, 1, threading.Event())
        assert proof.guide is not None
        return [round(float(cost), 3) for cost in proof.guide[: len(formulation.frame.columns.tours)]]

    alone, both = guide(None), guide(Ahead.of(goal, following, Fraction(1, 100)))
    assert (max(alone) == 0) == looks_ahead
    assert (both != alone) == looks_ahead
    nothing = Objective(np.zeros_like(goal.coefficients), 0, Fraction(1))
    assert Ahead.of(goal, nothing, Fraction(1, 100)) is None


def test_relaxations_by_parts_are_worth_as_much_as_the_whole(workers: WorkerPool) -> None:
    solved: list[int] = []

    def relax(model: MipModel) -> Relaxed | None:
        solved.append(model.columns)
        return prices(model, SolveOptions(time_limit=20, relax=True), pool=workers)

    fewer = 0
    for family, seed in (("tiny", 0), ("small", 0), ("small", 1), ("small", 2)):
        drawn = Instance.model_validate(draw(FAMILIES[family], seed, "drawn").document)
        formulation = build(drawn, ["unmet-target"])
        objective, tours = formulation.objectives["unmet-target"], len(formulation.frame.columns.tours)
        mip = formulation.model.with_objective(objective.coefficients, objective.offset)
        whole, sift = relax(mip), Sift(tours, relax)
        assert whole is not None
        best = Priced.of(mip, whole.price).bound()
        for _ in range(2):  # what mattered is kept
            parts = sift.relaxed(mip)
            assert parts is not None
            assert len(parts.point) == mip.columns
            assert best is not None
            assert Priced.of(mip, parts.price).bound() == pytest.approx(best, rel=3e-4, abs=1)
            assert mip.objective @ parts.point + mip.offset == pytest.approx(best, rel=3e-4, abs=1)
        fewer += solved[-1] < mip.columns
    assert fewer


def test_where_no_part_has_a_point_the_whole_is_asked(workers: WorkerPool) -> None:
    """Rows that only columns left out can fill, and then rows that nothing can."""

    def relax(model: MipModel) -> Relaxed | None:
        return prices(model, SolveOptions(time_limit=20, relax=True), pool=workers)

    def rows(columns: int, most: int) -> MipModel:
        matrix = np.zeros((2, columns), dtype=np.int64)
        matrix[0], matrix[1] = np.arange(columns) == 7, 1
        return MipModel(
            objective=np.ones(columns, dtype=np.int64),
            offset=0,
            lower=np.zeros(columns, dtype=np.int64),
            upper=np.full(columns, most),
            integer=np.ones(columns, dtype=bool),
            matrix=sp.csr_array(matrix),
            row_lower=np.array([1, 40]),
            row_upper=np.full(2, INF),
        )

    found = Sift(100, relax).relaxed(rows(100, 1))
    assert found is not None
    assert found.point.sum() == pytest.approx(40, abs=1e-3)
    assert found.point[7] == pytest.approx(1, abs=1e-3)
    assert Sift(30, relax).relaxed(rows(30, 1)) is None
    assert Sift(0, relax).relaxed(rows(60, 1)) is not None
