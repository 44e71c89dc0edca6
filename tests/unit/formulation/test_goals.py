"""Goals and prices as row vectors are worth what the audit says, plan by plan."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from forcegen.audit import audit
from forcegen.domain.instance import Instance
from forcegen.domain.plan import Plan
from forcegen.formulation.decode import encode
from forcegen.formulation.goals import GOALS
from forcegen.formulation.tour import Policy, build
from tests.oracle.brute import best
from tests.oracle.generate import SUMS, instance
from tests.oracle.reading import Reading
from tests.unit.audit.test_against_oracle import leads

SOFT = {kind: Decimal(i + 1) / 2 for i, kind in enumerate(("ceiling", "floor", "share", "ratio", "lift", "supply"))} | {
    kind: Decimal(i) for i, kind in enumerate(("standby", "pin", "bar"))
}


def without_rules(document: dict[str, Any], kept: tuple[str, ...]) -> dict[str, Any]:
    return document | {"rules": [rule for rule in document["rules"] if rule["kind"] in kept]}


def led(document: dict[str, Any], seed: int) -> list[dict[str, Any]]:
    """Random leads, of nations that some rule lets lead the sector."""
    reading = Reading(document)
    return [lead for lead in leads(Random(seed), reading) if not any("candidates" in r for r in document["rules"])]


@pytest.mark.parametrize("seed", range(40))
def test_each_goal_is_worth_what_the_audit_says(seed: int) -> None:
    document = instance(seed, ("lead",) if seed % 2 else ("exclude", "only"))
    tours = best(without_rules(document, ("exclude", "only"))).tours
    plan = Plan.model_validate({"tours": tours, "leads": led(document, seed)})
    base = Plan.model_validate({"tours": [*tours[1:], *best(document).tours]})
    formulation = build(Instance.model_validate(document), list(GOALS), Policy(base=base))
    point = encode(formulation, plan)
    found = audit(formulation.frame.instance, plan, list(GOALS), base=base)
    for goal, objective in formulation.objectives.items():
        model = formulation.model.with_objective(objective.coefficients, objective.offset)
        assert model.value(point) * objective.scale == found.goals[goal], goal


@pytest.mark.parametrize("seed", range(40))
def test_soft_rules_cost_what_the_audit_says(seed: int) -> None:
    document = instance(seed, [kind for kind in SUMS if kind in SOFT])
    known = best(without_rules(document, ()))
    if not known.feasible:
        pytest.skip("a hard requirement that nobody meets")
    plan = Plan.model_validate({"tours": known.tours})
    formulation = build(Instance.model_validate(document), ["unmet-target"], Policy(soft=SOFT))
    point, objective = encode(formulation, plan), formulation.objectives["unmet-target"]
    found = audit(formulation.frame.instance, plan, ["unmet-target"], soft=SOFT)
    assert found.clean
    model = formulation.model.with_objective(objective.coefficients, objective.offset)
    assert model.feasible(point)
    assert model.value(point) * objective.scale == found.goals["unmet-target"] + sum(found.soft.values(), Fraction(0))
