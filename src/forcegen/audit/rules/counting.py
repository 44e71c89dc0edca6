"""What ceilings and floors count: troops, units, tours or cost of those in scope, in millionths."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forcegen.domain.scope import active_periods, scope_of

if TYPE_CHECKING:
    from forcegen.audit.presence import Presence, Theatre
    from forcegen.domain.instance import Instance
    from forcegen.domain.rules import Bar, Ceiling, Floor, Pin, Rule
    from forcegen.domain.rules.base import Each
    from forcegen.domain.scope import Scope

MILLION = 10**6
Amount = Callable[["Presence", int], int]


@dataclass(frozen=True)
class Count:
    """What an item of a rule holds in a period (None: over all active periods), in millionths."""

    item: str | None
    t: int | None
    value: int

    def words(self, theatre: Theatre) -> tuple[str | None, str]:
        """Return the period, and how a message says it."""
        if self.t is None:
            return None, "over the horizon"
        return theatre.labels[self.t], f"in {theatre.labels[self.t]}"


def counts(rule: Ceiling | Floor, theatre: Theatre, amounts: Mapping[str, Amount]) -> Iterator[Count]:
    """Yield what each item holds in each active period, or over all of them where the rule says so."""
    scope = scope_of(rule, theatre.instance)
    active = [t for t, holds in enumerate(active_periods(rule, theatre.instance)) if holds]
    sums = _sums(rule.each, scope, theatre, amounts[rule.of])
    for item in items(rule.each, scope, theatre.instance):
        if rule.over == "period":
            yield from (Count(item, t, sums[item, t]) for t in active)
        elif active:
            yield Count(item, None, sum(sums[item, t] for t in active))


def units_of_each(rule: Pin | Bar, theatre: Theatre) -> Iterator[tuple[str, int, int]]:
    """Yield contingent, active period and how many of its units are present in the rule's places and roles."""
    scope = scope_of(rule, theatre.instance)
    active = [t for t, holds in enumerate(active_periods(rule, theatre.instance)) if holds]
    present: dict[tuple[str, int], int] = defaultdict(int)
    for p in theatre.presences:
        if in_scope(scope, p):
            for t in theatre.inside(p):
                present[p.station.contingent.id, t] += 1
    for k in sorted(scope.contingents):
        yield from ((k, t, present[k, t]) for t in active)


def troops_by_nation(rule: Rule, theatre: Theatre) -> Iterator[tuple[str, int, dict[str, int]]]:
    """Yield sector, active period and the strength of each nation, where troops of the scope are present."""
    scope = scope_of(rule, theatre.instance)
    active = active_periods(rule, theatre.instance)
    found: dict[tuple[str, int], dict[str, int]] = {}
    for p in theatre.presences:
        if in_scope(scope, p):
            for t in theatre.inside(p):
                nations = found.setdefault((p.station.sector.id, t), {})
                nation = p.station.contingent.nation
                nations[nation] = nations.get(nation, 0) + p.station.strength
    for s, t in sorted(found):
        if active[t]:
            yield s, t, found[s, t]


def items(each: Each | None, scope: Scope, instance: Instance) -> Sequence[str | None]:
    """Return what `each` makes items of: nations of the scope's contingents, sectors or roles; else the one whole."""
    if each == "nation":
        return sorted({instance.contingent[k].nation for k in scope.contingents})
    if each == "sector":
        return sorted(scope.sectors)
    if each == "role":
        return sorted(scope.roles)
    return [None]


def item_of(each: Each | None, presence: Presence) -> str | None:
    """Return the item of a rule that a presence belongs to."""
    if each == "nation":
        return presence.station.contingent.nation
    if each == "sector":
        return presence.station.sector.id
    return presence.station.role.id if each == "role" else None


def in_scope(scope: Scope, presence: Presence) -> bool:
    """Return whether a presence is in a rule's scope."""
    return presence.station.contingent.id in scope.contingents and in_places(scope, presence)


def in_places(scope: Scope, presence: Presence) -> bool:
    """Return whether a presence is in a scope's places and roles, whoever it is."""
    return presence.station.sector.id in scope.sectors and presence.station.role.id in scope.roles


def troops(presence: Presence, t: int) -> int:
    """Return its strength, handover in full."""
    return presence.station.strength * 1000


def troops_that_count(presence: Presence, t: int) -> int:
    """Return its strength times the handover factor."""
    return presence.station.strength * presence.counted(t)


def units(presence: Presence, t: int) -> int:
    """Return 1, handover in full."""
    return MILLION


def tours(presence: Presence, t: int) -> int:
    """Return 1 in the period in which the tour starts."""
    return MILLION if presence.start == t else 0


def cost(presence: Presence, t: int) -> int:
    """Return its cost at the place."""
    return presence.station.cost * 1000


def _sums(each: Each | None, scope: Scope, theatre: Theatre, amount: Amount) -> dict[tuple[str | None, int], int]:
    sums: dict[tuple[str | None, int], int] = defaultdict(int)
    for p in theatre.presences:
        if in_scope(scope, p):
            item = item_of(each, p)
            for t in theatre.inside(p):
                sums[item, t] += amount(p, t)
    return sums
