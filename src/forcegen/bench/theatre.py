"""Draw a theatre: units serve at random, and requirements, beds and rules are made from what they do.

Only `random.Random` with a text as its seed and whole numbers are used, so that the same dials and seed give the same
bytes on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from forcegen.bench.mix import Mix
from forcegen.bench.served import Served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.bench.dials import Dials
    from forcegen.bench.served import Row

_SIZE, _TOUR, _START, _WINDOW, _LEAST = 300, 6, 2026 * 12, 6, 40
_ZONES = ("line", "border", "rear")


@dataclass(frozen=True)
class Theatre:
    """A document of an instance, and the tours from which it was made.

    Parameters
    ----------
    document
        The whole instance, lists included.
    tours, leads
        The plan from which it was made: it keeps every limit and every minimum that must be met, and where that was
        asked for meets every target; none where no plan does.
    cause
        Why no plan meets all hard requirements; empty where some may.
    doubt
        What is not known of it; empty for nothing that matters.
    """

    document: Row
    tours: list[Row]
    leads: list[Row]
    cause: str
    doubt: str = ""


def draw(dials: Dials, seed: int, name: str) -> Theatre:
    """Return the theatre of these dials and seed."""
    return _Draw(dials, Random(f"forcegen {seed}")).theatre(name)


class _Draw:
    def __init__(self, dials: Dials, rng: Random) -> None:
        self.dials, self.rng = dials, rng
        self.nations = [f"N{i + 1:02d}" for i in range(dials.nations)]
        self.roles = [f"role-{i + 1}" for i in range(dials.roles)]
        zones = [_ZONES[i % len(_ZONES)] for i in range(dials.sectors)]
        self.sectors: list[Row] = [{"id": f"S{i + 1:02d}", "zone": zone} for i, zone in enumerate(zones)]
        self.zone = {sector["id"]: sector["zone"] for sector in self.sectors}
        self.bans = self._bans()
        self.posts = self._posts()
        self.contingents = [self._contingent(i) for i in range(dials.contingents)]
        tours = [tour for contingent in self.contingents for tour in self._service(contingent)]
        self.served = Served(tours, dials.periods)

    def theatre(self, name: str) -> Theatre:
        """Make all limits from the tours."""
        beds = self.served.counted(lambda tour: tour["sector"])
        requirements = list(self._requirements(self._filled()))
        for sector in self.sectors:
            most = max(beds[sector["id"]], default=0)
            sector["beds"] = max(1, -(-most * 100 // self.dials.tightness))
        mix = Mix(self.dials, self.rng, self.served, self.nations, self.contingents, self.zone, self.bans)
        rules = mix.rules()
        cause = self._made_infeasible(requirements, rules)
        document = {
            "forcegen": 1,
            "name": name,
            "horizon": {"start": _month(0), "periods": self.dials.periods, "unit": "month"},
            "nations": [{"id": nation, "army": 1000 * self.rng.randint(5, 120)} for nation in self.nations],
            "roles": [{"id": role} for role in self.roles],
            "sectors": self.sectors,
            "contingents": self.contingents,
            "requirements": requirements,
            "rules": rules,
        }
        if cause:
            return Theatre(document, [], [], cause)
        leads = [lead | {end: _month(lead[end]) for end in ("from", "until")} for lead in mix.leads]
        return Theatre(document, [_said(tour) for tour in self.served.tours], leads, "")

    def _bans(self) -> list[tuple[str, str]]:
        """Return which nations may not serve in which zones; nobody is banned from all."""
        if "exclude" not in self.dials.rules:
            return []
        zones = sorted(set(self.zone.values()))
        bans = [(n, z) for n in self.nations for z in zones if self.rng.randrange(100) < self.dials.exclusion]
        return [ban for ban in bans if ban[1] != zones[0] or len({z for n, z in bans if n == ban[0]}) < len(zones)]

    def _posts(self) -> list[tuple[str, str]]:
        """Return where a role is asked for: half of the roles in each sector, each role somewhere."""
        posts = set()
        for sector in self.sectors:
            some = self.rng.sample(self.roles, max(1, (len(self.roles) + 1) // 2))
            posts |= {(sector["id"], role) for role in some}
        for role in self.roles:
            if not any(post[1] == role for post in posts):
                posts.add((self.rng.choice(self.sectors)["id"], role))
        return sorted(posts)

    def _contingent(self, i: int) -> Row:
        dials, rng = self.dials, self.rng
        low, high = _SIZE - _SIZE * 9 * dials.lumpiness // 1000, _SIZE + _SIZE * dials.lumpiness // 100
        strength = max(10, rng.randint(low, high) // 10 * 10)
        roles = rng.sample(self.roles, min(len(self.roles), rng.randint(1, 3)))
        tour = max(1, min(dials.periods, _TOUR) + rng.randint(-1, 1))
        return {
            "id": f"C{i + 1:03d}",
            "nation": self.nations[i] if i < len(self.nations) else rng.choice(self.nations),
            "units": rng.randint(1, 2 * dials.units - 1),
            "strength": strength,
            "fills": {role: strength for role in sorted(roles)},
            "tour": tour,
            "dwell": tour * dials.dwell // 100,
            "handover": "0.5" if tour > 1 and rng.randint(0, 1) else 0,
            "cost": rng.randint(5, 20),
        }

    def _service(self, contingent: Row) -> Iterator[Row]:
        """Let each unit serve whenever it may, from a start of its own."""
        places = [
            (sector, role)
            for sector, role in self.posts
            if role in contingent["fills"] and (contingent["nation"], self.zone[sector]) not in self.bans
        ]
        if not places:
            return
        cycle = contingent["tour"] + contingent["dwell"]
        for unit in range(1, contingent["units"] + 1):
            start = self.rng.randrange(cycle)
            while start < self.dials.periods:
                sector, role = self.rng.choice(places)
                yield {"contingent": contingent, "unit": unit, "sector": sector, "role": role, "start": start}
                start += cycle

    def _filled(self) -> dict[tuple[str, str], list[int]]:
        """Return thousandths of troops that fill each post in each period."""
        filled: dict[tuple[str, str], list[int]] = {post: [0] * self.dials.periods for post in self.posts}
        for tour in self.served.tours:
            lost = 500 if tour["contingent"]["handover"] else 0
            for t in self.served.present(tour):
                part = 1000 - (lost if t == tour["start"] else 0)
                filled[tour["sector"], tour["role"]][t] += part * tour["contingent"]["strength"]
        return filled

    def _requirements(self, filled: dict[tuple[str, str], list[int]]) -> Iterator[Row]:
        """Ask for what is filled, or more: in windows of half a year, by post."""
        for i, ((sector, role), line) in enumerate(filled.items()):
            hard = self.rng.randrange(100) < self.dials.hard
            target: Row = {}
            least: Row = {}
            for first in range(0, self.dials.periods, _WINDOW):
                month, window = _month(first), line[first : first + _WINDOW]
                usual = min(window) if self.dials.planted else sum(window) // len(window)
                target[month] = usual * (100 if self.dials.planted else self.dials.demand) // 100_000
                least[month] = target[month] * _LEAST // 100
                if hard:  # the tours from which all is made do meet what must be met
                    least[month] = min(least[month], min(window) // 1000)
            yield {
                "id": f"R{i + 1:03d}",
                "sectors": [sector],
                "roles": [role],
                "minimum": least,
                "target": target,
                "priority": self.rng.randint(1, 4),
                "hard": hard,
            }

    def _made_infeasible(self, requirements: list[Row], rules: list[Row]) -> str:
        cause = self.dials.infeasible
        if cause is None:
            return ""
        wanted = self.rng.choice(requirements)
        sector, middle = wanted["sectors"][0], _month(self.dials.periods // 2)
        wanted["hard"] = True
        beds = next(item["beds"] for item in self.sectors if item["id"] == sector)
        wanted["minimum"] = wanted["target"] = {middle: beds + 1 if cause == "beds" else 1}
        if cause == "beds":
            return f"{wanted['id']} must have {beds + 1} in {sector}, which has {beds} beds"
        rules.append({"id": "nobody", "kind": "exclude", "nations": self.nations, "sectors": [sector]})
        return f"{wanted['id']} must have troops in {sector}, where the rule nobody lets none serve"


def _month(period: int) -> str:
    ordinal = _START + period
    return f"{ordinal // 12:04d}-{ordinal % 12 + 1:02d}"


def _said(tour: Row) -> Row:
    contingent = tour["contingent"]
    named = {"contingent": contingent["id"], "unit": tour["unit"], "sector": tour["sector"], "role": tour["role"]}
    return named | {"start": _month(tour["start"]), "periods": contingent["tour"]}
