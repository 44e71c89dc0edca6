"""Every outcome, from every solver."""

from __future__ import annotations

import itertools
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from forcegen.mip import INF, Outcome, Status, Termination
from forcegen.solvers import Progress, SolveOptions, solve
from forcegen.workers import WorkerPool
from tests.unit.solvers import models
from tests.unit.solvers.names import ADAPTERS, ALL, THROUGH_PULP, needs_glpk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.mip import MipModel


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool() as made:
        yield made


def options(**given: object) -> SolveOptions:
    return SolveOptions(**{"time_limit": 60.0, "gap": 0.0, **given})  # type: ignore[arg-type]


def check(model: MipModel, outcome: Outcome) -> None:
    """What must hold of every outcome."""
    if outcome.values is None:
        assert outcome.objective is None
    else:
        assert model.feasible(outcome.values)
        assert model.value(outcome.values) == outcome.objective
    if outcome.status is Status.OPTIMAL:
        assert outcome.bound == outcome.objective is not None
    if outcome.bound is not None and outcome.objective is not None:
        assert outcome.bound <= outcome.objective


@pytest.mark.parametrize("solver", ALL)
def test_optimal(solver: str, pool: WorkerPool) -> None:
    model = models.simple()
    before = model.digest()
    outcome = solve(model, solver, options(), pool=pool)
    assert (outcome.status, outcome.termination) == (Status.OPTIMAL, Termination.OPTIMAL)
    assert (outcome.objective, outcome.bound) == (1003, 1003)
    assert outcome.values is not None
    assert outcome.values.tolist() == [1, 1, 0]
    assert outcome.version[0].isdigit()
    assert outcome.solver == solver
    assert outcome.trace[-1].objective == 1003
    assert model.digest() == before
    check(model, outcome)


@pytest.mark.parametrize("solver", ALL)
@pytest.mark.parametrize("make", [models.infeasible, models.integer_infeasible])
def test_infeasible(solver: str, make: type, pool: WorkerPool) -> None:
    outcome = solve(make(), solver, options(), pool=pool)
    assert (outcome.status, outcome.termination) == (Status.INFEASIBLE, Termination.OPTIMAL)
    assert outcome.values is None
    assert outcome.bound is None


@pytest.mark.parametrize("solver", ALL)
def test_unbounded(solver: str, pool: WorkerPool) -> None:
    outcome = solve(models.unbounded(), solver, options(), pool=pool)
    assert (outcome.status, outcome.termination) == (Status.UNBOUNDED, Termination.OPTIMAL)
    assert outcome.bound is None


@pytest.mark.parametrize("solver", ["highs", "cbc", "scip", *THROUGH_PULP])
def test_an_unbounded_relaxation_does_not_make_a_plan(solver: str, pool: WorkerPool) -> None:
    outcome = solve(models.unbounded_but_infeasible(), solver, options(), pool=pool)
    assert outcome.status is Status.INFEASIBLE


def test_cp_sat_claims_nothing_about_what_lies_beyond_the_bounds_it_made_up(pool: WorkerPool) -> None:
    outcome = solve(models.unbounded_but_infeasible(), "cp-sat", options(), pool=pool)
    assert (outcome.status, outcome.termination) == (Status.NO_SOLUTION, Termination.NUMERIC)
    assert "no bounds" in outcome.message
    two_columns_together = models.make([-1, 0], [[1, -1]], [-1], [0], upper=INF)
    outcome = solve(two_columns_together, "cp-sat", options(), pool=pool)
    assert (outcome.status, outcome.termination) == (Status.FEASIBLE, Termination.NUMERIC)
    assert outcome.bound is None


@pytest.mark.parametrize("solver", ALL)
def test_time_limit_with_a_plan(solver: str, pool: WorkerPool) -> None:
    model = models.knapsacks()
    seen: list[Progress] = []
    outcome = solve(model, solver, options(time_limit=2.0), pool=pool, on_progress=seen.append)
    assert (outcome.status, outcome.termination) == (Status.FEASIBLE, Termination.TIME_LIMIT)
    assert outcome.objective is not None
    assert outcome.bound is not None
    assert outcome.bound < outcome.objective
    assert outcome.seconds < 20
    assert seen
    assert seen[-1].objective == outcome.objective
    check(model, outcome)


@pytest.mark.parametrize("solver", ALL)
def test_time_limit_without_a_plan(solver: str, pool: WorkerPool) -> None:
    outcome = solve(models.market_split(), solver, options(time_limit=1.0), pool=pool)
    assert (outcome.status, outcome.termination) == (Status.NO_SOLUTION, Termination.TIME_LIMIT)
    assert outcome.values is None
    assert outcome.seconds < 20


@pytest.mark.parametrize("solver", ALL)
def test_a_time_limit_that_is_over_before_the_start(solver: str, pool: WorkerPool) -> None:
    outcome = solve(models.knapsacks(), solver, options(time_limit=0.01), pool=pool)
    assert outcome.termination is Termination.TIME_LIMIT
    assert outcome.status in (Status.NO_SOLUTION, Status.FEASIBLE)


@pytest.mark.parametrize("solver", ALL)
def test_content_with_a_gap(solver: str, pool: WorkerPool) -> None:
    model = models.knapsacks()
    outcome = solve(model, solver, options(gap=0.05), pool=pool)
    assert (outcome.status, outcome.termination) == (Status.FEASIBLE, Termination.GAP)
    assert outcome.gap is not None
    assert 0 < outcome.gap <= 0.05
    check(model, outcome)


@pytest.mark.parametrize("solver", ADAPTERS)
def test_interrupted_it_keeps_its_plan(solver: str, pool: WorkerPool) -> None:
    model = models.knapsacks()
    stop = threading.Event()

    def enough(progress: Progress) -> None:
        if progress.objective is not None:
            stop.set()

    outcome = solve(model, solver, options(), pool=pool, stop=stop, on_progress=enough)
    assert (outcome.status, outcome.termination) == (Status.FEASIBLE, Termination.INTERRUPTED)
    assert outcome.seconds < 30
    check(model, outcome)


@pytest.mark.parametrize("solver", ALL)
def test_interrupted_before_there_is_a_plan(solver: str, pool: WorkerPool) -> None:
    stop = threading.Event()
    threading.Timer(1.0, stop.set).start()
    outcome = solve(models.market_split(), solver, options(), pool=pool, stop=stop)
    assert (outcome.status, outcome.termination) == (Status.NO_SOLUTION, Termination.INTERRUPTED)


@pytest.mark.parametrize("solver", THROUGH_PULP)
def test_interrupted_through_pulp_only_the_start_is_kept(solver: str, pool: WorkerPool) -> None:
    model = models.knapsacks()
    start = np.zeros(model.columns, dtype=np.int64)
    stop = threading.Event()
    threading.Timer(1.5, stop.set).start()
    outcome = solve(model, solver, options(start=start), pool=pool, stop=stop)
    assert (outcome.status, outcome.termination) == (Status.FEASIBLE, Termination.INTERRUPTED)
    assert outcome.objective == 0
    assert outcome.seconds < 10


def test_interrupted_before_the_call_it_returns_the_start_at_once() -> None:
    stop = threading.Event()
    stop.set()
    outcome = solve(models.simple(), "highs", options(start=np.array([1, 1, 1])), stop=stop)
    assert (outcome.status, outcome.termination) == (Status.FEASIBLE, Termination.INTERRUPTED)
    assert outcome.objective == 1008
    assert solve(models.simple(), "highs", stop=stop).status is Status.NO_SOLUTION


@pytest.mark.parametrize("solver", ALL)
def test_a_start_is_used_and_completed(solver: str, pool: WorkerPool) -> None:
    model = models.knapsacks()
    start = np.zeros(model.columns, dtype=np.int64)
    for j in range(model.columns):
        start[j] = 1
        if not model.feasible(start):
            start[j] = 0
    outcome = solve(model, solver, options(time_limit=0.7, start=start), pool=pool)
    assert outcome.trace[0].objective == model.value(start)
    assert outcome.objective is not None
    assert outcome.objective <= model.value(start)
    check(model, outcome)


@pytest.mark.parametrize("solver", ALL)
def test_a_start_needs_its_integer_columns_only(solver: str, pool: WorkerPool) -> None:
    model = models.random_model(3)
    best = solve(model, solver, options(), pool=pool)
    assert best.values is not None
    start = np.where(model.integer, best.values, -99)
    outcome = solve(model, solver, options(start=start), pool=pool)
    assert outcome.trace[0].objective == best.objective


@pytest.mark.parametrize("solver", ALL)
def test_a_start_that_is_no_plan_does_no_harm(solver: str, pool: WorkerPool) -> None:
    outcome = solve(models.simple(), solver, options(start=np.array([0, 0, 0])), pool=pool)
    assert outcome.status is Status.OPTIMAL
    assert outcome.message == ""


def test_a_start_of_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="start: expected 3 values"):
        solve(models.simple(), "highs", options(start=np.array([0])))


@pytest.mark.parametrize("solver", ALL)
def test_no_columns_no_rows(solver: str, pool: WorkerPool) -> None:
    assert solve(models.make([], [], [], [], offset=4), solver, options(), pool=pool).objective == 4
    nothing_reaches_one = models.make([], [[]], [1], [2])
    assert solve(nothing_reaches_one, solver, options(), pool=pool).status is Status.INFEASIBLE
    free = solve(models.make([2, -3], [], [], [], offset=7), solver, options(), pool=pool)
    assert (free.status, free.objective) == (Status.OPTIMAL, -23)
    no_goal = solve(models.make([0, 0], [[1, 1]], [3], [4]), solver, options(), pool=pool)
    assert (no_goal.status, no_goal.objective) == (Status.OPTIMAL, 0)


def large_numbers() -> tuple[MipModel, int]:
    """Return a model and its optimum, which differs from others in the tenth digit."""
    million = 1_000_000
    model = models.make(
        [999_999_937, 1_000_000_007, 3],
        [[7 * million, 11 * million, 1]],
        [40 * million + 3],
        [INF],
        upper=[9, 9, 5],
        offset=10**12,
        continuous=(2,),
    )
    points = (np.array(point) for point in itertools.product(range(10), range(10), range(6)))
    return model, min(model.value(point) for point in points if model.feasible(point))


@pytest.mark.parametrize("solver", ADAPTERS)
def test_large_numbers(solver: str, pool: WorkerPool) -> None:
    model, best = large_numbers()
    outcome = solve(model, solver, options(), pool=pool)
    assert outcome.objective == best
    assert outcome.status is Status.OPTIMAL


@pytest.mark.parametrize("solver", THROUGH_PULP)
def test_large_numbers_through_pulp_prove_no_more_than_is_true(solver: str, pool: WorkerPool) -> None:
    """GLPK calls a plan optimal that is so in seven digits, Xpress in ten."""
    model, best = large_numbers()
    outcome = solve(model, solver, options(), pool=pool)
    assert outcome.bound is not None
    assert outcome.bound <= best
    assert outcome.status is Status.OPTIMAL or outcome.termination is Termination.NUMERIC
    check(model, outcome)


@needs_glpk
def test_numbers_that_do_not_survive_the_files_of_pulp_are_refused(pool: WorkerPool) -> None:
    outcome = solve(models.make([10**13 + 1], [[1]], [1], [INF]), "pulp:GLPK_CMD", options(), pool=pool)
    assert (outcome.status, outcome.termination) == (Status.ERROR, Termination.NUMERIC)
    assert "12 digits" in outcome.message


def test_the_relaxation_alone(pool: WorkerPool) -> None:
    model = models.make([2, 3], [[2, 2], [1, 3]], [3, 4], [INF, INF], offset=1000)
    outcome = solve(model, "highs", options(relax=True), pool=pool)
    assert outcome.values is None
    assert outcome.relaxation == pytest.approx(1004.25)
    assert outcome.bound == 1005
    assert (outcome.status, outcome.termination) == (Status.NO_SOLUTION, Termination.OPTIMAL)
    assert solve(models.infeasible(), "highs", options(relax=True), pool=pool).status is Status.INFEASIBLE
    assert solve(models.unbounded(), "highs", options(relax=True), pool=pool).status is Status.UNBOUNDED
    with pytest.raises(ValueError, match="cbc does not solve relaxations"):
        solve(model, "cbc", options(relax=True), pool=pool)


def test_threads_may_change_in_a_warm_worker(pool: WorkerPool) -> None:
    for threads in (1, 2, 1):
        outcome = solve(models.simple(), "highs", options(threads=threads), pool=pool)
        assert outcome.status is Status.OPTIMAL


@pytest.mark.parametrize("solver", ALL)
@pytest.mark.parametrize("seed", range(40))
def test_all_agree_with_brute_force(solver: str, seed: int, pool: WorkerPool) -> None:
    model = models.random_model(seed)
    expected = models.brute_force(model)
    outcome = solve(model, solver, options(seed=seed), pool=pool)
    assert outcome.objective == expected
    assert outcome.status is (Status.INFEASIBLE if expected is None else Status.OPTIMAL)
    check(model, outcome)


@pytest.mark.parametrize(
    ("field", "value"), [("time_limit", 0), ("gap", -1), ("threads", 0), ("seed", -1), ("memory_limit_gb", 0)]
)
def test_options_out_of_range_are_refused(field: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"{field}: expected"):
        SolveOptions(**{field: value})  # type: ignore[arg-type]
