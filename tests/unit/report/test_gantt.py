"""The drawings of tours: who serves is written into the bars, legibly; what began before the horizon is told apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.domain.instance import Instance
from forcegen.io.instance import read_instance
from forcegen.io.plan import read_plan
from forcegen.report.html.colours import distinct, legible
from forcegen.report.html.gantt import by_nation, by_sector
from forcegen.report.html.leads import leads_over_time
from forcegen.report.html.words import column, wide, wrapped

if TYPE_CHECKING:
    from forcegen.domain.plan import Plan
    from forcegen.report.html.markup import Node

TWELVE = list(distinct(str(i) for i in range(12)).values())
LONG = (
    "rule BRE-not-on-the-line (exclude for everybody else)",
    "x" * 80,
    "",
    "Côte d'Ivoire",
    "WWWW mmmm @@@@ 国国国国",
)


@pytest.fixture(scope="module")
def base() -> Instance:
    return read_instance(Path("instances/tutorial"))


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(Path("instances/tutorial/best/coverage.yaml"))


def changed(instance: Instance, **lists: Any) -> Instance:
    document = json.loads(instance.model_dump_json(by_alias=True, exclude_none=True))
    return Instance.model_validate(document | lists)


def ran(instance: Instance) -> Instance:
    """Return the instance with a company on the hill since before the horizon, and one that is home already."""
    running = {"contingent": "ARD-coy", "units": 1, "since": "2025-12", "ends": "2026-02", "sector": "hill"}
    home = {"contingent": "BRE-coy", "units": 1, "returned": "2026-01"}
    return changed(instance, history=[running | {"role": "watch"}, home])


def texts(nodes: list[Node]) -> list[str]:
    return [part.text or "" for node in nodes for part in node.iter("text")]


def keys(nodes: list[Node]) -> list[str]:
    return [part.tail or "" for node in nodes for part in node.iter("i")]


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return sum(weight * x for weight, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("colour", [*TWELVE, "#000000", "#ffffff", "#757575", "#777777"])
def test_text_on_a_colour_has_a_contrast_of_four_and_a_half(colour: str) -> None:
    low, high = sorted((luminance(colour), luminance(legible(colour))))
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_bars_by_sector_say_whose_unit_serves(base: Instance, plan: Plan) -> None:
    drawn = by_sector(base, plan)
    said = texts(drawn)
    for tour in plan.tours:
        assert f"{tour.contingent} {tour.unit}" in said, "a month is broad enough for the whole name"
    assert {base.contingent[tour.contingent].nation for tour in plan.tours} <= set(keys(drawn))
    colours = {rect.get("fill") for node in drawn for rect in node.iter("rect") if rect.get("data-tour")}
    assert len(colours) == len({base.contingent[tour.contingent].nation for tour in plan.tours})


def test_a_narrow_bar_falls_back_to_the_contingent_the_nation_or_nothing(base: Instance, plan: Plan) -> None:
    names: dict[int, set[str]] = {}
    for periods in (12, 40, 72, 200):
        horizon = {"start": "2026-01", "periods": periods, "unit": "month"}
        said = texts(by_sector(changed(base, horizon=horizon), plan))
        names[periods] = {name for name in said if name.startswith(("ARD", "BRE", "CAL"))}
    assert names[12] >= {f"{t.contingent} {t.unit}" for t in plan.tours if t.periods > 2}
    assert names[40] >= {"BRE-coy", "CAL-plt"}
    assert names[72] >= {"BRE", "CAL"}
    assert not names[200]


def test_bars_by_nation_say_the_sector(base: Instance, plan: Plan) -> None:
    said = texts(by_nation(base, plan))
    assert said.count("hill") + said.count("town") == len(plan.tours)


def test_a_tour_that_began_before_the_horizon_is_dashed_and_no_tour_of_the_plan(base: Instance, plan: Plan) -> None:
    for drawing in (by_nation, by_sector):
        drawn = drawing(ran(base), plan)
        dashed = [r for node in drawn for r in node.iter("rect") if r.get("stroke-dasharray") is not None]
        assert [r.findtext("title") for r in dashed] == ["ARD-coy: hill, watch, from 2025-12 for 3"]
        assert dashed[0].get("data-tour") is None
        assert "began before the horizon" in keys(drawn)
        assert "began before the horizon" not in keys(drawing(base, plan))
        solid = {r.get("data-tour") for node in drawn for r in node.iter("rect")} - {None}
        assert solid == {str(i) for i in range(len(plan.tours))}


def test_the_legend_has_handover_only_where_somebody_is_handed_over(base: Instance, plan: Plan) -> None:
    document = json.loads(base.model_dump_json(by_alias=True, exclude_none=True))
    without = changed(base, contingents=[{**k, "handover": 0} for k in document["contingents"]])
    for drawing in (by_nation, by_sector):
        assert "handover" in keys(drawing(base, plan))
        assert "handover" not in keys(drawing(without, plan))


@pytest.mark.parametrize("room", [30, 90, 150, 400])
@pytest.mark.parametrize("bold", [False, True])
def test_wrapped_text_keeps_to_its_room_and_loses_nothing(room: float, bold: bool) -> None:
    for text in LONG:
        lines = wrapped(text, room, bold=bold)
        assert all(wide(line, bold=bold) <= room for line in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_column_is_as_broad_as_its_widest_name_within_limits() -> None:
    assert column(["a", "watch"], 200) == 40.0
    name = "Headquarters and theatre"
    assert wide(name) <= column(["a", name], 200) < wide(name) + 1
    assert wrapped(name, 16 + column(["a", name], 200) - 16) == [name]
    assert column(["a", "x" * 80], 200) == 200


def test_long_names_are_wrapped_not_cut(base: Instance, plan: Plan) -> None:
    name = "Headquarters and the troops of the theatre that belong to no sector at all"
    document = json.loads(base.model_dump_json(by_alias=True, exclude_none=True))
    long = changed(base, sectors=[{**s, "name": name} for s in document["sectors"]])
    lines = [line for line in texts(by_sector(long, plan)) if line and line in name]
    assert len(lines) > 2
    assert name in " ".join(lines)


def test_leads_are_named_in_their_bars() -> None:
    instance = read_instance(Path("instances/sfor-2003"))
    best = read_plan(Path("instances/sfor-2003/history.yaml"))
    drawn = leads_over_time(instance, best)
    said = texts(drawn)
    assert not any("…" in words for words in said)
    assert {lead.nation for lead in best.leads} & set(said)
