"""The cheapest repair: as brute force finds it, and worked by hand."""

from __future__ import annotations

import threading
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING

import pytest

from forcegen.domain.instance import Instance
from forcegen.mip import Termination
from forcegen.planning.repair import repair
from forcegen.planning.solve import Settings
from forcegen.report.repairs import repair_document, repair_lines
from forcegen.workers import WorkerPool
from tests.oracle.bargains import cheapest, negotiable
from tests.oracle.generate import CHOICES, SUMS, instance
from tests.oracle.timetables import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = Settings(solver="highs", time_limit=60, gap=0, threads=1)


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as pool:
        yield pool


def compared(seed: int, kinds: tuple[str, ...], workers: WorkerPool) -> Fraction | None:
    """Assert that the repair of a random instance costs what brute force says; None where that is too much work."""
    rng = Random(seed)
    item = negotiable(instance(seed, kinds), rng)
    cuts = rng.random() < 0.6
    try:
        known = cheapest(item, cuts=cuts)
    except TooLarge:
        return None
    found = repair(Instance.model_validate(item), cuts=cuts, settings=SETTINGS, workers=workers)
    if found.left_alone:
        return None  # rules on which running tours hang are kept, and said to be
    if known is None:
        assert found.plan is None
        assert found.rest is not None
        assert found.rest.feasible is False
        return Fraction(-1)
    assert (found.found, found.bound) == (known, known)
    assert sum((part.cost for part in found.relaxations), Fraction(0)) == known
    assert repair_lines(found)
    assert repair_document(found)["proven"] is True
    return known


@pytest.mark.parametrize("first", [0, 30])
def test_repairs_of_counted_rules_are_the_cheapest(first: int, workers: WorkerPool) -> None:
    costs = [compared(seed, SUMS, workers) for seed in range(first, first + 5)]
    assert any(cost for cost in costs)


@pytest.mark.parametrize("first", [100, 110])
def test_repairs_of_yes_or_no_rules_are_the_cheapest(first: int, workers: WorkerPool) -> None:
    costs = [compared(seed, (*CHOICES, "exclude", "only", "floor", "pin"), workers) for seed in range(first, first + 5)]
    assert any(cost for cost in costs)


@pytest.mark.long
def test_repairs_are_the_cheapest_in_many_draws(workers: WorkerPool) -> None:
    kinds = (SUMS, (*CHOICES, "floor"), ("exclude", "only", "floor", "pin"), (*SUMS, *CHOICES))
    assert sum(bool(compared(seed, kinds[seed % 4], workers)) for seed in range(1000, 1400)) > 50


def test_the_cheaper_of_a_rule_and_a_floor_is_given_up(workers: WorkerPool) -> None:
    """Romania may leave home for 500; a hub without a battalion for six months would cost 600."""
    found = repair("instances/infeasible-politics", settings=SETTINGS, workers=workers)
    assert [(part.id, part.lifted, part.cost) for part in found.relaxations] == [("ROU-at-home", True, 500)]
    assert found.proven
    assert found.needed
    assert found.audit is not None
    assert found.audit.clean


def test_a_hard_minimum_is_cut_to_what_the_camp_holds(workers: WorkerPool) -> None:
    found = repair("instances/infeasible-beds", settings=SETTINGS, workers=workers)
    assert "      from 500 to 400 in 2026-04..2026-06" in repair_lines(found)
    assert (found.found, found.bound) == (1500, 1500)
    kept = repair("instances/infeasible-beds", cuts=False, settings=SETTINGS, workers=workers)
    assert kept.plan is None
    assert repair_lines(kept)[0].startswith("No repair helps")


def test_stopped_it_gives_what_it_has_and_proves_no_more(workers: WorkerPool) -> None:
    stop = threading.Event()
    stop.set()
    ended = repair("instances/infeasible-politics", settings=SETTINGS, stop=stop, workers=workers)
    assert ended.termination is Termination.INTERRUPTED
    whole = repair("instances/infeasible-politics", settings=SETTINGS, workers=workers)
    assert whole.found is not None
    assert ended.bound is None or ended.bound <= whole.found
    assert ended.found is None or ended.found >= whole.found


def test_what_has_a_plan_needs_no_repair(workers: WorkerPool) -> None:
    found = repair("instances/tutorial", settings=SETTINGS, workers=workers)
    assert (found.needed, found.found, found.relaxations) == (False, 0, ())
    hard = repair("instances/tutorial", minimums=True, settings=SETTINGS, workers=workers)
    assert (hard.found, hard.bound) == (60, 60)


@pytest.mark.long
def test_with_the_engine_beside_the_solver_the_repair_is_the_same(
    workers: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forcegen.planning.search.auto.LEAST_TOURS", 0)
    for name, cost in (("infeasible-politics", 500), ("infeasible-beds", 1500)):
        found = repair(f"instances/{name}", settings=Settings(threads=2, time_limit=20, gap=0), workers=workers)
        assert (found.found, found.bound) == (cost, cost)
