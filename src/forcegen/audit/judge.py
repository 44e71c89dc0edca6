"""The audit of a plan, check by check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.audit.commands import check_leads
from forcegen.audit.coverage import check_hard, lines, needs
from forcegen.audit.derive import burdens, force, freed, reliefs
from forcegen.audit.goals import GOALS, REQUIRED
from forcegen.audit.limits import check_beds, check_supply
from forcegen.audit.presence import expand
from forcegen.audit.result import Audit
from forcegen.audit.rules import check_rules
from forcegen.audit.tours import check_known, check_tours

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forcegen.audit.coverage import Need
    from forcegen.audit.presence import Theatre
    from forcegen.audit.result import Violation
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan


def audit(instance: Instance, plan: Plan, goals: Sequence[str] = tuple(GOALS)) -> Audit:
    """Judge a plan and compute what it is worth.

    Parameters
    ----------
    instance
        What is given.
    plan
        Its tours are judged. Tours that name what the instance does not know are violations and count nowhere else.
    goals
        The goals to compute.

    Raises
    ------
    ValueError
        If a goal is not known.
    """
    for goal in goals:
        if goal not in GOALS:
            raise ValueError(f"there is no goal {goal!r}; known: {', '.join(GOALS)}")
    theatre = expand(instance, plan)
    found = needs(theatre)
    return Audit(
        violations=tuple(_violations(instance, plan, theatre, found)),
        goals={goal: GOALS[goal](found, theatre) for goal in goals},
        required={goal: REQUIRED[goal](found) for goal in goals if goal in REQUIRED},
        coverage=tuple(lines(found, theatre)),
        nations=tuple(burdens(theatre)),
        force=tuple(force(theatre)),
        freed=tuple(freed(theatre)),
        reliefs=tuple(reliefs(theatre)),
    )


def _violations(instance: Instance, plan: Plan, theatre: Theatre, found: Sequence[Need]) -> Iterator[Violation]:
    yield from check_known(instance, plan)
    yield from check_leads(instance, plan)
    yield from check_tours(theatre)
    yield from check_beds(theatre)
    yield from check_supply(theatre)
    yield from check_rules(theatre)
    yield from check_hard(found, theatre)
