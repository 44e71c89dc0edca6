"""What every row family reads: columns, their periods, and each contingent's figures as exact integers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forcegen.domain.numbers import milli
from forcegen.tours.allowed import Bans, Bools
from forcegen.tours.tours import Presence, Tours, allowed_tours, presence, running_tours

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from forcegen.domain.contingent import Contingent
    from forcegen.domain.instance import Instance
    from forcegen.domain.place import Sector

Ints = NDArray[np.int64]
MILLI = 1000


@dataclass(frozen=True, eq=False)
class Body:
    """Tours with the periods in which they are present.

    Parameters
    ----------
    tours
        n tours.
    cells
        m periods of these tours inside the horizon.
    effect : int64[m]
        What of a unit counts in that period, in thousandths: less than 1000 during handover.
    units : int64[n]
        1 for a column, the number of units for a running tour of history.
    """

    tours: Tours
    cells: Presence
    effect: Ints
    units: Ints

    @property
    def stay(self) -> Ints:
        """Periods inside the horizon in which each tour is present, int64[n]."""
        return np.bincount(self.cells.tour, minlength=len(self.tours)).astype(np.int64)

    def only(self, kept: Bools) -> Body:
        """Return the same tours with the cells of those in `kept` (bool[n]) alone."""
        used = kept[self.cells.tour]
        cells = Presence(self.cells.tour[used], self.cells.period[used], self.cells.age[used])
        return Body(self.tours, cells, self.effect[used], self.units)


class Frame:
    """The tours of an instance as columns, those of history as constants."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.periods = instance.horizon.periods
        self.columns = self._body(allowed_tours(instance), None)
        self.running = self._body(*running_tours(instance))

    @property
    def both(self) -> tuple[Body, Body]:
        """Columns and running tours."""
        return self.columns, self.running

    @cached_property
    def bans(self) -> Bans:
        """The rules that forbid places."""
        return Bans(self.instance)

    @cached_property
    def strength(self) -> Ints:
        """Thousandths of people a unit, int64[contingents]."""
        return self.by_contingent(lambda k: milli(k.strength))

    @cached_property
    def heads(self) -> Ints:
        """People a unit, counted in the greatest common divisor of all strengths, int64[contingents]."""
        return self.strength // self.person

    @cached_property
    def person(self) -> int:
        """The greatest common divisor of all strengths, in thousandths of people."""
        return int(np.gcd.reduce(self.strength, initial=0)) or 1

    @cached_property
    def nation(self) -> Ints:
        """Position of each contingent's nation, int64[contingents]."""
        index = {nation.id: i for i, nation in enumerate(self.instance.nations)}
        return self.by_contingent(lambda k: index[k.nation])

    def by_contingent(self, figure: Callable[[Contingent], int]) -> Ints:
        """Return int64[contingents]."""
        return np.array([figure(k) for k in self.instance.contingents], dtype=np.int64)

    def by_place(self, figure: Callable[[Contingent, Sector], Decimal]) -> Ints:
        """Return thousandths, int64[contingents, sectors]."""
        table = [[milli(figure(k, s)) for s in self.instance.sectors] for k in self.instance.contingents]
        return np.array(table, dtype=np.int64).reshape(len(self.instance.contingents), len(self.instance.sectors))

    def members(self, which: str, names: frozenset[str]) -> Bools:
        """Return for each item of a list of the instance whether it is among `names`; bool[items]."""
        return np.array([item.id in names for item in getattr(self.instance, which)], dtype=bool)

    def label(self, period: int) -> str:
        """Return a period's name."""
        return str(self.instance.horizon.label(period))

    def _body(self, tours: Tours, units: Ints | None) -> Body:
        cells = presence(tours, self.periods)
        handover = self.by_contingent(lambda k: milli(k.handover))
        effect = np.clip((cells.age + 1) * MILLI - handover[tours.contingent[cells.tour]], 0, MILLI)
        return Body(tours, cells, effect, np.ones(len(tours), dtype=np.int64) if units is None else units)
