"""From an empty theatre to better and better plans: fill, thin what is too much, fill again, anneal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forcegen.engine.implied import climb
from forcegen.engine.implied.climb import Crew
from forcegen.engine.implied.kernel import UNGUIDED, Rows, scratch
from forcegen.engine.state import (
    FIRST,
    FIRST_PRICE,
    LEAST,
    LEAST_PRICE,
    MOST,
    MOST_PRICE,
    ROW_FIELDS,
    SECOND,
    SECOND_PRICE,
)
from forcegen.mip import INF

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.engine.implied.kernel import Costs
    from forcegen.engine.implied.theatre import Ints, Theatre
    from forcegen.engine.state import Floats

_NEVER = 1e301
# Prices of limits, in what a unit of the limit is worth: while an empty theatre is filled, and once all limits hold.
_LOOSE, _STRICT = 0.5, 50.0
_RAISE, _HIGHEST, _THINNED = 1.5, 1e6, 12
_CHUNK, _BATCH, _LARGEST_RUIN = 50, 100, 6
_WARM, _COLD = 0.1, 3e-3


@dataclass(frozen=True, eq=False)
class Prices:
    """What a search minimises, as floating point: what is lacking in each row, a period of service at each station."""

    below_minimum: Floats
    below_target: Floats
    service: Floats


class Search:
    """One thread's state.

    Parameters
    ----------
    typical : float64[rows]
        What a unit counts in each row, on average.
    guide : float32[services, periods]
        What a tour costs beside that in the eyes of the search; others may write it meanwhile.
    """

    def __init__(self, theatre: Theatre, prices: Prices, typical: Floats, seed: int, guide: Costs = UNGUIDED) -> None:
        self.theatre, self.typical = theatre, typical
        self.random = np.random.default_rng(seed)
        self.rows = Rows(
            False,
            np.zeros(0),
            _table(theatre, prices),
            np.zeros(len(typical)),
            np.zeros(len(typical)),
            prices.service,
            guide,
        )
        stations, periods = int(np.diff(theatre.station_of).max(initial=0)), theatre.row.shape[1]
        self.scratch = scratch(stations, int(theatre.ages.max(initial=0)), periods)
        self.crew = _crew(theatre)
        covers = theatre.target > 0
        worth = np.maximum(prices.below_minimum, prices.below_target) * typical
        self.tour = float(worth[covers].mean() if covers.any() else 1.0) * float(
            theatre.length.sum() / max(1, len(theatre.length))
        )
        self.tour = max(self.tour, float(prices.service.max(initial=0)), 1e-9)
        self.best = np.inf
        climb.valued(theatre, self.rows, self.crew)

    def price(self, most: float, least: float) -> None:
        """Let what breaks a limit by what a typical unit counts cost so many tours, too much and too little."""
        self.most, self.least = np.full(len(self.typical), most), np.full(len(self.typical), least)
        self._reprice()

    def raise_broken(self) -> None:
        """Let what is broken cost more."""
        table, amount = self.rows.table, self.rows.amount
        self.most = np.where(amount > table[:, MOST], np.minimum(self.most * _RAISE, _HIGHEST), self.most)
        self.least = np.where(amount < table[:, LEAST], np.minimum(self.least * _RAISE, _HIGHEST), self.least)
        self._reprice()

    def _reprice(self) -> None:
        table, each = self.rows.table, self.tour / self.typical
        table[:, LEAST_PRICE] = np.where(table[:, LEAST] > -_NEVER, each * self.least, 0)
        table[:, MOST_PRICE] = np.where(table[:, MOST] < _NEVER, each * self.most, 0)
        climb.valued(self.theatre, self.rows, self.crew)

    def fill(self, order: Ints, done: Callable[[], bool]) -> None:
        """Give units their best responses, one after another."""
        for first in range(0, len(order), _BATCH):
            if done():
                return
            last = min(first + _BATCH, len(order))
            climb.fill(order, first, last, self.theatre, self.rows, self.scratch, self.crew)

    def thin(self) -> None:
        """Give up tours until no row has too much, if that can be."""
        for _ in range(_THINNED):
            if not climb.thin(self.by_size(-1), self.theatre, self.rows, self.crew):
                return

    def by_size(self, sign: int = 1) -> Ints:
        """Return the units, large ones first (or small ones), those of a size in any order."""
        return np.lexsort((self.random.random(len(self.crew.size)), -sign * self.crew.size))

    def keep(self) -> bool:
        """Remember the state if no limit is broken and nothing better is known; tell whether it is so."""
        worth = climb.valued(self.theatre, self.rows, self.crew)
        if not climb.sound(self.rows) or worth >= self.best:
            return False
        self.best = worth
        self.crew.best_service[:], self.crew.best_start[:] = self.crew.service, self.crew.start
        return True

    def run(self, temperature: float) -> bool:
        """Search on for a moment; tell whether a better plan was found."""
        before = self.best
        heat = max(temperature * self.tour, 1e-9)
        args = self.theatre, self.rows, self.scratch, self.crew, self.random
        self.best = climb.search(_CHUNK, heat, _LARGEST_RUIN, before, *args)
        return self.best < before

    def serve(self, tours: Ints) -> None:
        """Take a plan as it is: int64[tours, 3], unit, service and start, in the order of units and starts."""
        slot = np.zeros(len(self.crew.size), dtype=np.int64)
        for u, j, t in tours.tolist():
            self.crew.service[u, slot[u]], self.crew.start[u, slot[u]] = j, t
            slot[u] += 1
        climb.recount(self.theatre, self.rows, self.crew)

    def found(self) -> Ints:
        """Return the best plan, as `serve` takes one."""
        unit, slot = np.nonzero(self.crew.best_service >= 0)
        return np.stack([unit, self.crew.best_service[unit, slot], self.crew.best_start[unit, slot]], axis=1)


def search(run: Search, progress: Callable[[], float], better: Callable[[Search], None], start: Ints | None) -> None:
    """Search until `progress` says 1; `better` is told of each better plan."""

    def done() -> bool:
        return progress() >= 1

    def keep() -> None:
        if run.keep():
            better(run)

    if not len(run.crew.size) or not len(run.theatre.starts):
        keep()
        return
    if start is None:
        keep()  # nobody serves: a plan, where nothing is asked that must be met
        run.price(_LOOSE, _STRICT)
        run.fill(run.by_size(), done)
    else:
        run.serve(start)
    keep()
    run.price(_STRICT, _STRICT)
    if start is None:
        run.thin()
        keep()
        run.fill(run.by_size(), done)
        keep()
    while run.best == np.inf and not done():
        run.raise_broken()
        run.fill(run.random.permutation(len(run.crew.size)), done)
        keep()
    while not done():
        if run.run(_WARM * (_COLD / _WARM) ** progress()):
            better(run)


def _table(theatre: Theatre, prices: Prices) -> Floats:
    """Return the rows as the engine's worths: lacking costs, what must not be lacking is a limit."""
    rows = np.zeros((len(theatre.cap), ROW_FIELDS))
    covers = theatre.target > 0
    rows[:, FIRST] = np.where(covers, theatre.target, -_NEVER)
    rows[:, FIRST_PRICE] = np.where(covers, prices.below_target, 0)
    rows[:, SECOND] = np.where(covers, theatre.minimum, -_NEVER)
    rows[:, SECOND_PRICE] = np.where(covers, prices.below_minimum - prices.below_target, 0)
    least = np.where(covers, np.where(theatre.hard & (theatre.minimum > 0), theatre.minimum, -INF), theatre.least)
    rows[:, LEAST] = np.where(least > -INF, least, -_NEVER)
    rows[:, MOST] = np.where(theatre.most < INF, theatre.most, _NEVER)
    return rows


def _crew(theatre: Theatre) -> Crew:
    units, shortest = len(theatre.unit_contingent), int(theatre.cycle.min(initial=1))
    slots = -(-theatre.row.shape[1] // max(1, shortest)) + 1
    nothing = np.full((units, slots), -1, dtype=np.int64)
    few = np.full((_LARGEST_RUIN + 2, slots), -1, dtype=np.int64)
    station = np.repeat(np.arange(len(theatre.sector)), np.diff(theatre.service_of)).astype(np.int64)
    return Crew(
        contingent=theatre.unit_contingent,
        free=theatre.unit_free,
        size=theatre.size[theatre.unit_contingent],
        nation=theatre.nation[theatre.unit_contingent],
        station=station,
        sector=theatre.sector[station],
        role=theatre.role[station],
        service=nothing,
        start=nothing.copy(),
        best_service=nothing.copy(),
        best_start=nothing.copy(),
        old_service=few,
        old_start=few.copy(),
        chosen=np.zeros(_LARGEST_RUIN + 2, dtype=np.int64),
        taken=np.zeros(units, dtype=bool),
        changed=np.ones(units, dtype=bool),
        key=np.zeros(_LARGEST_RUIN + 2),
    )
