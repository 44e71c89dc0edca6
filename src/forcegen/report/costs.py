"""What each rule costs, as a sentence and as a table."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from forcegen.planning.relax import rule_says
from forcegen.report.headline import headline
from forcegen.report.tables import amount, titled
from forcegen.report.words import counted

if TYPE_CHECKING:
    from rich.console import RenderableType

    from forcegen.planning.rule_costs import RuleCost, RuleCosts


def costs_tables(found: RuleCosts) -> RenderableType:
    """Return the answer in a sentence, and each rule with its cost, those of the largest proven cost first."""
    head: list[RenderableType] = [Text(sentence(found), style="bold"), Text()]
    if not found.costs:
        return Group(*head)
    table = titled("What each rule costs", "rule", "says", "source", words=("says", "source"))
    table.add_column(f"costs ({found.goal})", justify="right", overflow="fold")
    for cost in in_order(found):
        rule = cost.rule
        cells = (rule.id, f"{rule.kind} {rule_says(rule)}".strip(), rule.source or "no source given")
        table.add_row(*map(Text, cells), cost_words(cost))
    note = "What it costs: by how much less would be lacking at best were the rule alone set aside; costs do not add up"
    return Group(*head, table, Text(f"{note}; {found.seconds:.0f} s", style="dim"))


def sentence(found: RuleCosts) -> str:
    """Return how many rules are proven to cost something, and whose proven cost is the largest."""
    if found.base.plan is None:
        return headline(found.base)
    if not found.costs:
        return "There are no rules beside pools, dwell, beds and supply, which always hold."
    proven = [cost for cost in in_order(found) if cost.low > 0]
    looked = counted(len(found.costs), "rule")
    if proven:
        first = proven[0]
        size = amount(first.low) if first.exact else f"at least {amount(first.low)}"
        some = f"{len(proven)} of {looked} {'is' if len(proven) == 1 else 'are'} proven to cost something"
        return f"{some}; the largest proven cost is that of {first.rule.id}: {size} of {found.goal}."
    if all(cost.high == 0 for cost in found.costs):
        return f"Of {looked} none costs anything (proven)."
    return f"Of {looked} none is proven to cost anything, as far as was solved."


def in_order(found: RuleCosts) -> list[RuleCost]:
    """Return the costs, those of the largest proven cost first, then by what they may cost; unknown ones last."""
    return sorted(found.costs, key=lambda cost: (-cost.low, not cost.known, -(inf if cost.high is None else cost.high)))


def cost_words(cost: RuleCost | None) -> str:
    """Return an interval in words, or that it is not known."""
    if cost is None or not cost.known:
        return "not known"
    if cost.exact:
        return amount(cost.low)
    return f"at least {amount(cost.low)}" if cost.high is None else f"{amount(cost.low)} to {amount(cost.high)}"
