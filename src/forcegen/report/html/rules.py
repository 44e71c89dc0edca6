"""The rules of a plan: what they say, where they come from, where they bind, and what they cost."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from forcegen.planning.relax import rule_says
from forcegen.report.costs import cost_words
from forcegen.report.html.markup import Node, el, table
from forcegen.report.words import counted

if TYPE_CHECKING:
    from forcegen.domain.rules import Rule
    from forcegen.planning.result import Result
    from forcegen.planning.rule_costs import RuleCosts

COMMANDS = "ask forcegen report, or forcegen solve --report, with --rule-costs SECONDS"
"""Where what rules cost is asked for a report."""

_RULES = ("rule", "says", "source", "basis", "negotiable", "binds in")


def rules_kept(result: Result, costs: RuleCosts | None, ask: str = COMMANDS) -> list[Node]:
    """Return each rule with its source, where it binds in the plan, and what it costs where that was asked.

    Parameters
    ----------
    ask
        Where it can be asked; said where it was not.
    """
    instance = result.instance
    if not instance.rules:
        return [el("p", "There are no rules beside pools, dwell, beds and supply, which always hold.")]
    tight: dict[tuple[str, str], set[str]] = defaultdict(set)
    for limit in result.binding:
        tight[limit.family, limit.name.split(",", 1)[0]] |= set(limit.periods)
    known = {} if costs is None else {cost.rule.id: cost for cost in costs.costs}
    rows = [
        (
            rule.id,
            f"{rule.kind} {rule_says(rule)}".strip(),
            rule.source or "no source given",
            rule.basis or "",
            "yes" if rule.negotiable else "no",
            _binds(rule, tight.get((rule.kind, rule.id), set())),
            *([] if costs is None else [cost_words(known.get(rule.id))]),
        )
        for rule in instance.rules
    ]
    words = (
        "A rule binds where this plan leaves no room in it for one unit more. Those that say who may serve where shape "
        "the offers from the start, and never show as binding."
    )
    if costs is None:
        words += f" What each costs is another question: {ask}."
        return [el("p", words), table("Rules", _RULES, rows, left=5)]
    words += (
        f" What a rule costs: by how much {costs.goal} would fall at best were it alone set aside, as it is proven. "
        "Costs do not add up, for other rules still hold."
    )
    return [el("p", words), table("Rules", (*_RULES, f"costs ({costs.goal})"), rows, left=5)]


def _binds(rule: Rule, periods: set[str]) -> str:
    if rule.kind in ("exclude", "only"):
        return "who may serve"
    return "over the horizon" if periods == {"horizon"} else counted(len(periods), "period") if periods else ""
