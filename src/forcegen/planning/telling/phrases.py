"""Nations, places, roles, numbers and windows of an instance in words, by their names."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from forcegen.domain.numbers import plain
from forcegen.domain.values import PerKm

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forcegen.domain.contingent import Contingent
    from forcegen.domain.horizon import Period
    from forcegen.domain.instance import Instance
    from forcegen.domain.requirement import Requirement
    from forcegen.domain.rules import Rule, Selection

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
# How many things are named before the rest is counted.
_NAMED = 6


class Phrases:
    """The words for what an instance's documents name."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.unit = instance.horizon.unit
        self._nations = {n.id: n.name or n.id for n in instance.nations}
        self._sectors = {s.id: s.name or s.id for s in instance.sectors}
        self._roles = {r.id: r.name or r.id for r in instance.roles}
        self._contingents = {k.id: k.name or k.id for k in instance.contingents}
        self._conditions = {name: condition.name or name for name, condition in instance.conditions.items()}

    def nations(self, names: Sequence[str]) -> str:
        """Return nations and groups: `Poland and the group borders-russia`."""
        return listed(self._nations.get(name, f"the group {name}") for name in names)

    def sector(self, name: str) -> str:
        """Return one sector."""
        return self._sectors[name]

    def role(self, name: str) -> str:
        """Return one role, in quotation marks: a name may be a phrase of its own."""
        return f"\u201c{self._roles[name]}\u201d"

    def contingents(self, names: Iterable[str]) -> str:
        """Return contingents by their names."""
        return listed(self._contingents[name] for name in names)

    def who(self, scope: Rule | Selection) -> str:
        """Return whose units are in a scope: ` of Poland`; nothing where all are."""
        named = [self.nations(scope.nations)] if scope.nations else []
        named += [self.contingents(scope.contingents)] if scope.contingents else []
        return f" of {' and of '.join(named)}" if named else ""

    def where(self, scope: Rule | Requirement, plainly: str = "") -> str:
        """Return a scope's places: ` in Kharkiv and in the line zone`; `plainly` where none are named."""
        named = [listed(map(self.sector, scope.sectors))] if scope.sectors else []
        zones = getattr(scope, "zones", None)
        named += [f"the {'zone' if len(zones) == 1 else 'zones'} {listed(zones)}"] if zones else []
        return f" in {' and in '.join(named)}" if named else plainly

    def roles(self, scope: Rule | Selection | Requirement) -> str:
        """Return a scope's roles: ` in the role "Logistics"`; nothing where all are."""
        if not scope.roles:
            return ""
        return f" in the role{'s' * (len(scope.roles) > 1)} {listed(map(self.role, scope.roles))}"

    def when(self, thing: Rule | Requirement) -> str:
        """Return a window and the conditions that something hangs on; `throughout` where it always holds."""
        parts = [
            f"from {self.period(thing.from_)}{'' if thing.until else ' on'}" if thing.from_ else "",
            f"until {self.period(thing.until)}" if thing.until else "",
        ]
        window = " ".join(filter(None, parts)) or "throughout"
        held = f", while {self._named(thing.if_)}" if thing.if_ else ""
        return window + held + (f", unless {self._named(thing.unless)}" if thing.unless else "")

    def _named(self, conditions: Sequence[str]) -> str:
        named = listed(f"\u201c{self._conditions[name]}\u201d" for name in conditions)
        return f"{named} hold{'s' * (len(conditions) == 1)}"

    def period(self, period: Period) -> str:
        """Return `March 2026`, or `week 9 of 2026`."""
        year, part = period.split("-")
        return f"week {int(part[1:])} of {year}" if part.startswith("W") else f"{_MONTHS[int(part) - 1]} {year}"

    def amount(self, value: Any, of: str = "") -> str:
        """Return a number of something, step by step where it varies: `600 beds from March 2026`."""
        if isinstance(value, PerKm):
            return self.amount(value.per_km, of) + " a kilometre"
        if isinstance(value, dict):
            first, *rest = sorted(value.items(), key=lambda step: step[0].ordinal)
            steps = [f"{figure(first[1], of)} from {self.period(first[0])}"]
            return listed([*steps, *(f"{figure(number)} from {self.period(period)}" for period, number in rest)])
        return figure(value, of)

    def offer(self, k: Contingent) -> str:
        """Return what is offered: `6 units of Polish logistics battalion (250 people each)`."""
        return f"{figure(k.pool, 'units')} of {self._contingents[k.id]} ({figure(k.strength)} people each)"


def figure(number: Decimal | int, of: str = "") -> str:
    """Return a number of something, given in the plural, with separators of thousands: `1 unit`, `1,200 units`."""
    what = of[:-1] if number == 1 and of.endswith("s") else of
    return f"{plain(Decimal(number)):,}{' ' if what else ''}{what}"


def per_cent(per_mille: Decimal) -> str:
    """Return a share in per cent: `33.3 %`."""
    return f"{plain(per_mille / 10):,} %"


def listed(names: Iterable[str]) -> str:
    """Return names joined by commas and an and; beyond a few, the rest is counted."""
    every = list(names)
    if len(every) > _NAMED + 1:
        every = [*every[:_NAMED], f"{len(every) - _NAMED} others"]
    return every[0] if len(every) == 1 else f"{', '.join(every[:-1])} and {every[-1]}"
