"""Dominated tours: which they are, and that leaving them out changes no optimum."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest

from forcegen.domain.instance import Instance
from forcegen.domain.plan import Plan
from forcegen.formulation.decode import encode, settled
from forcegen.formulation.goals import GOALS
from forcegen.formulation.tour import Policy, build, dominated
from forcegen.planning.validate import validate
from forcegen.report.tables import dominated_lines
from tests.oracle.brute import best
from tests.oracle.generate import ALL_KINDS, CHOICES, SUMS, instance
from tests.unit.audit.documents import contingent, document

Document = dict[str, Any]
Key = tuple[str, str, str, int, int]
UNMET = ("unmet-minimum", "unmet-target")
LINE = {"id": "all", "sectors": ["east"], "roles": ["line"], "target": 100}


def spare(item: Document, goals: tuple[str, ...] = UNMET) -> dict[tuple[str, str, int, int], tuple[str, str, int, int]]:
    """Sector, role, start and length of each dominated tour, and of the one that stands in for it."""
    read = Instance.model_validate(item)
    tours, by = dominated(read, goals)

    def words(z: int) -> tuple[str, str, int, int]:
        place = read.sectors[tours.sector[z]].id, read.roles[tours.role[z]].id
        return (*place, int(tours.start[z]), int(tours.length[z]))

    return {words(z): words(int(by[z])) for z in range(len(by)) if by[z] != z}


def one_unit(**lists: Any) -> Document:
    """Two units of 100 for a tour of 2 or 3 in 6 periods, home for 9 after it: one tour each."""
    base = {"requirements": [LINE], "contingents": [contingent("DEU-inf", tour={"min": 2, "max": 3}, dwell=9)]}
    return document(**(base | {"horizon": {"start": "2025-07", "periods": 6}} | lists))


SHORT, LONG = ("east", "line", 0, 2), ("east", "line", 0, 3)


def test_a_longer_tour_stands_in_for_a_shorter_one_that_frees_nobody() -> None:
    assert spare(one_unit())[SHORT] == LONG


@pytest.mark.parametrize(
    "lists",
    [
        {"rules": [{"id": "C", "kind": "ceiling", "of": "units", "most": 1}]},
        {"rules": [{"id": "L", "kind": "lift", "most": 100}]},
        {"rules": [{"id": "A", "kind": "presence", "least": 150}]},
        {"sectors": [{"id": "east", "beds": 100}, {"id": "west"}]},
        {"contingents": [contingent("DEU-inf", tour={"min": 2, "max": 3}, dwell=0)]},
    ],
)
def test_what_a_longer_tour_uses_keeps_the_shorter_one(lists: Document) -> None:
    assert SHORT not in spare(one_unit(**lists))


def test_what_a_longer_tour_costs_keeps_the_shorter_one() -> None:
    assert SHORT not in spare(one_unit(), (*UNMET, "troops"))


def test_a_role_that_fills_less_gives_way_where_only_a_total_counts() -> None:
    both = contingent("DEU-inf", tour=6, dwell=9, fills={"line": 100, "reserve": 40})
    total = {"id": "all", "sectors": ["east"], "roles": ["line", "reserve"], "target": 2000}
    item = one_unit(contingents=[both], requirements=[total])

    def moved(document: Document, goals: tuple[str, ...] = UNMET) -> set[str]:
        return {tour[1] for tour, by in spare(document, goals).items() if by[1] != tour[1]}

    assert moved(item) == {"reserve"}
    assert moved(item, (*UNMET, "excess")) == set()
    own = {"id": "own", "sectors": ["east"], "roles": ["reserve"], "target": 40}
    assert moved(item | {"requirements": [*item["requirements"], own]}) == set()
    floor = {"id": "F", "kind": "floor", "roles": ["reserve"], "least": 1}
    assert moved(item | {"rules": [floor]}) == set()


def test_of_tours_that_are_alike_the_first_is_kept() -> None:
    """Tours of 2 and 3 from the last period but one end with the horizon, as far as anybody can see."""
    assert spare(one_unit(), (*UNMET, "troops"))["east", "line", 4, 3] == ("east", "line", 4, 2)


@pytest.mark.parametrize("seed", range(24))
def test_in_any_plan_the_tours_left_stand_in_for_the_others(seed: int) -> None:
    rng = Random(seed)
    drawn = instance(seed, (ALL_KINDS, SUMS, CHOICES, ())[seed % 4])
    goals = rng.sample([goal for goal in GOALS if goal != "changes"], 3)
    known = best(drawn, rng.sample(("unmet-minimum", "unmet-target", "cost"), 3))
    if not known.feasible:
        return
    read = Instance.model_validate(drawn)
    formulation, (tours, by) = build(read, goals), dominated(read, goals)
    # Leads are not brute force's to say: the rows that do not know them judge both plans alike.
    values = encode(formulation, Plan.model_validate({"tours": known.tours}))
    moved = values.copy()
    moved[: len(tours)] = np.bincount(by, values[: len(tours)], len(tours)).astype(np.int64)
    moved = settled(formulation, moved)
    broken = set(formulation.model.violations(values).tolist())
    assert set(formulation.model.violations(moved).tolist()) <= broken
    for objective in formulation.objectives.values():
        assert objective.coefficients @ moved <= objective.coefficients @ values


def test_random_instances_have_some() -> None:
    counts = [len(spare(instance(seed))) for seed in range(24)]
    assert sum(count > 0 for count in counts) >= 8


@pytest.mark.parametrize("formulation", ["tour", "compact"])
def test_a_lean_model_has_the_columns_that_are_left(formulation: str) -> None:
    read = Instance.model_validate(one_unit())
    whole, lean = (build(read, UNMET, Policy(lean=lean), formulation) for lean in (False, True))
    assert whole.dominated == 0
    assert lean.dominated == len(spare(one_unit()))
    assert len(lean.frame.allowed) == len(whole.frame.allowed) - lean.dominated
    assert lean.model.columns < whole.model.columns


def test_validation_tells_of_them_by_contingent() -> None:
    found = validate(Instance.model_validate(one_unit()), model="coverage")
    assert found.dominated == len(spare(one_unit(), ("unmet-target",)))
    told = [part for part in found.idle if part.kind == "tours"]
    assert [part.subject for part in told] == ["DEU-inf"]
    lines = dominated_lines(found)
    assert lines[0] == f"need not be looked at: {found.dominated} of {found.tours} tours"
    assert "instead of" in lines[1]
