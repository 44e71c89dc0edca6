"""Goal vectors, compared lexicographically at slack 0 with nothing soft, under changes whose effect is known."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.mip import Status
from forcegen.planning.solve import Settings, solve
from forcegen.workers import WorkerPool
from tests.oracle.generate import ALL_KINDS, CHOICES, SUMS, instance
from tests.property.changes import Document, multiplied, relabelled, split, with_a_unit_more

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from fractions import Fraction

GOALS = ("unmet-minimum", "unmet-target", "worst-shortfall", "cost")
EXACT = Settings(solver="highs", gap=0, threads=1, time_limit=60)
KINDS = (ALL_KINDS, SUMS, CHOICES, ())
Vector = tuple["Fraction", ...] | None

some = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None
)
many = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
seeds = st.integers(0, 100_000)


@pytest.fixture(scope="module")
def value() -> Iterator[Callable[[Document], Vector]]:
    """From a document to its best goal vector, None where it has no plan."""
    model = Model.model_validate({"model": "any", "goals": [{"minimise": goal} for goal in GOALS]})
    with WorkerPool() as workers:

        def best(document: Document) -> Vector:
            found = solve(Instance.model_validate(document), model=model, settings=EXACT, workers=workers)
            if found.status is Status.INFEASIBLE:
                return None
            assert found.status is Status.OPTIMAL
            return tuple(tier.found for tier in found.tiers if tier.found is not None)

        yield best


def drawn(seed: int) -> tuple[Document, Random]:
    rng = Random(seed)
    return instance(seed, rng.choice(KINDS)), rng


def no_worse(one: Vector, other: Vector) -> bool:
    return other is None or (one is not None and one <= other)


def relabelling_keeps_them(value: Callable[[Document], Vector], seed: int) -> None:
    document, rng = drawn(seed)
    assert value(relabelled(document, rng)) == value(document)


def a_rule_never_improves_them(value: Callable[[Document], Vector], seed: int) -> None:
    document, rng = drawn(seed)
    assume(document.get("rules"))
    dropped = rng.choice(document["rules"])
    fewer = document | {"rules": [rule for rule in document["rules"] if rule is not dropped]}
    assert no_worse(value(fewer), value(document)), dropped


def a_unit_more_never_worsens_them(value: Callable[[Document], Vector], seed: int) -> None:
    document, rng = drawn(seed)
    assert no_worse(value(with_a_unit_more(document, rng)), value(document))


def splitting_a_contingent_keeps_them(value: Callable[[Document], Vector], seed: int) -> None:
    document, rng = drawn(seed)
    two = split(document, rng)
    assume(two is not None)
    assert two is not None
    assert value(two) == value(document)


def multiplying_troops_multiplies_what_is_unmet(value: Callable[[Document], Vector], seed: int) -> None:
    document, rng = drawn(seed)
    assume("per_km" not in str(document["requirements"]))  # densities are rounded up to a thousandth, once
    factor = rng.randint(2, 7)
    one, times = value(document), value(multiplied(document, factor))
    if one is None or times is None:
        assert one is times
        return
    assert times == (one[0] * factor, one[1] * factor, *one[2:])


PROPERTIES = [
    relabelling_keeps_them,
    a_rule_never_improves_them,
    a_unit_more_never_worsens_them,
    splitting_a_contingent_keeps_them,
    multiplying_troops_multiplies_what_is_unmet,
]


@pytest.mark.parametrize("claim", PROPERTIES, ids=lambda claim: claim.__name__)
def test_holds(claim: Callable[[Callable[[Document], Vector], int], None], value: Callable[[Document], Vector]) -> None:
    some(given(seed=seeds)(lambda seed: claim(value, seed)))()


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("claim", PROPERTIES, ids=lambda claim: claim.__name__)
def test_holds_of_many(
    claim: Callable[[Callable[[Document], Vector], int], None], value: Callable[[Document], Vector]
) -> None:
    many(given(seed=seeds)(lambda seed: claim(value, seed)))()
