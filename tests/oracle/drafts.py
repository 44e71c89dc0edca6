"""Random lists of a tiny instance: everything but its rules."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .reading import RESERVE, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

Document = dict[str, Any]
NATIONS = ("DNK", "EST", "FRA", "GBR", "NOR", "POL")
ROLES = ("line", "repair", "medical")
SECTORS = ("east", "north", "south")
ZONES = ("front", "rear")
STARTS = {"month": (2025 * 12 + 6, 2025 * 12 + 9), "week": (105_668, 105_720)}
HALVES = tuple(Decimal(text) for text in ("0.5", "1.5", "2.5"))


class Draft:
    """One draw: the lists are drawn in the order in which they refer to each other; the rules are for others to add."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.unit = "week" if self.chance(0.2) else "month"
        self.origin = rng.randint(*STARTS[self.unit])
        self.last = rng.randint(3, 7)
        self.nations = rng.sample(NATIONS, rng.randint(2, 4))
        self.groups = self._groups()
        self.conditions = self._conditions()
        self.roles = self._roles()
        self.sectors = self._sectors()
        self.contingents = self._contingents()
        self.requirements = [self._requirement(f"Q{i + 1}") for i in range(rng.randint(1, 5))]
        self.history = self._history()
        self.rules: list[Document] = []
        self.leads: list[Document] = []

    def document(self) -> Document:
        """The draw as an instance document; lists that are empty are sometimes absent."""
        document: Document = {
            "forcegen": 1,
            "name": "random",
            "horizon": {"start": self.date(0), "periods": self.last, "unit": self.unit},
            "groups": self.groups,
            "conditions": self.conditions,
            "nations": [self._nation(name) for name in self.nations],
            "roles": self.roles,
            "sectors": self.sectors,
            "contingents": self.contingents,
            "requirements": self.requirements,
            "rules": self.rules,
            "history": self.history,
            "leads": self.leads,
        }
        return {key: value for key, value in document.items() if value or self.chance(0.5)}

    # Draws

    def chance(self, probability: float) -> bool:
        """True so often."""
        return self.rng.random() < probability

    def some(self, names: Sequence[str], most: int = 3) -> list[str]:
        """One or more of these names."""
        return self.rng.sample(names, self.rng.randint(1, min(most, len(names))))

    def date(self, period: int) -> str:
        """The date of a period."""
        return text_of(self.origin + period, self.unit)

    def window(self, probability: float) -> Document:
        """So often a `from`, an `until` or both that leave some of the horizon."""
        if not self.chance(probability):
            return {}
        begins = self.rng.randint(-1, self.last - 1)
        ends = self.rng.randint(max(0, begins), self.last + 1)
        window = {"from": self.date(begins), "until": self.date(ends)}
        if self.chance(0.4):
            del window[self.rng.choice(("from", "until"))]
        return window

    def hangs(self, probability: float) -> Document:
        """So often an `if` or `unless`, if there are conditions."""
        if not self.conditions or not self.chance(probability):
            return {}
        hangs: Document = {self.rng.choice(("if", "unless")): self.some(list(self.conditions), 2)}
        return hangs | ({"unless": []} if "if" in hangs and self.chance(0.3) else {})

    def step(self, value: Any, probability: float, rise: int = 2) -> Any:
        """The number, or so often a step value that lowers or raises it on the way."""
        if not self.chance(probability):
            return value
        first = self.rng.choice((-2, 0, 0, 0, 1))
        later = self.rng.randint(first + 1, self.last)
        return {self.date(first): value, self.date(later): max(0, value + self.rng.randint(-rise, rise))}

    def members(self, name: str) -> set[str]:
        """The nations of a group, or the nation itself."""
        return {nation for member in self.groups.get(name, ()) for nation in self.members(member)} or {name}

    # Lists

    def _groups(self) -> Document:
        if not self.chance(0.5):
            return {}
        groups: Document = {"willing": self.some(self.nations, 2)}
        if self.chance(0.5):
            groups["allies"] = ["willing", self.rng.choice(self.nations)]
        return groups

    def _conditions(self) -> Document:
        conditions: Document = {}
        for name in ("backstop", "mandate")[: self.rng.choice((0, 1, 1, 2))]:
            held = self.rng.choice((True, False, "window", "window"))
            conditions[name] = {"holds": self.window(1) if held == "window" else held, "probability": HALVES[0]}
        return conditions

    def _nation(self, name: str) -> Document:
        return {"id": name, "name": name.title()} | (
            {"army": self.rng.randint(5, 80) * 1000} if self.chance(0.7) else {}
        )

    def _roles(self) -> list[Document]:
        names = list(self.rng.sample(ROLES, self.rng.choice((1, 1, 2, 2, 3))))
        if len(names) < 3 and self.chance(0.35):
            names.append(RESERVE)
        roles = []
        for name in names:
            worth = {} if self.chance(0.3) else {"worth": self.rng.choice((1, 1, 2, *HALVES[:2]))}
            roles.append({"id": name, "name": name.title(), "measure": "troops"} | worth)
        return roles

    def _sectors(self) -> list[Document]:
        sectors = []
        for name in self.rng.sample(SECTORS, self.rng.choice((1, 1, 2, 2, 3))):
            sector: Document = {"id": name, "name": name.title()}
            if self.chance(0.8):
                sector["zone"] = self.rng.choice(ZONES)
            if self.chance(0.8):
                sector["km"] = self.rng.choice((1, 2, Decimal("0.333")))
            if self.chance(0.45):
                sector["beds"] = self.step(self.rng.randint(4, 10), 0.4, 4)
            if self.chance(0.25):
                sector["supply"] = self.step(self.rng.choice((2, 3, 4, HALVES[2])), 0.4, 2)
            sectors.append(sector)
        return sectors

    def _contingents(self) -> list[Document]:
        owners = self.nations[: self.rng.randint(2, 4)]
        names = [self.rng.choice(owners) if i >= len(owners) else owners[i] for i in range(self.rng.randint(2, 4))]
        return [self._contingent(f"{nation}-{i + 1}", nation) for i, nation in enumerate(names)]

    def _contingent(self, name: str, nation: str) -> Document:
        strength = self.rng.randint(1, 6)
        contingent: Document = {"id": name, "nation": nation, "kind": "battlegroup", "strength": strength}
        contingent |= self._rhythm()
        contingent["fills"] = self._fills(strength)
        if self.chance(0.15):
            contingent["present"] = 1
        else:
            contingent["units"] = self.rng.choice((1, 1, 2))
        optional: dict[str, tuple[float, Callable[[], Any]]] = {
            "notice": (0.15, lambda: self.rng.randint(1, 2)),
            "ready": (0.2, lambda: self.date(self.rng.randint(-2, 2))),
            "until": (0.2, lambda: self.date(self.rng.randint(self.last - 2, self.last + 1))),
            "supply": (0.75, lambda: self.rng.choice((1, 2, 3, HALVES[1]))),
            "cost": (0.85, lambda: self._by_place((1, 2, 3, 4, HALVES[0], HALVES[2]))),
            "beds": (0.3, lambda: self._by_place((1, 3, 4, 7))),
        }
        for field, (probability, draw) in optional.items():
            if self.chance(probability):
                contingent[field] = draw()
        if "ready" in contingent and "until" in contingent:
            contingent["until"] = max(contingent["ready"], contingent["until"])
        return contingent | self.hangs(0.25)

    def _rhythm(self) -> Document:
        shortest = self.rng.randint(1, 4)
        longest = shortest + self.rng.choice((0, 0, 0, 1, 2))
        tour: Any = shortest if shortest == longest else {"min": shortest, "max": longest}
        dwell: Any = self.rng.randint(0, 4)
        if self.chance(0.25):
            dwell = {"ratio": self.rng.choice((1, 2, HALVES[0], HALVES[1]))}
        handovers = [x for x in (1, Decimal("0.5"), Decimal("0.25"), Decimal("1.5")) if x < shortest]
        handover = {"handover": self.rng.choice(handovers)} if self.chance(0.5) else {}
        return {"tour": tour, "dwell": dwell} | handover

    def _fills(self, strength: int) -> Document:
        fills: Document = {}
        for role in self.some([role["id"] for role in self.roles], 2):
            fills[role] = strength if self.chance(0.6) else self.rng.choice((1, 2, 4, *HALVES))
        return fills

    def _by_place(self, values: Sequence[Any]) -> Any:
        if self.chance(0.6):
            return self.rng.choice(values)
        places = [sector["id"] for sector in self.sectors] + [s["zone"] for s in self.sectors if "zone" in s]
        return {place: self.rng.choice(values) for place in sorted(set(self.some(places, 2)))}

    def _requirement(self, name: str) -> Document:
        requirement: Document = {"id": name}
        if self.chance(0.75):
            requirement["sectors"] = self.some([sector["id"] for sector in self.sectors], 2)
        if self.chance(0.75):
            wanted = self.rng.choice(self.contingents)["fills"]
            requirement["roles"] = [self.rng.choice(sorted(wanted))]
            more = [role["id"] for role in self.roles if role["id"] not in requirement["roles"]]
            requirement["roles"] += self.some(more, 1) if more and self.chance(0.25) else []
        if self.chance(0.2):
            requirement["as"] = self._post()
        requirement |= self.window(0.35) | self.hangs(0.2) | self._demand(requirement)
        if self.chance(0.5):
            requirement["priority"] = self.rng.choice((2, 3, 4, *HALVES))
        if self.chance(0.08):
            requirement |= {"hard": True, "minimum": 1, "target": self.rng.randint(1, 4)}
        return requirement

    def _post(self) -> Document:
        contingent = self.rng.choice(self.contingents)
        return {"sector": self.rng.choice(self.sectors)["id"], "role": self.rng.choice(sorted(contingent["fills"]))}

    def _demand(self, requirement: Document) -> Document:
        km = [s for s in self.sectors if "km" in s and s["id"] in requirement.get("sectors", (s["id"],))]
        if km and self.chance(0.15):
            return {"target": {"per_km": self.step(self.rng.choice((2, 3, Decimal("1.125"))), 0.3)}}
        least = self.rng.randint(1, 6)
        shape = self.rng.random()
        if shape < 0.2:
            return {"minimum": self.step(least, 0.3)}
        if shape < 0.4:
            return {"target": self.step(least + 1, 0.3)}
        if shape < 0.85:
            return {"minimum": least, "target": least + self.rng.choice((1, 2, 3, HALVES[0]))}
        later = self.date(self.rng.randint(1, self.last))
        return {"minimum": {self.date(0): 1, later: least}, "target": {self.date(-1): least, later: least + 2}}

    # History

    def _history(self) -> list[Document]:
        return [row for contingent in self.contingents if self.chance(0.3) for row in self._rows(contingent)]

    def _rows(self, contingent: Document) -> list[Document]:
        """One unit, two alike, or two apart."""
        both = contingent.get("units") == 2 and self.chance(0.5)
        alike = both and self.chance(0.5)
        rows = [self._row(contingent, 2 if alike else 1)]
        return rows + ([self._row(contingent, 1)] if both and not alike else [])

    def _row(self, contingent: Document, units: int) -> Document:
        row = self._returned() if self.chance(0.5) else self._running(contingent)
        return {"contingent": contingent["id"], "units": units} | row

    def _returned(self) -> Document:
        home = self.rng.randint(-3, 0)
        since = {"since": self.date(home - self.rng.randint(1, 4))} if self.chance(0.5) else {}
        return {"returned": self.date(home)} | since

    def _running(self, contingent: Document) -> Document:
        return {
            "sector": self.rng.choice(self.sectors)["id"],
            "role": self.rng.choice(sorted(contingent["fills"])),
            "since": self.date(-self.rng.randint(1, 2)),
            "ends": self.date(self.rng.choice((0, 0, 1, 2))),
        }
