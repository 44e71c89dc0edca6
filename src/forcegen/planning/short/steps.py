"""One step of relief: an instance in which a single limit is a little wider."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Any, Literal

from forcegen.domain.contingent import DwellRatio
from forcegen.domain.numbers import plain
from forcegen.planning.relax import rule_words, with_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forcegen.domain.contingent import Contingent
    from forcegen.domain.instance import Instance
    from forcegen.domain.place import Sector
    from forcegen.domain.rules import Rule

Kind = Literal["unit", "dwell", "caveat", "beds", "supply", "lift", "ceiling", "rule"]

_TENTH_MORE = Decimal("1.1")
_THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True)
class Step:
    """One limit, one step wider.

    Parameters
    ----------
    kind, id
        What is relieved, and of whom: a contingent, a nation's kind, a rule or sectors.
    words
        The same in words.
    limits
        Family and name of the limits that it widens, as a plan's binding limits are named.
    change
        Makes of an instance the wider one; every plan of the first is one of the second.
    """

    kind: Kind
    id: str
    words: str
    limits: frozenset[tuple[str, str]] = field(compare=False)
    change: Callable[[Instance], Instance] = field(compare=False, repr=False)


def unit_more(contingent: Contingent) -> Step:
    """Return the step to one unit more of a contingent."""

    def more(k: Contingent) -> Contingent:
        return k.model_copy(update={"units": k.pool + 1, "present": None})

    words = f"one more unit of {contingent.id} ({plain(contingent.strength):,} strong)"
    return Step("unit", contingent.id, words, _pools([contingent.id]), _contingents({contingent.id}, more))


def dwell_shorter(name: str, members: Sequence[Contingent], unit: str) -> Step | None:
    """Return the step to a dwell one period shorter for some contingents; None where nobody owes any.

    A dwell by ratio is cut by a period after the longest tour. Pools stay what they are.
    """
    own = {k.id for k in members if k.dwell_after(k.tour_lengths[-1])}
    if not own:
        return None
    words = f"dwell a {unit} shorter for {', '.join(k.id for k in members if k.id in own)}"
    return Step("dwell", name, words, _pools(own), _contingents(own, _home_less))


def set_aside(kind: Literal["caveat", "rule"], rule: Rule) -> Step:
    """Return the step of setting a rule aside."""

    def without(instance: Instance) -> Instance:
        return with_lists(instance, rules=tuple(other for other in instance.rules if other.id != rule.id))

    return Step(kind, rule.id, f"{rule_words(rule)} set aside", frozenset({(rule.kind, rule.id)}), without)


def tenth_more(kind: Literal["beds", "supply"], sectors: Sequence[Sector]) -> Step:
    """Return the step to 10 % more beds, or supply, in some sectors, rounded up to thousandths."""
    names = {sector.id for sector in sectors}

    def more(instance: Instance) -> Instance:
        wider = (
            s.model_copy(update={kind: _each(getattr(s, kind), _tenth)}) if s.id in names else s
            for s in instance.sectors
        )
        return with_lists(instance, sectors=tuple(wider))

    where = ", ".join(sector.id for sector in sectors)
    limits = frozenset((kind, name) for name in names)
    return Step(kind, where, f"10 % more {kind} in {where}", limits, more)


def hub_tenth_more(rule: Rule) -> Step:
    """Return the step to 10 % more through a hub."""
    return _raised("supply", rule, "10 % more", _tenth)


def raised(kind: Literal["lift", "ceiling"], rule: Rule, by: Decimal) -> Step:
    """Return the step to a lift or ceiling that is higher by so much."""
    return _raised(kind, rule, f"{plain(by):,} more", lambda number: number + by)


def _raised(kind: Kind, rule: Rule, more: str, wider: Callable[[Decimal], Decimal]) -> Step:
    def change(instance: Instance) -> Instance:
        rules = (
            other.model_copy(update={"most": _each(getattr(other, "most"), wider)}) if other.id == rule.id else other  # noqa: B009
            for other in instance.rules
        )
        return with_lists(instance, rules=tuple(rules))

    return Step(kind, rule.id, f"{more} for {rule_words(rule)}", frozenset({(rule.kind, rule.id)}), change)


def _contingents(names: set[str], change: Callable[[Contingent], Contingent]) -> Callable[[Instance], Instance]:
    def changed(instance: Instance) -> Instance:
        contingents = tuple(change(k) if k.id in names else k for k in instance.contingents)
        return with_lists(instance, contingents=contingents)

    return changed


def _home_less(k: Contingent) -> Contingent:
    longest = k.tour_lengths[-1]
    owed = k.dwell_after(longest) - 1
    shorter: int | DwellRatio = owed
    if isinstance(k.dwell, DwellRatio):
        shorter = DwellRatio(ratio=(Decimal(owed) / longest).quantize(_THOUSANDTH, ROUND_FLOOR))
    return k.model_copy(update={"dwell": shorter, "units": k.pool, "present": None})


def _each(value: Any, wider: Callable[[Decimal], Decimal]) -> Any:
    if isinstance(value, dict):
        return {period: wider(number) for period, number in value.items()}
    return wider(value)


def _tenth(number: Decimal) -> Decimal:
    return (number * _TENTH_MORE).quantize(_THOUSANDTH, ROUND_CEILING)


def _pools(names: Any) -> frozenset[tuple[str, str]]:
    return frozenset(("pool", name) for name in names)
