"""What rules cost, in their order and drawn."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from forcegen.io.instance import read_instance
from forcegen.planning.rule_costs import RuleCost, RuleCosts
from forcegen.report.costs import cost_words, in_order
from forcegen.report.html.figures import costs_figures


def found(*ends: tuple[str, int, int | None, bool]) -> RuleCosts:
    """Costs of rules by name, each with its ends and whether it was solved."""
    rule = read_instance("instances/tutorial").rules[0]
    costs = [
        RuleCost(rule.model_copy(update={"id": name}), Fraction(low), None if high is None else Fraction(high), solved)
        for name, low, high, solved in ends
    ]
    base: Any = SimpleNamespace(tiers=[SimpleNamespace(name="unmet-target")])
    return RuleCosts(base, tuple(costs), 1.0)


def test_what_may_cost_most_stands_first_among_what_is_proven_alike_and_the_unknown_last() -> None:
    costs = found(("none", 0, None, False), ("five", 0, 5, True), ("seven", 0, 7, False), ("any", 0, None, True),
                  ("sure", 2, 2, True), ("free", 0, 0, True))  # fmt: skip
    ordered = in_order(costs)
    assert [cost.rule.id for cost in ordered] == ["sure", "any", "seven", "five", "free", "none"]
    assert [cost_words(cost) for cost in ordered] == ["2", "at least 0", "0 to 7", "0 to 5", "0", "not known"]


def test_what_is_known_and_may_cost_something_is_drawn() -> None:
    drawn = costs_figures(found(("none", 0, None, False), ("seven", 0, 7, False), ("free", 0, 0, True)))
    said = {part.text for node in drawn for part in node.iter("text")}
    assert "seven" in said
    assert not said & {"none", "free"}
    assert costs_figures(found(("free", 0, 0, True))) == []
