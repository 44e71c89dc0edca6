"""What every row family reads: columns, their periods, and each contingent's figures as exact integers.

`Frame` is that of the tour formulation; the compact one overrides what differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forcegen.domain.numbers import milli
from forcegen.formulation.takers import Takers
from forcegen.tours.allowed import Bans, allowed_tours
from forcegen.tours.away import away_until, running_tours
from forcegen.tours.roster import free_after, rostered
from forcegen.tours.tours import Bools, Presence, Tours, presence, unfolded

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from forcegen.domain.contingent import Contingent
    from forcegen.domain.instance import Instance
    from forcegen.domain.place import Sector
    from forcegen.tours.begun import Begun

Ints = NDArray[np.int64]
MILLI = 1000


@dataclass(frozen=True, eq=False)
class Moves:
    """So many units of a column move in or out in a period, which may lie outside the horizon; int64[m] each."""

    column: Ints
    period: Ints
    units: Ints

    def within(self, periods: int) -> Moves:
        """Return those inside the horizon."""
        inside = (self.period >= 0) & (self.period < periods)
        return Moves(self.column[inside], self.period[inside], self.units[inside])


@dataclass(frozen=True, eq=False)
class Spells:
    """Columns that keep units of a pool from home, from a period until one before they are free again.

    Parameters
    ----------
    column, pool, start, free : int64[m]
        `free` is at most the number of periods.
    """

    column: Ints
    pool: Ints
    start: Ints
    free: Ints


@dataclass(frozen=True, eq=False)
class Body:
    """Tours with the periods in which they are present.

    Parameters
    ----------
    tours
        n tours.
    cells
        m periods of these tours inside the horizon, tour by tour.
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
    def moves(self) -> Moves:
        """Who moves in or out when: in with the first period, out with the first after the last."""
        tour = np.tile(np.arange(len(self.tours)), 2)
        period = np.concatenate([self.tours.start, self.tours.start + self.tours.length])
        return Moves(tour, period, np.ones_like(tour))

    @property
    def stay(self) -> Ints:
        """Periods inside the horizon in which each tour is present, int64[n]."""
        return np.bincount(self.cells.tour, minlength=len(self.tours)).astype(np.int64)

    @cached_property
    def _first(self) -> Ints:
        """Where the cells of each tour begin, and where the last ones end; int64[n + 1]."""
        return np.append(0, np.cumsum(self.stay))

    def only(self, kept: Bools) -> Body:
        """Return the same tours with the cells of those in `kept` (bool[n]) alone."""
        tours = np.flatnonzero(kept)
        _, used = unfolded(self._first[tours], self._first[tours + 1])
        cells = Presence(self.cells.tour[used], self.cells.period[used], self.cells.age[used])
        return Body(self.tours, cells, self.effect[used], self.units)


class Frame:
    """The tours of an instance as columns, those of history as constants.

    Parameters
    ----------
    begun
        The plan as it stands in the period in which it is made anew.
    allowed
        The tours to choose from, in their order; all that the instance allows unless given.
    """

    single = False
    """Whether columns are those of single units."""

    def __init__(self, instance: Instance, begun: Begun | None = None, allowed: Tours | None = None) -> None:
        self.instance, self.begun = instance, begun
        self.periods = instance.horizon.periods
        allowed = allowed_tours(instance) if allowed is None else allowed
        self.allowed = allowed if begun is None else begun.columns(allowed, instance)
        self.columns = self._columns()
        self.running = self._body(*running_tours(instance))

    @property
    def both(self) -> tuple[Body, Body]:
        """Columns and running tours."""
        return self.columns, self.running

    @property
    def starts(self) -> Ints:
        """The columns that begin a tour: all of them."""
        return np.arange(len(self.columns.tours))

    @cached_property
    def upper(self) -> Ints:
        """The most that each column can be, int64[columns]."""
        return self._bounds[1]

    @property
    def lower(self) -> Ints:
        """The least that each column can be, int64[columns]: what has begun stays."""
        return self._bounds[0]

    @cached_property
    def _bounds(self) -> tuple[Ints, Ints]:
        upper = self.by_contingent(lambda k: k.pool)[self.columns.tours.contingent]
        if self.begun is None:
            return np.zeros_like(upper), upper
        return self.begun.bounds(self.columns.tours, upper, self.instance)

    @cached_property
    def spells(self) -> Spells:
        """Which columns keep units from home: each tour, with its dwell."""
        tours = self.columns.tours
        free = np.minimum(free_after(tours, self.instance), self.periods)
        return Spells(np.arange(len(tours)), tours.contingent, tours.start, free)

    @property
    def room(self) -> Ints:
        """Units of each pool that history leaves free, int64[pools, periods]; a pool is a contingent's.

        What has begun keeps its units away even where the pool is smaller by now.
        """
        return self.units_free if self.begun is None else np.maximum(self.units_free, self.begun.away(self.instance))

    @cached_property
    def units_free(self) -> Ints:
        """Units of each contingent that history leaves free, int64[contingents, periods]."""
        index = {contingent.id: k for k, contingent in enumerate(self.instance.contingents)}
        result = np.repeat(self.by_contingent(lambda k: k.pool)[:, None], self.periods, axis=1)
        for contingent, period in away_until(self.instance):
            result[index[contingent], : max(0, period)] -= 1
        return result

    def pool_name(self, pool: int) -> str:
        """Return whose pool it is."""
        return self.instance.contingents[pool].id

    def served(self, taken: Ints) -> tuple[Tours, Ints]:
        """Return the tours of single units that columns stand for, and the number of each unit from 1.

        Tours with their dwell are intervals, and interval graphs are perfect: giving each tour, in the order of starts,
        to the unit that has been free longest never fails if the pool rows hold.

        Parameters
        ----------
        taken : int64[columns]
            A point that keeps the pool rows.

        Raises
        ------
        ValueError
            If it does not.
        """
        tours = self.columns.tours.take(np.repeat(np.arange(len(taken)), np.maximum(taken, 0)))
        tours = tours.take(np.lexsort((tours.start, tours.contingent)))
        past = None if self.begun is None else self.begun.first_free(self.instance)
        if self.begun is not None:
            tours = tours.take(np.flatnonzero(tours.start >= self.begun.at))
        units = rostered(tours, self.instance, past)
        if not units.all():
            at = int(np.flatnonzero(units == 0)[0])
            name = self.instance.contingents[tours.contingent[at]].id
            raise ValueError(f"{name}: more units serve in {self.label(tours.start[at])} than there are")
        if self.begun is not None:
            tours = Tours(*(np.concatenate(x) for x in zip(self.begun.tours.fields, tours.fields, strict=True)))
            units = np.concatenate([self.begun.units, units])
        return tours, units

    def taken(self, tours: Tours) -> Ints:
        """Return the columns of the tours of single units, int64[columns]; tours without a column are left out."""
        keys = zip(*(field.tolist() for field in self.columns.tours.fields), strict=True)
        column = {key: z for z, key in enumerate(keys)}
        values = np.zeros(len(self.columns.tours), dtype=np.int64)
        for key in zip(*(field.tolist() for field in tours.fields), strict=True):
            if key in column:
                values[column[key]] += 1
        return values

    def takers(self, tours: Ints) -> Takers:
        """Return how many units take each of these tours, positions in `allowed`."""
        return Takers.columns(tours)

    def column_names(self) -> list[str]:
        """Return `tour(contingent,sector,role,start,length)` for each column."""
        instance = self.instance
        return [
            f"tour({instance.contingents[k].id},{instance.sectors[s].id},{instance.roles[r].id},{self.label(a)},{length})"
            for k, s, r, a, length in zip(*self.columns.tours.fields, strict=True)
        ]

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

    @cached_property
    def fills(self) -> NDArray[np.object_]:
        """Thousandths that a unit fills, whole numbers of any size, [contingents, roles]."""
        roles, contingents = self.instance.roles, self.instance.contingents
        table = [[milli(k.fills[role.id]) if role.id in k.fills else 0 for role in roles] for k in contingents]
        return np.array(table, dtype=object).reshape(len(contingents), len(roles))

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
        if period not in self._labels:
            self._labels[period] = str(self.instance.horizon.label(period))
        return self._labels[period]

    @cached_property
    def _labels(self) -> dict[int, str]:
        """Names of periods that somebody has asked for: tens of thousands of columns name few."""
        return {}

    def _columns(self) -> Body:
        return self._body(self.allowed, None)

    def _body(self, tours: Tours, units: Ints | None) -> Body:
        cells = presence(tours, self.periods)
        ones = np.ones(len(tours), dtype=np.int64)
        return Body(tours, cells, self._effect(tours, cells), ones if units is None else units)

    def _effect(self, tours: Tours, cells: Presence) -> Ints:
        handover = self.by_contingent(lambda k: milli(k.handover))
        return np.asarray(np.clip((cells.age + 1) * MILLI - handover[tours.contingent[cells.tour]], 0, MILLI))
