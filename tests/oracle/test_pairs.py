"""Each rule kind by itself: a rule that can just be kept, and one that alone makes the same theatre infeasible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forcegen.audit import audit
from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.domain.plan import Plan
from forcegen.domain.rules import KINDS
from forcegen.mip import Status
from forcegen.planning.solve import Settings, solve
from forcegen.workers import WorkerPool
from tests.oracle.brute import best
from tests.oracle.pairs import PAIRS, Pair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.planning.result import Result

GOALS = ["cost"]
WAYS = [("highs", "tour"), ("highs", "compact"), ("cp-sat", "tour")]


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as pool:
        yield pool


def solved(document: dict[str, Any], solver: str, formulation: str, workers: WorkerPool) -> Result:
    goals = [{"minimise": goal} for goal in GOALS]
    model = Model.model_validate({"model": "pairs", "formulation": formulation, "goals": goals})
    settings = Settings(solver=solver, time_limit=60, gap=0, threads=1)
    return solve(Instance.model_validate(document), model=model, settings=settings, workers=workers)


def named(pair: Pair) -> str:
    return f"{pair.kind}-{pair.about.replace(' ', '-')}"


def test_every_rule_kind_has_a_pair() -> None:
    assert {pair.kind for pair in PAIRS} == set(KINDS)


@pytest.mark.parametrize("pair", PAIRS, ids=named)
def test_it_is_the_one_rule_that_decides(pair: Pair) -> None:
    """By brute force."""
    assert [rule["kind"] for document in (pair.kept, pair.broken) for rule in document["rules"]] == [pair.kind] * 2
    assert best(pair.kept, GOALS).feasible
    assert best(pair.without, GOALS).feasible
    assert not best(pair.broken, GOALS).feasible


@pytest.mark.parametrize("pair", PAIRS, ids=named)
def test_the_audit_refuses_what_would_be_best_without_the_rule(pair: Pair) -> None:
    plan = Plan.model_validate({"tours": best(pair.without, GOALS).tours})
    found = audit(Instance.model_validate(pair.broken), plan, GOALS)
    assert {violation.kind for violation in found.violations} == {pair.kind}
    assert audit(Instance.model_validate(pair.without), plan, GOALS).clean


@pytest.mark.parametrize(("solver", "formulation"), WAYS)
@pytest.mark.parametrize("pair", PAIRS, ids=named)
def test_a_rule_that_can_be_kept_is_kept(pair: Pair, solver: str, formulation: str, workers: WorkerPool) -> None:
    found = solved(pair.kept, solver, formulation, workers)
    assert found.status is Status.OPTIMAL
    assert found.audit is not None
    assert found.audit.clean
    assert [tier.value for tier in found.tiers] == best(pair.kept, GOALS).values


@pytest.mark.parametrize("pair", PAIRS, ids=named)
def test_the_same_theatre_is_feasible_without_the_rule(pair: Pair, workers: WorkerPool) -> None:
    found = solved(pair.without, *WAYS[0], workers)
    assert found.status is Status.OPTIMAL
    assert [tier.value for tier in found.tiers] == best(pair.without, GOALS).values


@pytest.mark.parametrize(("solver", "formulation"), WAYS)
@pytest.mark.parametrize("pair", PAIRS, ids=named)
def test_a_rule_that_cannot_be_kept_is_infeasible(
    pair: Pair, solver: str, formulation: str, workers: WorkerPool
) -> None:
    found = solved(pair.broken, solver, formulation, workers)
    assert found.status is Status.INFEASIBLE
    assert found.plan is None
