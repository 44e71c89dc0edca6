"""What a solver says is weighed, never believed."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from forcegen.mip import Outcome, Status, Termination
from forcegen.solvers import SolveOptions, solve
from forcegen.solvers.registry import SPECS, Spec
from tests.unit.solvers import models


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = "tests.unit.solvers.adapters:"
    for name in (
        "broken_plan", "broken_then_good", "denies_a_plan", "bound_too_high", "optimal_without_proof", "stopped_late",
        "echo_job",
    ):  # fmt: skip
        monkeypatch.setitem(SPECS, name, Spec(entry + name, "numpy", "numpy", True, True, True, True))


def run(name: str, **given: object) -> Outcome:
    return solve(models.simple(), name, SolveOptions(**{"time_limit": 60.0, "gap": 0.0, **given}))  # type: ignore[arg-type]


@pytest.mark.usefixtures("fake")
def test_a_plan_that_breaks_a_row_is_no_plan() -> None:
    outcome = run("broken_plan")
    assert (outcome.status, outcome.termination) == (Status.NO_SOLUTION, Termination.NUMERIC)
    assert outcome.values is None
    assert "broke 2 of 2 rows" in outcome.message


@pytest.mark.usefixtures("fake")
def test_an_earlier_good_plan_outlives_a_broken_one() -> None:
    outcome = run("broken_then_good")
    assert (outcome.status, outcome.termination) == (Status.FEASIBLE, Termination.NUMERIC)
    assert (outcome.objective, outcome.bound) == (1008, 1002)


@pytest.mark.usefixtures("fake")
def test_infeasible_is_not_believed_against_a_plan() -> None:
    outcome = run("denies_a_plan")
    assert (outcome.status, outcome.termination, outcome.objective) == (Status.FEASIBLE, Termination.NUMERIC, 1003)
    assert "passed the exact check" in outcome.message


@pytest.mark.usefixtures("fake")
def test_a_bound_beyond_a_plan_is_dropped() -> None:
    outcome = run("bound_too_high")
    assert (outcome.status, outcome.termination) == (Status.FEASIBLE, Termination.NUMERIC)
    assert outcome.bound == 1000  # what the columns' bounds alone say
    assert "beyond a plan" in outcome.message


@pytest.mark.usefixtures("fake")
def test_optimal_without_a_bound_that_says_so_is_not_optimal() -> None:
    outcome = run("optimal_without_proof")
    assert (outcome.status, outcome.termination) == (Status.FEASIBLE, Termination.NUMERIC)
    assert outcome.objective == 1003


@pytest.mark.usefixtures("fake")
def test_whoever_asked_names_the_reason() -> None:
    outcome = run("stopped_late", time_limit=3.0)
    assert (outcome.status, outcome.termination) == (Status.FEASIBLE, Termination.TIME_LIMIT)
    stop = threading.Event()
    outcome = solve(models.simple(), "stopped_late", stop=stop, on_progress=lambda _: stop.set())
    assert (outcome.status, outcome.termination) == (Status.FEASIBLE, Termination.INTERRUPTED)


@pytest.mark.usefixtures("fake")
def test_model_and_start_arrive_unchanged() -> None:
    outcome = run("echo_job", start=np.array([1, 1, 1]))
    assert outcome.message == models.simple().digest()
    assert outcome.values is not None
    assert outcome.values.tolist() == [1, 1, 1]
