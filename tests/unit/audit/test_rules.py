"""Each kind of rule: a plan that keeps it and one that breaks it."""

from __future__ import annotations

from typing import Any

import pytest

from forcegen.audit.rules import CHECKS
from forcegen.domain.rules import KINDS
from tests.unit.audit.documents import Item, contingent, document, judge, messages, tour

RUNNING = {"contingent": "POL-inf", "units": 1, "sector": "east", "role": "line", "since": "2025-05", "ends": "2025-08"}
POL, POL2, DEU, DEU2 = tour(), tour(unit=2), tour("DEU-inf"), tour("DEU-inf", unit=2)


def _with(kind: str, **fields: Any) -> Item:
    return document(
        rules=[{"id": "P1", "kind": kind} | fields], groups={"east": ["POL", "FRA"], "all": ["east", "DEU"]}
    )


def _window(first: str | None = None, last: str | None = None) -> Item:
    return {"from": first, "until": last}


def test_every_kind_of_rule_is_checked() -> None:
    assert set(CHECKS) == set(KINDS)


@pytest.mark.parametrize(
    ("rule", "kept", "broken", "message"),
    [
        (
            {"kind": "exclude", "nations": ["POL"], "source": "Sejm, 2025"},
            [DEU],
            [POL],
            "rule P1 (exclude; Sejm, 2025): POL-inf serves in east as line from 2025-07",
        ),
        (
            {"kind": "exclude", "nations": ["east"], "zones": ["front"], "roles": ["line"]},
            [DEU, tour(sector="west"), tour(unit=2, role="repair")],
            [POL],
            "rule P1 (exclude): POL-inf serves in east as line from 2025-07",
        ),
        (
            {"kind": "exclude", "contingents": ["POL-inf"], **_window("2025-09", "2025-10")},
            [tour(start="2025-11")],
            [POL],
            "rule P1 (exclude): POL-inf serves in east as line from 2025-09",
        ),
        (
            {"kind": "only", "nations": ["POL"], "sectors": ["east"], "roles": ["line"]},
            [POL, tour("DEU-inf", sector="west")],
            [tour(role="repair")],
            "rule P1 (only): POL-inf serves in east as repair from 2025-07",
        ),
        (
            {"kind": "only", "sectors": ["east"], **_window(last="2025-09")},
            [POL, DEU, tour(unit=2, start="2025-10", sector="west")],
            [POL, tour("DEU-inf", start="2025-09", sector="west")],
            "rule P1 (only): DEU-inf serves in west as line from 2025-09",
        ),
        (
            {"kind": "ceiling", "nations": ["POL", "DEU"], "most": 100, "source": "s", **_window("2025-09")},
            [tour("DEU-inf", start="2025-09"), tour(start="2025-12")],
            [POL, tour("DEU-inf", start="2025-09")],
            "rule P1 (ceiling; s): POL, DEU: 200 troops in 2025-09, at most 100",
        ),
        (
            {"kind": "ceiling", "of": "units", "most": {"2025-07": 1, "2025-09": 2}, "sectors": ["east"]},
            [POL, tour("DEU-inf", start="2025-09"), tour("DEU-inf", sector="west", unit=2)],
            [POL, tour("DEU-inf", start="2025-08")],
            "rule P1 (ceiling): all in east: 2 units in 2025-08, at most 1",
        ),
        (
            {"kind": "ceiling", "of": "tours", "most": 1},
            [POL, tour("DEU-inf", start="2025-08")],
            [POL, DEU],
            "rule P1 (ceiling): all: 2 tours in 2025-07, at most 1",
        ),
        (
            {"kind": "ceiling", "of": "tours", "over": "horizon", "most": 1, **_window("2025-08")},
            [POL, DEU, POL2, tour("DEU-inf", unit=2, start="2025-08")],
            [tour(start="2025-08"), tour("DEU-inf", start="2025-12")],
            "rule P1 (ceiling): all: 2 tours over the horizon, at most 1",
        ),
        (
            {"kind": "ceiling", "over": "horizon", "most": 300, "roles": ["line"]},
            [POL, tour("DEU-inf", role="repair")],
            [POL, tour("DEU-inf", start="2026-06")],
            "rule P1 (ceiling): all as line: 400 troops over the horizon, at most 300",
        ),
        (
            {"kind": "ceiling", "most": 100, "each": "nation"},
            [POL, DEU],
            [POL, DEU, DEU2 | {"start": "2025-09"}],
            "rule P1 (ceiling): DEU (of all): 200 troops in 2025-09, at most 100",
        ),
        (
            {"kind": "ceiling", "most": 100, "each": "sector"},
            [POL, tour("DEU-inf", sector="west")],
            [POL, tour("DEU-inf", start="2025-09")],
            "rule P1 (ceiling): east (of all): 200 troops in 2025-09, at most 100",
        ),
        (
            {"kind": "ceiling", "most": 100, "each": "role"},
            [POL, tour("DEU-inf", role="repair")],
            [POL, tour("DEU-inf", start="2025-09", sector="west")],
            "rule P1 (ceiling): line (of all): 200 troops in 2025-09, at most 100",
        ),
        (
            {"kind": "floor", "least": 200, **_window("2025-09", "2025-09")},
            [POL, tour("DEU-inf", start="2025-09")],
            [POL, tour("DEU-inf", start="2025-10")],
            "rule P1 (floor): all: 100 troops in 2025-09, at least 200",
        ),
        (
            {"kind": "floor", "of": "units", "least": 1, "each": "nation", **_window("2025-07", "2025-07")},
            [POL, DEU],
            [POL, POL2],
            "rule P1 (floor): DEU (of all): 0 units in 2025-07, at least 1",
        ),
        (
            {"kind": "floor", "of": "tours", "over": "horizon", "least": 2},
            [POL, tour("DEU-inf", start="2025-09")],
            [POL],
            "rule P1 (floor): all: 1 tour over the horizon, at least 2",
        ),
        (
            {"kind": "share", "nations": ["POL"], "most": 500, "sectors": ["east"]},
            [POL, DEU, tour(unit=2, sector="west")],
            [POL, tour("DEU-inf", sector="west"), tour("DEU-inf", unit=2, start="2025-08")],
            "rule P1 (share): POL in east: 100 of 100 troops in 2025-07, at most 500 per mille",
        ),
        (
            {"kind": "share", "nations": ["POL"], "most": 500, "in": "sector"},
            [POL, DEU, tour("DEU-inf", unit=2, sector="west")],
            [POL, DEU, tour(unit=2, sector="west", start="2025-09"), tour("DEU-inf", unit=2, start="2025-09")],
            "rule P1 (share): POL: 100 of 100 troops in west in 2025-09, at most 500 per mille",
        ),
        (
            {"kind": "share", "most": 500, "each": "nation", **_window("2025-07", "2025-07")},
            [POL, DEU],
            [POL, DEU, DEU2],
            "rule P1 (share): DEU (of all): 200 of 300 troops in 2025-07, at most 500 per mille",
        ),
        (
            {"kind": "share", "nations": ["POL"], "most": 500, "each": "sector", **_window("2025-07", "2025-07")},
            [POL, tour(unit=2, sector="west")],
            [POL, POL2, DEU],
            "rule P1 (share): east (of POL): 200 of 300 troops in 2025-07, at most 500 per mille",
        ),
        (
            {"kind": "lift", "most": 100, **_window("2025-10")},
            [POL, tour("DEU-inf", start="2025-11")],
            [POL, tour("DEU-inf", start="2025-10")],
            "rule P1 (lift): all: 200 troops move in or out in 2025-10, at most 100",
        ),
        (
            {"kind": "lift", "most": {"2025-07": 100, "2025-08": 500}, "sectors": ["east"]},
            [POL, tour("DEU-inf", sector="west")],
            [POL, DEU],
            "rule P1 (lift): all in east: 200 troops move in or out in 2025-07, at most 100",
        ),
        (
            {
                "kind": "pin",
                "contingents": ["POL-inf"],
                "units": 1,
                "sectors": ["east"],
                **_window("2025-08", "2025-09"),
            },
            [POL],
            [tour(start="2025-09")],
            "rule P1 (pin): POL-inf (of POL-inf in east): 0 units in 2025-08, at least 1",
        ),
        (
            {"kind": "bar", "nations": ["POL"], "units": 1, "zones": ["front"]},
            [POL, tour(unit=2, sector="west")],
            [POL, tour(unit=2, start="2025-09")],
            "rule P1 (bar): POL-inf (of POL in front): 2 units in 2025-09, at most 1",
        ),
        (
            {"kind": "ratio", "of": {"nations": ["DEU"]}, "to": {"roles": ["line"]}, "least": 500},
            [POL, DEU],
            [POL, DEU2 | {"start": "2025-08"}],
            "rule P1 (ratio): all: 0 troops to 100 in 2025-07, at least 500 per mille",
        ),
        (
            {"kind": "ratio", "of": {"roles": ["repair"]}, "to": {"roles": ["line"]}, "least": 1000, "each": "nation"},
            [POL, tour(unit=2, role="repair")],
            [POL, tour("DEU-inf", role="repair")],
            "rule P1 (ratio): POL (of all): 0 troops to 100 in 2025-07, at least 1,000 per mille",
        ),
        (
            {"kind": "standby", "nations": ["POL"], "least": 200, **_window("2025-12", "2025-12")},
            [POL],
            [tour(start="2025-08")],
            "rule P1 (standby): POL: 100 troops at home in 2025-12, at least 200",
        ),
        (
            {"kind": "nations", "least": 2, "sectors": ["east"]},
            [POL, DEU, tour(unit=2, sector="west")],
            [POL, tour("DEU-inf", start="2025-08")],
            "rule P1 (nations): all in east: 1 nations in east in 2025-07 (POL), at least 2",
        ),
        (
            {"kind": "nations", "most": 1, "roles": ["line"]},
            [POL, POL2, tour("DEU-inf", role="repair")],
            [POL, tour("DEU-inf", start="2025-09")],
            "rule P1 (nations): all as line: 2 nations in east in 2025-09 (DEU, POL), at most 1",
        ),
        (
            {"kind": "apart", "nations": ["all"]},
            [POL, POL2, tour("DEU-inf", sector="west")],
            [POL, tour("DEU-inf", start="2025-09")],
            "rule P1 (apart): all: DEU and POL are both in east in 2025-09",
        ),
        (
            {"kind": "presence", "least": 150, **_window("2025-09")},
            [tour(start="2025-09"), tour(unit=2, start="2025-09")],
            [tour(start="2025-08"), tour(unit=2, start="2025-09")],
            "rule P1 (presence): all: 100 troops of POL in east in 2025-11, none or at least 150",
        ),
        (
            {"kind": "presence", "term": 5},
            [POL, tour(unit=2, start="2025-10"), tour("DEU-inf", start="2026-05")],
            [POL, tour(unit=2, start="2025-11")],
            "rule P1 (presence): all: POL stays in east for 3 periods from 2025-07, at least 5",
        ),
        (
            {"kind": "escort", "nations": ["DEU"], "least": 200, "with": {"nations": ["east"]}},
            [POL, POL2, DEU],
            [POL, tour(unit=2, start="2025-08"), DEU],
            "rule P1 (escort): DEU: 100 troops of their escort in east in 2025-07, at least 200",
        ),
        (
            {"kind": "either", "sets": [["POL-inf"], ["DEU-inf"]], "most": 1, **_window("2025-09")},
            [POL, POL2],
            [POL, tour("DEU-inf", start="2025-12")],
            "rule P1 (either): 2 sets are used (POL-inf and DEU-inf), at most 1",
        ),
    ],
)
def test_a_rule_is_kept_or_broken(rule: Item, kept: list[Item], broken: list[Item], message: str) -> None:
    instance = _with(**rule)
    assert messages(judge(instance, *kept)) == []
    found = judge(instance, *broken)
    assert message in messages(found)
    assert {(v.kind, v.rule) for v in found.violations} == {(rule["kind"], "P1")}


def _fed(**fields: Any) -> Item:
    contingents = [contingent("POL-inf", supply=3), contingent("DEU-inf", supply=4.5)]
    return _with("supply", zones=["front"], **fields) | {"contingents": contingents}


def test_supply_through_a_hub() -> None:
    assert judge(_fed(most=7.5), POL, DEU).clean
    assert judge(_fed(most=7), POL, tour("DEU-inf", sector="west")).clean
    found = judge(_fed(most=7), POL, tour("DEU-inf", start="2025-09"))
    assert messages(found) == ["rule P1 (supply): all in front: 7.5 tonnes a day in 2025-09, at most 7"]


def test_cost_is_counted_at_the_place() -> None:
    contingents = [contingent("POL-inf", cost={"front": 2, "east": 3, "rear": 1})]
    instance = _with("ceiling", of="cost", over="horizon", most=9) | {"contingents": contingents}
    assert judge(instance, POL).clean
    assert messages(judge(instance, POL, tour(unit=2, sector="west"))) == [
        "rule P1 (ceiling): all: a cost of 12 over the horizon, at most 9"
    ]


def _handing_over(kind: str, **fields: Any) -> Item:
    return _with(kind, **fields) | {"contingents": [contingent("POL-inf", handover=1.5), contingent("DEU-inf")]}


def test_troops_in_handover_do_not_count_against_ceilings() -> None:
    """POL counts 0, 50, 100 in 2025-07, -08, -09."""
    assert judge(_handing_over("ceiling", most=150, until="2025-08"), DEU, POL).clean
    found = judge(_handing_over("ceiling", most=149.999, until="2025-08"), DEU, POL)
    assert messages(found) == ["rule P1 (ceiling): all: 150 troops in 2025-08, at most 149.999"]


def test_troops_in_handover_count_in_full_for_floors_shares_units_and_lift() -> None:
    now = {"until": "2025-07"}
    assert judge(_handing_over("floor", least=200, **now), DEU, POL).clean
    assert judge(_handing_over("share", nations=["DEU"], most=500, **now), DEU, POL).clean
    assert not judge(_handing_over("ceiling", of="units", most=1, **now), DEU, POL).clean
    assert not judge(_handing_over("lift", most=199, **now), DEU, POL).clean


@pytest.mark.parametrize(
    ("rule", "periods"),
    [
        ({"kind": "ceiling", "most": 99}, ["2025-07", "2025-08"]),
        ({"kind": "ceiling", "most": 0, "of": "tours"}, []),
        ({"kind": "lift", "most": 99}, ["2025-09"]),
        ({"kind": "share", "nations": ["POL"], "most": 999}, ["2025-07", "2025-08"]),
    ],
)
def test_running_tours_count_in_rules(rule: Item, periods: list[str]) -> None:
    assert [v.period for v in judge(_with(**rule) | {"history": [RUNNING]}).violations] == periods


def test_a_tour_past_the_horizon_does_not_move_out_in_it() -> None:
    instance = _with("lift", most=100)
    assert judge(instance, tour(start="2026-05")).clean


def test_rules_ask_nothing_while_their_conditions_do_not_hold() -> None:
    conditions = {"talks": {"holds": False}}
    for rule in (
        {"kind": "exclude", "nations": ["POL"]},
        {"kind": "floor", "least": 500},
        {"kind": "floor", "least": 500, "over": "horizon"},
        {"kind": "ceiling", "most": 0, "over": "horizon"},
        {"kind": "lift", "most": 0},
        {"kind": "supply", "most": 0},
        {"kind": "share", "nations": ["POL"], "most": 0},
    ):
        assert judge(_with(**rule, **{"if": ["talks"]}) | {"conditions": conditions}, POL).clean


def _lead(nation: str, first: str = "2025-07", last: str = "2026-06", sector: str = "east") -> Item:
    return {"sector": sector, "nation": nation, "from": first, "until": last}


def _led(*leads: Item, given: Item | None = None, **fields: Any) -> list[str]:
    """What the audit says of POL and DEU in east for three months, so led; POL has 200 of 300 there."""
    instance = _with("lead", sectors=["east"], **fields) | ({"leads": [given]} if given else {})
    return messages(judge(instance, POL, POL2, DEU, leads=leads))


def test_a_sector_with_troops_has_a_lead_who_is_a_candidate() -> None:
    assert _led(_lead("POL", last="2025-09")) == []
    assert _led(_lead("POL", last="2025-08")) == [
        "rule P1 (lead): nobody leads east in 2025-09, where 300 troops are",
    ]
    assert _led(_lead("FRA"), candidates=["all"], share=0) == []
    assert _led(_lead("DEU", last="2025-07"), _lead("POL", "2025-08"), candidates=["POL"]) == [
        "rule P1 (lead): DEU leads east in 2025-07 and is not a candidate",
    ]


def test_a_lead_supplies_its_share() -> None:
    assert _led(_lead("POL"), share=666) == []
    assert _led(_lead("DEU", last="2025-07"), _lead("POL", "2025-08"), share=333.4) == [
        "rule P1 (lead): DEU leads east in 2025-07 with 100 of 300 troops, at least 333.4 per mille",
    ]


def test_some_roles_are_the_leads_alone() -> None:
    assert _led(_lead("POL"), roles=["repair"]) == []
    assert _led(_lead("POL"), roles=["line"])[0] == (
        "rule P1 (lead): DEU serves in east as line in 2025-07, which only the lead may (POL)"
    )


def test_a_lead_stays_for_its_term() -> None:
    assert _led(_lead("POL", last="2025-08"), _lead("DEU", "2025-09", "2025-10"), term=2) == []
    assert _led(_lead("POL", last="2025-08"), _lead("DEU", "2025-09", "2025-10"), term=3) == [
        "rule P1 (lead): POL leads east for 2 periods from 2025-07, at least 3",
        "rule P1 (lead): DEU leads east for 2 periods from 2025-09, at least 3",
    ]
    assert _led(_lead("POL", last="2025-09"), _lead("DEU", "2026-06"), term=3) == []  # cut by the horizon


def test_leads_that_follow_without_a_gap_are_one_command_that_history_may_have_begun() -> None:
    assert _led(_lead("POL", last="2025-08"), _lead("POL", "2025-09", "2025-09"), term=3) == []
    since = {"sector": "east", "nation": "POL", "since": "2025-05"}
    assert _led(_lead("POL", last="2025-09"), given=since, term=5) == []
    assert _led(_lead("DEU"), given=since, term=3) == [
        "rule P1 (lead): POL leads east for 2 periods from 2025-05, at least 3",
    ]


def test_leads_do_not_overlap_and_lie_inside_the_horizon() -> None:
    assert _led(_lead("POL"), _lead("DEU", "2025-09", "2025-09"))[0] == (
        "lead of east by DEU from 2025-09: POL leads it until 2026-06"
    )
    assert (
        _led(_lead("POL", "2025-06"))[0]
        == "lead of east by POL from 2025-06 until 2026-06: it is not inside the horizon"
    )


@pytest.mark.parametrize(
    ("rule", "periods"),
    [
        ({"kind": "pin", "contingents": ["POL-inf"], "units": 1, "until": "2025-09"}, ["2025-09"]),
        ({"kind": "bar", "contingents": ["POL-inf"], "units": 2}, ["2025-07", "2025-08"]),
        ({"kind": "standby", "nations": ["POL"], "least": 101}, ["2025-07", "2025-08", "2025-09", "2025-10"]),
        ({"kind": "nations", "least": 2}, ["2025-07", "2025-08"]),
        ({"kind": "presence", "term": 5}, []),
        ({"kind": "escort", "nations": ["POL"], "with": {"nations": ["DEU"]}, "least": 1}, ["2025-07", "2025-08"]),
        ({"kind": "either", "sets": [["POL-inf"]], "most": 0}, [None]),
        ({"kind": "lead"}, ["2025-07", "2025-08"]),
    ],
)
def test_running_tours_count_in_rules_that_count_units_or_say_yes_or_no(rule: Item, periods: list[str]) -> None:
    assert [v.period for v in judge(_with(**rule) | {"history": [RUNNING]}).violations] == periods


def test_standby_counts_those_who_could_go() -> None:
    """Ready from September on, at home after a tour from 2025-05 until dwell ends in July."""
    ready = [contingent("POL-inf", ready="2025-09", units=1)]
    rule = {"kind": "standby", "least": 100}
    found = judge(_with(**rule, until="2025-09") | {"contingents": ready})
    assert [v.period for v in found.violations] == ["2025-07", "2025-08"]
    back = [{"contingent": "POL-inf", "units": 1, "returned": "2025-06"}]
    found = judge(_with(**rule) | {"contingents": [contingent("POL-inf", units=1)], "history": back})
    assert [v.period for v in found.violations] == ["2025-07"]
