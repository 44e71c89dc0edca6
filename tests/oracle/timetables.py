"""What each unit can do: its allowed tours, and every sequence of them that its dwell and history leave it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .reading import Presence, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator


class TooLarge(Exception):
    """The enumeration would exceed its cap."""


@dataclass(frozen=True)
class Unit:
    """One unit: its allowed tours, and its timetables as positions among these."""

    tours: list[Presence]
    timetables: list[tuple[int, ...]]


def all_units(reading: Reading, cap: int) -> list[Unit]:
    """Every unit of every contingent, those with the fewest timetables first."""
    found = [unit for k in reading.contingents for unit in _units(reading, k, cap)]
    return sorted(found, key=lambda unit: len(unit.timetables))


def all_tours(reading: Reading) -> list[Presence]:
    """Every tour that is allowed by itself, of each contingent's first unit."""
    return [tour for k in reading.contingents for tour in _allowed(reading, k)]


def _units(reading: Reading, k: str, cap: int) -> Iterator[Unit]:
    allowed = list(_allowed(reading, k))
    for u in range(1, reading.units(k) + 1):
        first = reading.first_starts.get((k, u), 0)
        tours = [
            Presence(k, u, tour.sector, tour.role, tour.start, tour.periods) for tour in allowed if tour.start >= first
        ]
        yield Unit(tours, _timetables(reading, tours, cap))


def _timetables(reading: Reading, tours: list[Presence], cap: int) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = [()]
    for timetable in found:
        earliest = reading.next_start(tours[timetable[-1]]) if timetable else 0
        found += [(*timetable, i) for i, tour in enumerate(tours) if tour.start >= earliest]
        if len(found) > cap:
            raise TooLarge
    return found


def _allowed(reading: Reading, k: str) -> Iterator[Presence]:
    for start in reading.periods:
        for periods in reading.lengths_at(k, start):
            for s in reading.sectors:
                for r in reading.contingents[k]["fills"]:
                    tour = Presence(k, 1, s, r, start, periods)
                    if not reading.objections(tour):
                        yield tour
