"""Bounds by prices before the search: never above what brute force finds, and more than nothing."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from forcegen.bench.dials import FAMILIES
from forcegen.bench.theatre import draw
from forcegen.domain.instance import Instance
from forcegen.formulation.tour import build
from forcegen.mip import INF, MipModel
from forcegen.mip.priced import Priced
from forcegen.mip.rounding import Covering
from forcegen.planning.search import pair, sift
from forcegen.planning.search.proof import Proof
from forcegen.planning.search.sift import Sift
from forcegen.planning.solve import Settings, solve
from forcegen.solvers import SolveOptions
from forcegen.solvers.prices import Kept, Relaxed
from forcegen.workers import Worker, WorkerPool
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
        proof = Proof(mip, SolveOptions(time_limit=20), told.append, workers)
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


@pytest.mark.parametrize(("minimum", "leads"), [(50, False), (500, True)])
def test_prices_lead_where_they_tell_tours_apart(minimum: int, leads: bool, workers: WorkerPool) -> None:
    """Of six hundred a minimum of 50 is no matter: at its prices every tour costs nothing."""
    east, west = ({"sectors": [sector], "roles": ["line"], "target": 1000} for sector in ("east", "west"))
    asked = document(
        contingents=[contingent("POL-inf", units=6, tour=3, dwell=2)],
        requirements=[{"id": "Q", **east, "minimum": minimum, "priority": 2}, {"id": "R", **west}],
    )
    formulation = build(Instance.model_validate(asked), ["unmet-minimum"])
    goal = formulation.objectives["unmet-minimum"]
    mip = formulation.model.with_objective(goal.coefficients, goal.offset)
    bounds: list[int] = []
    proof = Proof(mip, SolveOptions(time_limit=20), bounds.append, workers)
    proof.run(20.0, 1, threading.Event())
    assert bounds
    assert (proof.guide is not None) == leads


def _kept(worker: Worker, stop: threading.Event | None = None) -> Kept:
    return Kept(worker, SolveOptions(), time.monotonic() + 20, stop)


def _relaxed(parts: Sift, model: MipModel) -> Relaxed | None:
    """Solve a relaxation by parts from the beginning."""
    return None if parts.roughly(model) is None else parts.further(model, model.rows)


def _posed(family: str, seed: int) -> tuple[MipModel, int]:
    """Return a drawn theatre's model and how many tours it has."""
    drawn = Instance.model_validate(draw(FAMILIES[family], seed, "drawn").document)
    formulation = build(drawn, ["unmet-target"])
    objective = formulation.objectives["unmet-target"]
    mip = formulation.model.with_objective(objective.coefficients, objective.offset)
    return mip, len(formulation.frame.columns.tours)


def _worth(model: MipModel, found: Relaxed | None) -> int:
    assert found is not None
    bound = Priced.of(model, found.price).bound()
    assert bound is not None
    assert len(found.point) == model.columns
    assert model.objective @ found.point + model.offset == pytest.approx(bound, rel=3e-4, abs=1)
    return bound


@pytest.mark.parametrize(("family", "seed"), [("tiny", 0), ("small", 0), ("small", 1), ("small", 2)])
def test_relaxations_by_parts_are_worth_as_much_as_the_whole(
    family: str, seed: int, workers: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the beginning, again, and with one set of roundings after another, few or many."""
    mip, tours = _posed(family, seed)
    covering = Covering(mip)
    for many in (0.0, 1.0):  # always from the beginning, or always on from where it was
        monkeypatch.setattr(sift, "_MANY", many)
        monkeypatch.setattr(sift, "_WIDEST", 0.5)
        with workers.worker("highs") as first, workers.worker("highs") as second:
            parts, whole = Sift(tours, _kept(first)), _kept(second)
            model, rounded, rows = mip, [], 0
            for _ in range(4):
                found = parts.further(model, rows) if rows else _relaxed(parts, model)
                best = _worth(model, whole.begin(model, vertex=False))
                assert _worth(model, found) == pytest.approx(best, rel=3e-4, abs=1)
                assert found is not None
                rounded += covering.violated(found.point, 1e-3)
                rows, model = model.rows * (model is not mip), covering.relaxation(rounded)


@pytest.mark.parametrize(("family", "seed"), [("tiny", 0), ("small", 0), ("small", 1)])
def test_rough_prices_hold_and_what_goes_on_from_them_is_worth_as_much_as_the_whole(
    family: str, seed: int, workers: WorkerPool
) -> None:
    mip, tours = _posed(family, seed)
    covering = Covering(mip)
    with workers.worker("highs") as first, workers.worker("highs") as second:
        parts, whole = Sift(tours, _kept(first)), _kept(second)
        model = covering.relaxation()
        rough, exact = parts.roughly(model), _worth(model, whole.begin(model, vertex=False))
        assert rough is not None
        assert len(rough.point) == model.columns
        bound = Priced.of(model, rough.price).bound()
        assert bound is not None
        assert bound <= exact * (1 + 1e-9)
        for rounded in ([], list(covering.violated(rough.point, 1e-3))):
            model = covering.relaxation(rounded)
            found = parts.further(model, covering.relaxation().rows)
            assert _worth(model, found) == pytest.approx(
                _worth(model, whole.begin(model, vertex=False)), rel=3e-4, abs=1
            )


def test_what_a_point_takes_stays_where_most_columns_cost_nothing(workers: WorkerPool) -> None:
    """Of forty columns that cost nothing only two fill the row that comes; they are left out by no price."""
    columns, few = 40, np.zeros((1, 40), dtype=np.int64)
    few[0, [17, 33]] = 1
    mip = MipModel(
        objective=np.zeros(columns, dtype=np.int64),
        offset=0,
        lower=np.zeros(columns, dtype=np.int64),
        upper=np.ones(columns, dtype=np.int64),
        integer=np.ones(columns, dtype=bool),
        matrix=sp.csr_array(few),
        row_lower=np.array([2]),
        row_upper=np.full(1, INF),
    )
    twice = replace(
        mip,
        matrix=sp.csr_array(np.repeat(few, 2, axis=0)),
        row_lower=np.array([2, 2]),
        row_upper=np.full(2, INF),
    )
    with workers.worker("highs") as worker:
        parts = Sift(columns, _kept(worker))
        assert _relaxed(parts, mip) is not None
        found = parts.further(twice, 1)
        assert found is not None
        assert found.point[[17, 33]] == pytest.approx([1, 1], abs=1e-6)


def test_nothing_is_begun_that_would_not_be_over_in_time(workers: WorkerPool) -> None:
    mip, tours = _posed("tiny", 0)
    with workers.worker("highs") as worker:
        kept = _kept(worker)
        assert kept.begin(mip, vertex=False) is not None
        assert kept.left > 0
        kept.seconds = 2 * kept.left / mip.nonzeros
        assert kept.begin(mip, vertex=False) is None
        assert kept.left <= 0
        late = _kept(worker)
        late.seconds = 2 * late.left / mip.nonzeros
        assert Sift(tours, late).roughly(mip) is None


def test_what_is_kept_goes_on_as_if_begun_anew(workers: WorkerPool) -> None:
    mip, tours = _posed("small", 1)
    rows, half = mip.rows - 20, np.arange(mip.columns) % 4 != 1
    half[tours:] = True
    fewer, more = np.flatnonzero(half), np.flatnonzero(~half)
    upper = replace(mip, matrix=mip.matrix[:rows], row_lower=mip.row_lower[:rows], row_upper=mip.row_upper[:rows])
    with workers.worker("highs") as first, workers.worker("highs") as second:
        kept, other = _kept(first), _kept(second)
        assert not kept.vertex
        _worth(upper.with_columns(fewer), kept.begin(upper.with_columns(fewer), vertex=True))
        order = np.concatenate([fewer, more])
        found = kept.widen(mip.objective[more], mip.lower[more], mip.upper[more], upper.matrix[:, more].tocsc())
        anew = other.begin(upper.with_columns(order), vertex=False)
        assert _worth(upper.with_columns(order), found) == pytest.approx(
            _worth(upper.with_columns(order), anew), rel=1e-4
        )
        gone = np.arange(0, tours // 2, 3)
        order = np.delete(order, gone)
        sides = mip.row_lower[rows:], mip.row_upper[rows:]
        found = kept.narrow(gone, *sides, mip.matrix[rows:][:, order])
        anew = other.begin(mip.with_columns(order), vertex=False)
        assert kept.vertex
        assert _worth(mip.with_columns(order), found) == pytest.approx(_worth(mip.with_columns(order), anew), rel=1e-4)


def test_nothing_is_begun_once_it_is_to_stop(workers: WorkerPool) -> None:
    mip, _ = _posed("tiny", 0)
    stop = threading.Event()
    stop.set()
    with workers.worker("highs") as worker:
        assert _kept(worker, stop).begin(mip, vertex=True) is None
        assert Kept(worker, SolveOptions(), time.monotonic(), None).begin(mip, vertex=True) is None


def test_where_no_part_has_a_point_the_whole_is_asked(workers: WorkerPool) -> None:
    """Rows that only columns left out can fill, and then rows that nothing can."""

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

    with workers.worker("highs") as worker:
        kept = _kept(worker)
        found = _relaxed(Sift(100, kept), rows(100, 1))
        assert found is not None
        assert found.point.sum() == pytest.approx(40, abs=1e-3)
        assert found.point[7] == pytest.approx(1, abs=1e-3)
        assert _relaxed(Sift(30, kept), rows(30, 1)) is None
        assert _relaxed(Sift(0, kept), rows(60, 1)) is not None
