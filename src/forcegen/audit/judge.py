"""The audit of a plan, check by check."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.audit.commands import check_leads
from forcegen.audit.coverage import check_hard, lines, needs
from forcegen.audit.derive import burdens, force, freed, reliefs
from forcegen.audit.goals import GOALS, REQUIRED, Case
from forcegen.audit.limits import check_beds, check_supply
from forcegen.audit.past import after_the_past, check_past
from forcegen.audit.presence import expand
from forcegen.audit.result import Audit
from forcegen.audit.rules import check_rules
from forcegen.audit.tours import check_known, check_tours

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal

    from forcegen.audit.coverage import Need
    from forcegen.audit.presence import Theatre
    from forcegen.audit.result import Violation
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan


def audit(
    instance: Instance,
    plan: Plan,
    goals: Sequence[str] | None = None,
    *,
    willing: Sequence[str] | None = None,
    base: Plan | None = None,
    soft: Mapping[str, Decimal] | None = None,
    at: int | None = None,
) -> Audit:
    """Judge a plan and compute what it is worth.

    Parameters
    ----------
    instance
        What is given.
    plan
        Its tours are judged. Tours that name what the instance does not know are violations and count nowhere else.
    goals
        The goals to compute; all that can be, unless given.
    willing
        Nations and groups between which `burden-gap` is measured.
    base
        The plan that `changes` compares with.
    soft
        Rule kinds whose violations are a cost, and what one of what they count costs.

    at
        The number of the period in which `base` was made anew into this plan: what it says of earlier periods is past.
        The past is not judged, but has to be that of `base` (docs/semantics.md, section 9).

    Raises
    ------
    ValueError
        If a goal is not known, or is `changes` and there is no base, or the plan is made anew of no base.
    """
    if goals is None:
        goals = [goal for goal in GOALS if goal != "changes" or base is not None]
    for goal in goals:
        if goal not in GOALS:
            raise ValueError(f"there is no goal {goal!r}; known: {', '.join(GOALS)}")
    if at is not None and base is None:
        raise ValueError("a plan that is made anew needs the plan that it was")
    theatre = expand(instance, plan, at)
    found = needs(theatre)
    case = Case(found, theatre, plan, base, willing)
    prices = soft or {}
    everything = violations = tuple(_violations(instance, plan, theatre, found))
    if at is not None and base is not None:
        violations = (*after_the_past(violations, instance, base, at), *check_past(theatre, plan, base, at))
    return Audit(
        violations=tuple(v for v in violations if not _priced(v, prices)),
        goals={goal: GOALS[goal](case) for goal in goals},
        soft={
            kind: sum((Fraction(price) * (v.amount or 0) for v in everything if v.kind == kind and v.rule), Fraction(0))
            for kind, price in prices.items()
        },
        required={goal: REQUIRED[goal](found) for goal in goals if goal in REQUIRED},
        coverage=tuple(lines(found, theatre)),
        nations=tuple(burdens(theatre)),
        force=tuple(force(theatre)),
        freed=tuple(freed(theatre)),
        reliefs=tuple(reliefs(theatre)),
    )


def _priced(violation: Violation, prices: Mapping[str, Decimal]) -> bool:
    """Return whether the rule that is broken is soft; limits that are always on never are."""
    return violation.rule is not None and violation.kind in prices and violation.amount is not None


def _violations(instance: Instance, plan: Plan, theatre: Theatre, found: Sequence[Need]) -> Iterator[Violation]:
    yield from check_known(instance, plan)
    yield from check_leads(instance, plan)
    yield from check_tours(theatre)
    yield from check_beds(theatre)
    yield from check_supply(theatre)
    yield from check_rules(theatre)
    yield from check_hard(found, theatre)
