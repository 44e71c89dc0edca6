"""What changes between two plans, drawn: every figure is the audits', signs and colours say which way."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from forcegen.audit import audit
from forcegen.domain.instance import Instance
from forcegen.domain.plan import Plan
from forcegen.io.instance import read_instance
from forcegen.io.plan import plan_text, read_plan
from forcegen.planning.diff import diff_plans
from forcegen.report.html.changes import changed
from forcegen.report.html.colours import diverging, legible
from forcegen.report.html.markup import Node, markup
from forcegen.report.html.signed import signed, signed_bars, signed_map
from tests.unit.report.test_gantt import luminance
from tests.unit.test_cli import forcegen as run

MINUS = "\N{MINUS SIGN}"
HOSTILE = "<script>alert('x')</script>"


@pytest.fixture(scope="module")
def tutorial() -> Instance:
    return read_instance(Path("instances/tutorial"))


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(Path("instances/tutorial/best/coverage.yaml"))


def without(plan: Plan, nation: str) -> Plan:
    return plan.model_copy(update={"tours": tuple(t for t in plan.tours if not t.contingent.startswith(nation))})


def drawn(instance: Instance, before: Plan, after: Plan) -> list[Node]:
    return changed(diff_plans(instance, before, after), instance, audit(instance, after))


def heat(nodes: list[Node]) -> list[Node]:
    return [part for node in nodes for part in node.iter("table") if "heat" in (part.get("class") or "")]


def share(cell: Node) -> float:
    words = (cell.text or "").replace(MINUS, "-")
    return float(words)


def test_the_map_has_the_change_of_each_requirement_in_each_period(tutorial: Instance, plan: Plan) -> None:
    less = without(plan, "BRE")
    (shown,) = heat(drawn(tutorial, plan, less))
    found = {line[0].text: list(line)[1:] for line in shown.iter("tr") if line[0].tag == "th"}
    audits = audit(tutorial, plan), audit(tutorial, less)
    differing = set()
    for was, now in zip(*(one.coverage for one in audits), strict=True):
        had, has = (min(line.filled, line.target) for line in (was, now))
        differing |= {was.requirement} if had != has else set()
        if was.requirement in found:
            cell = found[was.requirement][_period(tutorial, was.period)]
            assert share(cell) == round(float(100 * (has - had) / now.target))
    assert set(found) == differing
    assert differing


def _period(instance: Instance, name: str) -> int:
    return [str(instance.horizon.label(t)) for t in range(instance.horizon.periods)].index(name)


def test_what_is_less_has_a_sign_and_the_other_colour(tutorial: Instance, plan: Plan) -> None:
    less = without(plan, "BRE")
    sides = [heat(drawn(tutorial, *pair))[0] for pair in ((plan, less), (less, plan))]
    cells = [[cell for cell in side.iter("td") if cell.text not in (None, "", "0")] for side in sides]
    assert cells[0]
    for fewer, more in zip(*cells, strict=True):
        assert (fewer.text or "").replace(MINUS, "+") == more.text
        assert fewer.get("style") != more.get("style")


def test_bars_of_nations_go_either_way_from_zero(tutorial: Instance, plan: Plan) -> None:
    nodes = drawn(tutorial, plan, without(plan, "BRE"))
    (chart,) = (part for node in nodes for part in node.iter("svg"))
    words = [text.text for text in chart.iter("text")]
    served = sum(int(n.troop_periods) for n in audit(tutorial, plan).nations if n.nation == "BRE")
    assert words == ["Brevia", f"{MINUS}{served:,}"]
    zero, bar = next(chart.iter("line")), next(chart.iter("rect"))
    ends = float(bar.get("x") or 0) + float(bar.get("width") or 0)
    assert ends == pytest.approx(float(zero.get("x1") or 0), abs=0.1)


def test_there_is_a_table_behind_each_drawing(tutorial: Instance, plan: Plan) -> None:
    nodes = drawn(tutorial, plan, without(plan, "BRE"))
    behind = [part.findtext(".//caption") or "" for node in nodes for part in node.iter("details")]
    assert behind[:2] == ["Coverage that differs, in the role's measure", "Troop-periods"]


def test_equal_plans_say_nothing_and_empty_ones_are_drawn(tutorial: Instance, plan: Plan) -> None:
    assert markup(*drawn(tutorial, plan, plan)) == "<p>Nothing: the same tours.</p>"
    nothing = Plan.model_validate({"tours": []})
    assert heat(drawn(tutorial, nothing, plan))
    assert heat(drawn(tutorial, plan, nothing))


def test_one_period_without_a_target_has_no_cell() -> None:
    document: dict[str, Any] = json.loads(read_instance(Path("instances/tutorial")).model_dump_json(by_alias=True))
    document["horizon"]["periods"] = 1
    document["nations"][0]["name"] = HOSTILE
    document["requirements"][0] |= {"name": HOSTILE, "minimum": 0}
    document["requirements"][1] |= {"minimum": 0, "target": 0}
    instance = Instance.model_validate(document)
    tour = {"contingent": "ARD-coy", "unit": 1, "sector": "hill", "role": "watch", "start": "2026-01", "periods": 3}
    nodes = drawn(instance, Plan.model_validate({"tours": []}), Plan.model_validate({"tours": [tour]}))
    (shown,) = heat(nodes)
    assert len(list(shown.iter("tr"))) == 2
    assert "<script>" not in markup(*nodes)


def test_a_plan_that_breaks_limits_is_said_to(tutorial: Instance, plan: Plan) -> None:
    twice = plan.model_copy(update={"tours": (*plan.tours, plan.tours[0])})
    assert "The plan before breaks limits that hold now" in markup(*drawn(tutorial, twice, plan))
    assert "The plan now breaks limits;" in markup(*drawn(tutorial, plan, twice))
    assert "breaks limits" not in markup(*drawn(tutorial, plan, without(plan, "BRE")))


def test_two_plans_are_compared_on_a_page(tutorial: Instance, plan: Plan, tmp_path: Path) -> None:
    files = []
    for name, one in (("before", plan), ("after", without(plan, "BRE"))):
        files.append(tmp_path / f"{name}.yaml")
        files[-1].write_text(plan_text(one))
    page = tmp_path / "page.html"
    done = run("diff", "instances/tutorial", "--plans", *map(str, files), "--report", str(page))
    assert done.returncode == 0
    assert "troop-periods of BRE" in done.stdout
    assert re.search(r"<h1>\d+ tours added, \d+ dropped, \d+ moved in time.</h1>", page.read_text())
    refused = run("diff", "instances/tutorial", "--to", "instances/sfor-2003", "--report", str(page))
    assert (refused.returncode, "two plans" in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0"), (0.2, "+"), (-0.2, MINUS), (12.4, "+12"), (-1234, f"{MINUS}1,234"), (99.6, "+100")]
)
def test_signs(value: float, words: str) -> None:
    assert signed(value) == words


def test_colours_of_more_and_less_part_from_white_and_bear_text() -> None:
    assert diverging(0) == "#ffffff"
    for sign in (1, -1):
        steps = [luminance(diverging(sign * i / 10)) for i in range(11)]
        assert steps == sorted(steps, reverse=True)
        for i in range(11):
            colour = diverging(sign * i / 10)
            low, high = sorted((luminance(colour), luminance(legible(colour))))
            assert (high + 0.05) / (low + 0.05) >= 4.5


def test_no_amount_no_drawing_fails() -> None:
    key, _ = signed_map("t", ["a"], [("r", [None]), ("s", [(0.0, "as before")])], "points")
    assert "points" in markup(key)
    assert list(signed_bars("t", []).iter("text")) == []
    one = signed_bars("t", [("x" * 90, float(Fraction(1, 3))), ("b", -1e9)])
    across = float(one.get("width") or 0)
    for bar in one.iter("rect"):
        left = float(bar.get("x") or 0)
        assert 0 <= left <= left + float(bar.get("width") or 0) <= across
