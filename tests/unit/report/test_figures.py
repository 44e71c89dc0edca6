"""What answers look like: each drawing says what its tables say, and hostile names stay text."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

import forcegen
from forcegen.io.plan import read_plan
from forcegen.planning.alternatives import alternatives
from forcegen.planning.given import given_instance
from forcegen.planning.stress import stress
from forcegen.planning.sweep import Line, Sweep
from forcegen.report.html.choices import alternatives_figures
from forcegen.report.html.figures import stress_figures, sweep_figures
from forcegen.report.html.intervals import Interval, intervals
from forcegen.report.html.leads import leads_over_time
from forcegen.report.html.markup import markup

if TYPE_CHECKING:
    from forcegen.report.html.markup import Node


def texts(*nodes: Node) -> list[str]:
    return [part.text or "" for node in nodes for part in node.iter("text")]


def test_an_interval_is_a_band_and_what_is_known_exactly_a_dot() -> None:
    rows = [Interval("a", 1, 3, "1 to 3"), Interval("b", 2, 2, "2"), Interval("c", 4, None, "at least 4")]
    drawn = intervals("What is lost", "per cent", rows)
    assert len(list(drawn.iter("rect"))) == 2
    assert len(list(drawn.iter("circle"))) == 1
    assert {"a", "b", "c", "1 to 3", "2", "at least 4", "per cent"} <= set(texts(drawn))


@pytest.mark.parametrize("ends", [(-5, -2), (-3, 8), (0, 0), (None, None), (0, 1e7)])
def test_bands_stay_within_the_drawing(ends: tuple[float | None, float | None]) -> None:
    drawn = intervals("t", "x", [Interval("a", *ends, "words")])
    svg = next(drawn.iter("svg"))
    for band in drawn.iter("rect"):
        left, wide = float(band.get("x") or 0), float(band.get("width") or 0)
        assert 0 <= left <= left + wide <= float(svg.get("width") or 0)


def test_losses_are_drawn_as_the_table_says() -> None:
    found = stress("instances/tutorial", settings=forcegen.Settings(time_limit=20))
    assert {"ARD", "BRE", "CAL", "56.7%"} <= set(texts(*stress_figures(found)))


def test_assumptions_are_drawn_on_both_sides_of_zero() -> None:
    found = stress("instances/tutorial", assumptions=True, settings=forcegen.Settings(time_limit=20))
    drawn = stress_figures(found)[-1]
    assert {"density 20 % up", "density 20 % down", "beds 20 % down", "+540", "-240", "+680"} <= set(texts(drawn))
    at = {words: float(c.get("cx") or 0) for c in drawn.iter("circle") if (words := c.findtext("title"))}
    zero = next(float(part.get("x") or 0) for part in drawn.iter("text") if part.text == "0")
    assert at["density 20 % down: -240"] < zero < at["density 20 % up: +540"]
    lines = (replace(found.assumptions[0], low=None, high=None), replace(found.assumptions[1], infeasible=True))
    said = texts(stress_figures(replace(found, assumptions=lines))[-1])
    assert {"unknown to unknown", "no plan at all"} <= set(said)


def test_a_sweep_is_a_chart_a_goal_and_a_case_without_a_plan_says_so() -> None:
    def line(scenario: str, value: int | None, status: str = "FEASIBLE") -> Line:
        worth = None if value is None else Fraction(value)
        fixed = (None, None, "unmet-target", worth, Fraction(1), None, False, None, None, None, None, False)
        return Line("r", "here", scenario, "rotation", "auto", 0, status, *fixed[1:])

    found = Sweep((line("", 5), line("<b>", 1), line("worse", None, "INFEASIBLE")), 3, (), 1.0)
    (drawn,) = sweep_figures(found)
    assert {"(base)", "<b>", "1 to 5", "1", "no plan exists"} <= set(texts(drawn))
    assert "<b>" not in markup(drawn)


def test_plans_are_drawn_beside_each_other_with_signs() -> None:
    found = alternatives("instances/tutorial", count=2, loss="0.4", settings=forcegen.Settings(time_limit=20))
    drawn = alternatives_figures(found)
    assert {"Ardania", "Hill", "+", "\N{MINUS SIGN}"} <= set(texts(*drawn))
    rows = [[cell.text for cell in row] for node in drawn for row in node.iter("tr")]
    assert rows[0] == ["nation", "sector", "plan 1", "plan 2"]
    total = sum(int((row[2] or "").replace(",", "")) for row in rows[1:])
    assert total == sum(found.plans[0].served.values())
    assert alternatives_figures(replace(found, plans=found.plans[:1])) == []


def test_leads_are_drawn_over_time() -> None:
    instance = given_instance("instances/sfor-2003", ())
    plan = read_plan("instances/sfor-2003/history.yaml")
    drawn = leads_over_time(instance, plan)
    assert plan.leads
    said = [title.text or "" for node in drawn for title in node.iter("title")]
    for lead in plan.leads:
        assert any(f"leads from {lead.from_} until {lead.until}" in words for words in said)
