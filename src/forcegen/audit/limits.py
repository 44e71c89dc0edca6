"""Limits that are always on: beds and supply of sectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.audit import words
from forcegen.audit.result import Violation
from forcegen.domain.numbers import milli
from forcegen.domain.values import over_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal

    from forcegen.audit.presence import Station, Theatre
    from forcegen.domain.place import Sector
    from forcegen.domain.values import Steps


def check_beds(theatre: Theatre) -> Iterator[Violation]:
    """The beds that units take are at most the sector's, handover in full."""
    for sector, t, value, limit in _exceeded(theatre, lambda s: s.beds, lambda station: station.beds):
        when = theatre.labels[t]
        message = f"{when}: units in {sector} take {words.number(value)} beds, it has {words.number(limit)}"
        yield Violation("beds", None, (sector,), when, message)


def check_supply(theatre: Theatre) -> Iterator[Violation]:
    """The supply that units need is at most the sector's."""
    for sector, t, value, limit in _exceeded(theatre, lambda s: s.supply, lambda station: station.supply):
        when, needed = theatre.labels[t], words.number(value)
        message = f"{when}: units in {sector} need {needed} tonnes a day, it gets {words.number(limit)}"
        yield Violation("supply", None, (sector,), when, message)


def _exceeded(
    theatre: Theatre, limit_of: Callable[[Sector], Decimal | Steps | None], amount: Callable[[Station], int]
) -> Iterator[tuple[str, int, int, int]]:
    """Yield sector, period, value and limit where the value is above it, in thousandths."""
    sums = _by_sector(theatre, amount)
    for sector in theatre.instance.sectors:
        limit = limit_of(sector)
        if limit is not None:
            for t, most in enumerate(over_time(limit, theatre.instance.horizon)):
                if sums[sector.id][t] > milli(most):
                    yield sector.id, t, sums[sector.id][t], milli(most)


def _by_sector(theatre: Theatre, amount: Callable[[Station], int]) -> dict[str, list[int]]:
    sums = {sector.id: [0] * len(theatre.labels) for sector in theatre.instance.sectors}
    for p in theatre.presences:
        for t in theatre.inside(p):
            sums[p.station.sector.id][t] += amount(p.station)
    return sums
