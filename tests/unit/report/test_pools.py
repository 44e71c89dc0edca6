"""How pools are drawn down, and results as pandas tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import forcegen
from forcegen.domain.instance import Instance
from forcegen.domain.plan import Plan
from forcegen.io.instance import read_instance
from forcegen.report.pools import pools

if TYPE_CHECKING:
    from forcegen.planning.result import Result

TUTORIAL = "instances/tutorial"
COMPANY = {"contingent": "ARD-coy", "sector": "hill", "role": "watch"}


@pytest.fixture(scope="module")
def solved() -> Result:
    return forcegen.solve(TUTORIAL, settings=forcegen.Settings(solver="highs", gap=0, threads=1, time_limit=60))


def test_units_are_on_tour_then_in_dwell_then_at_home_history_included() -> None:
    data = read_instance(TUTORIAL).model_dump(mode="json", by_alias=True, exclude_unset=True)
    data["history"] = [
        {"contingent": "ARD-coy", "units": 1, "returned": "2025-12"},  # dwell of three months: home from March
        {**COMPANY, "units": 1, "since": "2025-12", "ends": "2026-02"},  # home in March, and again from June
    ]
    plan = Plan.model_validate({"tours": [{**COMPANY, "unit": 3, "start": "2026-05", "periods": 3}]})
    found = pools(Instance.model_validate(data), plan)[0]
    assert found.serving == [1, 1, 0, 0, 1, 1]
    assert found.dwelling == [1, 1, 1, 1, 1, 0]
    assert [found.home(t) for t in range(6)] == [2, 2, 3, 3, 2, 3]


def test_a_plan_of_strangers_draws_nothing_down() -> None:
    strange = {"contingent": "XYZ", "unit": 1, "sector": "hill", "role": "watch", "start": "2026-05", "periods": 3}
    weekly = {**COMPANY, "unit": 1, "start": "2026-W05", "periods": 3}
    found = pools(read_instance(TUTORIAL), Plan.model_validate({"tours": [strange, weekly]}))
    assert not any(pool.taken(t) for pool in found for t in range(6))


def test_pools_agree_with_the_force_that_the_audit_counts(solved: Result) -> None:
    tables = forcegen.frames(solved)
    strength = {k.id: int(k.strength) for k in solved.instance.contingents}
    drawn = tables["pools"].assign(troops=lambda rows: rows["on_tour"] * rows["contingent"].map(strength))
    assert drawn.groupby("period")["troops"].sum().to_dict() == (
        tables["force"].groupby("period")["troops"].sum().to_dict()
    )
    assert (drawn["at_home"] >= 0).all()
    assert (drawn["on_tour"] + drawn["in_dwell"] + drawn["at_home"] == drawn["pool"]).all()


def test_without_a_plan_there_are_only_goals() -> None:
    found = forcegen.frames(
        forcegen.solve("instances/infeasible-politics", settings=forcegen.Settings(solver="highs", time_limit=60))
    )
    assert list(found) == ["goals"]
    assert list(found["goals"]["found"].dropna()) == []
