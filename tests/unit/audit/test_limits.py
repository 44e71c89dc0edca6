"""Beds and supply of sectors."""

from __future__ import annotations

from typing import Any

from tests.unit.audit.documents import Item, contingent, document, judge, kinds, messages, tour


def _east(**fields: Any) -> Item:
    return document(sectors=[{"id": "east", "zone": "front"} | fields, {"id": "west"}])


def test_beds() -> None:
    both = tour(), tour("DEU-inf", start="2025-09")
    assert judge(_east(beds=200), *both).clean
    found = judge(_east(beds=199.5), *both)
    assert kinds(found) == ["beds"]
    assert messages(found) == ["2025-09: units in east take 200 beds, it has 199.5"]
    assert (found.violations[0].subjects, found.violations[0].period) == (("east",), "2025-09")


def test_beds_follow_steps_and_are_0_before_the_first() -> None:
    instance = _east(beds={"2025-08": 100, "2025-10": 50})
    assert judge(instance, tour("DEU-inf", sector="west")).clean
    assert messages(judge(instance, tour(start="2025-08"))) == ["2025-10: units in east take 100 beds, it has 50"]
    assert messages(judge(instance, tour())) == ["2025-07: units in east take 100 beds, it has 0"]


def test_units_take_beds_by_sector_then_zone_then_strength() -> None:
    def instance(**beds: Any) -> Item:
        return _east(beds=120) | {"contingents": [contingent("POL-inf", beds=beds or None)]}

    assert judge(instance(), tour()).clean
    assert judge(instance(west=500), tour()).clean
    assert kinds(judge(instance(front=121), tour())) == ["beds"]
    assert judge(instance(front=121, east=120), tour()).clean


def test_handover_takes_beds_in_full() -> None:
    instance = _east(beds=99) | {"contingents": [contingent("POL-inf", handover=2)]}
    assert len(judge(instance, tour()).violations) == 3


def test_running_tours_take_beds() -> None:
    row = {"contingent": "POL-inf", "units": 1, "sector": "east", "role": "line", "since": "2025-05", "ends": "2025-08"}
    assert [v.period for v in judge(_east(beds=99) | {"history": [row]}).violations] == ["2025-07", "2025-08"]


def test_supply() -> None:
    eaters = [contingent("POL-inf", supply=5.5), contingent("DEU-inf", supply=2)]
    both = tour(), tour("DEU-inf", start="2025-09")
    assert judge(_east(supply=7.5) | {"contingents": eaters}, *both).clean
    found = judge(_east(supply=7.499) | {"contingents": eaters}, *both)
    assert kinds(found) == ["supply"]
    assert messages(found) == ["2025-09: units in east need 7.5 tonnes a day, it gets 7.499"]
