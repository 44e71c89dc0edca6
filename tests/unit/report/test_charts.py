"""Charts whose labels have room: nothing is cut, nothing leaves the drawing, nothing covers something else."""

from __future__ import annotations

import json
from itertools import combinations
from math import hypot
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forcegen.domain.instance import Instance
from forcegen.io.instance import read_instance
from forcegen.report.html.charts import bars
from forcegen.report.html.intervals import Interval, intervals
from forcegen.report.html.map import sector_map
from forcegen.report.html.plots import Curve, both
from forcegen.report.html.words import wide

if TYPE_CHECKING:
    from forcegen.report.html.markup import Node

NAMES = ("a", "rule BRE-not-on-the-line (exclude for everybody but those who ask) set aside, and one more", "x" * 90)
WORDS = "no plan is proven to need less than 1,234,567.8, and none is known that needs less than 2,345,678.9"


def ends(text: Node) -> tuple[float, float]:
    """Return where a text begins and ends, in pixels."""
    x, length = float(text.get("x") or 0), wide(text.text or "")
    shift = {"end": length, "middle": length / 2}.get(text.get("text-anchor") or "", 0.0)
    return x - shift, x - shift + length


def keeps_within(drawn: Node) -> bool:
    drawing = next(drawn.iter("svg"))
    across, tall = (float(drawing.get(name) or 0) for name in ("width", "height"))
    places = [(*ends(text), float(text.get("y") or 0)) for text in drawing.iter("text")]
    return all(left >= 0 and right <= across and 0 < y <= tall for left, right, y in places)


def said(drawn: Node) -> str:
    return "".join(text.text or "" for text in drawn.iter("text")).replace(" ", "")


@pytest.mark.parametrize("name", NAMES)
def test_names_and_words_are_wrapped_and_stay_within(name: str) -> None:
    charts = (
        bars("t", [(name, 3.0, "3.0"), ("b", 0.0, "nothing")]),
        bars("t", [(name, 0.3, "0.3")], mark=1.0),
        intervals("t", "x", [Interval(name, 1, 3, "1 to 3"), Interval("b", 2, None, WORDS)]),
    )
    for drawn in charts:
        assert keeps_within(drawn)
        assert name.replace(" ", "") in said(drawn)


def test_a_mark_is_a_line_at_its_value() -> None:
    drawn = bars("t", [("a", 2.0, "2"), ("b", 0.5, "0.5")], mark=1.0)
    (line,) = drawn.iter("line")
    long, short = list(drawn.iter("rect"))
    left = float(long.get("x") or 0)
    assert float(line.get("x1") or 0) == pytest.approx(left + float(long.get("width") or 0) / 2, abs=0.02)
    assert float(short.get("width") or 0) < float(line.get("x1") or 0) - left
    assert not list(bars("t", [("a", 2.0, "2")]).iter("line"))


def test_what_is_found_and_proven_alike_is_one_curve() -> None:
    found = Curve("found", [1.0, 2.0], [3.0, 4.0], "#000000", ([3.0, 4.0], [3.0, 4.0]))
    (one,) = both(found, Curve("proven", [1.0, 2.0], [3.0, 4.0], "#ffffff"), "both")
    assert (one.name, one.colour, one.band) == ("both", "#000000", None)
    apart = Curve("proven", [1.0, 2.0], [3.0, 5.0], "#ffffff")
    assert both(found, apart, "both") == [found, apart]


def places(*at: tuple[float, float]) -> Instance:
    document = json.loads(read_instance(Path("instances/tutorial")).model_dump_json(by_alias=True, exclude_none=True))
    town = document["sectors"][1]
    new = [{**town, "id": f"s{i}", "name": f"Oblast {i}", "at": list(one), "next": []} for i, one in enumerate(at)]
    document["sectors"] += new
    return Instance.model_validate(document)


@pytest.mark.parametrize("at", [((30.0, 50.0),) * 4, ((30.0, 50.01), (30.01, 50.0)), ((33.0, 52.0), (20.0, 45.0))])
def test_circles_never_cover_each_other_and_stay_on_the_map(at: tuple[tuple[float, float], ...]) -> None:
    instance = places(*at)
    drawn = sector_map(instance, {sector.id: (100.0, 50.0) for sector in instance.sectors})
    svg = next(node for node in drawn if node.tag == "figure").find("svg")
    assert svg is not None
    circles = [tuple(float(node.get(name) or 0) for name in ("cx", "cy", "r")) for node in svg.iter("circle")]
    assert len(circles) == len(instance.sectors)
    for (x, y, r), (u, v, q) in combinations(circles, 2):
        assert hypot(u - x, v - y) >= r + q
    across, tall = (float(svg.get(name) or 0) for name in ("width", "height"))
    assert all(r - 0.01 <= x <= across - r + 0.01 and r - 0.01 <= y <= tall - r + 0.01 for x, y, r in circles)


def test_the_map_says_what_the_sizes_of_its_circles_mean() -> None:
    instance = places()
    drawn = sector_map(instance, {"hill": (3145.0, 100.0), "town": (800.0, 0.0)})
    assert "3,000troopsrequired" in "".join(map(said, drawn))
    assert "troopsrequired" not in "".join(map(said, sector_map(instance, {})))
