"""What CBC prints and writes, down to the words."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from forcegen.mip import Status, Termination
from forcegen.solvers import cbc
from forcegen.solvers.wire import Job
from tests.unit.solvers import models

if TYPE_CHECKING:
    from pathlib import Path


class Silent:
    def __init__(self) -> None:
        self.said: list[dict[str, object]] = []

    def send(self, message: dict[str, object]) -> None:
        self.said.append(message)


def made(tmp_path: Path, seconds: float = 60) -> cbc._Run:
    model = models.simple()
    job = Job(model, time.monotonic() + seconds, 0.0, 1, 0, None, relax=False)
    return cbc._Run(job, model, "cbc", tmp_path, Silent())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("header", "status", "termination", "plan"),
    [
        ("Optimal - objective value 1003.00000000", Status.OPTIMAL, Termination.OPTIMAL, True),
        ("Optimal (within gap tolerance) - objective value 1003.0", Status.FEASIBLE, Termination.GAP, True),
        ("Stopped on time - objective value 1003.00000000", Status.FEASIBLE, Termination.TIME_LIMIT, True),
        (
            "Stopped on time (no integer solution - continuous used) - objective value 1002.5",
            Status.FEASIBLE,
            Termination.TIME_LIMIT,
            False,
        ),
        ("Stopped on iterations - objective value 1003.00000000", Status.FEASIBLE, Termination.NUMERIC, True),
        ("Stopped on difficulties - objective value 1003.00000000", Status.ERROR, Termination.NUMERIC, False),
        ("Integer infeasible - objective value 1002.50000000", Status.INFEASIBLE, Termination.OPTIMAL, False),
        ("Infeasible - objective value 3.00000000", Status.INFEASIBLE, Termination.OPTIMAL, False),
        ("Unbounded - objective value 0.00000000", Status.UNBOUNDED, Termination.OPTIMAL, False),
        ("Something new - objective value 0.00000000", Status.ERROR, Termination.NUMERIC, False),
    ],
)
def test_headers(header: str, status: Status, termination: Termination, plan: bool, tmp_path: Path) -> None:
    path = tmp_path / "solution.txt"
    path.write_text(f"{header}\n      0 r0    4    1\n**      0 x0    1    2\n      1 x1   0.99999999    1\n")
    run = made(tmp_path)
    run._read_solution(path)
    assert cbc.STATUSES[run.native] == (status, termination)
    assert (run.x is not None) == plan
    if run.x is not None:
        assert run.x.tolist() == [1, 1, 0]


def test_infeasible_after_the_time_is_over_is_not_believed(tmp_path: Path) -> None:
    run = made(tmp_path)
    run.native, run.late = "Infeasible", True
    result = cbc._answer(run, run._job)
    assert (result["status"], result["termination"]) == ("feasible", "time-limit")


def test_the_log_gives_version_plans_and_bounds(tmp_path: Path) -> None:
    run = made(tmp_path)
    for line in (
        "Version: 2.10.3",
        "Continuous objective value is -5885.86 - 0.01 seconds",
        "Cbc0012I Integer solution of -5777 found by feasibility pump after 0 iterations and 0 nodes (0.27 seconds)",
        "Cbc0010I After 0 nodes, 1 on tree, 1e+50 best solution, best possible -5885.265 (0.91 seconds)",
        "Cbc0010I After 9 nodes, 1 on tree, -5812 best solution, best possible 1e+50 (0.91 seconds)",
        "Cbc0005I Partial search - best objective -5812 (best possible -5880.5), took 4957 iterations and 125 nodes",
    ):
        run._hear(line)
    assert run._channel.said[0] == {"version": "2.10.3"}  # type: ignore[attr-defined]
    assert run.bound == pytest.approx(-5880.5, abs=0.01)
    assert run.bound is not None
    assert run.bound < -5880.5
    assert run._channel.said[2] == {"objective": -5777.0}  # type: ignore[attr-defined]
    assert run.native == "No result"


def test_interrupted_before_its_search_it_says_nothing(tmp_path: Path) -> None:
    run = made(tmp_path)
    run.stopped = True
    result = cbc._answer(run, run._job)
    assert (result["status"], result["termination"]) == ("feasible", "interrupted")


def test_a_model_that_cbc_cannot_read_is_an_error(tmp_path: Path) -> None:
    run = made(tmp_path)
    run._hear("There were 1 errors on input")
    assert cbc.STATUSES[run.native] == (Status.ERROR, Termination.NUMERIC)
