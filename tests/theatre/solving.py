"""The reference theatre solved once for all tests: what is found, what is proven, who serves."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from forcegen.domain.model import Model
from forcegen.io.instance import read_instance
from forcegen.planning.solve import Settings, solve

if TYPE_CHECKING:
    from fractions import Fraction

    from forcegen.planning.result import Result

THEATRE = "instances/ukraine-2025"


@cache
def solved(*scenario: str, model: str = "coverage", seconds: float = 60) -> Result:
    """Return the audited answer to some scenarios."""
    return _clean(solve(THEATRE, scenario=scenario, model=model, settings=Settings(time_limit=seconds)))


@cache
def without(kind: str, model: str = "coverage") -> Result:
    """Return the audited answer where no rule of this kind is left."""
    instance = read_instance(THEATRE)
    kept = tuple(rule for rule in instance.rules if rule.kind != kind)
    assert len(kept) < len(instance.rules)
    return _clean(solve(instance.model_copy(update={"rules": kept}), model=model, settings=Settings(time_limit=60)))


@cache
def solved_in(roles: frozenset[str], *scenario: str, goal: str = "unmet-target") -> Result:
    """Return the audited answer in one goal, where nothing but work in these roles is asked for."""
    instance = read_instance(THEATRE, scenario)
    asked = tuple(item for item in instance.requirements if item.roles and set(item.roles) <= roles)
    model = Model.model_validate({"model": "one-goal", "goals": [{"minimise": goal}]})
    floors = tuple(rule for rule in instance.rules if rule.kind != "floor")  # some ask for other work
    instance = instance.model_copy(update={"requirements": asked, "rules": floors})
    return _clean(solve(instance, model=model, settings=Settings(time_limit=60)))


def found(result: Result) -> Fraction:
    """Return what the plan is worth in the first goal."""
    value = result.tiers[0].found
    assert value is not None
    return value


def bound(result: Result) -> Fraction:
    """Return what no plan can be better than in the first goal."""
    value = result.tiers[0].bound
    assert value is not None
    return value


def required(result: Result) -> Fraction:
    """Return what is unmet where nobody serves."""
    value = result.tiers[0].required
    assert value is not None
    return value


def serving(result: Result, nation: str) -> list[str]:
    """Return the first periods of a nation's tours."""
    assert result.plan is not None
    return sorted(tour.start for tour in result.plan.tours if tour.contingent.startswith(f"{nation}-"))


def _clean(result: Result) -> Result:
    assert result.audit is not None
    assert result.audit.clean
    return result
