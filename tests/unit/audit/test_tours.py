"""Tours by themselves, and units between their tours: what is allowed and what is not."""

from __future__ import annotations

import pytest

from tests.unit.audit.documents import Item, changed, contingent, document, judge, kinds, messages, tour


def test_an_empty_plan_breaks_nothing() -> None:
    assert judge(document()).clean


@pytest.mark.parametrize(
    ("instance", "allowed", "refused", "kind", "message"),
    [
        (
            document(),
            tour(unit=2),
            tour(unit=3),
            "unit",
            "POL-inf unit 3 in east as line from 2025-07: POL-inf has 2 units",
        ),
        (
            changed({"fills": {"line": 100}}),
            tour(),
            tour(role="repair"),
            "role",
            "POL-inf unit 1 in east as repair from 2025-07: it does not fill that role, only line",
        ),
        (
            document(),
            tour(start="2025-07"),
            tour(start="2025-06"),
            "start",
            "POL-inf unit 1 in east as line from 2025-06: it starts outside the horizon, 2025-07 to 2026-06",
        ),
        (
            changed({"ready": "2025-09"}),
            tour(start="2025-09"),
            tour(start="2025-08"),
            "ready",
            "POL-inf unit 1 in east as line from 2025-08: it is ready in 2025-09",
        ),
        (
            changed({"notice": 2}),
            tour(start="2025-09"),
            tour(start="2025-08"),
            "notice",
            "POL-inf unit 1 in east as line from 2025-08: it needs 2 periods of notice after 2025-07",
        ),
        (
            document(),
            tour(),
            tour(periods=2),
            "length",
            "POL-inf unit 1 in east as line from 2025-07: a tour of 2 periods, offered are 3",
        ),
        (
            changed({"tour": {"min": 2, "max": 5}}),
            tour(periods=5),
            tour(periods=6),
            "length",
            "POL-inf unit 1 in east as line from 2025-07: a tour of 6 periods, offered are 2 to 5",
        ),
        (
            changed({"tour": {"min": 2, "max": 5}}),
            tour(start="2026-05", periods=3),
            tour(start="2026-05", periods=4),
            "length",
            "POL-inf unit 1 in east as line from 2026-05: a tour of 4 periods ends past the horizon; "
            "the shortest that does has 3",
        ),
        (
            changed({"tour": {"min": 2, "max": 5}}),
            tour(start="2026-06", periods=2),
            tour(start="2026-06", periods=3),
            "length",
            "POL-inf unit 1 in east as line from 2026-06: a tour of 3 periods ends past the horizon; "
            "the shortest that does has 2",
        ),
        (
            changed({"until": "2025-09"}),
            tour(),
            tour(start="2025-08"),
            "until",
            "POL-inf unit 1 in east as line from 2025-08: a tour of 3 periods ends after 2025-09, its last in theatre",
        ),
        (
            changed({"until": "2026-07"}),
            tour(start="2026-05"),
            tour(start="2026-06"),
            "until",
            "POL-inf unit 1 in east as line from 2026-06: a tour of 3 periods ends after 2026-07, its last in theatre",
        ),
        (
            document(requirements=[{"id": "R", "sectors": ["east"], "until": "2025-08"}]),
            tour(start="2025-08"),
            tour(start="2025-09"),
            "requirement",
            "POL-inf unit 1 in east as line from 2025-09: no requirement asks for that role there and then",
        ),
        (
            document(requirements=[{"id": "R", "sectors": ["east"]}]),
            tour(),
            tour(role="reserve"),
            "requirement",
            "POL-inf unit 1 in east as reserve from 2025-07: no requirement asks for that role there and then",
        ),
        (
            document(requirements=[{"id": "R", "sectors": ["east"]}]),
            tour(),
            tour(sector="west"),
            "requirement",
            "POL-inf unit 1 in west as line from 2025-07: no requirement asks for that role there and then",
        ),
    ],
)
def test_a_tour_by_itself(instance: Item, allowed: Item, refused: Item, kind: str, message: str) -> None:
    assert messages(judge(instance, allowed)) == []
    found = judge(instance, refused)
    assert kinds(found) == [kind]
    assert messages(found) == [message]
    assert found.violations[0].rule is None
    assert found.violations[0].subjects == ("POL-inf", refused["sector"], refused["role"])


def test_a_tour_after_the_horizon_starts_outside_and_is_asked_for_by_nobody() -> None:
    assert judge(document(), tour(start="2026-06")).clean
    assert kinds(judge(document(), tour(start="2026-07"))) == ["start", "requirement"]


def _backstop(**fields: list[str]) -> Item:
    conditions = {"backstop": {"holds": {"from": "2025-09", "until": "2026-05"}}}
    return changed(dict(fields)) | {"conditions": conditions}


def test_a_contingent_serves_only_while_its_conditions_hold() -> None:
    assert judge(_backstop(**{"if": ["backstop"]}), tour(start="2025-09")).clean
    found = judge(_backstop(**{"if": ["backstop"]}), tour(start="2025-08"))
    assert messages(found) == [
        "2025-08: POL-inf unit 1 in east as line from 2025-08: its conditions (backstop) do not hold"
    ]
    assert found.violations[0].period == "2025-08"


def test_a_contingent_serves_only_where_no_condition_bars_it() -> None:
    assert judge(_backstop(unless=["backstop"]), tour(start="2026-06")).clean
    found = judge(_backstop(unless=["backstop"]), tour(start="2025-07"))
    assert messages(found) == [
        "2025-09: POL-inf unit 1 in east as line from 2025-07: its conditions (not backstop) do not hold"
    ]


def test_conditions_beyond_the_horizon_do_not_matter() -> None:
    instance = changed({"if": ["backstop"]}) | {"conditions": {"backstop": {"holds": {"until": "2026-06"}}}}
    assert judge(instance, tour(start="2026-05")).clean


def test_a_requirement_of_a_target_of_0_is_enough() -> None:
    assert judge(document(requirements=[{"id": "R", "target": 0}]), tour()).clean


def test_units_do_not_serve_twice_at_once() -> None:
    assert judge(document(), tour(), tour(unit=2, start="2025-09")).clean
    found = judge(document(), tour(), tour(start="2025-09", sector="west"))
    assert kinds(found) == ["overlap"]
    assert messages(found) == [
        "POL-inf unit 1 in west as line from 2025-09: it is still on its tour in east as line from 2025-07"
    ]


def test_the_same_tour_twice_is_an_overlap() -> None:
    assert kinds(judge(document(), tour(), tour())) == ["overlap"]


def test_units_of_different_contingents_do_not_clash() -> None:
    assert judge(document(), tour(), tour("DEU-inf")).clean


def test_dwell_is_owed_between_tours() -> None:
    assert judge(document(), tour(start="2025-12"), tour()).clean
    found = judge(document(), tour(start="2025-11"), tour())
    assert kinds(found) == ["dwell"]
    assert messages(found) == [
        "POL-inf unit 1 in east as line from 2025-11: "
        "1 period at home after its tour in east as line from 2025-07, owed are 2"
    ]


def test_a_ratio_of_dwell_follows_the_tour_served_and_is_rounded_up() -> None:
    instance = changed({"tour": {"min": 1, "max": 3}, "dwell": {"ratio": 1.6}})
    assert judge(instance, tour(periods=2), tour(start="2026-01")).clean  # ceil(3.2) = 4 owed, at home 2025-09 .. 12
    assert kinds(judge(instance, tour(periods=2), tour(start="2025-12"))) == ["dwell"]
    assert kinds(judge(instance, tour(periods=3), tour(start="2026-02"))) == ["dwell"]  # ceil(4.8) = 5


RUNNING = {"contingent": "POL-inf", "units": 1, "sector": "east", "role": "line", "since": "2025-05", "ends": "2025-08"}


def test_a_running_unit_first_comes_home_and_rests() -> None:
    instance = document(history=[RUNNING])
    assert judge(instance, tour(start="2025-11")).clean
    assert kinds(judge(instance, tour(start="2025-10"))) == ["dwell"]
    assert messages(judge(instance, tour(start="2025-08"))) == [
        "POL-inf unit 1 in east as line from 2025-08: it is still on its tour in east as line from 2025-05"
    ]


def test_a_running_unit_rests_by_the_time_it_served() -> None:
    instance = changed({"dwell": {"ratio": 0.5}}) | {"history": [RUNNING]}  # 4 served, 2 owed
    assert judge(instance, tour(start="2025-11")).clean
    assert kinds(judge(instance, tour(start="2025-10"))) == ["dwell"]


def test_a_running_tour_is_not_judged_by_itself() -> None:
    rules = [{"id": "P", "kind": "exclude", "nations": ["POL"]}]
    assert judge(document(history=[RUNNING], rules=rules)).clean


def test_rows_of_history_take_units_in_the_order_listed() -> None:
    returned = {"contingent": "POL-inf", "units": 1, "returned": "2025-07"}
    instance = document(history=[returned, RUNNING])
    assert judge(instance, tour(start="2025-09"), tour(unit=2, start="2025-11")).clean
    assert kinds(judge(instance, tour(unit=2, start="2025-10"))) == ["dwell"]


def test_a_unit_that_returned_rests_first() -> None:
    instance = document(history=[{"contingent": "POL-inf", "units": 1, "returned": "2025-06"}])
    assert judge(instance, tour(start="2025-08"), tour(unit=2)).clean
    assert messages(judge(instance, tour())) == [
        "POL-inf unit 1 in east as line from 2025-07: 1 period at home since 2025-06, owed are 2"
    ]


@pytest.mark.parametrize(("since", "owed_from"), [({}, "2025-11"), ({"since": "2025-05"}, "2025-09")])
def test_a_unit_that_returned_rests_by_the_time_served_if_known(since: Item, owed_from: str) -> None:
    row = {"contingent": "POL-inf", "units": 1, "returned": "2025-07"} | since
    instance = document(
        contingents=[contingent("POL-inf", tour={"min": 1, "max": 4}, dwell={"ratio": 1})], history=[row]
    )
    before = f"2025-{int(owed_from[-2:]) - 1:02d}"
    assert judge(instance, tour(start=owed_from)).clean
    assert kinds(judge(instance, tour(start=before))) == ["dwell"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            tour("POL-tank"),
            "POL-tank unit 1 in east as line from 2025-07: there is no contingent 'POL-tank'; the tour is set aside",
        ),
        (
            tour(sector="moon"),
            "POL-inf unit 1 in moon as line from 2025-07: there is no sector 'moon'; the tour is set aside",
        ),
        (
            tour(role="cook"),
            "POL-inf unit 1 in east as cook from 2025-07: there is no role 'cook'; the tour is set aside",
        ),
        (
            tour(start="2025-W27"),
            "POL-inf unit 1 in east as line from 2025-W27: 2025-W27 is not a month; the tour is set aside",
        ),
    ],
)
def test_what_is_not_known_is_said_and_set_aside(wrong: Item, message: str) -> None:
    found = judge(document(), wrong, tour())
    assert kinds(found) == ["unknown"]
    assert messages(found) == [message]
    assert sum(line.troops for line in found.force) == 300


def test_leads_name_sectors_and_nations_that_exist() -> None:
    lead = {"sector": "east", "nation": "POL", "from": "2025-07", "until": "2025-12"}
    assert judge(document(), leads=[lead]).clean
    found = judge(document(), leads=[lead | {"sector": "moon"}, lead | {"nation": "XXX"}])
    assert messages(found) == [
        "lead of moon by POL from 2025-07: there is no sector 'moon'",
        "lead of east by XXX from 2025-07: there is no nation 'XXX'",
    ]


def test_a_tour_of_a_thousand_years_is_only_too_long() -> None:
    instance = document(horizon={"start": "2025-W27", "periods": 4, "unit": "week"})
    assert kinds(judge(instance, tour(start="2025-W27", periods=1_000_000))) == ["length"]
