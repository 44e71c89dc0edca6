from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from pathlib import Path

TUTORIAL = "instances/tutorial"
KEYS = [
    "instance",
    "scenario",
    "model",
    "solver",
    "status",
    "termination",
    "goals",
    "gap",
    "plan",
    "coverage",
    "nations",
    "force",
    "freed",
    "reliefs",
    "audit",
    "size",
    "seconds",
    "versions",
]


def forcegen(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "forcegen", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    folder = tmp_path_factory.mktemp("out")
    done = forcegen("solve", TUTORIAL, "-o", str(folder), "--json")
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


def test_solve_prints_one_document_with_the_documented_keys(solved: tuple[Path, dict[str, object]]) -> None:
    _, document = solved
    assert [key for key in KEYS if key not in document] == []
    assert document["status"] == document["termination"] == "OPTIMAL"
    goals = [(goal["name"], goal["found"], goal["bound"], goal["proven"]) for goal in document["goals"]]
    assert goals == [("unmet-minimum", 60, 60, True), ("unmet-target", 600, 600, True), ("cost", 31, 31, True)]
    assert document["goals"][1]["limit"] == 606
    assert document["goals"][1]["required"] == 3000
    assert document["audit"] == {"clean": True, "violations": []}


def test_solve_writes_its_files_and_the_plan_passes_check(solved: tuple[Path, dict[str, object]]) -> None:
    folder, _ = solved
    tables = ["assignments.csv", "burden.csv", "coverage.csv", "force.csv", "freed.csv"]
    names = ["asked.json", *tables, "leads.csv", "plan.yaml", "pools.csv", "reliefs.csv", "result.json"]
    assert sorted(path.name for path in folder.iterdir()) == names
    done = forcegen("check", TUTORIAL, str(folder))
    assert (done.returncode, done.stdout) == (0, "Audit: clean, no limit is violated\n")


def test_check_names_every_violation_of_a_plan_changed_by_hand(
    solved: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    plan = yaml.safe_load((solved[0] / "plan.yaml").read_text())
    tour = next(tour for tour in plan["tours"] if tour["contingent"] == "BRE-coy")
    tour.update(sector="hill", role="watch")
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump(plan))
    done = forcegen("check", TUTORIAL, str(tmp_path / "plan.yaml"))
    assert done.returncode == 7
    assert "BRE-coy" in done.stdout


def test_an_infeasible_instance_ends_with_3(tmp_path: Path) -> None:
    for name in ("infeasible-beds", "infeasible-politics"):
        for solver in ("highs", "cbc", "cp-sat", "scip"):
            done = forcegen("solve", f"instances/{name}", "--solver", solver, "--json")
            assert done.returncode == 3, done.stderr
            document = json.loads(done.stdout)
            assert (document["status"], document["plan"]) == ("INFEASIBLE", None)
        assert "INFEASIBLE (PROVEN) by highs" in forcegen("solve", f"instances/{name}", "--solver", "highs").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["solve"], "Missing argument 'INSTANCE'"),
        (["solve", "nowhere"], "there is no such file"),
        (["solve", TUTORIAL, "--solver", "gurobi"], "no solver is called 'gurobi'; there are auto, engine, highs, cbc"),
        (["solve", TUTORIAL, "--model", "rotatoin"], "did you mean 'rotation'?"),
        (["solve", TUTORIAL, "--time-limit", "soon"], "--time-limit"),
        (["solve", TUTORIAL, "--scenario", "none"], "there is no scenario 'none'"),
    ],
)
def test_bad_usage_ends_with_2_and_one_message(arguments: list[str], message: str) -> None:
    done = forcegen(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("solver", ["highs", "cbc", "cp-sat", "scip"])
def test_a_short_limit_on_the_reference_theatre_is_kept_and_never_called_optimal(solver: str) -> None:
    done = forcegen("solve", "instances/ukraine-2025", "--solver", solver, "--time-limit", "5", "--json")
    document = json.loads(done.stdout)
    assert document["status"] in ("FEASIBLE", "NO_SOLUTION")
    assert document["termination"] == "TIME_LIMIT"
    assert done.returncode == (0 if document["plan"] else 5)


def test_solvers_and_schema_are_json() -> None:
    names = [info["name"] for info in json.loads(forcegen("solvers", "--json").stdout)]
    assert names[:4] == ["highs", "cbc", "cp-sat", "scip"]
    assert json.loads(forcegen("schema").stdout)["title"] == "Instance"


def test_starting_from_a_plan_never_ends_worse(solved: tuple[Path, dict[str, object]]) -> None:
    done = forcegen("solve", TUTORIAL, "--start", str(solved[0] / "plan.yaml"), "--time-limit", "60", "--json")
    assert [goal["value"] for goal in json.loads(done.stdout)["goals"]] == [60, 600, 31]


def test_a_report_is_written_whole_beside_the_answer(tmp_path: Path) -> None:
    page = tmp_path / "made" / "plan.html"
    done = forcegen("solve", TUTORIAL, "--time-limit", "60", "--report", str(page))
    assert done.returncode == 0
    assert done.stdout.split(";", maxsplit=1)[0].split(maxsplit=1)[0] in page.read_text()
    assert [path.name for path in page.parent.iterdir()] == ["plan.html"]


def test_a_report_that_cannot_be_written_is_refused_before_solving(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = forcegen("solve", TUTORIAL, "--report", str(tmp_path / "file" / "plan.html"))
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--dial", "periods"], "'periods' is no dial"),
        (["--rules", "exclude,bogus"], "there are no rules of the kind 'bogus' to draw"),
        (["--infeasible", "rain"], "must be beds or politics"),
    ],
)
def test_dials_that_mean_nothing_end_with_2(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = forcegen("generate", str(tmp_path / "out"), *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_drawn_theatre_is_checked_and_solved_by_the_commands(tmp_path: Path) -> None:
    folder = str(tmp_path / "drawn")
    assert forcegen("generate", folder, "--seed", "4", "--planted").returncode == 0
    assert forcegen("check", folder, folder).stdout == "Audit: clean, no limit is violated\n"
    done = forcegen("solve", folder, "--model", "coverage", "--start", folder, "--time-limit", "60", "--json")
    assert [goal["value"] for goal in json.loads(done.stdout)["goals"]] == [0]


def test_short_prints_one_document_and_tells_of_progress_apart() -> None:
    done = forcegen("short", TUTORIAL, "--requirement", "hill-watch", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    (asked,) = document["requirements"]
    best = asked["reliefs"][0]
    assert (asked["id"], asked["unmet"], best["steps"][0]["kind"]) == ("hill-watch", 200, "caveat")
    assert best["gain"] == {"low": 210, "high": 210, "exact": True}
    assert "the best plan" in done.stderr


def test_short_refuses_a_requirement_that_there_is_not() -> None:
    done = forcegen("short", TUTORIAL, "--requirement", "moon")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no requirement 'moon'" in done.stderr
