"""The answer in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit import Audit
    from forcegen.domain.instance import Instance
    from forcegen.domain.requirement import Requirement
    from forcegen.planning.result import Result


def headline(result: Result) -> str:
    """Return one sentence that answers the planner's question."""
    if result.audit is None:
        return _without_plan(result)
    return f"{coverage_words(result.instance, result.audit)}; {_proof(result)}."


def coverage_words(instance: Instance, audit: Audit) -> str:
    """Return how much of what is required is covered, and where the minimum is not met."""
    wanted, had = covered(instance, audit)
    return f"{had:,.0f} of {wanted:,.0f} troops required are covered on average; {_minimums(audit)}"


def covered(instance: Instance, audit: Audit) -> tuple[float, float]:
    """Return troops required and covered, an average over periods that ask for any, summed over all requirements.

    What counts for several requirements counts in each; other measures count by their worth in troops.
    """
    parts = [part for part in in_troops(instance, audit) if part.wanted]
    periods = len({part.period for part in parts}) or 1
    return float(sum(part.wanted for part in parts) / periods), float(sum(part.had for part in parts) / periods)


@dataclass(frozen=True)
class InTroops:
    """What a requirement asks and gets in a period in troops, what is beyond its target not counted."""

    requirement: Requirement
    period: str
    wanted: Fraction
    had: Fraction


def in_troops(instance: Instance, audit: Audit) -> Iterator[InTroops]:
    """Return coverage by requirement and period in troops; other measures count by their worth in troops."""
    requirements = {requirement.id: requirement for requirement in instance.requirements}
    for line in audit.coverage:
        requirement = requirements[line.requirement]
        role = requirement.single_role
        worth = Fraction(1) if role is None else Fraction(instance.role[role].worth)
        yield InTroops(requirement, line.period, worth * line.target, worth * min(line.filled, line.target))


def _minimums(audit: Audit) -> str:
    short = {line.requirement: 0 for line in audit.coverage if line.filled < line.minimum}
    for line in audit.coverage:
        if line.filled < line.minimum:
            short[line.requirement] += 1
    if not short:
        return "every minimum is met"
    worst = sorted(short, key=lambda name: (-short[name], name))
    named = ", ".join(f"{name} ({counted(short[name], 'period')})" for name in worst[:4])
    more = f" and {len(worst) - 4} more" if len(worst) > 4 else ""
    return f"the minimum is met everywhere except {named}{more}"


def _proof(result: Result) -> str:
    if all(tier.proven for tier in result.tiers):
        return "proven optimal"
    tier = next(tier for tier in result.tiers if not tier.proven)
    if tier.bound is None or tier.found is None or tier.gap is None:
        return f"nothing is proven about {tier.name}"
    if tier.required:
        share = _percent(abs(tier.found - tier.bound) / tier.required)
        return f"{tier.name} proven within {share} of all that is required (gap {_percent(tier.gap)})"
    return f"{tier.name} proven within {_percent(tier.gap)}"


def _percent(share: Fraction) -> str:
    return f"{float(share):.2%}"


def _without_plan(result: Result) -> str:
    return {
        "INFEASIBLE": "No plan exists: hard rules or requirements contradict each other (proven); see forcegen explain",
        "UNBOUNDED": "The goal has no best value: the model is unbounded.",
        "ERROR": "The solver failed before it found a plan.",
    }.get(result.status.name, f"No plan was found: {result.termination.name.replace('_', ' ').lower()}.")
