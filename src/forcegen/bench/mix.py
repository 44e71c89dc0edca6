"""The rules of a drawn theatre: each kind as tight as the plan allows from which the theatre is made."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from random import Random

    from forcegen.bench.dials import Dials
    from forcegen.bench.served import Row, Served


class Mix:
    """Draws rules of each kind that a plan keeps.

    Parameters
    ----------
    served
        The plan's tours.
    nations, contingents, zones
        Everybody, the rows of all contingents, and the zone of each sector.
    bans
        Nations and the zones in which they may not serve.
    """

    def __init__(
        self,
        dials: Dials,
        rng: Random,
        served: Served,
        nations: Sequence[str],
        contingents: Sequence[Row],
        zones: dict[str, str],
        bans: Sequence[tuple[str, str]],
    ) -> None:
        self._dials, self._rng, self._served = dials, rng, served
        self._nations, self._contingents, self._zones, self._bans = nations, contingents, zones, bans
        self.leads: list[Row] = []
        """Who leads where in the plan, where rules ask for a lead: sector, nation, first and last period."""

    def rules(self) -> list[Row]:
        """Return the rules of the kinds that the dials ask for, in their order."""
        draws: dict[str, Callable[[], Iterator[Row]]] = {
            "exclude": self._exclude,
            "ceiling": self._ceiling,
            "lift": self._lift,
            "share": self._share,
            "presence": self._presence,
            "nations": self._one_or_many,
            "apart": self._apart,
            "only": self._only,
            "floor": self._floor,
            "supply": self._supply,
            "ratio": self._ratio,
            "standby": self._standby,
            "escort": self._escort,
            "lead": self._lead,
        }
        return [rule for kind in self._dials.rules for rule in draws[kind]()]

    def _exclude(self) -> Iterator[Row]:
        for i, (nation, zone) in enumerate(self._bans):
            yield {"id": f"exclude-{i + 1}", "kind": "exclude", "nations": [nation], "zones": [zone]}

    def _ceiling(self) -> Iterator[Row]:
        for nation, line in sorted(self._served.by_nation().items()):
            yield {"id": f"ceiling-{nation}", "kind": "ceiling", "nations": [nation], "most": max(line)}

    def _lift(self) -> Iterator[Row]:
        moved = [0] * (self._dials.periods + 1)
        for tour in self._served.tours:
            moved[tour["start"]] += tour["contingent"]["strength"]
            end = tour["start"] + tour["contingent"]["tour"]
            if end < self._dials.periods:
                moved[end] += tour["contingent"]["strength"]
        yield {"id": "lift", "kind": "lift", "most": self._roomy(max(moved))}

    def _share(self) -> Iterator[Row]:
        """Bound the largest share that any nation has of the force."""
        force = self._served.counted(lambda _: "force")["force"]
        lines = self._served.by_nation().values()
        shares = [-(-1000 * line[t] // force[t]) for line in lines for t in range(len(force)) if force[t]]
        yield {"id": "share", "kind": "share", "each": "nation", "most": max(shares, default=1000)}

    def _presence(self) -> Iterator[Row]:
        least = min((n for there in self._served.together().values() for n in there.values()), default=0)
        if least:
            yield {"id": "presence", "kind": "presence", "least": least}

    def _one_or_many(self) -> Iterator[Row]:
        counts = [len(there) for there in self._served.together().values()]
        if counts:
            yield {"id": "nations", "kind": "nations", "least": min(counts), "most": max(counts)}

    def _apart(self) -> Iterator[Row]:
        """Keep apart two nations that never meet."""
        meet = {(a, b) for there in self._served.together().values() for a in there for b in there}
        pairs = [(a, b) for i, a in enumerate(self._nations) for b in self._nations[i + 1 :]]
        strangers = [pair for pair in pairs if pair not in meet]
        if strangers:
            yield {"id": "apart", "kind": "apart", "nations": list(self._rng.choice(strangers))}

    def _only(self) -> Iterator[Row]:
        """Keep nations that do not serve in every zone to the zones in which they serve."""
        served: dict[str, set[str]] = defaultdict(set)
        for tour in self._served.tours:
            served[tour["contingent"]["nation"]].add(self._zones[tour["sector"]])
        for nation, zones in sorted(served.items()):
            if len(zones) < len(set(self._zones.values())):
                yield {"id": f"only-{nation}", "kind": "only", "nations": [nation], "zones": sorted(zones)}

    def _floor(self) -> Iterator[Row]:
        """Hold each nation to half of the troop-periods that it serves."""
        for nation, line in sorted(self._served.by_nation().items()):
            least = sum(line) // 2
            yield {"id": f"floor-{nation}", "kind": "floor", "nations": [nation], "least": least, "over": "horizon"}

    def _supply(self) -> Iterator[Row]:
        """Let each contingent use supply of its own, and each sector have what the plan uses."""
        for contingent in self._contingents:
            contingent["supply"] = contingent["strength"] // 10 * self._rng.randint(1, 3)
        for sector, line in sorted(self._served.counted(lambda tour: tour["sector"], of="supply").items()):
            yield {"id": f"supply-{sector}", "kind": "supply", "sectors": [sector], "most": self._roomy(max(line))}

    def _ratio(self) -> Iterator[Row]:
        """Hold one role to the least part that it has of the force."""
        force = self._served.counted(lambda _: "force")["force"]
        best, role = 0, ""
        for name, line in sorted(self._served.counted(lambda tour: tour["role"]).items()):
            least = min((1000 * line[t] // force[t] for t in range(len(force)) if force[t]), default=0)
            best, role = max((best, role), (least, name))
        if best:
            all_nations = {"nations": list(self._nations)}
            yield {"id": "ratio", "kind": "ratio", "of": {"roles": [role]}, "to": all_nations, "least": best}

    def _standby(self) -> Iterator[Row]:
        """Keep at home, ready, what the plan leaves there."""
        ready = [sum(k["units"] * k["strength"] for k in self._contingents)] * self._dials.periods
        for tour in self._served.tours:
            k = tour["contingent"]
            for t in range(tour["start"], min(tour["start"] + k["tour"] + k["dwell"], len(ready))):
                ready[t] -= k["strength"]
        if least := min(ready):
            yield {"id": "standby", "kind": "standby", "least": least}

    def _escort(self) -> Iterator[Row]:
        """Let a nation that is never alone serve only where as many others are."""
        for nation in self._nations:
            others = [
                sum(there.values()) - there[nation]
                for there in self._served.together().values()
                if there.get(nation, 0)
            ]
            if least := min(others, default=0):
                rest = {"nations": [other for other in self._nations if other != nation]}
                yield {"id": "escort", "kind": "escort", "nations": [nation], "with": rest, "least": least}
                return

    def _lead(self) -> Iterator[Row]:
        """Let whoever has most troops in a sector lead it, with the least part that such a one has."""
        shares: list[int] = []
        leads: list[Row] = []
        for (sector, t), there in sorted(self._served.together().items()):
            nation = max(sorted(there), key=lambda name: there[name])
            shares.append(1000 * there[nation] // sum(there.values()))
            last = leads[-1] if leads else None
            if last and (last["sector"], last["nation"], last["until"]) == (sector, nation, t - 1):
                last["until"] = t
            else:
                leads.append({"sector": sector, "nation": nation, "from": t, "until": t})
        self.leads = leads
        yield {"id": "lead", "kind": "lead", "share": min(shares, default=0)}

    def _roomy(self, most: int) -> int:
        """Return a limit of which the plan needs what `tightness` says, rounded up."""
        return -(-most * 100 // self._dials.tightness)
