"""Parts of a plan decided anew: the rest stays, the plan is never worse, and small ones end at the optimum."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from forcegen.bench.dials import FAMILIES
from forcegen.bench.theatre import draw
from forcegen.domain.instance import Instance
from forcegen.formulation.construct import construct
from forcegen.formulation.tour import build
from forcegen.mip.fixed import Around
from forcegen.planning.search import pair
from forcegen.planning.search.auto import Engine
from forcegen.planning.search.polish import Parts, Polish
from forcegen.planning.solve import Settings, solve
from forcegen.solvers import SolveOptions
from forcegen.workers import WorkerPool
from tests.oracle.brute import best
from tests.oracle.generate import instance

if TYPE_CHECKING:
    from forcegen.formulation.tour import Formulation
    from forcegen.mip import Ints, MipModel

GOAL = "unmet-target"


@pytest.fixture(scope="module")
def workers() -> WorkerPool:
    with WorkerPool() as pool:
        yield pool


def _posed(document: object) -> tuple[Formulation, MipModel, Ints | None]:
    formulation = build(Instance.model_validate(document), [GOAL])
    objective = formulation.objectives[GOAL]
    return (
        formulation,
        formulation.model.with_objective(objective.coefficients, objective.offset),
        construct(formulation),
    )


def test_what_is_fixed_stays_and_what_is_free_is_worth_the_same() -> None:
    rng = np.random.default_rng(0)
    followed = 0
    for seed in range(40):
        formulation, mip, values = _posed(instance(seed))
        tours = len(formulation.frame.columns.tours)
        if values is None or not tours:
            continue
        wanted = rng.random(tours) < 0.3
        around = Around(mip, tours)
        free = around.free(wanted)
        followed += len(free) > np.count_nonzero(wanted)
        assert set(np.flatnonzero(wanted)) <= set(free.tolist())
        assert len(set(free.tolist())) == len(free)
        part = around.with_free(free, values)
        assert part.value(values[free]) == mip.value(values)
        assert part.feasible(values[free]) == mip.feasible(values)
        for _ in range(20):  # what is a plan of the part is one of the whole, and the other way round
            other = values.copy()
            other[free] += rng.integers(-1, 2, len(free))
            assert part.feasible(other[free]) == mip.feasible(other)
            assert part.value(other[free]) == mip.value(other)
    assert followed


def test_small_plans_end_at_the_optimum(workers: WorkerPool) -> None:
    reached = tried = 0
    for seed in range(12):
        document = instance(seed)
        formulation, mip, values = _posed(document)
        known = best(document, goals=[GOAL])
        if values is None or not known.feasible:
            continue
        _tours, told = len(formulation.frame.columns.tours), []
        polish = Polish(formulation, mip, SolveOptions(seed=seed), workers, told.append)
        found = polish.run(values, 1.0, 2, threading.Event())
        assert mip.feasible(found)
        worths = [mip.value(values), *map(mip.value, told)]
        assert worths == sorted(worths, reverse=True)
        assert len(set(worths)) == len(worths)
        assert mip.value(found) == worths[-1]
        scale = formulation.objectives[GOAL].scale
        assert mip.value(found) * scale >= known.values[0]
        tried += 1
        reached += mip.value(found) * scale == known.values[0]
    assert reached >= tried - 2 > 0


def test_it_ends_when_it_is_to_stop_and_where_nobody_serves(workers: WorkerPool) -> None:
    formulation, mip, values = _posed(draw(FAMILIES["tiny"], 0, "drawn").document)
    assert values is not None
    stop = threading.Event()
    stop.set()
    polish = Polish(formulation, mip, SolveOptions(), workers, lambda values: None)
    assert polish.run(values, 60.0, 2, stop) is values
    nobody = np.zeros(len(formulation.frame.columns.tours), dtype=np.int64)
    assert polish.run(values * 0, 60.0, 2, threading.Event()).sum() == 0
    assert not any(Parts(formulation, seed).draw(nobody)[1].any() for seed in range(20))


def test_where_the_engine_searches_to_the_end_its_plan_is_polished(
    monkeypatch: pytest.MonkeyPatch, workers: WorkerPool
) -> None:
    monkeypatch.setattr(pair, "WIDE", 0)
    monkeypatch.setattr(pair, "_SLOW", 0.0)
    monkeypatch.setattr("forcegen.planning.search.auto.LEAST_TOURS", 0)
    polished: list[MipModel] = []
    original = Engine.polish

    def polish(self: Engine, mip: MipModel, *given: object) -> Polish:
        polished.append(mip)
        return original(self, mip, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Engine, "polish", polish)
    drawn = Instance.model_validate(draw(FAMILIES["small"], 1, "drawn").document)
    found = solve(drawn, settings=Settings(threads=2, time_limit=12, gap=0), workers=workers)
    assert polished
    assert found.audit is not None
    assert found.audit.clean
