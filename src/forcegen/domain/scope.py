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
    from forcegen.domain.rules import LeadNation, Rule, Selection


@dataclass(frozen=True)
class Scope:
    """Identifiers of contingents, sectors and roles."""

    contingents: frozenset[str]
    sectors: frozenset[str]
    roles: frozenset[str]


def scope_of(rule: Rule, instance: Instance) -> Scope:
    """Return the scope of a rule: fields intersect, values within a field unite."""
    contingents = _who(rule, instance)
    sectors = frozenset(instance.sector)
    if rule.sectors is not None or rule.zones is not None:
        zones = frozenset(rule.zones or ())
        places = frozenset(rule.sectors or ())
        sectors = frozenset(s.id for s in instance.sectors if s.id in places or s.zone in zones)
    return Scope(contingents, sectors, _roles(rule, instance))


def selected(selection: Selection, instance: Instance) -> Scope:
    """Return what a selection names, in all sectors."""
    return Scope(_who(selection, instance), frozenset(instance.sector), _roles(selection, instance))


def lead_scope(rule: LeadNation, instance: Instance) -> Scope:
    """Return whose sectors a lead rule is about: its roles are those that only the lead may fill, not a scope."""
    whole = scope_of(rule, instance)
    return Scope(whole.contingents, whole.sectors, frozenset(instance.role))


def lead_candidates(rule: LeadNation, instance: Instance) -> frozenset[str]:
    """Return the nations that may lead."""
    if rule.candidates is not None:
        return expand(rule.candidates, instance.groups)
    if rule.names_who:
        return frozenset(instance.contingent[k].nation for k in scope_of(rule, instance).contingents)
    return frozenset(instance.nation)


def active_periods(thing: Rule | Requirement, instance: Instance) -> tuple[bool, ...]:
    """Return for each period whether it is in the window and the conditions make the thing active."""
    held = holding(thing, instance.conditions, instance.horizon)
    window = instance.horizon.window(thing.from_, thing.until)
    return tuple(a and b for a, b in zip(held, window, strict=True))


def _who(named: Rule | Selection, instance: Instance) -> frozenset[str]:
    if named.nations is None and named.contingents is None:
        return frozenset(instance.contingent)
    nations = expand(named.nations or (), instance.groups)
    contingents = frozenset(named.contingents or ())
    return frozenset(k.id for k in instance.contingents if k.nation in nations or k.id in contingents)


def _roles(named: Rule | Selection, instance: Instance) -> frozenset[str]:
    return frozenset(instance.role) if named.roles is None else frozenset(named.roles)


def kilometres(requirement: Requirement, instance: Instance) -> Decimal:
    """Return the length of a requirement's sectors, km."""
    sectors = instance.sector if requirement.sectors is None else dict.fromkeys(requirement.sectors)
    return sum((instance.sector[s].km or Decimal(0) for s in sectors), Decimal(0))
