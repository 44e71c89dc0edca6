"""What a rule or requirement is about, expanded: contingents, sectors, roles and active periods."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from forcegen.domain.condition import holding
from forcegen.domain.nation import expand

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance
    from forcegen.domain.requirement import Requirement
    from forcegen.domain.rules import Rule


@dataclass(frozen=True)
class Scope:
    """Identifiers of contingents, sectors and roles."""

    contingents: frozenset[str]
    sectors: frozenset[str]
    roles: frozenset[str]


def scope_of(rule: Rule, instance: Instance) -> Scope:
    """Return the scope of a rule: fields intersect, values within a field unite."""
    contingents = frozenset(instance.contingent)
    if rule.names_who:
        nations = expand(rule.nations or (), instance.groups)
        named = frozenset(rule.contingents or ())
        contingents = frozenset(k.id for k in instance.contingents if k.nation in nations or k.id in named)
    sectors = frozenset(instance.sector)
    if rule.sectors is not None or rule.zones is not None:
        zones = frozenset(rule.zones or ())
        places = frozenset(rule.sectors or ())
        sectors = frozenset(s.id for s in instance.sectors if s.id in places or s.zone in zones)
    roles = frozenset(instance.role) if rule.roles is None else frozenset(rule.roles)
    return Scope(contingents, sectors, roles)


def active_periods(thing: Rule | Requirement, instance: Instance) -> tuple[bool, ...]:
    """Return for each period whether it is in the window and the conditions make the thing active."""
    held = holding(thing, instance.conditions, instance.horizon)
    window = instance.horizon.window(thing.from_, thing.until)
    return tuple(a and b for a, b in zip(held, window, strict=True))


def kilometres(requirement: Requirement, instance: Instance) -> Decimal:
    """Return the length of a requirement's sectors, km."""
    sectors = instance.sector if requirement.sectors is None else dict.fromkeys(requirement.sectors)
    return sum((instance.sector[s].km or Decimal(0) for s in sectors), Decimal(0))
