"""What is derived from a plan: burden of nations, force by zone, freed posts and reliefs."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from forcegen.audit.result import Burden, ForceLine, Freed, Relief, TourName

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forcegen.audit.presence import Presence, Theatre
    from forcegen.domain.nation import Nation


def burdens(theatre: Theatre) -> Iterator[Burden]:
    """Yield the troop-periods of every nation, its largest period, and its burden per 1,000 soldiers."""
    troops = {nation.id: [0] * len(theatre.labels) for nation in theatre.instance.nations}
    for p in theatre.presences:
        for t in theatre.inside(p):
            troops[p.station.contingent.nation][t] += p.station.strength
    for nation in theatre.instance.nations:
        yield _burden(nation, troops[nation.id])


def force(theatre: Theatre) -> Iterator[ForceLine]:
    """Yield troops present, and troops moved in and out, in every period and zone."""
    zones = dict.fromkeys(sector.zone or "" for sector in theatre.instance.sectors)
    troops: dict[tuple[int, str], int] = defaultdict(int)
    moved: dict[tuple[int, str], int] = defaultdict(int)
    for p in theatre.presences:
        zone = p.station.sector.zone or ""
        for t in theatre.inside(p):
            troops[t, zone] += p.station.strength
        moved[p.start, zone] += p.station.strength
        moved[p.leaves, zone] += p.station.strength
    for t, label in enumerate(theatre.labels):
        for zone in zones:
            yield ForceLine(label, zone, Fraction(troops[t, zone], 1000), Fraction(moved[t, zone], 1000))


def freed(theatre: Theatre) -> Iterator[Freed]:
    """Yield for every role that frees posts: frees x fill x worth, handover counted, averaged over the horizon."""
    filled = dict.fromkeys(theatre.instance.role, 0)
    for p in theatre.presences:
        filled[p.station.role.id] += p.station.fill * sum(p.counted(t) for t in theatre.inside(p))
    for role in theatre.instance.roles:
        if role.frees:
            posts = Fraction(role.frees) * Fraction(role.worth) * Fraction(filled[role.id], 10**6)
            yield Freed(role.id, posts / len(theatre.labels))


def reliefs(theatre: Theatre) -> Iterator[Relief]:
    """Yield the relief of every tour that leaves inside the horizon, sector by sector and role by role."""
    at: dict[tuple[str, str], list[Presence]] = {
        (s, r): [] for s in theatre.instance.sector for r in theatre.instance.role
    }
    for p in theatre.presences:
        at[p.station.sector.id, p.station.role.id].append(p)
    for tours in at.values():
        yield from _reliefs(tours, theatre)


def _burden(nation: Nation, troops: Sequence[int]) -> Burden:
    total = Fraction(sum(troops), 1000)
    per_thousand = total * 1000 / nation.soldiers if nation.soldiers else None
    stand_in = nation.army is None and nation.active is not None
    return Burden(nation.id, total, Fraction(max(troops), 1000), per_thousand, stand_in)


def _reliefs(tours: Sequence[Presence], theatre: Theatre) -> Iterator[Relief]:
    """Pair tours in the order of leaving with the earliest that may relieve them and relieves nobody yet."""
    free = sorted(tours, key=_order)
    longest = max((_overlap(p) for p in tours), default=0)
    for out in sorted(tours, key=lambda p: (p.leaves, *_order(p))):
        if 0 <= out.leaves < len(theatre.labels):
            first = bisect_left(free, max(out.start + 1, out.leaves - longest), key=lambda p: p.start)
            fits = (i for i in range(first, len(free)) if free[i].start >= out.leaves - _overlap(free[i]))
            i = next(fits, None)
            yield _relief(out, None if i is None else free.pop(i), theatre)


def _relief(out: Presence, incoming: Presence | None, theatre: Theatre) -> Relief:
    s, r = out.station.sector.id, out.station.role.id
    if incoming is None:
        return Relief(s, r, _name(out, theatre), None, None)
    return Relief(s, r, _name(out, theatre), _name(incoming, theatre), incoming.start - out.leaves)


def _overlap(presence: Presence) -> int:
    return ceil(presence.station.contingent.handover)


def _order(presence: Presence) -> tuple[int, str, int]:
    return presence.start, presence.station.contingent.id, presence.unit


def _name(presence: Presence, theatre: Theatre) -> TourName:
    label = theatre.instance.horizon.label(presence.start)
    return TourName(presence.station.contingent.id, presence.unit, str(label))
