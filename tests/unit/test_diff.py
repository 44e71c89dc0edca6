"""What differs between instances and between plans, in words."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from forcegen.domain.instance import Instance
from forcegen.domain.plan import Plan
from forcegen.planning.diff import diff, diff_plans
from tests.oracle.aims import aim
from tests.oracle.brute import best, presence_of
from tests.oracle.generate import instance
from tests.oracle.reading import Reading
from tests.unit.audit.documents import contingent, document, tour


def words(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [str(change) for change in diff(Instance.model_validate(before), Instance.model_validate(after))]


def test_what_came_what_went_and_what_changed() -> None:
    rule = {"id": "P1", "kind": "ceiling", "most": 1200}
    before = document(rules=[rule], groups={"allies": ["POL"]})
    after = document(
        rules=[rule | {"most": 1500, "until": "2025-12"}],
        groups={"allies": ["POL", "DEU"]},
        contingents=[contingent("POL-inf", units=5), contingent("FRA-inf")],
        name="larger",
    )
    assert words(before, after) == [
        "instance: name from small to larger",
        "group allies: members from POL to POL, DEU",
        "contingent POL-inf: units from 2 to 5",
        "contingent DEU-inf removed",
        "contingent FRA-inf added",
        "rule P1: most from 1,200 to 1,500",
        "rule P1: until is now 2025-12",
    ]
    assert words(before, before) == []


def test_history_and_leads_are_told_entry_by_entry() -> None:
    home = [{"contingent": "POL-inf", "units": 1, "returned": "2025-05"}]
    two = [*home, {"contingent": "DEU-inf", "units": 2, "returned": "2025-04"}]
    assert words(document(history=two), document(history=home)) == ["history DEU-inf removed"]
    assert words(document(history=home), document(history=[{**home[0], "units": 2}])) == [
        "history POL-inf removed",
        "history POL-inf added",
    ]
    assert words(document(history=[home[0], home[0]]), document(history=home)) == ["history POL-inf removed"]


def test_a_scenario_says_what_it_edits() -> None:
    theatre = Path("instances/ukraine-2025")
    found = diff(theatre, theatre, scenario=["germany-joins"])
    assert ("condition", "germany-agrees", "holds") in {(c.list, c.subject, c.field) for c in found}
    assert diff(theatre, theatre) == []


def plans(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> Any:
    given = (Plan.model_validate({"tours": tours}) for tours in (first, second))
    return diff_plans(Instance.model_validate(document()), *given)


def test_tours_moved_added_and_dropped() -> None:
    found = plans(
        [tour(), tour(unit=2), tour("DEU-inf"), tour("DEU-inf", unit=2, start="2026-01")],
        [
            tour(unit=2, start="2025-09"),
            tour(unit=1, start="2025-09"),
            tour("DEU-inf", unit=2),
            tour("DEU-inf", sector="west"),
        ],
    )
    assert [str(moved) for moved in found.moved] == [
        "dropped: DEU-inf in east as line from 2026-01 for 3",
        "moved: 2 units of POL-inf in east as line from 2025-07 for 3 to 2025-09 for 3",
        "added: DEU-inf in west as line from 2025-07 for 3",
    ]
    assert found.goals["peak-lift"] == (Fraction(300), Fraction(200))
    assert found.nations == {}
    assert found.clean == (True, True)


def test_units_are_alike() -> None:
    assert plans([tour(), tour(unit=2, start="2025-09")], [tour(unit=2), tour(start="2025-09")]).moved == ()


def test_the_number_of_changes_is_that_of_the_goal() -> None:
    for seed in range(30):
        item = instance(seed, ("exclude", "ceiling"))
        first, second = best(item | {"rules": []}).tours, best(item).tours
        found = diff_plans(
            Instance.model_validate(item), *(Plan.model_validate({"tours": tours}) for tours in (first, second))
        )
        counted = aim(Reading(item), "changes", first)
        reading = Reading(item)
        present = [presence_of(reading, t) for t in second]
        expected = counted.worth([sum((amount(p) for p in present), Fraction(0)) for amount in counted.amounts])
        assert sum(moved.count for moved in found.moved) == expected
