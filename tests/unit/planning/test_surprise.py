"""A scenario that is announced is answered without hindsight, or refused by questions that know no later."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

import forcegen
from forcegen.cli import load
from forcegen.domain.plan import Plan
from forcegen.io.errors import InputError
from forcegen.planning.saved import read_result
from forcegen.planning.solve import Settings, solve
from forcegen.workers import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SETTINGS = Settings(solver="highs", time_limit=60, gap=0, threads=1)
LATE = """
forcegen: 1
scenario: late
announced: 2026-02
withdraw: [{nation: ARD, by: 2026-03}]
"""


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as pool:
        yield pool


@pytest.fixture
def theatre(tmp_path: Path) -> Path:
    shutil.copytree("instances/tutorial", tmp_path / "theatre")
    (tmp_path / "theatre/scenarios").mkdir(exist_ok=True)
    (tmp_path / "theatre/scenarios/late.yaml").write_text(LATE)
    return tmp_path / "theatre"


def begun(plan: Plan | None, before: str) -> set[tuple[str, int, str, str, str]]:
    assert plan is not None
    return {(t.contingent, t.unit, t.sector, t.role, t.start) for t in plan.tours if t.start < before}


def test_solve_knows_nothing_before_it_is_announced(theatre: Path, workers: WorkerPool) -> None:
    base = solve(theatre, model="coverage", settings=SETTINGS, workers=workers)
    found = solve(theatre, model="coverage", scenario=["late"], settings=SETTINGS, workers=workers)
    assert found.audit is not None
    assert found.audit.clean
    assert found.at == "2026-02"
    assert begun(found.plan, "2026-02") == begun(found.base, "2026-02") != set()
    assert base.tiers[0].proven
    assert found.tiers[0].proven
    hindsight = (theatre / "scenarios/late.yaml").read_text().replace("announced: 2026-02\n", "")
    (theatre / "scenarios/known.yaml").write_text(hindsight)
    known = solve(theatre, model="coverage", scenario=["known"], settings=SETTINGS, workers=workers)
    lacking = [result.tiers[0].found for result in (base, found, known)]
    assert lacking == [460, 1560, 2160]  # known from the start, no Ardanian tour is short enough to begin at all


def test_a_plan_that_there_is_is_made_anew(theatre: Path, workers: WorkerPool) -> None:
    empty = Plan(tours=())
    found = solve(theatre, model="coverage", scenario=["late"], start=empty, settings=SETTINGS, workers=workers)
    assert found.base == empty
    assert begun(found.plan, "2026-02") == set()


def test_what_is_written_is_read_back_and_judged_by_the_plan_before(theatre: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    asked = ["solve", str(theatre), "--scenario", "late", "--solver", "highs", "--threads", "1", "-o", str(out)]
    done = CliRunner().invoke(load(), asked)
    assert done.exit_code == 0
    assert "made anew in 2026-02" in " ".join(done.stdout.split())
    found = read_result(out)
    assert found.at == "2026-02"
    assert found.audit is not None
    assert found.audit.clean
    assert found.scenario == ("late",)
    assert found.base is not None
    (tmp_path / "before.yaml").write_text(json.dumps(found.base.model_dump(mode="json", by_alias=True)))
    judged = ["check", str(theatre), str(out), "--scenario", "late", "--base", str(tmp_path / "before.yaml")]
    assert CliRunner().invoke(load(), judged).exit_code == 0
    assert CliRunner().invoke(load(), ["report", str(out)]).exit_code == 0


def test_a_plan_made_anew_is_not_judged_by_half(theatre: Path) -> None:
    with pytest.raises(InputError, match="--at PERIOD"):
        forcegen.check(theatre, Plan(tours=()), base=Plan(tours=()))
    with pytest.raises(InputError, match="--base PLAN"):
        forcegen.check(theatre, Plan(tours=()), at="2026-02")


@pytest.mark.parametrize(
    "ask",
    [
        forcegen.explain,
        forcegen.repair,
        forcegen.asks,
        forcegen.short,
        forcegen.sustain,
        forcegen.stress,
        forcegen.alternatives,
        forcegen.rule_costs,
    ],
)
def test_questions_that_know_no_later_refuse_a_surprise(ask: Callable[..., Any], theatre: Path) -> None:
    with pytest.raises(InputError, match="late becomes known in 2026-02"):
        ask(theatre, scenario=["late"], settings=SETTINGS)


def test_a_surprise_outside_the_horizon_is_refused(theatre: Path, workers: WorkerPool) -> None:
    (theatre / "scenarios/late.yaml").write_text(LATE.replace("announced: 2026-02", "announced: 2036-02"))
    with pytest.raises(InputError, match="not in the horizon"):
        solve(theatre, scenario=["late"], settings=SETTINGS, workers=workers)


def test_a_plan_made_anew_is_drawn_later_as_it_was_asked(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    run = CliRunner().invoke
    asked = ["solve", "instances/tutorial", "--model", "coverage", "--time-limit", "10", "-o", str(before)]
    assert run(load(), asked).exit_code == 0
    asked = ["replan", "instances/tutorial", str(before), "--at", "2026-03", "--time-limit", "10", "-o", str(after)]
    assert run(load(), asked).exit_code == 0
    assert json.loads((after / "asked.json").read_text())["at"] == "2026-03"
    assert run(load(), ["report", str(after)]).exit_code == 0
    assert (after / "report.html").is_file()
