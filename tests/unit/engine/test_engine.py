"""The engine: exact in what it counts, never better than the truth, never a plan that breaks a limit."""

from __future__ import annotations

import itertools
import threading
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from forcegen.bench.dials import FAMILIES
from forcegen.bench.theatre import draw
from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.engine import moves, rows
from forcegen.engine.search import search
from forcegen.engine.task import Task, task
from forcegen.formulation.decode import settled
from forcegen.formulation.tour import Formulation, build
from forcegen.mip import Ints, Status, Termination
from forcegen.planning.search import auto
from forcegen.planning.search.auto import Engine
from forcegen.planning.solve import Settings, solve
from forcegen.solvers.registry import SPECS, Spec
from forcegen.workers import WorkerPool
from tests.oracle.brute import best
from tests.oracle.generate import SUMS, instance

if TYPE_CHECKING:
    from collections.abc import Iterator

GOAL = "unmet-target"
SEEDS = range(60)


def posed(seed: int) -> tuple[Formulation, Task]:
    """The task of a random instance, without the weight of other goals."""
    formulation = build(Instance.model_validate(instance(seed, SUMS)), [GOAL])
    engine = Engine(formulation, [GOAL])
    objective = formulation.objectives[GOAL]
    worth = objective.coefficients * float(objective.scale)
    result = task(
        formulation.model, worth, engine._crew(engine._free), engine._period, formulation.defined, engine._kept
    )
    assert result is not None
    return formulation, result


def completed(formulation: Formulation, taken: Ints) -> Ints:
    values = np.zeros(formulation.model.columns, dtype=np.int64)
    values[: len(taken)] = taken
    return settled(formulation, values)


def worth(formulation: Formulation, point: Ints) -> Fraction:
    objective = formulation.objectives[GOAL]
    return (int(objective.coefficients @ point) + objective.offset) * objective.scale


def searched(given: Task, seed: int, chunks: int = 20) -> list[Ints]:
    steps = iter(np.linspace(0, 1, chunks + 1).tolist())
    found: list[Ints] = []
    search(given, seed=seed, threads=1, progress=lambda: next(steps), better=found.append)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_cells_add_up_to_columns(seed: int) -> None:
    _, given = posed(seed)
    p = given.problem
    for z in range(len(given.order)):
        block = p.block[z]
        cells = [
            *p.block_cell[p.block_first[block] : p.block_first[block + 1]],
            *p.own_cell[p.own_first[z] : p.own_first[z + 1]],
        ]
        total = np.zeros(len(given.rows))
        for c in cells:
            entries = p.cell_entry[p.cell_first[c] : p.cell_first[c + 1]]
            np.add.at(total, p.entry_row[entries], p.entry_value[entries])
        assert (total == given.matrix[:, [z]].toarray().ravel()).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_moves_add_up_to_is_what_the_model_says_exactly(seed: int) -> None:
    formulation, given = posed(seed)
    state, held, random = given.empty_state(), given.empty_held(), np.random.default_rng(seed)
    if not len(state.served):
        return
    beyond = None  # what requirements that no tour can reach are worth: they are not rows of the task
    rows.reprice(given.problem, state, True)
    for _ in range(30):
        moves.search(3, 1e9, 4, True, np.inf, given.problem, state, given.commands, held, random)
        point = completed(formulation, given.taken(state.served, held.column))
        kept = formulation.model.feasible(point)
        assert kept == (rows.broken(state) == 0)
        counted = state.worth.copy(), state.amount.copy()
        total = rows.valued(given.problem, state)
        assert np.allclose(counted[0], state.worth, rtol=1e-9, atol=1e-6)
        assert (given.matrix @ np.bincount(state.served[state.served >= 0], minlength=len(given.order))).tolist() == (
            counted[1].tolist()
        )
        if kept:
            apart = float(worth(formulation, point)) - total
            assert beyond is None or apart == pytest.approx(beyond, rel=1e-9, abs=1e-6)
            beyond = apart


def test_plans_are_never_better_than_the_optimum_and_nearly_always_reach_it() -> None:
    reached, known = 0, 0
    for seed in SEEDS:
        optimum = best(instance(seed, SUMS), [GOAL])
        formulation, given = posed(seed)
        plans = [completed(formulation, taken) for taken in searched(given, seed)]
        assert all(formulation.model.feasible(plan) for plan in plans)
        assert all(worth(formulation, plan) >= optimum.values[0] for plan in plans)
        if optimum.feasible:
            known += 1
            reached += bool(plans) and worth(formulation, plans[-1]) == optimum.values[0]
    assert reached >= 0.9 * known


def test_the_same_seed_and_work_give_the_same_plan() -> None:
    _, given = posed(7)
    first, again = searched(given, 3), searched(given, 3)
    assert [plan.tolist() for plan in first] == [plan.tolist() for plan in again]


def test_a_quarter_of_the_moves_gives_a_plan_that_is_nearly_as_good() -> None:
    formulation = build(Instance.model_validate(draw(FAMILIES["small"], 0, "small").document), [GOAL])
    engine = Engine(formulation, [GOAL])
    worth_ = engine._worth(GOAL)
    given = task(
        formulation.model, worth_, engine._crew(engine._free), engine._period, formulation.defined, engine._kept
    )
    assert given is not None
    chunks, times = 40, []
    for seed in range(4):
        looks, found, at = itertools.count(), dict[int, Fraction](), [0]

        def better(taken: Ints, found: dict[int, Fraction] = found, at: list[int] = at) -> None:
            found[at[0]] = worth(formulation, completed(formulation, taken))

        def progress(looks: Iterator[int] = looks, at: list[int] = at) -> float:
            at[0] = next(looks)
            return at[0] / chunks

        search(given, seed=seed, threads=1, progress=progress, better=better)
        times.append(float(min(value for k, value in found.items() if k <= chunks // 4) / found[max(found)]))
    assert np.mean(times) <= 2


def test_threads_search_with_seeds_of_their_own() -> None:
    formulation, given = posed(7)
    lock, left, found = threading.Lock(), [40], []

    def progress() -> float:
        with lock:
            left[0] -= 1
            return 1 - max(left[0], 0) / 40

    search(given, seed=1, threads=3, progress=progress, better=found.append)
    values = [worth(formulation, completed(formulation, taken)) for taken in found]
    assert values
    assert values == sorted(values, reverse=True)


def test_a_model_with_columns_of_another_kind_is_left_to_others() -> None:
    formulation, _ = posed(7)
    engine = Engine(formulation, [GOAL])
    model, tours = formulation.model, len(formulation.frame.columns.tours)
    twice = model.with_rows(
        model.matrix[[0]] * 0 + np.eye(1, model.columns, tours, dtype=np.int64), np.array([0]), np.array([9])
    )
    ignored = np.append(engine._kept, False)
    assert (
        task(
            twice,
            np.ones(model.columns),
            engine._crew(engine._free),
            np.append(engine._period, -1),
            formulation.defined,
            ignored,
        )
        is None
    )


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auto, "LEAST_TOURS", 0)


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("threads", [1, 2])
def test_solves_beside_the_engine_reach_the_optimum(threads: int) -> None:
    goals = ["unmet-minimum", "unmet-target", "cost"]
    model = Model.model_validate({"model": "oracle", "goals": [{"minimise": goal} for goal in goals]})
    with WorkerPool() as pool:
        for seed in range(3, 9):
            expected = best(instance(seed, SUMS), goals)
            result = solve(
                Instance.model_validate(instance(seed, SUMS)),
                model=model,
                settings=Settings(time_limit=6, gap=0, threads=threads),
                workers=pool,
            )
            if expected.feasible:
                assert result.status is Status.OPTIMAL
                assert [tier.value for tier in result.tiers] == list(expected.values)
            else:
                assert result.status is Status.INFEASIBLE


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("entry", ["tests.unit.workers.entries:fail", "tests.unit.workers.entries:leaving"])
def test_an_engine_that_fails_loses_nothing(monkeypatch: pytest.MonkeyPatch, entry: str, threads: int) -> None:
    monkeypatch.setattr(auto, "_ENTRY", entry)
    result = solve("instances/tutorial", settings=Settings(time_limit=20, gap=0, threads=threads))
    assert result.status is Status.OPTIMAL
    assert result.audit is not None
    assert result.audit.clean
    assert "the engine failed" in result.message


@pytest.mark.usefixtures("always")
def test_a_solver_that_fails_loses_nothing_of_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    adapter = Spec("tests.unit.solvers.adapters:fail", "numpy", "numpy", True, True, True, False)
    monkeypatch.setitem(SPECS, "fail", adapter)
    result = solve("instances/tutorial", model="coverage", settings=Settings("fail", time_limit=10, threads=2))
    assert (result.status, result.termination) == (Status.FEASIBLE, Termination.CRASHED)
    assert result.audit is not None
    assert result.audit.clean
    assert "licence expired" in result.message
