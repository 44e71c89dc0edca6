"""Pins and bars made of tours do to the next plan what they say."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

import forcegen
from forcegen.web import holds, tables
from forcegen.web.catalogue import catalogue
from forcegen.web.edits import Edits
from forcegen.web.study import Study

if TYPE_CHECKING:
    from forcegen.domain.plan import Plan, Tour

TUTORIAL = "instances/tutorial"


@pytest.fixture(scope="module")
def solved() -> forcegen.solve:
    return forcegen.solve(TUTORIAL, settings=forcegen.Settings(time_limit=20))


def present(plan: Plan, tour: Tour, period: int, instance: object) -> int:
    horizon = instance.horizon  # type: ignore[attr-defined]
    return sum(
        other.contingent == tour.contingent
        and (other.sector, other.role) == (tour.sector, tour.role)
        and horizon.index(other.start) <= period < horizon.index(other.start) + other.periods
        for other in plan.tours
    )


@pytest.mark.parametrize("kind", ["pin", "bar"])
def test_the_next_plan_keeps_it(solved, kind: str) -> None:  # type: ignore[no-untyped-def]
    study = Study(catalogue(TUTORIAL))
    instance, tour = solved.instance, solved.plan.tours[0]
    here = holds.together(instance, solved.plan, tour)
    assert here >= 1
    scope = holds.pin(instance, tour, here) if kind == "pin" else holds.bar(instance, tour, here - 1)
    study.edit(Edits().with_rule(tables.stance(study.plain(), Edits(), kind, scope)))
    after = forcegen.solve(study.instance(), settings=forcegen.Settings(time_limit=20))
    start = instance.horizon.index(tour.start)
    periods = range(start, min(start + tour.periods, instance.horizon.periods))
    counts = [present(after.plan, tour, t, instance) for t in periods]
    assert min(counts) >= here if kind == "pin" else max(counts) < here
    assert after.audit.clean


def test_a_bar_that_forbids_nothing_is_refused(solved) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="forbids nothing"):
        holds.bar(solved.instance, solved.plan.tours[0], 99)


def test_a_tour_past_the_horizon_ends_with_it(solved) -> None:  # type: ignore[no-untyped-def]
    tour = solved.plan.tours[0].model_copy(update={"periods": 99})
    assert holds.window(solved.instance, tour)[1] == "2026-06"
    assert Decimal(holds.pin(solved.instance, tour, 1)["units"]) == 1
