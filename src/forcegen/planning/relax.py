"""The hard parts of an instance one by one, and the instance with only some of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, get_args

from forcegen.domain.instance import Instance
from forcegen.domain.numbers import plain

if TYPE_CHECKING:
    from collections.abc import Collection

    from forcegen.domain.contingent import Contingent
    from forcegen.domain.requirement import Requirement
    from forcegen.domain.rules import Rule

Kind = Literal["rule", "requirement", "beds", "supply", "offers"]

# What a nation offers, where its offers are set aside: so many times as many units.
_PLENTY = 100
_MOST = 1_000_000


@dataclass(frozen=True)
class Part:
    """One thing that limits plans and could be relaxed by itself.

    Parameters
    ----------
    kind
        rule, requirement (a hard one), beds or supply (of a sector), offers (of a nation).
    id
        Of the rule, requirement, sector or nation.
    words
        The same in words, with its source.
    """

    kind: Kind
    id: str
    words: str

    def __str__(self) -> str:
        """Return it in words."""
        return self.words


def parts(instance: Instance) -> list[Part]:
    """Return everything hard in an instance; what a planner would rather not hear of in an explanation comes first."""
    found = [Part("offers", n.id, f"what {n.id} offers") for n in instance.nations if _offers(instance, n.id)]
    limits: tuple[Literal["supply", "beds"], ...] = ("supply", "beds")
    for kind in limits:
        for sector in instance.sectors:
            if (value := getattr(sector, kind)) is not None:
                found.append(Part(kind, sector.id, f"the {kind} of {sector.id} ({_amount(value)})"))
    found += [Part("rule", rule.id, rule_words(rule)) for rule in instance.rules if rule.negotiable]
    found += [Part("rule", rule.id, rule_words(rule)) for rule in instance.rules if not rule.negotiable]
    return found + [Part("requirement", q.id, requirement_words(q)) for q in instance.requirements if q.hard]


def keeping(instance: Instance, kept: Collection[Part]) -> Instance:
    """Return the instance with these of its parts alone; requirements that are not kept may be missed."""
    ids: dict[str, set[str]] = {kind: {part.id for part in kept if part.kind == kind} for kind in get_args(Kind)}
    sectors = tuple(
        sector.model_copy(update={name: None for name in ("beds", "supply") if sector.id not in ids[name]})
        for sector in instance.sectors
    )
    contingents = tuple(k if k.nation in ids["offers"] else _plenty(k) for k in instance.contingents)
    requirements = tuple(
        q if q.id in ids["requirement"] or not q.hard else q.model_copy(update={"hard": False})
        for q in instance.requirements
    )
    rules = tuple(rule for rule in instance.rules if rule.id in ids["rule"])
    return with_lists(instance, sectors=sectors, contingents=contingents, requirements=requirements, rules=rules)


def with_lists(instance: Instance, **lists: Any) -> Instance:
    """Return a copy of an instance with other lists, checked anew."""
    return Instance(**({name: getattr(instance, name) for name in Instance.model_fields} | lists))


def unused(name: str, taken: Collection[str]) -> str:
    """Return the name, with dots until nothing else is called so."""
    while name in taken:
        name += "."
    return name


def _plenty(k: Contingent) -> Contingent:
    return k.model_copy(update={"units": min(max(1, k.pool) * _PLENTY, _MOST), "present": None}) if k.pool else k


def _offers(instance: Instance, nation: str) -> bool:
    return any(k.nation == nation and k.pool for k in instance.contingents)


def rule_words(rule: Rule) -> str:
    """Return a rule in words, with its source."""
    text = " ".join(filter(None, (rule.kind, rule_says(rule))))
    source = rule.name or rule.source
    return f"rule {rule.id} ({text}{'; ' + source if source else ''})"


def rule_says(rule: Rule) -> str:
    """Return a rule's numbers and scope in words."""
    who = ", ".join((*(rule.nations or ()), *(rule.contingents or ())))
    where = ", ".join((*(rule.sectors or ()), *(rule.zones or ())))
    what = ", ".join(rule.roles or ())
    scope = " ".join(
        filter(None, (who and f"for {who}", where and f"in {where}", what and f"as {what}", _window(rule)))
    )
    given = {name: getattr(rule, name, None) for name in ("most", "least", "units")}
    numbers = [f"{name} {_amount(value)}" for name, value in given.items() if value is not None]
    return " ".join(filter(None, (*numbers, scope)))


def requirement_words(q: Requirement) -> str:
    """Return a hard requirement in words."""
    where = f" in {', '.join(q.sectors)}" if q.sectors else ""
    what = f" as {', '.join(q.roles)}" if q.roles else ""
    least = "" if q.minimum is None else f" at least {_amount(q.minimum)}"
    return f"requirement {q.id} (hard:{least}{what}{where}{' ' + _window(q) if _window(q) else ''})"


def _window(thing: Rule | Requirement) -> str:
    first = f"from {thing.from_}" if thing.from_ else ""
    last = f"until {thing.until}" if thing.until else ""
    return " ".join(filter(None, (first, last)))


def _amount(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{_amount(number)} from {period}" for period, number in value.items())
    if hasattr(value, "per_km"):
        return f"{_amount(value.per_km)} a km"
    return f"{plain(value):,}" if isinstance(value, Decimal) else f"{value:,}"
