"""The cheapest timetable of one unit at given prices, by dynamic programming over periods."""

from __future__ import annotations

from collections import defaultdict
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from forcegen.audit.certificate.lines import FULL, levels
from forcegen.audit.presence import history_units
from forcegen.domain.contingent import free_again

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forcegen.audit.certificate.book import Book, Bools
    from forcegen.audit.certificate.lines import Exact, Line, Row
    from forcegen.audit.presence import Station
    from forcegen.domain.contingent import Contingent

    Priced = Sequence[tuple[Line, Exact]]


class Costs:
    """What a unit's service costs at the prices of rows; one contingent after another, so that little is held."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._prices: dict[Line, Exact] = {}

    def add(self, row: Row, price: int) -> None:
        """Take a row into account: each of what it counts earns `price`."""
        if row.line not in self._prices:
            self._prices[row.line] = _nothing(self.book.periods)
        self._prices[row.line][row.periods] += price

    def least(self) -> int:
        """Return what all units together cost at least."""
        mine, free = defaultdict(list), self._first()
        for x in self.book.stations:
            mine[x.contingent.id].append(x)
        here, away = self._by_station(), self._by_contingent()
        total = 0
        for k in self.book.instance.contingents:
            if mine[k.id]:
                best = self._best(k, [(x, here[id(x)]) for x in mine[k.id]], away[k.id])
                total += sum(best[min(t, self.book.periods)] for t in free[k.id])
                total += best[0] * (k.pool - len(free[k.id]))
        return total

    def _by_station(self) -> Mapping[int, Priced]:
        found: dict[int, list[tuple[Line, Exact]]] = defaultdict(list)
        for line, price in self._prices.items():
            if line.away is None:
                for x in line.stations:
                    found[id(x)].append((line, price))
        return found

    def _by_contingent(self) -> Mapping[str, Priced]:
        found: dict[str, list[tuple[Line, Exact]]] = defaultdict(list)
        for line, price in self._prices.items():
            if line.away is not None:
                for k in line.contingents:
                    found[k.id].append((line, price))
        return found

    def _first(self) -> Mapping[str, Sequence[int]]:
        """Return the first period in which each unit may start that history names; the others are free at once."""
        found, instance = defaultdict(list), self.book.instance
        for row, _ in history_units(instance):
            k = instance.contingent[row.contingent]
            found[k.id].append(max(0, free_again(row, k, instance.horizon)))
        return found

    def _best(self, k: Contingent, stations: Sequence[tuple[Station, Priced]], away: Priced) -> list[int]:
        """Return for each period, and the end, what a unit that is free from then on costs at least."""
        periods = self.book.periods
        cheapest = {length: np.full(periods, inf, dtype=object) for length in k.tour_lengths}
        for x, priced in stations:
            for length, allowed, cost in self._tours(k, x, _Service(x, priced, periods)):
                cheapest[length][allowed] = np.minimum(cheapest[length][allowed], cost[allowed])
        gone = _nothing(periods)
        for line, price in away:
            assert line.away is not None
            gone -= price * line.away(k)
        total, best = _summed(gone), [0] * (periods + 1)
        free = {length: np.minimum(np.arange(periods) + length + k.dwell_after(length), periods) for length in cheapest}
        for t in range(periods - 1, -1, -1):
            best[t] = best[t + 1]
            for length, cost in cheapest.items():
                end = free[length][t]
                if cost[t] < inf:
                    best[t] = min(best[t], cost[t] + total[end] - total[t] + best[end])
        return best

    def _tours(self, k: Contingent, x: Station, service: _Service) -> Iterator[tuple[int, Bools, Exact]]:
        """Yield each length with the starts that are allowed at a station by itself, and what a tour costs by start."""
        book, horizon, last = self.book, self.book.instance.horizon, self.book.periods
        shut = _summed(~book.open(k.id, x.sector.id, x.role.id))
        wanted = _summed(book.asked(x.sector.id, x.role.id))
        first = max(0, k.notice, 0 if k.ready is None else horizon.index(k.ready))
        until = None if k.until is None else horizon.index(k.until)
        start = np.arange(last)
        for length in k.tour_lengths:
            end = np.minimum(start + length, last)
            allowed = (start >= first) & (shut[end] == shut[start]) & (wanted[end] > wanted[start])
            if until is not None:
                allowed &= start + length - 1 <= until
            if length > k.tour_lengths[0]:
                allowed &= start + length - 1 <= last  # of those that run past the horizon only the shortest exists
            if allowed.any():
                yield length, allowed, service.cost(end)


class _Service:
    """What serving at a station costs."""

    def __init__(self, x: Station, priced: Priced, periods: int) -> None:
        self._present = {e: _nothing(periods) for e in levels(x)}
        self._starts, self._leaves = _nothing(periods), _nothing(periods + 1)
        for line, price in priced:
            if line.present is not None:
                for e, present in self._present.items():
                    present -= price * line.present(x, e)
            if line.starts is not None:
                self._starts -= price * line.starts(x)
            if line.leaves is not None:
                self._leaves[:-1] -= price * line.leaves(x)
        self._full = _summed(self._present[FULL])
        self._early = [self._present[e] for e in levels(x)[:-1]]

    def cost(self, end: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Exact:
        """Return what a tour from each period costs that ends before `end`."""
        start = np.arange(len(end))
        cost: Exact = self._full[end] - self._full[np.minimum(start + len(self._early), end)]
        for age, early in enumerate(self._early):
            there = np.flatnonzero(start + age < end)
            cost[there] += early[there + age]
        return cost + self._starts + self._leaves[end]  # type: ignore[no-any-return]  # numpy does not say it of objects


def _nothing(periods: int) -> Exact:
    return np.zeros(periods, dtype=object)


def _summed(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the sums of all before each place, and of all."""
    sums = np.cumsum(values)
    return np.concatenate([np.zeros(1, dtype=sums.dtype), sums])
