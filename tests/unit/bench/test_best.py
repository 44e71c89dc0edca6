"""best.yaml: what runs teach, what they do not, and what is made of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from forcegen.audit import audit
from forcegen.bench.best import bench_best, read_best
from forcegen.bench.check import check_runs
from forcegen.bench.measures import measures
from forcegen.bench.suite import Suite
from forcegen.bench.tasks import suite_tasks
from forcegen.io.errors import InputError
from forcegen.io.instance import read_instance
from forcegen.io.model import read_model
from forcegen.io.plan import plan_text, read_plan
from forcegen.planning.solve import Settings, solve
from tests.unit.bench.rows import frame, row

TUTORIAL = read_instance("instances/tutorial")
SHIPPED = sorted(Path("instances").glob("*/best.yaml"))


@pytest.fixture(scope="module")
def plans() -> dict[int, str]:
    """Two plans of the tutorial, by what they leave unmet: the best one, and one without its first tour."""
    best = solve(TUTORIAL, model="coverage", settings=Settings("highs", 20, 0, 1)).plan
    assert best is not None
    worse = best.model_copy(update={"tours": best.tours[1:]})
    found = {int(audit(TUTORIAL, plan, ["unmet-target"]).goals["unmet-target"]): plan for plan in (best, worse)}
    return {value: plan_text(plan) for value, plan in found.items()}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree("instances/tutorial", tmp_path / "tutorial")
    (tmp_path / "tutorial" / "best.yaml").unlink(missing_ok=True)
    return tmp_path / "tutorial"


def run(name: str, found: int, plan: str | None, bound: int | None = None, **others: Any) -> dict[str, Any]:
    known = {"found": str(found), "bound": None if bound is None else str(bound)}
    listed = json.dumps([{"name": "unmet-target", **known}])
    about = {"instance": TUTORIAL.name, "instance_sha256": TUTORIAL.digest, "started": "2026-11-27T04:00:00+00:00"}
    return row(name, found, bound, plan=plan, goals=listed, **(about | others))


def test_the_best_plan_and_the_best_bound_are_kept_with_how_they_were_found(home: Path, plans: dict[int, str]) -> None:
    best, worse = sorted(plans)
    rows = [run("a", worse, plans[worse], 400, solver="cbc"), run("b", best, plans[best], 300)]
    said = bench_best(frame(*rows), home)
    assert said[0].startswith(f"coverage: unmet-target {worse:,}")
    (known,) = read_best(home).values()
    assert (known.value, known.bound, known.proven) == (str(best), "400", False)
    assert known.found == "highs, tour, 60 s, 1 thread, seed 0, 2026-11-27"
    assert known.bounded is not None
    assert known.bounded.startswith("cbc")
    plan = read_plan(home / str(known.plan))
    assert audit(TUTORIAL, plan, ["unmet-target"]).goals["unmet-target"] == best
    before = (home / "best.yaml").read_bytes()
    assert bench_best(frame(*rows), home) == []
    assert (home / "best.yaml").read_bytes() == before


def test_what_is_no_plan_of_this_instance_teaches_nothing(home: Path, plans: dict[int, str]) -> None:
    best, worse = sorted(plans)
    tour = next(line for line in plans[best].splitlines() if line.startswith("- "))
    broken = plans[best].replace(tour, f"{tour}\n{tour}")
    rows = [
        run("warm-up", best, plans[best], warm_up=True),
        run("of-old", best, plans[best], instance_sha256="0" * 64),
        run("another", best, plans[best], instance="another"),
        run("broken", 1, broken),
        run("liar", worse, plans[worse], worse + 1),
    ]
    assert bench_best(frame(*rows), home) == []
    assert not (home / "best.yaml").exists()
    # A plan is worth what the audit says now, not what its run says.
    (said,) = bench_best(frame(run("boaster", 1, plans[worse])), home)
    assert f"{worse:,}" in said


def test_runs_are_told_what_was_known_and_better_ones_have_no_gap(home: Path, plans: dict[int, str]) -> None:
    best, worse = sorted(plans)
    bench_best(frame(run("a", worse, plans[worse])), home)
    suite = Suite.model_validate({"suite": "s", "instances": [{"path": "tutorial"}], "solvers": ["highs"]})
    (task,) = suite_tasks(suite, home.parent)
    assert task.best_known == str(worse)
    (home / "best.yaml").unlink()
    (unknown,) = suite_tasks(suite, home.parent)
    assert (unknown.best_known, unknown.run) == (None, task.run)
    table = measures(
        frame(run("b", best, None, best_known=str(worse)), run("c", 2 * worse, None, best_known=str(worse)))
    )
    assert list(table["best"]) == [worse, worse]
    assert list(table["primal_gap"]) == [0.0, 0.5]


def test_a_bound_above_a_known_plan_is_a_contradiction() -> None:
    checked = check_runs(frame(run("a", 30, None, 25, best_known="20")))
    assert [(finding.kind, finding.runs) for finding in checked.failures] == [("bound", ("a",))]


def test_a_malformed_file_is_refused(home: Path, plans: dict[int, str]) -> None:
    bench_best(frame(run("a", min(plans), plans[min(plans)])), home)
    text = (home / "best.yaml").read_text()
    (home / "best.yaml").write_text(text.replace(str(min(plans)), "many"))
    with pytest.raises(InputError, match="values and bounds are fractions"):
        read_best(home)


def test_the_command_says_what_it_wrote(home: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "forcegen", "bench", "best", str(tmp_path / "nowhere"), str(home)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "holds no runs" in done.stderr


@pytest.mark.parametrize("file", SHIPPED, ids=lambda path: path.parent.name)
def test_what_is_shipped_is_of_the_instance_as_it_is_and_true(file: Path) -> None:
    listed = read_best(file.parent)
    assert listed
    for (digest, scenario, model), best in listed.items():
        instance = read_instance(file.parent, tuple(filter(None, scenario.split("+"))))
        assert digest == instance.digest
        assert best.goal == read_model(model).goals[0].name
        judged = audit(instance, read_plan(file.parent / str(best.plan)), [best.goal])
        assert judged.clean
        assert judged.goals[best.goal] == Fraction(best.value)
        assert best.bound is None or Fraction(best.bound) <= Fraction(best.value)
