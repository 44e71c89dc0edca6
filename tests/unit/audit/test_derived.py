"""Burden, force, freed posts and reliefs."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from forcegen.audit import Burden, Freed, Relief, TourName
from tests.unit.audit.documents import Item, contingent, document, judge, tour

RUNNING = {"contingent": "POL-inf", "units": 1, "sector": "east", "role": "line", "since": "2025-05", "ends": "2025-08"}


def test_burden_of_nations() -> None:
    """POL: 2 running + 3 + 1 inside, of 100 each; 600 x 1000 / 1000. DEU: 300 x 1000 / 2000 active."""
    tours = tour(unit=2, start="2025-08"), tour(start="2026-06"), tour("DEU-inf")
    assert judge(document(history=[RUNNING]), *tours).nations == (
        Burden("POL", Fraction(600), Fraction(200), Fraction(600), False),
        Burden("DEU", Fraction(300), Fraction(100), Fraction(150), True),
        Burden("FRA", Fraction(0), Fraction(0), None, False),
    )


def test_an_army_of_nobody_has_no_ratio() -> None:
    nations = [{"id": "POL", "army": 0}, {"id": "DEU"}]
    assert [b.per_thousand for b in judge(document(nations=nations), tour()).nations] == [None, None]


def test_force_by_zone() -> None:
    instance = document(sectors=[{"id": "east", "zone": "front"}, {"id": "west"}])
    found = judge(instance, tour(periods=3), tour("DEU-inf", start="2025-10"), tour("DEU-inf", unit=2, sector="west"))
    lines = {(line.period, line.zone): (line.troops, line.moved) for line in found.force}
    assert len(found.force) == 12 * 2
    assert lines["2025-07", "front"] == (100, 100)
    assert lines["2025-08", "front"] == (100, 0)
    assert lines["2025-10", "front"] == (100, 200)
    assert lines["2025-09", ""] == (100, 0)
    assert lines["2025-10", ""] == (0, 100)


def test_posts_freed_on_average() -> None:
    """4 teams x worth 20 x 0.5 in 2.5 of 12 periods."""
    instance = document(contingents=[contingent("POL-inf", handover=0.5)])
    assert judge(instance, tour(role="repair"), tour(unit=2)).freed == (Freed("repair", Fraction(100, 12)),)


def _reliefs(instance: Item, *tours: Item) -> list[tuple[str, str | None, int | None]]:
    found = judge(instance, *tours)
    return [(_short(r.out), None if r.in_ is None else _short(r.in_), r.gap) for r in found.reliefs]


def _short(name: TourName) -> str:
    return f"{name.contingent}-{name.unit} {name.start}"


def _handover(periods: Any) -> Item:
    return document(contingents=[contingent(f"{n}-inf", units=9, handover=periods) for n in ("POL", "DEU")])


def test_relief_in_place_with_a_gap_with_an_overlap_and_none() -> None:
    first = tour()
    in_place, gap, overlap = (tour("DEU-inf", start=start) for start in ("2025-10", "2025-12", "2025-09"))
    instance = document(requirements=[{"id": "R"}])
    relief = judge(instance, first, in_place).reliefs[0]
    assert relief == Relief("east", "line", TourName("POL-inf", 1, "2025-07"), TourName("DEU-inf", 1, "2025-10"), 0)
    assert _reliefs(instance, first, gap)[0] == ("POL-inf-1 2025-07", "DEU-inf-1 2025-12", 2)
    assert _reliefs(instance, first, overlap)[0] == ("POL-inf-1 2025-07", None, None)
    assert _reliefs(_handover(0.5), first, overlap)[0] == ("POL-inf-1 2025-07", "DEU-inf-1 2025-09", -1)


def test_a_tour_is_not_relieved_by_one_that_started_with_it() -> None:
    assert _reliefs(_handover(2.5), tour(), tour("DEU-inf")) == [
        ("DEU-inf-1 2025-07", None, None),
        ("POL-inf-1 2025-07", None, None),
    ]


def test_nobody_relieves_two() -> None:
    tours = tour(), tour(unit=2), tour("DEU-inf", start="2025-10"), tour("DEU-inf", unit=2, start="2025-11")
    assert _reliefs(document(), *tours)[:2] == [
        ("POL-inf-1 2025-07", "DEU-inf-1 2025-10", 0),
        ("POL-inf-2 2025-07", "DEU-inf-2 2025-11", 1),
    ]


def test_reliefs_are_within_one_sector_and_role() -> None:
    others = tour("DEU-inf", start="2025-10", sector="west"), tour("DEU-inf", start="2025-10", role="repair", unit=2)
    found = judge(document(), tour(), *others)
    assert [r.in_ for r in found.reliefs] == [None, None, None]


def test_a_tour_that_leaves_after_the_horizon_needs_no_relief() -> None:
    assert _reliefs(document(), tour(start="2026-04")) == []
    assert _reliefs(document(), tour(start="2026-03")) == [("POL-inf-1 2026-03", None, None)]


def test_running_tours_are_relieved() -> None:
    assert _reliefs(document(history=[RUNNING]), tour("DEU-inf", start="2025-09"))[0] == (
        "POL-inf-1 2025-05",
        "DEU-inf-1 2025-09",
        0,
    )
