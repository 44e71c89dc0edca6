"""What is said of two answers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

import forcegen
from forcegen.audit import audit
from forcegen.domain.horizon import Period
from forcegen.planning.diff import diff_results
from forcegen.planning.result import Result, Tier
from forcegen.report.html.markup import markup
from forcegen.web.compare import comparison, proven_difference

TUTORIAL = "instances/tutorial"
LIMITS = forcegen.Settings(time_limit=20)


@pytest.fixture(scope="module")
def base() -> Result:
    return forcegen.solve(TUTORIAL, settings=LIMITS)


@pytest.fixture(scope="module")
def now() -> Result:
    instance = forcegen.read_instance(TUTORIAL)
    fewer = tuple(k.model_copy(update={"units": 2}) if k.id == "ARD-coy" else k for k in instance.contingents)
    return forcegen.solve(instance.model_copy(update={"contingents": fewer}), settings=LIMITS)


def test_an_exact_change_is_called_exact(base: Result, now: Result) -> None:
    assert proven_difference(base, now) == "The change in unmet-minimum is exactly +180 (both are proven)."


def test_what_is_not_proven_is_an_interval(base: Result, now: Result) -> None:
    open_tier = Tier("unmet-minimum", Fraction(240), Fraction(100))
    said = proven_difference(base, replace(now, tiers=(open_tier, *now.tiers[1:])))
    assert said is not None
    assert "between +40 and +180" in said
    unknown = Tier("unmet-minimum", Fraction(240), None)
    assert proven_difference(base, replace(now, tiers=(unknown,))) is None


def test_models_that_differ_are_not_compared(base: Result) -> None:
    other = forcegen.solve(TUTORIAL, model="coverage", settings=LIMITS)
    assert proven_difference(base, other) is None


def test_a_comparison_tells_what_changed_and_what_it_did(base: Result, now: Result) -> None:
    text = markup(*comparison(base, now))
    assert "contingent ARD-coy: units from 4 to 2" in text
    assert "<b>hill-watch</b>" in text
    assert "tours were added, dropped or moved" in text


def test_what_was_served_by_those_who_left_is_compared_as_it_was(base: Result) -> None:
    instance = forcegen.read_instance(TUTORIAL)
    fewer = tuple(k for k in instance.contingents if k.nation != "CAL")
    target = tuple(
        q.model_copy(update={"target": Decimal(160)}) if q.id == "hill-watch" else q for q in instance.requirements
    )
    now = forcegen.solve(instance.model_copy(update={"contingents": fewer, "requirements": target}), settings=LIMITS)
    found = diff_results(base, now)
    assert found is not None
    assert found.nations["CAL"] == (180, 0)
    had = {line.period: line.filled for line in base.audit.coverage if line.requirement == "hill-watch"}  # type: ignore[union-attr]
    told = {period: 160 - was for period, was, _ in found.periods["hill-watch"] if was}
    assert told
    assert all(had[period] == filled for period, filled in told.items())
    text = markup(*comparison(base, now))
    assert "Where and when more or less is covered" in text
    assert "\u2212180" in text


def test_a_requirement_that_holds_for_longer_was_covered_by_the_tours_that_there_were(base: Result) -> None:
    assert base.plan is not None
    shorter = tuple(q.model_copy(update={"until": Period("2026-02")}) for q in base.instance.requirements)
    before = base.instance.model_copy(update={"requirements": shorter})
    found = diff_results(replace(base, instance=before, audit=audit(before, base.plan)), base)
    assert found is not None
    assert (found.moved, found.periods, found.requirements) == ((), {}, {})


def test_an_answer_without_a_plan_is_compared_too(base: Result) -> None:
    none = replace(base, plan=None, audit=None, tiers=())
    assert "no plan" in markup(*comparison(base, none))
    assert "no plan" in markup(*comparison(none, base))
