"""The model as a whole: names, digests, and what building leaves alone."""

from __future__ import annotations

import numpy as np
import pytest

from forcegen.domain.instance import Instance
from forcegen.domain.plan import Plan
from forcegen.formulation.construct import construct
from forcegen.formulation.decode import decode, encode
from forcegen.formulation.goals import GOALS
from forcegen.formulation.tour import Policy, build
from forcegen.io.instance import read_instance
from tests.golden.instances import INSTANCES
from tests.oracle.brute import best, evaluate
from tests.oracle.generate import ALL_KINDS, instance

SEEDS = range(40)
FORMS = ("tour", "compact")

POLICY = Policy(base=Plan())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", SEEDS)
def test_two_builds_are_the_same_model_and_leave_the_instance_alone(seed: int, form: str) -> None:
    item = Instance.model_validate(instance(seed))
    before = item.model_dump_json()
    first, second = (build(item, list(GOALS), POLICY, form) for _ in range(2))
    assert first.model.digest() == second.model.digest()
    assert first.model.all_names() == second.model.all_names()
    for goal in GOALS:
        assert (first.objectives[goal].coefficients == second.objectives[goal].coefficients).all()
    assert item.model_dump_json() == before


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", SEEDS)
def test_names_are_unique_and_one_each(seed: int, form: str) -> None:
    model = build(Instance.model_validate(instance(seed)), list(GOALS), POLICY, form).model
    names = model.all_names()
    assert len(set(names.columns)) == len(names.columns) == model.columns
    assert len(set(names.rows)) == len(names.rows) == model.rows


def test_names_do_not_depend_on_figures() -> None:
    item = INSTANCES["coverage"]
    larger = item | {"contingents": [item["contingents"][0] | {"strength": 130, "fills": {"line": 70}}]}
    first, second = (build(Instance.model_validate(each), []).model.all_names() for each in (item, larger))
    assert first == second
    assert first.rows[-1] == "coverage(Q2,2025-08)"
    assert first.columns[0] == "tour(AAA-inf,east,line,2025-07,2)"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_that_brute_force_finds_keeps_all_rows_and_is_worth_the_same(seed: int, form: str) -> None:
    document = instance(seed, [kind for kind in ALL_KINDS if kind != "lead"])  # brute force tells tours, not leads
    known = best(document)
    if not known.feasible:
        pytest.skip("no plan at all")
    formulation = build(Instance.model_validate(document), list(GOALS), POLICY, form)
    plan = Plan.model_validate({"tours": known.tours})
    values = encode(formulation, plan)
    assert len(formulation.model.violations(values)) == 0
    _, worth = evaluate(document, known.tours)
    objective = formulation.objectives["cost"]
    assert (int(objective.coefficients @ values) + objective.offset) * objective.scale == worth["cost"]
    again = encode(formulation, Plan(tours=decode(formulation, values)))
    assert np.array_equal(again, values)


def test_the_best_shortfall_of_a_plan_is_what_the_judge_says() -> None:
    for seed in SEEDS:
        document = instance(seed)
        known = best(document)
        if known.feasible:
            formulation = build(Instance.model_validate(document), ["unmet-target"])
            objective = formulation.objectives["unmet-target"]
            values = encode(formulation, Plan.model_validate({"tours": known.tours}))
            said = (int(objective.coefficients @ values) + objective.offset) * objective.scale
            assert said == evaluate(document, known.tours)[1]["unmet-target"], seed


@pytest.mark.parametrize("goals", [["unmet-target"], ["unmet-minimum", "unmet-target", "cost"]])
def test_greed_finds_a_plan_for_the_reference_theatre_with_every_floor_kept(goals: list[str]) -> None:
    formulation = build(read_instance("instances/ukraine-2025"), goals)
    values = construct(formulation)
    assert values is not None
    assert len(formulation.model.violations(values)) == 0
    assert values[: len(formulation.frame.columns.tours)].sum() > 200
