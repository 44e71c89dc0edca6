"""The cheapest timetable of one unit at given prices, by dynamic programming over periods."""

from __future__ import annotations

from collections import defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING

from forcegen.audit.certificate.rows import FULL, levels
from forcegen.audit.presence import history_units
from forcegen.domain.contingent import free_again

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit.certificate.rows import Book, Row
    from forcegen.audit.presence import Station
    from forcegen.domain.contingent import Contingent


class Costs:
    """What a unit's service costs at the prices of rows: present, by age, starting, leaving and away."""

    def __init__(self, book: Book) -> None:
        self.book, periods = book, book.periods
        self._here: dict[int, dict[int, list[int]]] = {
            id(x): {e: [0] * periods for e in levels(x)} for x in book.stations
        }
        self._starts: dict[int, list[int]] = defaultdict(lambda: [0] * (periods + 1))
        self._leaves: dict[int, list[int]] = defaultdict(lambda: [0] * (periods + 1))
        self._away: dict[str, list[int]] = defaultdict(lambda: [0] * periods)

    def add(self, row: Row, price: int) -> None:
        """Take a row into account: each of what it counts earns `price`."""
        for x in row.stations:
            if row.present is not None:
                for e, line in self._here[id(x)].items():
                    _earn(line, row, price * row.present(x, e))
            if row.starts is not None:
                _earn(self._starts[id(x)], row, price * row.starts(x))
            if row.leaves is not None:
                _earn(self._leaves[id(x)], row, price * row.leaves(x))
        if row.away is not None:
            for k in {x.contingent.id: x.contingent for x in row.stations}.values():
                _earn(self._away[k.id], row, price * row.away(k))

    def least(self) -> int:
        """Return what all units together cost at least."""
        mine: dict[str, list[Station]] = defaultdict(list)
        for x in self.book.stations:
            mine[x.contingent.id].append(x)
        total = 0
        for k in self.book.instance.contingents:
            if mine[k.id]:
                best = self._best(k, mine[k.id])
                total += sum(best[min(t, self.book.periods)] for t in self._first(k))
        return total

    def _first(self, k: Contingent) -> Iterator[int]:
        """Yield the first period in which each unit may start, as history leaves it."""
        held = 0
        for row, _ in history_units(self.book.instance):
            if row.contingent == k.id:
                held += 1
                yield max(0, free_again(row, k, self.book.instance.horizon))
        yield from (0 for _ in range(k.pool - held))

    def _best(self, k: Contingent, stations: list[Station]) -> list[int]:
        """Return for each period, and the end, what a unit that is free from then on costs at least."""
        periods, tours = self.book.periods, defaultdict(list)
        for x in stations:
            for start, length, cost in self._tours(k, x):
                tours[start].append((min(periods, start + length + k.dwell_after(length)), cost))
        away = [0, *accumulate(self._away[k.id])] if k.id in self._away else [0] * (periods + 1)
        best = [0] * (periods + 1)
        for t in range(periods - 1, -1, -1):
            found = [cost + away[free] - away[t] + best[free] for free, cost in tours[t]]
            best[t] = min(best[t + 1], *found) if found else best[t + 1]
        return best

    def _tours(self, k: Contingent, x: Station) -> Iterator[tuple[int, int, int]]:
        """Yield start, length and cost of every tour that is allowed at a station by itself."""
        book, horizon, last = self.book, self.book.instance.horizon, self.book.periods
        open_, asked = book.open(k.id, x.sector.id, x.role.id), book.asked(x.sector.id, x.role.id)
        shut = [0, *accumulate(not value for value in open_)]
        wanted = [0, *accumulate(asked)]
        here = self._here[id(x)]
        full = [0, *accumulate(here[FULL])]
        early = [here[e] for e in levels(x)[:-1]]
        first = max(0, k.notice, 0 if k.ready is None else horizon.index(k.ready))
        until = None if k.until is None else horizon.index(k.until)
        starts, leaves = self._starts.get(id(x)), self._leaves.get(id(x))
        for a in range(first, last):
            for length in k.tour_lengths:
                end = min(a + length, last)
                if shut[end] != shut[a] or (until is not None and a + length - 1 > until):
                    break
                if wanted[end] > wanted[a]:
                    inside = min(a + len(early), end)
                    cost = full[end] - full[inside] + sum(early[t - a][t] for t in range(a, inside))
                    cost += (0 if starts is None else starts[a]) + (0 if leaves is None else leaves[end])
                    yield a, length, cost
                if a + length > last:
                    break


def _earn(line: list[int], row: Row, earned: int) -> None:
    if earned:
        for t in row.periods:
            line[t] -= earned
