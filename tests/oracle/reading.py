"""What an instance document says, expanded: periods, step values, windows, conditions, scopes, allowed tours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache, cached_property
from math import ceil
from typing import Any

Item = Mapping[str, Any]
RESERVE = "reserve"
NOTHING = Fraction(0)


@dataclass(frozen=True)
class Presence:
    """A tour of the plan, or a running tour of history; `start` and `periods` are counted in periods."""

    contingent: str
    unit: int
    sector: str
    role: str
    start: int
    periods: int
    history: bool = False

    @property
    def leaves(self) -> int:
        """The first period after the last."""
        return self.start + self.periods

    def holds(self, t: int) -> bool:
        """Whether the unit is present in period `t`."""
        return self.start <= t < self.leaves


def number(value: Any) -> Fraction:
    """The exact value of a number however it was loaded."""
    return _exact(str(value))


@cache
def _exact(text: str) -> Fraction:
    return Fraction(text)


def round_up(value: Fraction, places: int) -> Fraction:
    """The least multiple of 10**-places that is not below the value."""
    return Fraction(ceil(value * 10**places), 10**places)


def count_of(text: str) -> int:
    """A running number of a month `2025-07` or of an ISO week `2025-W27`."""
    year, part = str(text).split("-", 1)
    if part.startswith("W"):
        return date.fromisocalendar(int(year), int(part[1:]), 1).toordinal() // 7
    return int(year) * 12 + int(part) - 1


def text_of(count: int, unit: str) -> str:
    """The inverse of `count_of`."""
    if unit == "week":
        year, week, _ = date.fromordinal(count * 7 + 1).isocalendar()
        return f"{year}-W{week:02d}"
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


class Reading:
    """A document with every group, zone, window, condition and step value resolved on demand."""

    def __init__(self, document: Item) -> None:
        self.document = document
        self.unit: str = document["horizon"].get("unit", "month")
        self.origin = count_of(document["horizon"]["start"])
        self.last = int(document["horizon"]["periods"])
        self.periods = range(self.last)
        self.roles = by_id(document, "roles")
        self.sectors = by_id(document, "sectors")
        self.contingents = by_id(document, "contingents")
        self.requirements = by_id(document, "requirements")
        self.rules = by_id(document, "rules")
        self._who: dict[int, frozenset[str]] = {}
        self._active: dict[int, frozenset[int]] = {}

    # Time

    def period(self, text: str) -> int:
        """The number of a date, negative before the horizon."""
        return count_of(text) - self.origin

    def date(self, period: int) -> str:
        """The date of a period."""
        return text_of(period + self.origin, self.unit)

    def step(self, value: Any, t: int) -> Fraction:
        """A number, or the step value in force in period `t`."""
        if not isinstance(value, Mapping):
            return number(value)
        begun = [(self.period(key), held) for key, held in value.items() if self.period(key) <= t]
        return number(max(begun)[1]) if begun else Fraction(0)

    def in_window(self, item: Item, t: int) -> bool:
        """Whether `t` is within `from` .. `until`, both inclusive."""
        begins, ends = item.get("from"), item.get("until")
        return (begins is None or self.period(begins) <= t) and (ends is None or t <= self.period(ends))

    def condition(self, name: str, t: int) -> bool:
        """Whether a condition holds in period `t`."""
        holds = self.document["conditions"][name]["holds"]
        return self.in_window(holds, t) if isinstance(holds, Mapping) else bool(holds)

    def conditions_met(self, item: Item, t: int) -> bool:
        """Whether all of `if` and none of `unless` hold in period `t`."""
        return all(self.condition(name, t) for name in item.get("if") or ()) and not any(
            self.condition(name, t) for name in item.get("unless") or ()
        )

    def active(self, item: Item) -> frozenset[int]:
        """The periods of the horizon in which a rule or requirement asks something."""
        key = id(item)
        if key not in self._active:
            self._active[key] = frozenset(
                t for t in self.periods if self.in_window(item, t) and self.conditions_met(item, t)
            )
        return self._active[key]

    # Contingents

    def units(self, k: str) -> int:
        """The pool: as given, or derived from a presence."""
        contingent = self.contingents[k]
        if contingent.get("present") is None:
            return int(contingent["units"])
        longest = self.lengths(k)[-1]
        kept = number(contingent["present"]) * (longest + self.dwell(k, longest))
        return ceil(kept / (longest - self.handover(k)))

    def lengths(self, k: str) -> range:
        """The tour lengths on offer, shortest first."""
        tour = self.contingents[k]["tour"]
        if isinstance(tour, Mapping):
            return range(int(tour["min"]), int(tour["max"]) + 1)
        return range(int(tour), int(tour) + 1)

    def dwell(self, k: str, served: int) -> int:
        """The periods owed at home after so many served."""
        dwell = self.contingents[k]["dwell"]
        return ceil(number(dwell["ratio"]) * served) if isinstance(dwell, Mapping) else int(dwell)

    def handover(self, k: str) -> Fraction:
        """The periods of a tour that do not count yet."""
        return number(self.contingents[k].get("handover") or 0)

    def amount(self, k: str, field: str) -> Fraction:
        """A plain number of a contingent, 0 where not given."""
        return number(self.contingents[k].get(field) or 0)

    def cost(self, k: str, s: str) -> Fraction:
        """Cost of a unit and period at a place; 0 where the place is not named."""
        return self._at_place(self.contingents[k].get("cost"), s, Fraction(0))

    def beds(self, k: str, s: str) -> Fraction:
        """Beds of a unit at a place; its strength where the place is not named."""
        return self._at_place(self.contingents[k].get("beds"), s, self.amount(k, "strength"))

    def _at_place(self, value: Any, s: str, missing: Fraction) -> Fraction:
        if value is None:
            return missing
        if not isinstance(value, Mapping):
            return number(value)
        for place in (s, self.sectors[s].get("zone")):
            if place in value:
                return number(value[place])
        return missing

    def factor(self, presence: Presence, t: int) -> Fraction:
        """How far the unit counts in period `t`, its handover taken off."""
        served = t - presence.start + 1
        return min(Fraction(1), max(Fraction(0), served - self.handover(presence.contingent)))

    # Scopes

    def who(self, item: Item) -> frozenset[str]:
        """The contingents that a rule speaks of."""
        key = id(item)
        if key not in self._who:
            self._who[key] = self._contingents_of(item)
        return self._who[key]

    def _contingents_of(self, item: Item) -> frozenset[str]:
        named, nations = item.get("contingents") or (), self.nations_of(item.get("nations") or ())
        if not named and not nations:
            return frozenset(self.contingents)
        return frozenset(named) | {k for k, contingent in self.contingents.items() if contingent["nation"] in nations}

    def nations_of(self, names: Any) -> frozenset[str]:
        """Nations named one by one or by groups, which may hold groups."""
        groups = self.document.get("groups") or {}
        found: set[str] = set()
        for name in names:
            found |= self.nations_of(groups[name]) if name in groups else {name}
        return frozenset(found)

    def places(self, item: Item) -> frozenset[str]:
        """The sectors that a rule or requirement speaks of."""
        named, zones = item.get("sectors") or (), item.get("zones") or ()
        if not named and not zones:
            return frozenset(self.sectors)
        return frozenset(named) | {s for s, sector in self.sectors.items() if sector.get("zone") in zones}

    def roles_in_scope(self, rule: Item) -> frozenset[str]:
        """The roles that a rule speaks of."""
        return frozenset(rule.get("roles") or self.roles)

    def forbidding(self, k: str, s: str, r: str, t: int) -> list[Item]:
        """The `exclude` and `only` rules that keep a contingent out of a post in period `t`."""
        return [
            rule
            for rule in self.place_rules
            if t in self.active(rule)
            and k in self.who(rule)
            and (s in self.places(rule) and r in self.roles_in_scope(rule)) == (rule["kind"] == "exclude")
        ]

    @cached_property
    def place_rules(self) -> list[Item]:
        """The rules that forbid posts."""
        return [rule for rule in self.rules.values() if rule["kind"] in ("exclude", "only")]

    # Requirements

    def matches(self, requirement: Item, s: str, r: str) -> bool:
        """Whether service in a sector and role counts for the requirement."""
        roles = requirement.get("roles")
        return s in self.places(requirement) and (r in roles if roles else r != RESERVE)

    def asked(self, requirement: Item, t: int) -> tuple[Fraction, Fraction]:
        """Minimum and target in an active period."""
        minimum, target = requirement.get("minimum"), requirement.get("target")
        least = self._demand(requirement, minimum, t)
        return least, least if target is None else self._demand(requirement, target, t)

    def _demand(self, requirement: Item, value: Any, t: int) -> Fraction:
        if isinstance(value, Mapping) and "per_km" in value:
            km = sum((number(self.sectors[s].get("km") or 0) for s in self.places(requirement)), Fraction(0))
            return round_up(self.step(value["per_km"], t) * km, 3)
        return self.step(0 if value is None else value, t)

    def weight(self, requirement: Item) -> Fraction:
        """Priority times the troops that one unit of the measure stands for."""
        priority = requirement.get("priority")
        role = self.measured_role(requirement)
        return number(1 if priority is None else priority) * (self.worth(role) if role else 1)

    def worth(self, r: str) -> Fraction:
        """Troops that one unit of a role's measure stands for."""
        worth = self.roles[r].get("worth")
        return number(1 if worth is None else worth)

    def measured_role(self, requirement: Item) -> str | None:
        """The role in whose measure the requirement is stated; None is troops."""
        if requirement.get("as"):
            return str(requirement["as"]["role"])
        roles = list(requirement.get("roles") or [])
        return roles[0] if len(roles) == 1 else None

    def fill(self, requirement: Item, presence: Presence, t: int) -> Fraction:
        """What a presence adds to a requirement in an active period."""
        if not (presence.holds(t) and self.matches(requirement, presence.sector, presence.role)):
            return NOTHING
        return self.factor(presence, t) * self._fill_in_full(requirement, presence, t)

    def _fill_in_full(self, requirement: Item, presence: Presence, t: int) -> Fraction:
        fills, post = self.contingents[presence.contingent]["fills"], requirement.get("as")
        if post:
            able = post["role"] in fills and not self.forbidding(presence.contingent, post["sector"], post["role"], t)
            return number(fills[post["role"]]) if able else Fraction(0)
        full = number(fills.get(presence.role, 0))
        return full if len(requirement.get("roles") or ()) == 1 else full * self.worth(presence.role)

    # History

    @cached_property
    def running(self) -> list[Presence]:
        """The tours that history leaves running at the start."""
        return [self._running(k, u, row) for k, u, row in self._rows() if row.get("ends") is not None]

    def _running(self, k: str, u: int, row: Item) -> Presence:
        since, home = self.period(row["since"]), self.period(row["ends"]) + 1
        return Presence(k, u, row["sector"], row["role"], since, home - since, history=True)

    @cached_property
    def first_starts(self) -> dict[tuple[str, int], int]:
        """The first start that history leaves each of its units."""
        return {(k, u): self._first_start(k, row) for k, u, row in self._rows()}

    @cached_property
    def rests(self) -> list[tuple[str, int, int]]:
        """Contingent, first period at home and first free period of each unit that rests after an earlier tour."""
        return [
            (k, self.period(row["returned"]), self._first_start(k, row))
            for k, _, row in self._rows()
            if row.get("returned") is not None
        ]

    def _rows(self) -> Iterator[tuple[str, int, Item]]:
        taken = dict.fromkeys(self.contingents, 0)
        for row in self.document.get("history") or ():
            for _ in range(int(row.get("units", 1))):
                taken[row["contingent"]] += 1
                yield row["contingent"], taken[row["contingent"]], row

    def _first_start(self, k: str, row: Item) -> int:
        if row.get("ends") is not None:
            home = self.period(row["ends"]) + 1
            return home + self.dwell(k, home - self.period(row["since"]))
        home = self.period(row["returned"])
        served = self.lengths(k)[-1] if row.get("since") is None else home - self.period(row["since"])
        return home + self.dwell(k, served)

    # Tours

    def objections(self, tour: Presence) -> list[str]:
        """Why this tour, by itself, is not allowed; empty if it is."""
        k, inside = tour.contingent, range(max(0, tour.start), min(tour.leaves, self.last))
        contingent = self.contingents[k]
        found = []
        if not 1 <= tour.unit <= self.units(k):
            found.append(f"unit:{k}")
        if not self.earliest(k) <= tour.start < self.last:
            found.append(f"ready:{k}")
        if tour.periods not in self.lengths_at(k, tour.start):
            found.append(f"length:{k}")
        if contingent.get("until") is not None and tour.leaves - 1 > self.period(contingent["until"]):
            found.append(f"until:{k}")
        if not all(self.conditions_met(contingent, t) for t in inside):
            found.append(f"condition:{k}")
        return found + self._objections_to_post(tour, inside)

    def _objections_to_post(self, tour: Presence, inside: range) -> list[str]:
        k, s, r = tour.contingent, tour.sector, tour.role
        found = [] if r in self.contingents[k]["fills"] else [f"fill:{k}"]
        asking = (q for q in self.requirements.values() if self.matches(q, s, r))
        if not any(t in self.active(q) for q in asking for t in inside):
            found.append(f"no-requirement:{k}")
        forbidding = {rule["id"]: rule for t in inside for rule in self.forbidding(k, s, r, t)}
        return found + [f"{rule['kind']}:{name}" for name, rule in forbidding.items()]

    def earliest(self, k: str) -> int:
        """The first period in which any unit of the contingent may start."""
        contingent = self.contingents[k]
        ready = contingent.get("ready")
        return max(0, int(contingent.get("notice") or 0), 0 if ready is None else self.period(ready))

    def lengths_at(self, k: str, start: int) -> list[int]:
        """The lengths allowed from a start: of those past the horizon only the shortest."""
        past = [periods for periods in self.lengths(k) if start + periods > self.last]
        return [periods for periods in self.lengths(k) if start + periods <= self.last] + past[:1]

    def next_start(self, tour: Presence) -> int:
        """The first period in which the unit may start again."""
        return tour.leaves + self.dwell(tour.contingent, tour.periods)


def by_id(document: Item, name: str) -> dict[str, Item]:
    """A list of the document, keyed by its ids."""
    return {item["id"]: item for item in document.get(name) or ()}
