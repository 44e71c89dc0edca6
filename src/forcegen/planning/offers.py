"""Offers that nobody has made: the units that could be asked for, and the instance with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forcegen.domain.rules import Bar, Either, Escort, Pin, Ratio, Standby
from forcegen.domain.scope import scope_of
from forcegen.planning.relax import unused, with_lists

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from forcegen.domain.contingent import Contingent
    from forcegen.domain.instance import Instance
    from forcegen.domain.rules import AnyRule
    from forcegen.domain.rules.base import Selection

# What does not make a type: whose it is, how many there are, and when and on what conditions they are offered.
_OWN = {"id", "nation", "name", "units", "present", "ready", "until", "if_", "unless", "source", "basis", "note"}


@dataclass(frozen=True)
class Offer:
    """Units that could be asked of a nation.

    Parameters
    ----------
    id, nation
        What they are called in the instance with them, and whose they are.
    like
        The contingent that they are like: of its type, unconditional, from the horizon's start on.
    """

    id: str
    nation: str
    like: str


def offers(instance: Instance, kinds: Collection[str] = (), *, wide: bool = False) -> tuple[Offer, ...]:
    """Return what could be asked for: of each nation one more of each type that it offers.

    Contingents that a rule names stay apart from others of their type.

    Parameters
    ----------
    kinds
        Only contingents of these kinds; empty for all.
    wide
        Ask every nation for the types that others offer, too.
    """
    named = named_by(instance.rules)
    chosen = [k for k in instance.contingents if not kinds or k.kind in kinds]
    found: dict[tuple[str, str, str], str] = {}
    for k in chosen:
        found.setdefault((k.nation, type_of(k), k.id if k.id in named else ""), k.id)
    for k in chosen if wide else ():
        for n in instance.nations:
            if not any(key[:2] == (n.id, type_of(k)) for key in found):
                found[n.id, type_of(k), ""] = k.id
    taken = {k.id for k in instance.contingents}
    result = []
    for (nation, _, _), like in found.items():
        own = instance.contingent[like].nation == nation
        name = unused(f"{like}.more" if own else f"{nation}.{like}.more", taken)
        taken.add(name)
        result.append(Offer(name, nation, like))
    return tuple(result)


def type_of(k: Contingent) -> str:
    """Return what is the same for all contingents of a type."""
    return repr(sorted(k.model_dump(exclude=_OWN, mode="json").items()))


def with_offers(instance: Instance, asked: Sequence[Offer], units: Mapping[str, int]) -> Instance:
    """Return the instance with so many units of each offer.

    Rules that name a contingent hold for what a nation offers beyond it as well. Pins, bars and standby are about what
    is offered: extra units are not in their scope.
    """
    extra = tuple(
        instance.contingent[offer.like].model_copy(
            update={
                "id": offer.id,
                "nation": offer.nation,
                "name": None,
                "units": units[offer.id],
                "present": None,
                "ready": None,
                "until": None,
                "if_": (),
                "unless": (),
                "source": None,
                "basis": None,
                "note": None,
            }
        )
        for offer in asked
    )
    more: dict[str, list[str]] = {}
    for offer in asked:
        if instance.contingent[offer.like].nation == offer.nation:
            more.setdefault(offer.like, []).append(offer.id)
    rules = tuple(kept for rule in instance.rules if (kept := _widened(rule, instance, more)) is not None)
    return with_lists(instance, contingents=instance.contingents + extra, rules=rules)


def _widened(rule: AnyRule, instance: Instance, more: Mapping[str, Sequence[str]]) -> AnyRule | None:
    """Return a rule as it is about an instance with offers; None where it would be about nothing."""
    if isinstance(rule, Pin | Bar | Standby):
        who = tuple(k.id for k in instance.contingents if k.id in scope_of(rule, instance).contingents)
        return rule.model_copy(update={"nations": None, "contingents": who}) if who else None
    update: dict[str, Any] = {"contingents": _with(rule.contingents, more)}
    if isinstance(rule, Either):
        update["sets"] = tuple(_with(items, more) for items in rule.sets)
    if isinstance(rule, Escort):
        update["with_"] = _selecting(rule.with_, more)
    if isinstance(rule, Ratio):
        update |= {"of": _selecting(rule.of, more), "to": _selecting(rule.to, more)}
    return rule.model_copy(update=update)


def _selecting(selection: Selection, more: Mapping[str, Sequence[str]]) -> Selection:
    return selection.model_copy(update={"contingents": _with(selection.contingents, more)})


def _with(contingents: Iterable[str] | None, more: Mapping[str, Sequence[str]]) -> tuple[str, ...] | None:
    if contingents is None:
        return None
    return tuple(name for k in contingents for name in (k, *more.get(k, ())))


def named_by(rules: Iterable[AnyRule]) -> frozenset[str]:
    """Return the contingents that rules name."""
    found: set[str] = set()
    for rule in rules:
        found |= set(rule.contingents or ())
        if isinstance(rule, Either):
            found |= {k for items in rule.sets for k in items}
        if isinstance(rule, Escort):
            found |= set(rule.with_.contingents or ())
        if isinstance(rule, Ratio):
            found |= set(rule.of.contingents or ()) | set(rule.to.contingents or ())
    return frozenset(found)
