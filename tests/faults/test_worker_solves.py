"""Solves whose worker fails: what was found before is kept, and the outcome says what happened."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import psutil
import pytest

from forcegen.mip import Outcome, Status, Termination
from forcegen.solvers import Progress, SolveOptions, solve
from forcegen.solvers.registry import SPECS, Spec
from forcegen.workers import WorkerPool
from tests.unit.solvers import models
from tests.unit.solvers.names import needs_glpk

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("hang", "mute", "die", "fail", "eat"):
        entry, streams = f"tests.unit.solvers.adapters:{name}", name != "mute"
        monkeypatch.setitem(SPECS, name, Spec(entry, "numpy", "numpy", streams, True, True, False))


def run(name: str, **given: object) -> Outcome:
    return solve(models.simple(), name, SolveOptions(**{"time_limit": 60.0, "gap": 0.0, **given}))  # type: ignore[arg-type]


def workers() -> list[psutil.Process]:
    """The worker processes that this process has started."""
    return [process for process in psutil.Process().children() if "forcegen.workers.child" in process.cmdline()]


def test_a_solver_that_hangs_is_cut_off_and_its_plan_and_bound_kept() -> None:
    outcome = run("hang", time_limit=3.0)
    assert (outcome.status, outcome.termination) == (Status.FEASIBLE, Termination.TIME_LIMIT)
    assert (outcome.objective, outcome.bound) == (1008, 1002)
    assert outcome.seconds < 20
    assert outcome.message == ""  # nothing is lost that had been found


def test_what_a_solver_that_hangs_kept_to_itself_is_said_to_be_lost() -> None:
    outcome = run("mute", time_limit=2.0)
    assert (outcome.status, outcome.termination) == (Status.NO_SOLUTION, Termination.TIME_LIMIT)
    words = "mute did not stop within 1 s after its time limit and was killed: what it had found by then is lost"
    assert outcome.message == words


def test_a_solver_that_hangs_is_interrupted() -> None:
    stop = threading.Event()
    outcome = solve(models.simple(), "hang", stop=stop, on_progress=lambda _: stop.set())
    assert outcome.termination is Termination.INTERRUPTED
    assert outcome.seconds < 20


def test_a_solver_that_dies_leaves_its_plan() -> None:
    outcome = run("die")
    assert (outcome.status, outcome.termination, outcome.objective) == (Status.FEASIBLE, Termination.CRASHED, 1008)
    assert "SIGKILL" in outcome.message


def test_a_solver_that_raises_is_an_error() -> None:
    outcome = run("fail")
    assert (outcome.status, outcome.termination) == (Status.ERROR, Termination.CRASHED)
    assert "licence expired" in outcome.message


def test_a_solver_that_eats_memory_is_cut_off() -> None:
    outcome = run("eat", memory_limit_gb=0.3)
    assert (outcome.status, outcome.termination, outcome.objective) == (
        Status.FEASIBLE,
        Termination.MEMORY_LIMIT,
        1008,
    )
    assert "bytes of memory" in outcome.message


@pytest.mark.parametrize("solver", ["highs", "cp-sat", "scip", "cbc"])
def test_killed_in_mid_solve(solver: str) -> None:
    """The plan is kept, if the solver hands plans over; the next solve gets a new worker."""
    model = models.knapsacks()

    def kill(progress: Progress) -> None:
        if progress.objective is not None:
            for process in workers():
                process.kill()

    with WorkerPool() as pool:
        outcome = solve(model, solver, SolveOptions(gap=0.0), on_progress=kill, pool=pool)
        assert outcome.termination is Termination.CRASHED
        if solver == "cbc":
            assert outcome.status is Status.NO_SOLUTION
        else:
            assert outcome.status is Status.FEASIBLE
            assert outcome.values is not None
            assert model.value(outcome.values) == outcome.objective
        assert solve(models.simple(), solver, SolveOptions(gap=0.0), pool=pool).objective == 1003
    assert not orphans()


@needs_glpk
def test_killed_in_mid_solve_an_executable_ends_too() -> None:
    threading.Timer(1.5, lambda: [process.kill() for process in workers()]).start()
    outcome = solve(models.market_split(), "pulp:GLPK_CMD", SolveOptions(gap=0.0))
    assert (outcome.status, outcome.termination) == (Status.NO_SOLUTION, Termination.CRASHED)
    assert not orphans()


def orphans(patience: float = 10.0) -> list[str]:
    """The orphans there still are after a while: a killed process takes a moment to end."""
    deadline = time.monotonic() + patience
    while found := [name for name in os.listdir("/proc") if name.isdigit() and is_orphan(int(name))]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    return found


def is_orphan(pid: int) -> bool:
    """Tell whether `pid` is an executable of ours that nobody waits for."""
    try:
        process = psutil.Process(pid)
        return process.name() in ("cbc", "glpsol") and process.ppid() == 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def test_ctrl_c_keeps_the_plan_and_leaves_no_worker() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs of a shell inherit that it is ignored
    stop = threading.Event()

    def interrupt(progress: Progress) -> None:
        if progress.objective is not None and not stop.is_set():
            signal.raise_signal(signal.SIGINT)

    model = models.knapsacks()
    outcome = solve(model, "highs", SolveOptions(gap=0.0), on_progress=interrupt, stop=stop)
    assert (outcome.status, outcome.termination) == (Status.FEASIBLE, Termination.INTERRUPTED)
    assert stop.is_set()
    assert not workers()


def test_an_exception_of_the_listener_passes_and_leaves_no_worker() -> None:
    def refuse(progress: Progress) -> None:
        raise LookupError("listener")

    with pytest.raises(LookupError, match="listener"):
        solve(models.knapsacks(), "highs", SolveOptions(gap=0.0), on_progress=refuse)
    assert not workers()
