"""PuLP's solvers are weighed by their own words, and those whose words PuLP hides prove nothing."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from forcegen.mip import Outcome, Status, Termination
from forcegen.solvers import SolveOptions, solve
from forcegen.solvers.pulp_claims import KNOWN, LOG
from tests.unit.solvers import models
from tests.unit.solvers.names import needs_glpk

if TYPE_CHECKING:
    from pathlib import Path

# Takes part of SCIP: it writes whatever solution it is told to.
FAKE = """#!/bin/sh
for argument; do
  case "$argument" in
    "write solution "*) file=${{argument#*\\"}} ;;
  esac
done
printf '{solution}' > "${{file%\\"}}"
"""

BEST = "objective value: 1003\\nx0 1\\nx1 1\\none 1\\n"
BROKEN = "objective value: 1002\\nx0 1\\none 1\\n"


def glpk(folder: Path, status: str, log: str) -> tuple[Status, Termination] | None:
    (folder / "model-pulp.out").write_text(f"Problem:    \nRows:       2\nStatus:     {status}\n")
    (folder / LOG).write_text(log)
    known = KNOWN["GLPK_CMD"]
    return known.statuses.get(known.ask(None, None, folder).native)


@pytest.mark.parametrize(
    ("status", "log", "means", "termination"),
    [
        ("INTEGER OPTIMAL", "INTEGER OPTIMAL SOLUTION FOUND", Status.OPTIMAL, Termination.OPTIMAL),
        ("INTEGER EMPTY", "PROBLEM HAS NO INTEGER FEASIBLE SOLUTION", Status.INFEASIBLE, Termination.OPTIMAL),
        (
            "INTEGER NON-OPTIMAL",
            "RELATIVE MIP GAP TOLERANCE REACHED; SEARCH TERMINATED",
            Status.FEASIBLE,
            Termination.GAP,
        ),
        ("INTEGER NON-OPTIMAL", "TIME LIMIT EXCEEDED; SEARCH TERMINATED", Status.FEASIBLE, Termination.TIME_LIMIT),
        ("INTEGER NON-OPTIMAL", "", Status.FEASIBLE, Termination.NUMERIC),
        ("INTEGER UNDEFINED", "TIME LIMIT EXCEEDED; SEARCH TERMINATED", Status.FEASIBLE, Termination.TIME_LIMIT),
        ("INTEGER UNDEFINED", "LP HAS UNBOUNDED PRIMAL SOLUTION", Status.UNBOUNDED, Termination.OPTIMAL),
        ("INTEGER UNDEFINED", "LP RELAXATION HAS NO DUAL FEASIBLE SOLUTION", Status.FEASIBLE, Termination.NUMERIC),
        ("INTEGER UNDEFINED", "", Status.FEASIBLE, Termination.NUMERIC),
    ],
)
def test_what_glpk_says(status: str, log: str, means: Status, termination: Termination, tmp_path: Path) -> None:
    assert glpk(tmp_path, status, log) == (means, termination)


def test_a_status_of_glpk_that_is_not_known_means_nothing(tmp_path: Path) -> None:
    assert glpk(tmp_path, "SOMETHING NEW", "") is None


def test_the_bound_of_glpk_is_read_from_its_log(tmp_path: Path) -> None:
    log = """*   204: obj =  -5.885863534e+03 inf =   0.000e+00 (0)
OPTIMAL LP SOLUTION FOUND
+   204: mip =     not found yet >=              -inf        (1; 0)
+  9204: mip =  -5.764000000e+03 >=  -5.885200000e+03   2.1% (123; 4)
TIME LIMIT EXCEEDED; SEARCH TERMINATED
"""
    (tmp_path / "model-pulp.out").write_text("Status:     INTEGER NON-OPTIMAL\n")
    (tmp_path / LOG).write_text(log)
    heard = KNOWN["GLPK_CMD"].ask(None, None, tmp_path)
    assert heard.plan
    assert heard.bound == pytest.approx(-5885.2, abs=1e-4)
    assert heard.bound is not None
    assert heard.bound < -5885.2


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return folder


def executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def solved_by_a_stranger(folder: Path, solution: str) -> Outcome:
    """Solve `models.simple` with a SCIP that writes this solution; PuLP hides its status."""
    executable(folder / "scip", FAKE.format(solution=solution))
    return solve(models.simple(), "pulp:SCIP_CMD", SolveOptions(time_limit=60, gap=0))


def test_a_plan_of_a_stranger_is_used_and_its_proof_is_not(bin_folder: Path) -> None:
    outcome = solved_by_a_stranger(bin_folder, "solution status: optimal solution found\\n" + BEST)
    assert (outcome.status, outcome.termination) == (Status.FEASIBLE, Termination.NUMERIC)
    assert (outcome.objective, outcome.bound) == (1003, 1000)
    assert "what SCIP_CMD itself says" in outcome.message


def test_a_broken_plan_of_a_stranger_is_none(bin_folder: Path) -> None:
    outcome = solved_by_a_stranger(bin_folder, "solution status: optimal solution found\\n" + BROKEN)
    assert (outcome.status, outcome.termination) == (Status.NO_SOLUTION, Termination.NUMERIC)
    assert "broke 2 of 2 rows" in outcome.message


def test_infeasible_is_not_believed_of_a_stranger(bin_folder: Path) -> None:
    outcome = solved_by_a_stranger(bin_folder, "solution status: infeasible\\n")
    assert (outcome.status, outcome.termination) == (Status.NO_SOLUTION, Termination.NUMERIC)


def test_a_solver_that_breaks_is_an_error_with_its_reason(bin_folder: Path) -> None:
    executable(bin_folder / "glpsol", "#!/bin/sh\nexit 3\n")
    outcome = solve(models.simple(), "pulp:GLPK_CMD", SolveOptions(time_limit=60))
    assert (outcome.status, outcome.termination) == (Status.ERROR, Termination.CRASHED)
    assert "Error while trying to execute" in outcome.message


@needs_glpk
def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("TMP", str(tmp_path))
    assert solve(models.simple(), "pulp:GLPK_CMD").objective == 1003
    assert not list(tmp_path.iterdir())
