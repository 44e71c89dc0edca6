"""Rules that nobody can keep for a while after a surprise, set aside until somebody can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forcegen.audit import audit
from forcegen.domain.rules import Ceiling, Either, Exclude, Floor, Only
from forcegen.mip import Status
from forcegen.planning.relax import with_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from forcegen.domain.horizon import Period
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan
    from forcegen.domain.rules import Rule
    from forcegen.planning.replan import Replan

_WAITS = (1, 2, 3, 4, 6, 9, 12, 18)


@dataclass(frozen=True)
class Pause:
    """Rules that are broken whatever is decided, and the first period in which all are kept again."""

    rules: tuple[str, ...]
    until: Period


def met(
    anew: Callable[[Instance], Replan], after: Instance, base: Plan, rest: Plan, t: int
) -> tuple[Replan, Pause | None]:
    """Return the plan made anew; where no plan keeps all rules, those that the rest breaks are set aside for a while.

    Parameters
    ----------
    anew
        Makes the plan anew in an instance.
    after, base, rest
        The changed instance, the plan before, and what is left of it in period `t`.

    Returns
    -------
    anew, pause
        The pause is the shortest tried with which there is a plan; none where none is needed or none is known to help.
    """
    new = anew(after)
    if new.result.status is not Status.INFEASIBLE:
        return new, None
    broken = {v.rule for v in audit(after, rest, [], base=base, at=t).violations if v.rule is not None}
    names = tuple(rule.id for rule in after.rules if rule.id in broken and _by_period(rule))
    left = after.horizon.periods - t
    for wait in (*(wait for wait in _WAITS if wait < left), left):
        if not names:
            break
        until = after.horizon.label(t + wait)
        again = anew(set_aside(after, names, until))
        if again.plan is not None:
            return again, Pause(names, until)
        if again.result.status is not Status.INFEASIBLE:
            break
    return new, None


def set_aside(instance: Instance, names: Collection[str], until: Period) -> Instance:
    """Return the instance in which some rules ask nothing before a period."""
    return with_lists(instance, rules=tuple(_later(instance, names, until)))


def _later(instance: Instance, names: Collection[str], until: Period) -> Iterator[Rule]:
    for rule in instance.rules:
        if rule.id not in names:
            yield rule
        elif rule.until is None or rule.until.ordinal >= until.ordinal:
            begins = until if rule.from_ is None or rule.from_.ordinal < until.ordinal else rule.from_
            yield rule.model_copy(update={"from_": begins})


def _by_period(rule: Rule) -> bool:
    """Return whether a rule is one of single periods, which can be broken in some and kept in others."""
    whole = isinstance(rule, Ceiling | Floor) and rule.over == "horizon"
    return not whole and not isinstance(rule, Either | Exclude | Only)
