from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from forcegen.io.plan import plan_text
from forcegen.planning.alternatives import Alternatives, alternatives
from forcegen.planning.check import check
from forcegen.planning.solve import Settings
from forcegen.report.choices import alternatives_document, alternatives_files, alternatives_tables, sentence

if TYPE_CHECKING:
    from pathlib import Path

TUTORIAL = "instances/tutorial"


@pytest.fixture(scope="module")
def tutorial() -> Alternatives:
    return alternatives(TUTORIAL, count=3, loss="0.2", settings=Settings(time_limit=60, gap=0))


def shown(found: Alternatives) -> str:
    stream = io.StringIO()
    Console(file=stream, width=120).print(alternatives_tables(found))
    return stream.getvalue()


def test_the_tables_name_the_plans_what_they_share_and_who_replaces_whom(tutorial: Alternatives) -> None:
    text = shown(tutorial)
    assert sentence(tutorial).startswith("3 plans within a loss of 0.2, ")
    for title in ("Plans", "Troop-periods replaced", "Who could replace whom", "In all of these plans"):
        assert title in text
    assert "1,060" in text  # what 3,000 required let the best, 460, lose
    assert "yes (proven)" in text


def test_the_document_is_plain_data_and_the_same_figures(tutorial: Alternatives) -> None:
    document = json.loads(json.dumps(alternatives_document(tutorial)))
    assert next(plan["goals"]["unmet-target"] for plan in document["plans"]) == 460
    assert document["limits"] == {"unmet-target": 1060}
    assert all(plan["clean"] for plan in document["plans"])
    assert [row[i] for i, row in enumerate(document["differences"])] == [0, 0, 0]
    for i, plan in enumerate(document["plans"][1:], start=1):
        assert plan["difference"] == min(document["differences"][i][:i]) == plan["bound"]


def test_every_plan_is_a_file_that_passes_the_audit(tutorial: Alternatives, tmp_path: Path) -> None:
    files = alternatives_files(tutorial, [plan_text(item.plan) for item in tutorial.plans])
    assert sorted(files) == ["alternatives.json", "plan-1.yaml", "plan-2.yaml", "plan-3.yaml"]
    for name in ("plan-1.yaml", "plan-2.yaml", "plan-3.yaml"):
        (tmp_path / name).write_text(files[name])
        assert check(TUTORIAL, tmp_path / name).clean


def test_without_a_plan_the_tables_say_so() -> None:
    assert "No plan exists" in shown(alternatives("instances/infeasible-beds", settings=Settings(threads=1)))


def forcegen(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "forcegen", "alternatives", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_the_command_prints_one_document_and_writes_its_files(tmp_path: Path) -> None:
    done = forcegen(TUTORIAL, "-k", "2", "--loss", "0.2", "-o", str(tmp_path), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["plans"][1]["plan"] == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alternatives.json", "plan-1.yaml", "plan-2.yaml"]


@pytest.mark.parametrize("arguments", [["-k", "0"], ["--loss", "2"], ["--loss", "nan"], ["--model", "none"]])
def test_bad_usage_ends_with_2_and_one_message(arguments: list[str]) -> None:
    done = forcegen(TUTORIAL, *arguments)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_infeasible_instance_ends_with_3() -> None:
    assert forcegen("instances/infeasible-beds", "--json").returncode == 3
