"""What building costs: it must grow as the model does, by counts that are the same everywhere, never by seconds."""

from __future__ import annotations

import sys
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.domain.instance import Instance
from forcegen.domain.plan import Plan
from forcegen.formulation.goals import GOALS
from forcegen.formulation.tour import Policy, build

if TYPE_CHECKING:
    from collections.abc import Callable


NATIONS = ["AAA", "BBB", "CCC", "DDD"]
# Doubling what there is may cost a little more than twice as much, where arrays are sorted, and no more.
FACTOR = 1.15
POLICY = Policy(base=Plan())


def document(contingents: int = 12, sectors: int = 4, periods: int = 24) -> dict[str, Any]:
    places = [f"S{s}" for s in range(sectors)]
    roles = ["line", "repair"]
    return {
        "forcegen": 1,
        "name": "scaled",
        "horizon": {"start": "2025-01", "periods": periods, "unit": "month"},
        "nations": [{"id": nation, "army": 1000} for nation in NATIONS],
        "roles": [{"id": role, "measure": "troops"} for role in roles],
        "sectors": [{"id": place, "beds": 5000, "supply": 60} for place in places],
        "contingents": [
            {
                "id": f"C{k}",
                "nation": NATIONS[k % len(NATIONS)],
                "units": 3,
                "strength": 100 + k % 7,
                "fills": {role: 90 + k % 5 for role in roles},
                "tour": {"min": 4, "max": 5},
                "dwell": 6,
                "handover": 0.5,
                "supply": 1,
                "cost": 2,
            }
            for k in range(contingents)
        ],
        "requirements": [
            {"id": f"Q-{place}-{role}", "sectors": [place], "roles": [role], "minimum": 100, "target": 400}
            for place in places
            for role in roles
        ],
        "rules": [
            {"id": "P1", "kind": "ceiling", "most": 20000},
            {"id": "P2", "kind": "share", "nations": ["AAA"], "most": 400},
            {"id": "P3", "kind": "lift", "most": 3000},
            {"id": "P4", "kind": "exclude", "nations": ["BBB"], "sectors": ["S0"]},
        ],
    }


def peak_memory(instance: Instance) -> int:
    """Bytes that a build holds at once, at most."""
    tracemalloc.start()
    try:
        build(instance, list(GOALS), POLICY)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def calls(instance: Instance) -> int:
    """Calls of functions, in Python and in C, that a build makes."""
    count = 0

    def counted(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        build(instance, list(GOALS), POLICY)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("cost", [peak_memory, calls])
@pytest.mark.parametrize("dial", ["contingents", "sectors", "periods"])
def test_the_cost_of_building_grows_no_faster_than_the_non_zeros(dial: str, cost: Callable[[Instance], int]) -> None:
    base = {"contingents": 12, "sectors": 4, "periods": 24}[dial]
    instances = [Instance.model_validate(document(**{dial: base * factor})) for factor in (2, 4, 8)]
    cost(instances[0])  # what is made once and kept is not counted
    nonzeros = [build(instance, list(GOALS), POLICY).model.nonzeros for instance in instances]
    assert nonzeros[2] > 3.5 * nonzeros[0]
    each = [cost(instance) / count for instance, count in zip(instances, nonzeros, strict=True)]
    assert each[1] <= FACTOR * each[0], each
    assert each[2] <= FACTOR * each[1], each
