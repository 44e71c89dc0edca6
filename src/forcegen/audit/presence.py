"""Who is present where: the tours of a plan and the running tours of history, expanded once for all checks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from forcegen.domain.numbers import milli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forcegen.domain.contingent import Contingent, History
    from forcegen.domain.instance import Instance
    from forcegen.domain.place import Role, Sector
    from forcegen.domain.plan import Lead, Plan, Tour


@dataclass(frozen=True, eq=False)
class Station:
    """One unit of a contingent at a sector and role; what it is and takes there, in thousandths.

    A station of a role that the contingent does not fill has `fill` 0. One object each, so that it hashes by identity.
    """

    contingent: Contingent
    sector: Sector
    role: Role
    strength: int
    fill: int
    handover: int
    beds: int
    supply: int
    cost: int


@dataclass(frozen=True)
class Presence:
    """A unit at its station for `periods` periods from `start`; `running` if history began it.

    `begun` says that its tour started before the period in which the plan is made anew.
    """

    station: Station
    unit: int
    start: int
    periods: int
    running: bool
    begun: bool = False

    @property
    def leaves(self) -> int:
        """The first period after the last."""
        return self.start + self.periods

    def counted(self, t: int) -> int:
        """Return the handover factor in period `t`, in thousandths."""
        return min(1000, max(0, (t - self.start + 1) * 1000 - self.station.handover))


@dataclass(frozen=True)
class Theatre:
    """An instance, all presences in it, those that history began first, and the plan's leads."""

    instance: Instance
    presences: tuple[Presence, ...]
    leads: tuple[Lead, ...] = ()

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The periods of the horizon in words."""
        horizon = self.instance.horizon
        return tuple(horizon.label(t) for t in range(horizon.periods))

    @cached_property
    def planned(self) -> tuple[Presence, ...]:
        """The tours that the plan decides: not what history began, nor what had begun when it was made anew."""
        return tuple(p for p in self.presences if not (p.running or p.begun))

    @cached_property
    def by_unit(self) -> dict[tuple[str, int], list[Presence]]:
        """The tours of each unit in the order of their starts, those that history began included."""
        found: dict[tuple[str, int], list[Presence]] = defaultdict(list)
        for p in sorted(self.presences, key=lambda p: (p.start, p.periods)):
            found[p.station.contingent.id, p.unit].append(p)
        return found

    def inside(self, presence: Presence) -> range:
        """Return the periods of the horizon in which the unit is present."""
        return range(max(0, presence.start), max(0, min(presence.leaves, self.instance.horizon.periods)))


def expand(instance: Instance, plan: Plan, at: int | None = None) -> Theatre:
    """Return who is present; tours that name what the instance does not know are left out.

    `at` is the period in which the plan was made anew, if it was.
    """
    stations: dict[tuple[str, str, str], Station] = {}

    def station(k: str, s: str, r: str) -> Station:
        if (k, s, r) not in stations:
            stations[k, s, r] = _station(instance.contingent[k], instance.sector[s], instance.role[r])
        return stations[k, s, r]

    known = (tour for tour in plan.tours if not any(unknown(instance, tour)))
    planned = [
        Presence(
            station(x.contingent, x.sector, x.role), x.unit, start, x.periods, False, at is not None and start < at
        )
        for x in known
        for start in [instance.horizon.index(x.start)]
    ]
    leads = tuple(lead for lead in plan.leads if not any(unknown_of_lead(instance, lead)))
    return Theatre(instance, (*_running(instance, station), *planned), leads)


def unknown(instance: Instance, tour: Tour) -> Iterator[tuple[str, str]]:
    """Yield what the instance does not know of a tour: the field, and its value."""
    if tour.contingent not in instance.contingent:
        yield "contingent", tour.contingent
    if tour.sector not in instance.sector:
        yield "sector", tour.sector
    if tour.role not in instance.role:
        yield "role", tour.role
    if tour.start.unit != instance.horizon.unit:
        yield instance.horizon.unit, tour.start


def unknown_of_lead(instance: Instance, lead: Lead) -> Iterator[tuple[str, str]]:
    """Yield what the instance does not know of a lead: the field, and its value."""
    if lead.sector not in instance.sector:
        yield "sector", lead.sector
    if lead.nation not in instance.nation:
        yield "nation", lead.nation
    unit = instance.horizon.unit
    for period in (lead.from_, lead.until):
        if period.unit != unit:
            yield unit, period


def history_units(instance: Instance) -> Iterator[tuple[History, int]]:
    """Yield each row of history with the number of each of its units, which take 1, 2, 3, ... in the order listed."""
    taken = dict.fromkeys(instance.contingent, 0)
    for row in instance.history:
        for _ in range(row.units):
            taken[row.contingent] += 1
            yield row, taken[row.contingent]


def _running(instance: Instance, station: Callable[[str, str, str], Station]) -> Iterator[Presence]:
    for row, unit in history_units(instance):
        if row.sector is not None and row.role is not None and row.since is not None and row.ends is not None:
            since, ends = instance.horizon.index(row.since), instance.horizon.index(row.ends)
            yield Presence(station(row.contingent, row.sector, row.role), unit, since, ends - since + 1, True)


def _station(contingent: Contingent, sector: Sector, role: Role) -> Station:
    return Station(
        contingent,
        sector,
        role,
        strength=milli(contingent.strength),
        fill=milli(contingent.fills[role.id]) if role.id in contingent.fills else 0,
        handover=milli(contingent.handover),
        beds=milli(contingent.beds_at(sector)),
        supply=milli(contingent.supply),
        cost=milli(contingent.cost_at(sector)),
    )
