"""What differs between instances and between plans, in words."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from forcegen.domain.instance import Instance
from forcegen.domain.plan import Plan
from forcegen.io.errors import InputError
from forcegen.io.instance import read_instance
from forcegen.planning.diff import change_lines, diff, diff_plans
from tests.oracle.aims import aim
from tests.oracle.brute import best, presence_of
from tests.oracle.generate import instance
from tests.oracle.reading import Reading
from tests.unit.audit.documents import contingent, document, tour


def words(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return change_lines(diff(Instance.model_validate(before), Instance.model_validate(after)))


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


def test_contingents_of_one_nation_that_go_share_a_line() -> None:
    three = [contingent(name) for name in ("POL-inf", "DEU-inf", "POL-log")]
    assert words(document(contingents=three), document(contingents=[three[1]])) == [
        "2 contingents of POL removed: POL-inf, POL-log"
    ]
    assert words(document(contingents=[three[1]]), document(contingents=[three[1], three[0]])) == [
        "contingent POL-inf added"
    ]


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


def scenarios(folder: Path) -> Path:
    """Return a folder with an instance and three scenarios of it, two of them with the same edit."""
    (folder / "scenarios").mkdir()
    instance_ = document(contingents=[contingent("POL-inf", units=5), contingent("DEU-inf")], name="Côte d'Ivoire")
    edit = {"list": "contingents", "where": {"id": "POL-inf"}, "field": "units"}
    files: dict[str, dict[str, Any]] = {
        "four": {"set": [edit | {"value": 4}]},
        "doubled": {"scale": [edit | {"factor": 2}]},
        "late": {"announced": "2025-09", "set": [edit | {"value": 4}]},
    }
    (folder / "instance.yaml").write_text(json.dumps(instance_), encoding="utf-8")
    for name, edits in files.items():
        text = json.dumps({"forcegen": 1, "scenario": name, "name": name, **edits})
        (folder / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_each_side_has_its_scenarios_in_their_order(tmp_path: Path) -> None:
    folder = scenarios(tmp_path)

    def said(scenario: list[str], against: list[str]) -> list[str]:
        return [str(change) for change in diff(folder, folder, scenario=scenario, against=against)]

    assert said(["doubled"], ["four"]) == ["contingent POL-inf: units from 4 to 10"]
    assert said(["four"], ["doubled"]) == ["contingent POL-inf: units from 10 to 4"]
    assert said(["four", "doubled"], ["doubled", "four"]) == ["contingent POL-inf: units from 4 to 8"]
    assert said([], ["four"]) == ["contingent POL-inf: units from 4 to 5"]
    assert said(["four"], ["four"]) == []


def test_when_a_scenario_becomes_known_is_a_difference(tmp_path: Path) -> None:
    folder = scenarios(tmp_path)
    assert [str(change) for change in diff(folder, folder, scenario=["late"], against=["four"])] == [
        "scenario: announced is now 2025-09"
    ]
    assert diff(folder, folder, scenario=["late", "four"], against=["four", "late"]) == []


def test_two_scenarios_laid_on_each_side_differ_as_the_two_documents_do() -> None:
    theatre = Path("instances/ukraine-2025")
    names = [["poland-out"], ["grand-40k"], ["us-withholds", "poland-out"], []]
    for before in names:
        for after in names:
            documents = read_instance(theatre, before), read_instance(theatre, after)
            assert diff(theatre, theatre, scenario=after, against=before) == diff(*documents)


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


def test_what_a_nation_did_that_leaves_counts_before(tmp_path: Path) -> None:
    """The first plan is measured with its own scenarios; one that does not say where it was made, as the second is."""
    theatre = Path("instances/ukraine-2025")
    after = {"list": "contingents", "where": {"nation": "AUS"}}
    folder = tmp_path / "theatre"
    shutil.copytree(theatre, folder)
    (folder / "scenarios" / "australia-out.yaml").write_text(
        yaml.safe_dump({"forcegen": 1, "scenario": "australia-out", "remove": [after]})
    )
    here = read_instance(folder)
    served = [
        {"contingent": "AUS-trg", "sector": "odesa", "role": "training", "start": "2026-03", "periods": 6, "unit": 1}
    ]
    with_header = {"tours": served, "instance_sha256": here.digest, "scenario": []}
    first, other = Plan.model_validate(with_header), Plan.model_validate({"tours": served})
    home = Plan.model_validate({"tours": []})
    told = diff_plans(folder, first, home, scenario=["australia-out"])
    assert told.nations["AUS"] == (Fraction(360), Fraction(0))
    assert diff_plans(folder, other, home).nations["AUS"] == (Fraction(360), Fraction(0))
    with pytest.raises(InputError, match="contingents that the instance does not have"):
        diff_plans(folder, other, home, scenario=["australia-out"])
