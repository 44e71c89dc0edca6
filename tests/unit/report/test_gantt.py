"""The drawings of tours: who serves is written into the bars, legibly; what began before the horizon is told apart."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.domain.horizon import Horizon
from forcegen.domain.instance import Instance
from forcegen.domain.plan import Plan
from forcegen.io.instance import read_instance
from forcegen.io.plan import read_plan
from forcegen.report.html.charts import WIDTH
from forcegen.report.html.colours import distinct, legible
from forcegen.report.html.gantt import by_nation, by_sector, period_lines
from forcegen.report.html.leads import leads_over_time
from forcegen.report.html.looks import looks, named
from forcegen.report.html.words import column, wide, wrapped

if TYPE_CHECKING:
    from forcegen.report.html.markup import Node

TWELVE = list(distinct(str(i) for i in range(12)).values())
INK = ("#000000", "#ffffff")
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


def many(base: Instance, nations: int) -> tuple[Instance, Plan]:
    """Return a theatre of so many nations, each with a unit on the hill one after another."""
    document = json.loads(base.model_dump_json(by_alias=True, exclude_none=True))
    one = {**document["contingents"][0], "tour": 1, "dwell": 0, "handover": 0, "units": 1}
    names = [f"N{i:02}" for i in range(nations)]
    instance = changed(
        base,
        horizon={"start": "2026-01", "periods": nations, "unit": "month"},
        nations=[{"id": name, "army": 1000} for name in names],
        contingents=[{**one, "id": f"{name}-coy", "nation": name} for name in names],
        rules=[],
        history=[],
    )
    start = instance.horizon.label
    tour = {"unit": 1, "sector": "hill", "role": "watch", "periods": 1}
    tours = [{**tour, "contingent": f"{name}-coy", "start": str(start(t))} for t, name in enumerate(names)]
    leads = [
        {"sector": "hill", "nation": name, "from": str(start(t)), "until": str(start(t))}
        for t, name in enumerate(names)
    ]
    return instance, Plan.model_validate({"tours": tours, "leads": leads})


def drawn_looks(nodes: list[Node]) -> list[tuple[str | None, bool, bool]]:
    """Return of each bar its colour, and whether it has an edge below and above."""
    found = []
    for chart in (part for node in nodes for part in node.iter("svg")):
        rects = list(chart.iter("rect"))
        edges = [rect for rect in rects if rect.get("fill") in INK]
        for bar in (rect for rect in rects if rect.find("title") is not None):
            own = [edge for edge in edges if edge.get("x") == bar.get("x")]
            middle = float(bar.get("y") or 0) + float(bar.get("height") or 0) / 2
            above = [float(edge.get("y") or 0) < middle for edge in own]
            found.append((bar.get("fill"), False in above, True in above))
    return found


@pytest.mark.parametrize("drawing", [by_sector, leads_over_time])
def test_thirty_nations_are_told_apart_by_colour_and_edge(drawing: Any, base: Instance) -> None:
    nodes = drawing(*many(base, 30))
    found = drawn_looks(nodes)
    assert len(set(found)) == len(found) == 30
    shown = [part.get("style") for node in nodes for part in node.iter("i")]
    assert len(set(shown)) == len(shown) >= 30


def test_where_even_edges_are_used_up_the_key_says_so() -> None:
    fifty = looks(f"N{i}" for i in range(50))
    assert len(set(list(fifty.values())[:48])) == 48
    assert fifty["N48"] == fifty["N0"]
    assert named(fifty)[-1][1].startswith("alike again after 48")
    assert len(named(looks(f"N{i}" for i in range(48)))) == 48


@pytest.mark.parametrize("periods", [1, 13, 23, 25, 50, 53])
@pytest.mark.parametrize(("start", "unit"), [("2026-01", "month"), ("2026-W05", "week")])
def test_names_of_periods_neither_leave_the_drawing_nor_touch(
    base: Instance, periods: int, start: str, unit: str
) -> None:
    horizon = Horizon.model_validate({"start": start, "periods": periods, "unit": unit})
    instance = base.model_copy(update={"horizon": horizon})
    written = [part for part in period_lines(instance, 100.0, 50.0) if part.tag == "text"]
    ends = [(float(part.get("x") or 0), wide(part.text or "")) for part in written]
    assert ends
    assert all(x + width <= WIDTH for x, width in ends)
    assert all(x + width < after for (x, width), (after, _) in pairwise(ends))
