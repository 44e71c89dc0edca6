"""What rules cost: the difference of two optima, as brute force finds them, and no more than is proven."""

from __future__ import annotations

import json
import threading
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.io.errors import InputError
from forcegen.planning.rule_costs import rule_costs
from forcegen.planning.solve import Settings
from forcegen.report.html import plan_page
from forcegen.workers import WorkerPool
from tests.oracle.brute import best
from tests.oracle.generate import CHOICES, SUMS, instance
from tests.oracle.timetables import TooLarge
from tests.unit.test_cli import forcegen

if TYPE_CHECKING:
    from pathlib import Path

EXACT = Settings(time_limit=600, gap=0, threads=1)
TUTORIAL = "instances/tutorial"
TARGETS = Model.model_validate({"model": "m", "goals": [{"minimise": "unmet-target"}]})


def test_costs_of_the_tutorial() -> None:
    found = rule_costs(TUTORIAL, settings=Settings(solver="highs", gap=0, threads=1, time_limit=60))
    assert found.goal == "unmet-target"
    assert [(cost.rule.id, cost.low, cost.high) for cost in found.costs] == [
        ("BRE-not-on-the-line", 210, 210),
        ("BRE-one-company", 0, 0),
    ]
    page = plan_page(found.base, costs=found)
    assert "costs (unmet-target)" in page
    assert "<td>210</td>" in page


def compare(seed: int, kinds: tuple[str, ...], workers: WorkerPool) -> list[Fraction]:
    item = instance(seed, kinds)
    known = best(item, ["unmet-target"])
    found = rule_costs(Instance.model_validate(item), model=TARGETS, settings=EXACT, workers=workers)
    if not known.feasible:
        assert found.costs == ()
        return []
    assert [cost.rule.id for cost in found.costs] == [rule["id"] for rule in item.get("rules", [])]
    for cost in found.costs:
        without = {**item, "rules": [rule for rule in item["rules"] if rule["id"] != cost.rule.id]}
        worth = Fraction(known.values[0]) - Fraction(best(without, ["unmet-target"]).values[0])
        assert (cost.low, cost.high, cost.solved) == (worth, worth, True), (seed, cost.rule.id)
    return [cost.low for cost in found.costs]


def test_costs_are_those_that_brute_force_finds() -> None:
    seen: list[Fraction] = []
    with WorkerPool() as workers:
        for seed in range(24):
            try:
                seen += compare(seed, SUMS if seed % 2 else CHOICES, workers)
            except TooLarge:
                continue
    assert len(seen) >= 15
    assert any(seen)


def test_what_there_was_no_time_for_is_not_said_to_be_known() -> None:
    stop = threading.Event()
    told: list[str] = []

    def tell(words: str, number: int, of: int) -> None:
        told.append(words)
        if number == 2:
            stop.set()

    found = rule_costs(TUTORIAL, settings=EXACT, on_progress=tell, stop=stop)
    assert len(told) == 2
    assert sorted(cost.solved for cost in found.costs) == [False, True]
    open_ = next(cost for cost in found.costs if not cost.solved)
    assert (open_.low, open_.high) == (0, None)
    assert "not known" in plan_page(found.base, costs=found)


def test_odd_questions() -> None:
    with pytest.raises(InputError, match="no rule 'nothing'"):
        rule_costs(TUTORIAL, rules=["nothing"])
    assert [c.rule.id for c in rule_costs(TUTORIAL, rules=["BRE-one-company"]).costs] == ["BRE-one-company"]
    assert rule_costs("instances/infeasible-politics", settings=Settings(time_limit=60)).costs == ()


def test_the_command_writes_them_on_the_page(tmp_path: Path) -> None:
    assert forcegen("solve", TUTORIAL, "-o", str(tmp_path / "out")).returncode == 0
    done = forcegen("report", str(tmp_path / "out"), "--rule-costs", "20")
    assert done.returncode == 0, done.stderr
    assert "3 of 3: " in done.stderr
    assert "costs (unmet-target)" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_solve_writes_them_on_its_page_too(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    done = forcegen("solve", TUTORIAL, "--report", str(page), "--rule-costs", "20", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "OPTIMAL"
    assert "3 of 3: " in done.stderr
    assert "costs (unmet-target)" in page.read_text(encoding="utf-8")
    assert "--rule-costs SECONDS" not in page.read_text(encoding="utf-8")
    page.unlink()
    robust = ("--report", str(page), "--robust", "cvar")
    engine = ("--report", str(page), "--solver", "engine")
    refusals = ((), "goes with --report"), (robust, "--robust goes with"), (engine, "the engine alone proves nothing")
    for more, words in refusals:
        refused = forcegen("solve", TUTORIAL, "--rule-costs", "20", *more)
        assert (refused.returncode, page.exists()) == (2, False)
        assert words in " ".join(refused.stderr.split())


def test_what_is_known_only_later_has_no_costs(tmp_path: Path) -> None:
    later = tmp_path / "later.yaml"
    text = "forcegen: 1\nscenario: later\nannounced: 2026-03\nwithdraw: [{nation: BRE, by: 2026-05}]\n"
    later.write_text(text, encoding="utf-8")
    words = "becomes known in 2026-03 only"
    page = ("--report", str(tmp_path / "page.html"), "--rule-costs", "20")
    refused = forcegen("solve", TUTORIAL, "--scenario", str(later), *page)
    assert (refused.returncode, words in refused.stderr) == (2, True), refused.stderr
    assert forcegen("solve", TUTORIAL, "--scenario", str(later), "-o", str(tmp_path / "out")).returncode == 0
    refused = forcegen("report", str(tmp_path / "out"), "--rule-costs", "20")
    assert (refused.returncode, words in refused.stderr) == (2, True), refused.stderr
