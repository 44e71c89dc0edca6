"""Goal vectors, compared lexicographically at slack 0 with nothing soft, under changes whose effect is known."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.domain.plan import Plan
from forcegen.formulation.goals import GOALS
from forcegen.mip import Status
from forcegen.planning.solve import Settings, solve
from forcegen.workers import WorkerPool
from tests.oracle.brute import best
from tests.oracle.generate import ALL_KINDS, CHOICES, SUMS, instance
from tests.property.changes import Document, multiplied, relabelled, split, with_a_unit_more

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from fractions import Fraction

    Vector = tuple[Fraction, ...] | None
    Value = Callable[[Document, Sequence[str]], Vector]
    Claim = Callable[[Value, int, list[str]], None]

EXACT = Settings(solver="highs", gap=0, threads=1, time_limit=60)
KINDS = (ALL_KINDS, SUMS, CHOICES, ())
TIMES = {"unmet-minimum", "unmet-target", "troops", "peak-lift", "excess"}
"""Goals that are counted in troops."""

some = settings(
    max_examples=16, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None
)
many = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
seeds = st.integers(0, 100_000)
orders = st.permutations(list(GOALS)).map(lambda goals: goals[:3])


@pytest.fixture(scope="module")
def value() -> Iterator[Value]:
    """From a document and goals in their order to the best goal vector, None where there is no plan."""
    with WorkerPool() as workers:

        def vector(document: Document, goals: Sequence[str]) -> Vector:
            instance = {key: item for key, item in document.items() if key not in ("willing", "base")}
            tiers = [{"minimise": goal} for goal in goals]
            model = Model.model_validate({"model": "any", "goals": tiers, "willing": document["willing"]})
            base = Plan.model_validate({"tours": document["base"]}) if "changes" in goals else None
            known = Instance.model_validate(instance)
            found = solve(known, model=model, settings=EXACT, start=base, workers=workers)
            if found.status is Status.INFEASIBLE:
                return None
            assert found.status is Status.OPTIMAL
            return tuple(tier.found for tier in found.tiers if tier.found is not None)

        yield vector


def drawn(seed: int) -> tuple[Document, Random]:
    """An instance, and beside its lists the nations whose burden counts and a plan to stay close to."""
    rng = Random(seed)
    document = instance(seed, rng.choice(KINDS))
    willing = [nation["id"] for nation in document["nations"]][: rng.randint(2, 4)]
    base = best(document | {"rules": []}).tours[rng.randint(0, 1) :]
    return document | {"willing": willing, "base": base}, rng


def no_worse(one: Vector, other: Vector) -> bool:
    return other is None or (one is not None and one <= other)


def relabelling_keeps_them(value: Value, seed: int, goals: list[str]) -> None:
    document, rng = drawn(seed)
    assert value(relabelled(document, rng), goals) == value(document, goals)


def a_rule_never_improves_them(value: Value, seed: int, goals: list[str]) -> None:
    """But `excess`, where a rule tells who could be sent to the place that a reserve is held for."""
    document, rng = drawn(seed)
    assume(document.get("rules"))
    dropped = rng.choice(document["rules"])
    held = any("as" in requirement for requirement in document["requirements"])
    assume(not ("excess" in goals and held and dropped["kind"] in ("exclude", "only")))
    fewer = document | {"rules": [rule for rule in document["rules"] if rule is not dropped]}
    assert no_worse(value(fewer, goals), value(document, goals)), dropped


def a_unit_more_never_worsens_them(value: Value, seed: int, goals: list[str]) -> None:
    document, rng = drawn(seed)
    assert no_worse(value(with_a_unit_more(document, rng), goals), value(document, goals))


def splitting_a_contingent_keeps_them(value: Value, seed: int, goals: list[str]) -> None:
    """But `changes`, which tells contingents apart."""
    document, rng = drawn(seed)
    goals = [goal for goal in goals if goal != "changes"]
    two = split(document, rng)
    assume(goals and two is not None)
    assert two is not None
    assert value(two, goals) == value(document, goals)


def multiplying_troops_multiplies_what_is_counted_in_them(value: Value, seed: int, goals: list[str]) -> None:
    """Armies too, so that a burden stays what it is."""
    document, rng = drawn(seed)
    assume("per_km" not in str(document["requirements"]))  # densities are rounded up to a thousandth, once
    factor = rng.randint(2, 7)
    one, times = value(document, goals), value(multiplied(document, factor), goals)
    if one is None or times is None:
        assert one is times
        return
    assert times == tuple(v * factor if goal in TIMES else v for goal, v in zip(goals, one, strict=True))


PROPERTIES = [
    relabelling_keeps_them,
    a_rule_never_improves_them,
    a_unit_more_never_worsens_them,
    splitting_a_contingent_keeps_them,
    multiplying_troops_multiplies_what_is_counted_in_them,
]


@pytest.mark.parametrize("claim", PROPERTIES, ids=lambda claim: claim.__name__)
def test_holds(claim: Claim, value: Value) -> None:
    some(given(seed=seeds, goals=orders)(lambda seed, goals: claim(value, seed, goals)))()


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("claim", PROPERTIES, ids=lambda claim: claim.__name__)
def test_holds_of_many(claim: Claim, value: Value) -> None:
    many(given(seed=seeds, goals=orders)(lambda seed, goals: claim(value, seed, goals)))()
