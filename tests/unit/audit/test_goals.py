"""Coverage and the values of goals, worked by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, get_args

import pytest

from forcegen.audit import GOALS, Audit, audit
from forcegen.domain.instance import Instance
from forcegen.domain.model import GoalName
from forcegen.domain.plan import Plan
from tests.unit.audit.documents import Item, contingent, document, judge, messages, tour

QUARTER = {"until": "2025-09"}


def _asking(*requirements: Item, **lists: Any) -> Item:
    return document(requirements=[{"id": f"R{i}"} | q for i, q in enumerate(requirements, start=1)], **lists)


def _filled(instance: Item, *tours: Item, requirement: str = "R1") -> list[Fraction]:
    return [line.filled for line in judge(instance, *tours).coverage if line.requirement == requirement]


def _values(instance: Item, *tours: Item) -> list[Fraction]:
    return list(_first_three(judge(instance, *tours)).values())


def _first_three(found: Audit) -> dict[str, Fraction]:
    return {goal: found.goals[goal] for goal in ("unmet-minimum", "unmet-target", "cost")}


def test_an_empty_plan_lacks_all_that_is_required() -> None:
    found = judge(_asking({"minimum": 60, "target": 100, "priority": 2, **QUARTER}))
    assert _first_three(found) == {"unmet-minimum": 360, "unmet-target": 600, "cost": 0}
    assert found.required == {"unmet-minimum": 360, "unmet-target": 600}


@pytest.mark.parametrize(
    ("handover", "filled"), [(0, [100, 100]), (0.5, [50, 100]), (1, [0, 100]), (1.25, [0, 75]), (2, [0, 0])]
)
def test_handover_counts_by_its_fraction(handover: float, filled: list[int]) -> None:
    instance = _asking({"until": "2025-08"}, contingents=[contingent("POL-inf", handover=handover)])
    assert _filled(instance, tour()) == filled


def test_units_of_several_tours_add_up() -> None:
    """Handover 0.5: 50, then 100 + 50, then 200; of 180 wanted 130, 30 and 0 are unmet."""
    contingents = [contingent("POL-inf", handover=0.5), contingent("DEU-inf", handover=0.5)]
    instance = _asking({"minimum": 120, "target": 180, **QUARTER}, contingents=contingents)
    tours = tour(), tour("DEU-inf", start="2025-08")
    assert _filled(instance, *tours) == [50, 150, 200]
    assert _values(instance, *tours) == [70, 160, 0]


def test_one_role_counts_in_its_measure_and_weighs_by_worth() -> None:
    """4 teams of 10 wanted; worth 20, priority 1.5: 6 x 30 in each of 3 periods."""
    instance = _asking({"roles": ["repair"], "target": 10, "priority": 1.5, **QUARTER})
    assert _filled(instance, tour(role="repair")) == [4, 4, 4]
    assert _values(instance, tour(role="repair")) == [0, 540, 0]


@pytest.mark.parametrize("roles", [None, ["line", "repair"]])
def test_several_roles_count_in_troops(roles: list[str] | None) -> None:
    """100 of line and 4 teams worth 20 each."""
    instance = _asking({"roles": roles, "target": 200, **QUARTER})
    assert _filled(instance, tour(), tour("DEU-inf", role="repair")) == [180, 180, 180]
    assert _values(instance, tour(), tour("DEU-inf", role="repair")) == [0, 60, 0]


def test_a_tour_counts_in_full_for_every_requirement_that_it_matches() -> None:
    instance = _asking(
        {"sectors": ["east"], **QUARTER}, {"roles": ["line"], **QUARTER}, {"sectors": ["west"], **QUARTER}
    )
    assert [_filled(instance, tour(), requirement=f"R{i}") for i in (1, 2, 3)] == [[100] * 3, [100] * 3, [0] * 3]


def test_a_reserve_fills_only_what_names_it() -> None:
    requirements = {**QUARTER}, {"roles": ["reserve"], **QUARTER}, {"roles": ["line", "reserve"], **QUARTER}
    instance = _asking(*requirements)
    tours = tour(role="reserve"), tour("DEU-inf")
    assert [_filled(instance, *tours, requirement=f"R{i}")[0] for i in (1, 2, 3)] == [100, 100, 200]


HELD = {"roles": ["reserve"], "as": {"sector": "east", "role": "repair"}, "target": 10, **QUARTER}


def test_held_for_a_place_counts_what_could_be_sent_there() -> None:
    """POL could send 4 teams, FRA none; 6 teams x worth 20 x 3 periods are unmet."""
    instance = _asking(HELD, contingents=[contingent("POL-inf"), contingent("FRA-inf", fills={"reserve": 100})])
    tours = tour(role="reserve", sector="west"), tour("FRA-inf", role="reserve", sector="west")
    assert _filled(instance, *tours) == [4, 4, 4]
    assert _values(instance, *tours) == [0, 360, 0]


def test_held_for_a_place_counts_handover() -> None:
    instance = _asking(HELD, contingents=[contingent("POL-inf", handover=1.5)])
    assert _filled(instance, tour(role="reserve")) == [0, 2, 4]


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "exclude", "nations": ["POL"], "sectors": ["east"], "roles": ["repair"], "from": "2025-08"},
        {"kind": "only", "contingents": ["POL-inf"], "sectors": ["west"], "from": "2025-08"},
    ],
)
def test_held_for_a_place_counts_nobody_whom_a_rule_forbids_it(rule: Item) -> None:
    instance = _asking(HELD, rules=[{"id": "P1"} | rule])
    reserve = tour(role="reserve", sector="west")
    assert _filled(instance, reserve, reserve | {"contingent": "DEU-inf"}) == [8, 4, 4]


def test_steps_and_windows() -> None:
    """Target 0, 100, 250 in 2025-07, -08, -09, nothing after; 100 are there from 2025-08."""
    instance = _asking({"target": {"2025-08": 100, "2025-09": 250}, **QUARTER})
    found = judge(instance, tour(start="2025-08"))
    assert [(line.period, line.target, line.filled) for line in found.coverage] == [
        ("2025-07", 0, 0),
        ("2025-08", 100, 100),
        ("2025-09", 250, 100),
    ]
    assert found.goals["unmet-target"] == 150


def test_requirements_ask_nothing_where_their_conditions_do_not_hold() -> None:
    conditions = {"talks": {"holds": {"from": "2025-09"}}}
    instance = _asking({"target": 10, "unless": ["talks"]}, conditions=conditions)
    found = judge(instance)
    assert [line.period for line in found.coverage] == ["2025-07", "2025-08"]
    assert found.goals["unmet-target"] == found.required["unmet-target"] == 20


def test_densities_are_rounded_up_to_three_places() -> None:
    sectors = [{"id": "east", "km": 33.333}, {"id": "west", "km": 10}]
    found = judge(_asking({"target": {"per_km": 2.505}, "until": "2025-07"}, sectors=sectors))
    assert found.coverage[0].target == Fraction("108.55")


def test_running_tours_fill_with_their_handover_and_cost_inside_the_horizon() -> None:
    """Since 2025-06 with handover 1.5: 0 in 2025-06, 0.5 in 2025-07, 1 in 2025-08. Cost 2 periods x 3."""
    row = {"contingent": "POL-inf", "units": 2, "sector": "east", "role": "line", "since": "2025-06", "ends": "2025-08"}
    contingents = [contingent("POL-inf", handover=1.5, cost=3)]
    found = judge(_asking({"target": 200, **QUARTER}, contingents=contingents, history=[row]))
    assert [line.filled for line in found.coverage] == [100, 200, 0]
    assert _first_three(found) == {"unmet-minimum": 0, "unmet-target": 300, "cost": 12}
    assert found.required == {"unmet-minimum": 0, "unmet-target": 600}


def test_cost_is_by_sector_then_zone_then_0_and_inside_the_horizon() -> None:
    instance = document(
        contingents=[contingent("POL-inf", cost={"east": 2.5}), contingent("DEU-inf", cost={"rear": 7})]
    )
    assert judge(instance, tour()).goals["cost"] == Fraction("7.5")
    assert judge(instance, tour(sector="west")).goals["cost"] == 0
    assert judge(instance, tour("DEU-inf", sector="west")).goals["cost"] == 21
    assert judge(instance, tour(start="2026-05")).goals["cost"] == 5


def test_products_are_exact() -> None:
    """0.001 x 0.001 x 0.999 filled."""
    roles = [{"id": "line", "worth": 0.001}]
    contingents = [contingent("POL-inf", fills={"line": 0.001}, handover=0.001)]
    instance = _asking({"until": "2025-07", "target": 1, "priority": 0.001}, roles=roles, contingents=contingents)
    filled = Fraction(999, 10**9)
    assert _filled(instance, tour()) == [filled]
    assert judge(instance, tour()).goals["unmet-target"] == (1 - filled) / 1000


def test_a_hard_minimum_must_be_met_in_every_period() -> None:
    def instance(minimum: float) -> Item:
        return _asking({"minimum": minimum, "hard": True, "source": "the minister", **QUARTER})

    assert judge(instance(100), tour()).clean
    found = judge(instance(100), tour(start="2025-08"))
    assert messages(found) == ["2025-07: R1 has 0 of its hard minimum of 100 (the minister)"]
    assert len(judge(instance(100.001), tour()).violations) == 3


def test_goals_are_those_asked_for() -> None:
    instance = Instance.model_validate(document())
    assert list(audit(instance, Plan(), ["cost", "unmet-target"]).goals) == ["cost", "unmet-target"]
    assert audit(instance, Plan(), ["cost"]).required == {}
    with pytest.raises(ValueError, match="there is no goal 'fun'; known: unmet-minimum, unmet-target, worst-shortfall"):
        audit(instance, Plan(), ["fun"])


def test_every_goal_of_a_model_has_a_value() -> None:
    assert set(GOALS) == set(get_args(GoalName))


def test_the_worst_shortfall_is_rounded_up() -> None:
    """Of 300 wanted 200 are lacking, 666.67 per mille; of 100, nothing; what is not wanted is no part."""
    instance = _asking({"target": 300, **QUARTER}, {"target": 100, **QUARTER}, {"target": 0})
    assert judge(instance, tour()).goals["worst-shortfall"] == 667
    assert judge(_asking({"target": 100, **QUARTER}), tour()).goals["worst-shortfall"] == 0


def test_excess_is_weighed_where_the_requirement_is_active() -> None:
    """200 for 150 in 2 of 3 periods, priority 2: 2 x 50 x 2."""
    instance = _asking({"target": 150, "priority": 2, "until": "2025-08"})
    assert judge(instance, tour(), tour(unit=2)).goals["excess"] == 200


def test_troop_periods_inside_the_horizon_and_the_busiest_period() -> None:
    """A tour of 3, and one of which a period is inside: 4 x 100. In 2025-10 100 leave and 200 come."""
    found = judge(document(), tour(), tour("DEU-inf", start="2025-10"), tour(unit=2, start="2025-10"))
    assert found.goals["troops"] == 900
    assert found.goals["peak-lift"] == 300
    assert judge(document(), tour(start="2026-06")).goals["troops"] == 100


def test_the_gap_between_burdens() -> None:
    """POL: 300 troop-periods per 1,000 soldiers; DEU none; FRA has no figure. Named, DEU has 300 per 2,000: 150."""
    assert judge(document(), tour()).goals["burden-gap"] == 300_000
    assert judge(document(), tour(), tour("DEU-inf")).goals["burden-gap"] == 150_000
    given = Instance.model_validate(document()), Plan.model_validate({"tours": [tour()]})
    assert audit(*given, ["burden-gap"], willing=["POL", "FRA"]).goals["burden-gap"] == 0
    nobody = document(rules=[{"id": "P", "kind": "exclude", "nations": ["DEU"]}])
    assert judge(nobody, tour()).goals["burden-gap"] == 0  # DEU may not serve, so there is nobody to compare with


def test_changes_match_equal_tours_first() -> None:
    base = Plan.model_validate({"tours": [tour(), tour(unit=2, start="2025-10"), tour("DEU-inf")]})
    for tours, changed in (
        ([tour(unit=2), tour(start="2025-10"), tour("DEU-inf", unit=2)], 0),
        ([tour(), tour(unit=2, start="2025-11"), tour("DEU-inf")], 1),
        ([tour(), tour(unit=2, start="2025-10"), tour("DEU-inf", sector="west")], 2),
        ([tour(start="2025-10")], 2),
    ):
        plan = Plan.model_validate({"tours": tours})
        assert audit(Instance.model_validate(document()), plan, ["changes"], base=base).goals["changes"] == changed


def test_lead_changes_count_nations_that_follow_each_other() -> None:
    def lead(nation: str, first: str, last: str) -> Item:
        return {"sector": "east", "nation": nation, "from": first, "until": last}

    given = [{"sector": "east", "nation": "POL", "since": "2025-05"}]
    leads = [lead("DEU", "2025-07", "2025-08"), lead("DEU", "2025-10", "2025-10"), lead("POL", "2025-11", "2026-06")]
    assert judge(document(), leads=leads).goals["lead-changes"] == 1
    assert judge(document(leads=given), leads=leads).goals["lead-changes"] == 2


def test_soft_rules_are_a_cost_and_no_violation() -> None:
    rules = [{"id": "P", "kind": "ceiling", "most": 150}, {"id": "S", "kind": "share", "nations": ["POL"], "most": 250}]
    given = Instance.model_validate(document(rules=rules)), Plan.model_validate({"tours": [tour(), tour("DEU-inf")]})
    found = audit(*given, [], soft={"ceiling": Decimal(2), "share": Decimal(1)})
    assert found.clean
    # 200 for 150 in 3 periods at 2; 100 of 200 troops where a quarter may be: 50 in 3 periods at 1.
    assert found.soft == {"ceiling": 300, "share": 150}
    assert not audit(*given, [], soft={"ceiling": Decimal(2)}).clean
