"""Random rules that stand in the way of a plan."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from .brute import presence_of
from .meters import limits
from .reading import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .drafts import Document, Draft


HALF = Decimal("0.5")


class RuleDraft:
    """Rules for a draft, aimed at the tours of the plan that is best without them."""

    def __init__(self, draft: Draft, plan: Sequence[Document]) -> None:
        self.draft = draft
        self.rng = draft.rng
        self.plan = plan

    def rule(self, name: str, kind: str) -> Document:
        """A rule of this kind, built around one tour of the plan where it has one."""
        tour = self.rng.choice(self.plan) if self.plan else self._any_tour()
        fields: Document = getattr(self, f"_{kind}")(tour)
        when = self.draft.hangs(0.15) if "from" in fields else self._when(tour)
        return {"id": name, "kind": kind} | fields | when

    def _any_tour(self) -> Document:
        contingent = self.rng.choice(self.draft.contingents)
        sector, role = self.rng.choice(self.draft.sectors)["id"], self.rng.choice(sorted(contingent["fills"]))
        return {"contingent": contingent["id"], "sector": sector, "role": role, "start": self.draft.date(0)}

    def _when(self, tour: Document) -> Document:
        """Mostly always; else from or until the tour's start, any window, or a condition."""
        fields = self.rng.choice(
            ({}, {}, {}, {}, {"from": tour["start"]}, {"until": tour["start"]}, self.draft.window(1))
        )
        return fields | self.draft.hangs(0.15)

    # Scopes

    def _contingent(self, tour: Document) -> Document:
        return next(item for item in self.draft.contingents if item["id"] == tour["contingent"])

    def _naming(self, tour: Document) -> Document:
        """A scope of nations, groups or contingents that has the tour's."""
        contingent = self._contingent(tour)
        nation = contingent["nation"]
        groups = [name for name in self.draft.groups if nation in self.draft.members(name)]
        if self.draft.chance(0.35):
            return {"contingents": [contingent["id"]]}
        if self.draft.chance(0.1):
            return {"contingents": [contingent["id"]], "nations": [self.rng.choice(self.draft.nations)]}
        return {"nations": [self.rng.choice(groups) if groups and self.draft.chance(0.6) else nation]}

    def _post(self, tour: Document, probability: float) -> Document:
        """Now and then the tour's place, now and then its role."""
        scope: Document = {}
        if self.draft.chance(probability):
            scope |= self._place(next(item for item in self.draft.sectors if item["id"] == tour["sector"]))
        if self.draft.chance(probability):
            scope["roles"] = [tour["role"]]
        return scope

    def _place(self, sector: Document) -> Document:
        by_zone = "zone" in sector and self.draft.chance(0.5)
        return {"zones": [sector["zone"]]} if by_zone else {"sectors": [sector["id"]]}

    def _each(self, probability: float) -> Document:
        return {"each": self.rng.choice(("nation", "sector", "role"))} if self.draft.chance(probability) else {}

    # Kinds

    def _exclude(self, tour: Document) -> Document:
        return self._naming(tour) | self._post(tour, 0.5)

    def _only(self, tour: Document) -> Document:
        """Mostly another place or role than the tour's, where there is one."""
        sectors = [item["id"] for item in self.draft.sectors if item["id"] != tour["sector"]]
        roles = [item["id"] for item in self.draft.roles if item["id"] != tour["role"]]
        if roles and (not sectors or self.draft.chance(0.5)):
            return self._naming(tour) | {"roles": self.draft.some(roles, 2)}
        if sectors and self.draft.chance(0.7):
            return self._naming(tour) | {"sectors": self.draft.some(sectors, 1)}
        return self._naming(tour) | self._place(self.rng.choice(self.draft.sectors))

    def _ceiling(self, tour: Document) -> Document:
        """A little less than the most that the plan holds."""
        horizon = self.draft.chance(0.35)
        fields = self._counted(tour, horizon, 0.6)
        most = max(0, floor(max(self._reached("ceiling", fields))) - self.rng.choice((1, 1, 2)))
        return fields | {"most": most if horizon else self.draft.step(most, 0.25)}

    def _floor(self, tour: Document) -> Document:
        """A little more than the least that the plan holds, of any contingent, now and then only from a period on."""
        contingent = self.rng.choice(self.draft.contingents)
        asked = {"contingent": contingent["id"], "role": self.rng.choice(sorted(contingent["fills"]))}
        horizon = self.draft.chance(0.75)
        fields = self._counted(tour | asked, horizon, 0.9)
        least: Any = ceil(min(self._reached("floor", fields))) + self.rng.choice((1, 1, 2))
        if not horizon:
            least = {self.draft.date(self.rng.randint(1, self.draft.last - 1)): least}
        return fields | {"least": least}

    def _reached(self, kind: str, fields: Document) -> list[Fraction]:
        """What such a rule counts of the plan, item by item."""
        rule = {"id": "P", "kind": kind, "most": 0, "least": 0} | fields | {"if": [], "unless": []}
        reading = Reading(self.draft.document() | {"rules": [rule]})
        present = [presence_of(reading, tour) for tour in self.plan] + reading.running
        counted = [limit for limit in limits(reading) if limit.name == f"{kind}:P"]
        return [sum((limit.amount(p) for p in present), Fraction(0)) for limit in counted]

    def _counted(self, tour: Document, horizon: bool, named: float) -> Document:
        of = self.rng.choice(("troops", "troops", "units", "tours", "cost"))
        fields = self._naming(tour) if self.draft.chance(named) else {}
        fields |= self._post(tour, 0.25) | self._each(0.2)
        fields |= {} if of == "troops" and self.draft.chance(0.5) else {"of": of}
        if horizon:
            return fields | {"over": "horizon"}
        return fields | ({} if self.draft.chance(0.5) else {"over": "period"})

    def _share(self, tour: Document) -> Document:
        fields = {"each": "nation"} if self.draft.chance(0.3) else self._naming(tour) | self._each(0.4)
        fields |= self._post(tour, 0.2) | {"most": self.rng.choice((300, 400, 500, 500, 600, 750, Decimal("333.5")))}
        return fields | ({"in": self.rng.choice(("force", "sector", "sector"))} if self.draft.chance(0.75) else {})

    def _lift(self, tour: Document) -> Document:
        fields = self._naming(tour) if self.draft.chance(0.3) else {}
        most = max(1, self._contingent(tour)["strength"] + self.rng.choice((-1, -1, 0, 0, 1)))
        return fields | self._post(tour, 0.2) | {"most": self.draft.step(most, 0.3)}

    def _supply(self, tour: Document) -> Document:
        """A little less than the tour, or another tour of a contingent that needs supply."""
        supplied = [other for other in self.plan if self._contingent(other).get("supply")]
        served = self.rng.choice(supplied or [tour])
        fields = self._naming(served) if self.draft.chance(0.2) else {}
        most = max(0, self._contingent(served).get("supply", 1) + self.rng.choice((-1, -1, -1, 0, 0)))
        return fields | self._post(served, 0.3) | {"most": self.draft.step(most, 0.3)}

    def _pin(self, tour: Document) -> Document:
        """A contingent for a month or two in which, most likely, the plan does not have it there."""
        fields: Document = {}
        for _ in range(6):
            contingent = self.rng.choice(self.draft.contingents)
            fields = {"contingents": [contingent["id"]], "units": 1} | self._post(tour, 0.2) | self._month()
            if min(self._reached("pin", fields), default=Fraction(1)) < 1:
                break
        return fields

    def _bar(self, tour: Document) -> Document:
        contingent = self._contingent(tour)
        units = Reading(self.draft.document()).units(contingent["id"])
        return {"contingents": [contingent["id"]], "units": self.rng.randint(1, units)} | self._post(tour, 0.4)

    def _month(self) -> Document:
        first = self.rng.randint(0, self.draft.last - 1)
        last = min(self.draft.last - 1, first + self.rng.choice((0, 0, 1)))
        return {"from": self.draft.date(first), "until": self.draft.date(last)}

    def _ratio(self, tour: Document) -> Document:
        """Others for those of the tour."""
        fields: Document = {"of": self._selection(None), "to": self._selection(tour)}
        fields |= {"least": self.rng.choice((250, 500, 1000, 1500, Decimal("333.5")))} | self._post(tour, 0.1)
        return fields | ({"each": self.rng.choice(("sector", "nation", "force"))} if self.draft.chance(0.6) else {})

    def _selection(self, tour: Document | None) -> Document:
        """Some contingents or roles: those of the tour, or any."""
        if self.draft.chance(0.4) and len(self.draft.roles) > 1:
            return {"roles": [tour["role"] if tour else self.rng.choice(self.draft.roles)["id"]]}
        if tour:
            return self._naming(tour)
        if self.draft.chance(0.5):
            return {"contingents": [self.rng.choice(self.draft.contingents)["id"]]}
        return {"nations": [self.rng.choice(self.draft.nations)]}

    def _standby(self, tour: Document) -> Document:
        fields = self._naming(tour) if self.draft.chance(0.7) else {}
        contingent = self._contingent(tour)
        units = Reading(self.draft.document()).units(contingent["id"])
        least = contingent["strength"] * self.rng.randint(1, max(1, units)) + self.rng.choice((-1, 0, 0))
        return fields | {"least": {self.draft.date(self.rng.randint(0, self.draft.last - 1)): least}}

    def _nations(self, tour: Document) -> Document:
        number: Document = self.rng.choice(({"least": 2}, {"least": 2}, {"most": 1}, {"least": 1, "most": 2}))
        fields = self._naming(tour) if self.draft.chance(0.2) else {}
        return fields | self._post(tour, 0.3) | number

    def _apart(self, tour: Document) -> Document:
        nations = self.draft.some(self.draft.nations, 4) if self.draft.chance(0.25) else []
        return ({"nations": nations} if len(nations) > 1 else {}) | self._post(tour, 0.1)

    def _presence(self, tour: Document) -> Document:
        strength = self._contingent(tour)["strength"]
        fields = self._naming(tour) if self.draft.chance(0.5) else {}
        fields |= self._post(tour, 0.2)
        if self.draft.chance(0.75):
            fields["least"] = strength + self.rng.choice((0, 1, 1, HALF, strength))
        if "least" not in fields or self.draft.chance(0.4):
            fields["term"] = self.rng.randint(2, 5)
        return fields

    def _escort(self, tour: Document) -> Document:
        others = self.draft.contingents
        least = self.rng.choice(others)["strength"] + self.rng.choice((-1, 0, 0, HALF))
        return self._naming(tour) | self._post(tour, 0.3) | {"with": self._selection(None), "least": max(1, least)}

    def _either(self, tour: Document) -> Document:
        names = [item["id"] for item in self.draft.contingents]
        first = [tour["contingent"]]
        rest = [name for name in names if name not in first]
        sets = [first] + [[name] for name in rest[: self.rng.randint(1, 2)]]
        if len(rest) > len(sets) and self.draft.chance(0.5):
            sets[-1] = sets[-1] + [rest[-1]]
        return {"sets": sets, "most": max(0, len(sets) - 1 - self.draft.chance(0.1))} | self._post(tour, 0.2)

    def _lead(self, tour: Document) -> Document:
        """A share or a term that is not easily kept; now and then somebody leads already."""
        fields = self._place(next(item for item in self.draft.sectors if item["id"] == tour["sector"]))
        if self.draft.chance(0.5):
            fields["candidates"] = self.draft.some(self.draft.nations, 2)
        if self.draft.chance(0.8):
            fields["share"] = self.rng.choice((400, 500, 600, 1000, Decimal("333.5")))
        if self.draft.chance(0.6):
            fields["term"] = self.rng.randint(2, 5)
        if self.draft.chance(0.3):
            fields["roles"] = [tour["role"]]
        if self.draft.chance(0.4) and not self.draft.leads:
            since = self.draft.date(-self.rng.randint(1, 3))
            self.draft.leads = [
                {"sector": tour["sector"], "nation": self.rng.choice(self.draft.nations), "since": since}
            ]
        return fields
