"""Two solvers side by side: whichever is first decides, and neither contradicts brute force."""

from __future__ import annotations

import signal
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from forcegen.bench.generate import generate
from forcegen.domain.instance import Instance
from forcegen.formulation.construct import construct
from forcegen.formulation.tour import build
from forcegen.io.instance import read_instance
from forcegen.mip import Status, Termination
from forcegen.planning.search import auto, pair, race
from forcegen.planning.solve import Settings, solve
from forcegen.solvers import SolveOptions
from forcegen.solvers.registry import SPECS
from forcegen.workers import WorkerPool
from tests.oracle.brute import best
from tests.oracle.generate import instance

if TYPE_CHECKING:
    from pathlib import Path

    from forcegen.planning.result import TierProgress

AUTO = Settings(threads=2, time_limit=60, gap=0)


@pytest.fixture
def both_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(race, "_ALONE_AT_FIRST", 0.0)


@pytest.mark.usefixtures("both_from_the_start")
def test_side_by_side_they_prove_what_brute_force_finds() -> None:
    with WorkerPool() as workers:
        for seed in range(6):
            document = instance(seed)
            known = best(document)
            found = solve(Instance.model_validate(document), settings=AUTO, workers=workers)
            assert (found.status is Status.OPTIMAL) == known.feasible
            if known.feasible:
                assert found.audit is not None
                assert [tier.found for tier in found.tiers] == [tier.bound for tier in found.tiers]
        for name in ("infeasible-beds", "infeasible-politics"):
            assert solve(f"instances/{name}", settings=AUTO, workers=workers).status is Status.INFEASIBLE


def test_cp_sat_ahead_of_highs_proves_what_brute_force_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where yes-or-no rules decide: it begins at once, HiGHS gives way, the engine has no turn."""
    monkeypatch.setattr(race, "_BRIEFLY", 0.0)
    monkeypatch.setattr(auto, "_YES_OR_NO", 0.0)
    with WorkerPool() as workers:
        for seed in range(6):
            document = instance(seed)
            known = best(document)
            found = solve(Instance.model_validate(document), settings=AUTO, workers=workers)
            assert (found.status is Status.OPTIMAL) == known.feasible
            if known.feasible:
                assert [tier.found for tier in found.tiers] == [tier.bound for tier in found.tiers]


def test_the_engine_gives_way_where_few_tours_and_many_leads_and_places_decide() -> None:
    def outdone(path: str) -> bool:
        goals = ["unmet-target"]
        return auto.Engine(build(read_instance(path), goals), goals).outdone

    assert outdone("instances/sfor-2003")
    assert outdone("instances/deployments-2022")
    assert not outdone("instances/tutorial")
    assert not outdone("instances/ukraine-2025")


def test_the_engine_stays_out_where_there_is_one_period(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As in generalised assignment: it has no timetables to search, and would take a core from those who prove."""
    monkeypatch.setattr(auto, "LEAST_TOURS", 0)
    monkeypatch.setattr(race, "_BRIEFLY", 0.0)
    monkeypatch.setattr(race, "_ALONE_AT_FIRST", 0.0)
    generate(tmp_path / "gap", family="gap-d", agents=3, jobs=12)
    assigned = read_instance(tmp_path / "gap")
    engine = auto.Engine(build(assigned, ["cost"]), ["cost"])
    assert engine.able
    assert not auto.possibly_large(assigned)
    assert not engine.useful
    monkeypatch.setattr(auto.Engine, "improve", None)  # whoever calls it fails
    assert solve(assigned, model="cheapest", settings=AUTO).status is Status.OPTIMAL


@pytest.mark.usefixtures("both_from_the_start")
def test_asked_to_stop_both_stop() -> None:
    stop = threading.Event()
    found = solve("instances/deployments-2022", settings=AUTO, on_progress=lambda _: stop.set(), stop=stop)
    assert found.termination is Termination.INTERRUPTED
    assert found.audit is None or found.audit.clean


@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_in_a_call_stops_all_goals(threads: int) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs of a shell inherit that it is ignored
    stop, here = threading.Event(), threading.current_thread()

    def interrupt(progress: TierProgress) -> None:
        if progress.bound and threading.current_thread() is here and not stop.is_set():
            signal.raise_signal(signal.SIGINT)

    settings = replace(AUTO, threads=threads)
    found = solve("instances/deployments-2022", settings=settings, on_progress=interrupt, stop=stop)
    assert stop.is_set()
    assert found.termination is Termination.INTERRUPTED
    assert found.audit is not None
    assert found.audit.clean


@pytest.mark.usefixtures("both_from_the_start")
def test_a_second_solver_that_is_missing_is_no_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SPECS, "cp-sat", replace(SPECS["cp-sat"], module="no_such_module"))
    assert solve("instances/tutorial", settings=AUTO).status is Status.OPTIMAL


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the tutorial were wide."""
    monkeypatch.setattr(auto, "LEAST_TOURS", 0)
    monkeypatch.setattr(pair, "WIDE", 0)


@pytest.mark.usefixtures("wide")
@pytest.mark.parametrize("threads", [1, 2])
def test_where_relaxations_are_fast_the_solver_decides(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair, "_SLOW", 1.0)
    found = solve("instances/tutorial", settings=replace(AUTO, threads=threads, time_limit=10))
    assert found.status is Status.OPTIMAL


@pytest.mark.usefixtures("wide")
@pytest.mark.parametrize("threads", [1, 2])
def test_where_relaxations_are_slow_nobody_branches(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Engine, prices and polishing go on to the end of the time, and later goals keep the limits of earlier ones."""
    monkeypatch.setattr(pair, "_SLOW", -1.0)
    monkeypatch.setattr(pair.Pair, "_solve", None)  # whoever calls it fails
    found = solve("instances/tutorial", settings=replace(AUTO, threads=threads, time_limit=8))
    assert found.audit is not None
    assert found.audit.clean
    known = solve("instances/tutorial", settings=AUTO)
    assert found.tiers[0].found == known.tiers[0].found
    assert all(tier.bound is not None and tier.bound <= tier.found for tier in found.tiers)


@pytest.mark.usefixtures("wide")
@pytest.mark.parametrize("slow", [1.0, -1.0])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_goal_that_others_limit_is_polished(threads: int, slow: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair, "_SLOW", slow)
    monkeypatch.setattr(auto.Engine, "improve", None)  # whoever calls it fails
    formulation = build(read_instance("instances/tutorial"), ["unmet-target"])
    goal = formulation.objectives["unmet-target"]
    mip = formulation.model.with_objective(goal.coefficients, goal.offset)
    start = construct(formulation)
    assert start is not None
    options = SolveOptions(time_limit=5, threads=threads, start=start)
    engine = auto.Engine(formulation, ["unmet-target"])
    given = options, lambda *_: None, threading.Event()
    with WorkerPool() as workers:
        search = pair.Pair(engine, "unmet-target", mip, "highs", None, *given, workers, True, True)
        outcome = search.run(lambda: None)
    assert search.best is not None
    assert mip.feasible(search.best)
    assert outcome.objective == mip.value(search.best)
    assert mip.value(search.best) <= mip.value(start)
    assert outcome.bound is not None
    assert outcome.bound <= outcome.objective


@pytest.mark.usefixtures("wide")
@pytest.mark.parametrize("threads", [1, 2])
def test_a_stop_is_said_where_nobody_branches(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair, "_SLOW", -1.0)
    stop, asked = threading.Event(), replace(AUTO, threads=threads)
    found = solve("instances/deployments-2022", settings=asked, on_progress=lambda _: stop.set(), stop=stop)
    assert found.termination is Termination.INTERRUPTED
