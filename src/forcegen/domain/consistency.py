"""Do the parts of an instance fit together? One `check_*` each; a problem names its field and how to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from forcegen.domain.horizon import Period
from forcegen.domain.nation import expand
from forcegen.domain.requirement import Requirement
from forcegen.domain.rules import Bar, Either, Escort, LeadNation, Pin, Ratio, Rule, Selection
from forcegen.domain.scope import kilometres, scope_of
from forcegen.domain.values import PerKm

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, the value, what, and how to mend it."""

    path: Path
    value: Any
    message: str
    advice: str


class Inconsistent(ValueError):
    """The parts of a document do not fit together."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems[0].message)
        self.problems = problems


def problems(instance: Instance) -> tuple[Problem, ...]:
    """Return everything that does not fit; later checks run only where earlier ones found nothing."""
    for stage in (_IDENTITY, _REFERENCES, _MEANING):
        found = tuple(problem for check in stage for problem in check(instance))
        if found:
            return found
    return ()


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return advice that names the nearest known word."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean {close[0]!r}?" if close else otherwise


def check_unique(instance: Instance) -> Iterator[Problem]:
    """No identifier stands twice in a list."""
    for name in ("nations", "roles", "sectors", "contingents", "requirements", "rules"):
        seen: dict[str, int] = {}
        for i, item in enumerate(getattr(instance, name)):
            if item.id in seen:
                place = f"{name}[{seen[item.id]}]"
                yield Problem((name, i, "id"), item.id, f"the id {item.id!r} is already that of {place}", "rename one")
            seen.setdefault(item.id, i)


def check_names_apart(instance: Instance) -> Iterator[Problem]:
    """A group is not called like a nation, nor a zone like a sector."""
    for group in instance.groups:
        if group in instance.nation:
            yield Problem(("groups", group), group, f"{group!r} is both a nation and a group", "rename the group")
    for i, sector in enumerate(instance.sectors):
        if sector.zone in instance.sector:
            message = f"{sector.zone!r} is both a zone and a sector"
            yield Problem(("sectors", i, "zone"), sector.zone, message, "rename the zone")


def check_unit(instance: Instance) -> Iterator[Problem]:
    """Every period is of the horizon's unit."""
    unit = instance.horizon.unit
    form = "month, such as 2025-07" if unit == "month" else "week, such as 2025-W27"
    for path, period in _periods(instance, ()):
        if period.unit != unit:
            message = f"{period} is a {period.unit}; the horizon counts {unit}s"
            yield Problem(path, str(period), message, f"write a {form}")


def check_horizon(instance: Instance) -> Iterator[Problem]:
    """The horizon, and any tour in it, ends in a year that can be written."""
    horizon = instance.horizon
    last = Period("9999-12" if horizon.unit == "month" else "9999-W52")
    if horizon.start.unit != horizon.unit:
        return
    if horizon.index(last) < horizon.periods - 1:
        message = f"{horizon.periods} {horizon.unit}s from {horizon.start} end after the year 9999"
        yield Problem(("horizon", "periods"), horizon.periods, message, "begin earlier, or shorten the horizon")
    else:
        for i, k in enumerate(instance.contingents):
            if k.tour_lengths and horizon.index(last) < horizon.periods + k.tour_lengths[0] - 2:
                message = f"{k.id}: a tour of {k.tour_lengths[0]} {horizon.unit}s could end after the year 9999"
                yield Problem(("contingents", i, "tour"), _plain(k.tour), message, "shorten the tour")


def check_scopes(instance: Instance) -> Iterator[Problem]:
    """No list of a scope is empty: it would mean nothing where its author may have meant all."""
    for name, items, lists in (
        ("requirements", instance.requirements, ("sectors", "roles")),
        ("rules", instance.rules, ("nations", "contingents", "sectors", "zones", "roles")),
    ):
        for i, item in enumerate(items):
            for field in lists:
                if getattr(item, field) == ():
                    message = f"{item.id}: the list of {field} is empty"
                    yield Problem((name, i, field), "[]", message, "leave the field out for all, or name some")
    for i, rule in enumerate(instance.rules):
        for at, selection in _selections(rule):
            for field in ("nations", "contingents", "roles"):
                if getattr(selection, field) == ():
                    message = f"{rule.id}: the list of {field} is empty"
                    yield Problem(("rules", i, at, field), "[]", message, "leave the field out for all, or name some")
        if isinstance(rule, LeadNation) and rule.candidates == ():
            message = f"{rule.id}: the list of candidates is empty"
            yield Problem(("rules", i, "candidates"), "[]", message, "leave the field out for all, or name some")


def check_groups(instance: Instance) -> Iterator[Problem]:
    """Groups name nations or groups, and none contains itself."""
    known = instance.nation.keys() | instance.groups.keys()
    for group, members in instance.groups.items():
        yield from _unknown(members, known, "nation or group", ("groups", group))
    if not any(m not in known for members in instance.groups.values() for m in members):
        for group in instance.groups:
            try:
                expand([group], instance.groups)
            except ValueError as cycle:
                message = f"the group {group!r} contains itself: {cycle}"
                yield Problem(("groups", group), list(instance.groups[group]), message, "take it out of one of them")
                return


def check_sectors(instance: Instance) -> Iterator[Problem]:
    """Neighbours exist."""
    for i, sector in enumerate(instance.sectors):
        yield from _unknown(sector.next, instance.sector, "sector", ("sectors", i, "next"))


def check_contingents(instance: Instance) -> Iterator[Problem]:
    """Nations, roles, places and conditions of contingents exist."""
    places = instance.sector.keys() | _zones(instance)
    for i, k in enumerate(instance.contingents):
        at: Path = ("contingents", i)
        yield from _unknown([k.nation], instance.nation, "nation", (*at, "nation"), listed=False)
        yield from _unknown(k.fills, instance.role, "role", (*at, "fills"), listed=False)
        yield from _conditions(k.if_, k.unless, instance, at)
        for name in ("beds", "cost"):
            if isinstance(by_place := getattr(k, name), dict):
                yield from _unknown(by_place, places, "sector or zone", (*at, name), listed=False)


def check_requirements(instance: Instance) -> Iterator[Problem]:
    """Sectors, roles and conditions of requirements exist."""
    for i, q in enumerate(instance.requirements):
        at: Path = ("requirements", i)
        yield from _unknown(q.sectors or (), instance.sector, "sector", (*at, "sectors"))
        yield from _unknown(q.roles or (), instance.role, "role", (*at, "roles"))
        yield from _conditions(q.if_, q.unless, instance, at)
        if q.as_ is not None:
            yield from _unknown([q.as_.sector], instance.sector, "sector", (*at, "as", "sector"), listed=False)
            yield from _unknown([q.as_.role], instance.role, "role", (*at, "as", "role"), listed=False)


def check_rules(instance: Instance) -> Iterator[Problem]:
    """Scopes and conditions of rules exist."""
    nations = instance.nation.keys() | instance.groups.keys()
    for i, rule in enumerate(instance.rules):
        at: Path = ("rules", i)
        yield from _selected(rule, instance, at)
        yield from _unknown(rule.sectors or (), instance.sector, "sector", (*at, "sectors"))
        yield from _unknown(rule.zones or (), _zones(instance), "zone", (*at, "zones"))
        yield from _conditions(rule.if_, rule.unless, instance, at)
        for field, selection in _selections(rule):
            yield from _selected(selection, instance, (*at, field))
        if isinstance(rule, Either):
            for j, items in enumerate(rule.sets):
                yield from _unknown(items, instance.contingent, "contingent", (*at, "sets", j))
        if isinstance(rule, LeadNation):
            yield from _unknown(rule.candidates or (), nations, "nation or group", (*at, "candidates"))


def check_lead_references(instance: Instance) -> Iterator[Problem]:
    """Sectors and nations of leads exist."""
    for i, lead in enumerate(instance.leads):
        at: Path = ("leads", i)
        yield from _unknown([lead.sector], instance.sector, "sector", (*at, "sector"), listed=False)
        yield from _unknown([lead.nation], instance.nation, "nation", (*at, "nation"), listed=False)


def check_history_references(instance: Instance) -> Iterator[Problem]:
    """Contingents, sectors and roles of history exist."""
    for i, row in enumerate(instance.history):
        at: Path = ("history", i)
        yield from _unknown([row.contingent], instance.contingent, "contingent", (*at, "contingent"), listed=False)
        if row.sector is not None:
            yield from _unknown([row.sector], instance.sector, "sector", (*at, "sector"), listed=False)
        if row.role is not None:
            yield from _unknown([row.role], instance.role, "role", (*at, "role"), listed=False)


def check_tours(instance: Instance) -> Iterator[Problem]:
    """Pools, tours and handovers make sense."""
    for i, k in enumerate(instance.contingents):
        at: Path = ("contingents", i)
        if (k.units is None) == (k.present is None):
            which = "both units and present are given" if k.units is not None else "neither units nor present is given"
            yield Problem(at, k.id, f"{k.id}: {which}", "give units (the whole pool) or present (kept up in theatre)")
        if not k.tour_lengths:
            message = f"{k.id}: the shortest tour is longer than the longest"
            yield Problem((*at, "tour"), _plain(k.tour), message, "swap min and max")
        elif k.handover >= k.tour_lengths[0]:
            message = f"{k.id}: the handover ({k.handover}) is not shorter than the shortest tour ({k.tour_lengths[0]})"
            yield Problem((*at, "handover"), k.handover, message, "shorten the handover")
        elif k.pool > 1_000_000:
            yield Problem((*at, "present"), k.present, f"{k.id}: {k.pool} units are too many", "offer fewer")


def check_windows(instance: Instance) -> Iterator[Problem]:
    """No window ends before it begins."""
    for name, first, last in (
        ("requirements", "from_", "until"),
        ("rules", "from_", "until"),
        ("contingents", "ready", "until"),
        ("history", "since", "ends"),
        ("history", "since", "returned"),
    ):
        for i, item in enumerate(getattr(instance, name)):
            yield from _ordered((name, i), getattr(item, first), getattr(item, last), last)
    for name, condition in instance.conditions.items():
        if not isinstance(condition.holds, bool):
            yield from _ordered(("conditions", name, "holds"), condition.holds.from_, condition.holds.until, "until")


def check_amounts(instance: Instance) -> Iterator[Problem]:
    """Minimums are at most targets, and densities have kilometres."""
    for i, q in enumerate(instance.requirements):
        yield from _densities(instance, i, q)
        km = kilometres(q, instance)
        minimums, targets = q.minimums(instance.horizon, km), q.targets(instance.horizon, km)
        for t, (least, wanted) in enumerate(zip(minimums, targets, strict=True)):
            if least > wanted:
                when = instance.horizon.label(t)
                message = f"{q.id}: the minimum {least} is above the target {wanted} in {when}"
                yield Problem(("requirements", i, "minimum"), _plain(q.minimum), message, "raise the target")
                break


def check_counts_of_units(instance: Instance) -> Iterator[Problem]:
    """No pin or bar names more units than there are."""
    for i, rule in enumerate(instance.rules):
        if isinstance(rule, Pin | Bar):
            for k in sorted(scope_of(rule, instance).contingents):
                pool = instance.contingent[k].pool
                if rule.units > pool:
                    message = f"{rule.id}: {rule.units} units of {k}, which has {pool}"
                    yield Problem(("rules", i, "units"), rule.units, message, "name fewer, or raise the contingent's")
                    break


def check_leads(instance: Instance) -> Iterator[Problem]:
    """A sector is led by one nation when the horizon starts, since some earlier period."""
    start, led = instance.horizon.start, set[str]()
    for i, lead in enumerate(instance.leads):
        at: Path = ("leads", i)
        if lead.sector in led:
            message = f"{lead.sector} has more than one lead before {start}"
            yield Problem((*at, "sector"), lead.sector, message, "keep the last of them")
        led.add(lead.sector)
        if lead.since.ordinal >= start.ordinal:
            message = f"the lead of {lead.sector} begins in {lead.since}, not before {start}"
            yield Problem((*at, "since"), str(lead.since), message, "leads from the horizon's start on are the plan's")


def check_history(instance: Instance) -> Iterator[Problem]:
    """Rows of history are complete, in time, and no more than the pool."""
    start, away = instance.horizon.start, dict.fromkeys(instance.contingent, 0)
    for i, row in enumerate(instance.history):
        at: Path = ("history", i)
        k = instance.contingent[row.contingent]
        away[k.id] += row.units
        if away[k.id] > k.pool:
            message = f"{k.id}: history has {away[k.id]} units, the contingent {k.pool}"
            yield Problem((*at, "units"), row.units, message, "raise the contingent's units")
        if (row.returned is None) == (row.ends is None):
            message = "a row of history says either when the units returned or when their tour ends"
            yield Problem(at, row.contingent, message, "give one of the fields returned and ends")
        elif row.returned is not None:
            if row.returned.ordinal > start.ordinal:
                message = f"{row.returned} is after the horizon's start"
                yield Problem((*at, "returned"), str(row.returned), message, "write a running tour with since and ends")
        elif row.sector is None or row.role is None or row.since is None:
            message = "a running tour needs the fields sector, role, since and ends"
            yield Problem(at, row.contingent, message, "add what is missing")
        elif row.since.ordinal >= start.ordinal or (row.ends or start).ordinal < start.ordinal:
            message = f"a running tour begins before {start} and ends then or later"
            yield Problem((*at, "since"), str(row.since), message, "write what is over with returned")
        elif row.role not in k.fills:
            message = f"{k.id} does not fill the role {row.role!r}"
            yield Problem((*at, "role"), row.role, message, f"it fills {', '.join(k.fills)}")


_Check = Callable[["Instance"], Iterator[Problem]]
_IDENTITY: tuple[_Check, ...] = (check_unique, check_names_apart, check_unit, check_horizon, check_scopes)
_REFERENCES: tuple[_Check, ...] = (
    check_groups,
    check_sectors,
    check_contingents,
    check_requirements,
    check_rules,
    check_history_references,
    check_lead_references,
)
_MEANING: tuple[_Check, ...] = (
    check_tours,
    check_windows,
    check_amounts,
    check_counts_of_units,
    check_history,
    check_leads,
)


def _zones(instance: Instance) -> frozenset[str]:
    return frozenset(sector.zone for sector in instance.sectors if sector.zone is not None)


def _unknown(
    names: Iterable[str], known: Iterable[str], what: str, path: Path, *, listed: bool = True
) -> Iterator[Problem]:
    known = set(known)
    for i, name in enumerate(names):
        if name not in known:
            where = (*path, i) if listed else path
            some = ", ".join(sorted(known)[:6])
            otherwise = f"known: {some}{', ...' if len(known) > 6 else ''}" if known else f"there is no {what} yet"
            yield Problem(where, name, f"there is no {what} {name!r}", did_you_mean(name, known, otherwise))


def _selections(rule: Rule) -> Iterator[tuple[str, Selection]]:
    if isinstance(rule, Ratio):
        yield from (("of", rule.of), ("to", rule.to))
    if isinstance(rule, Escort):
        yield "with", rule.with_


def _selected(named: Rule | Selection, instance: Instance, at: Path) -> Iterator[Problem]:
    nations = instance.nation.keys() | instance.groups.keys()
    yield from _unknown(named.nations or (), nations, "nation or group", (*at, "nations"))
    yield from _unknown(named.contingents or (), instance.contingent, "contingent", (*at, "contingents"))
    yield from _unknown(named.roles or (), instance.role, "role", (*at, "roles"))


def _conditions(if_: Iterable[str], unless: Iterable[str], instance: Instance, at: Path) -> Iterator[Problem]:
    yield from _unknown(if_, instance.conditions, "condition", (*at, "if"))
    yield from _unknown(unless, instance.conditions, "condition", (*at, "unless"))


def _ordered(at: Path, first: Period | None, last: Period | None, field: str) -> Iterator[Problem]:
    if first is not None and last is not None and first.ordinal > last.ordinal:
        yield Problem((*at, field), str(last), f"the window ends in {last}, before it begins in {first}", "swap them")


def _densities(instance: Instance, i: int, q: Requirement) -> Iterator[Problem]:
    sectors = instance.sector if q.sectors is None else q.sectors
    if all(instance.sector[sector].km is None for sector in sectors):
        for name in ("minimum", "target"):
            if isinstance(amount := getattr(q, name), PerKm):
                message = f"{q.id}: a density needs kilometres, and none of its sectors has any"
                yield Problem(("requirements", i, name), _plain(amount), message, "give its sectors their km")


def _periods(value: Any, path: Path) -> Iterator[tuple[Path, Period]]:
    if isinstance(value, Period):
        yield path, value
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from _periods(getattr(value, name), (*path, field.alias or name))
    elif isinstance(value, dict):
        for key, item in value.items():
            if isinstance(key, Period):
                yield (*path, str(key)), key
            yield from _periods(item, (*path, key))
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _periods(item, (*path, i))


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value
