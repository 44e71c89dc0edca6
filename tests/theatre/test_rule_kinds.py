"""Five kinds of rules each move the reference theatre's result, both gaps aside. Minutes: run by `make test-long`."""

from __future__ import annotations

import pytest

from tests.theatre.solving import bound, found, solved, without

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


@pytest.mark.parametrize("kind", ["exclude", "only", "ceiling", "share"])
def test_without_rules_of_a_kind_more_is_covered_than_any_plan_can_with_them(kind: str) -> None:
    assert found(without(kind)) < bound(solved())


def test_without_floors_less_has_to_be_paid_at_least() -> None:
    """Where targets are not asked for, the floors are nearly all that has to be done."""
    assert found(without("floor", "cheapest")) < bound(solved(model="cheapest"))
