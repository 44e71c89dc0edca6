"""The compact formulation, which people write first: binaries for each single unit, sector, role and period.

For unit u: `begins(u,s,r,a)` says that a tour begins, and stands for its first periods, those of the handover;
`serves(u,s,r,t)` that it goes on; `away(u,a,l)` that a tour of l periods begins in a, wherever it leads. The last keep
lengths, dwell and pools; the others say where. All rules and goals read them as they read tours.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.frame import Body, Frame, Moves, Spells
from forcegen.formulation.rows.family import Entries, Rows, merged, together
from forcegen.formulation.takers import Takers
from forcegen.mip import INF
from forcegen.tours.roster import free_after, rostered, units_of
from forcegen.tours.tours import Presence, Tours, presence, unfolded

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.domain.instance import Instance
    from forcegen.formulation.rows.family import Ints


class CompactBody(Body):
    """Columns of single units; what goes on has no beginning of its own."""

    def __init__(self, tours: Tours, cells: Presence, effect: Ints, moves: Moves) -> None:
        super().__init__(tours, cells, effect, np.ones(len(tours), dtype=np.int64))
        object.__setattr__(self, "_moves", moves)

    @property
    def moves(self) -> Moves:
        """Who moves in or out when: a column that goes on takes back the end of the one before it."""
        moves: Moves = self.__dict__["_moves"]
        return moves


class Compact(Frame):
    """The columns of the compact formulation: those that begin, those that go on, those away, each unit by unit.

    Parameters
    ----------
    unit : int64[columns]
        Whose each is, as in `units_of`.
    begins, serves, away
        Which columns are which.
    """

    single = True

    def __init__(self, instance: Instance, begun: None = None, allowed: Tours | None = None) -> None:
        self.contingent_of, self.first_free = units_of(instance)
        self.pools = np.array([k.pool for k in instance.contingents], dtype=np.int64)
        self.first_unit = np.cumsum(self.pools) - self.pools
        self.first_part = np.array([max(1, ceil(k.handover)) for k in instance.contingents], dtype=np.int64)
        super().__init__(instance, begun, allowed)

    @property
    def starts(self) -> Ints:
        """The columns that begin a tour."""
        return np.arange(self.begins.stop)

    @cached_property
    def upper(self) -> Ints:
        """One, int64[columns]."""
        return np.ones(len(self.unit), dtype=np.int64)

    @cached_property
    def spells(self) -> Spells:
        """Which columns keep units from home: those away, with their dwell."""
        column = np.arange(self.away.start, self.away.stop)
        tours = self.columns.tours.take(column)
        free = np.minimum(free_after(tours, self.instance), self.periods)
        return Spells(column, self.unit[column], tours.start, free)

    @property
    def room(self) -> Ints:
        """One for each unit that history leaves free, int64[units, periods]: a pool is a single unit's."""
        return (np.arange(self.periods) >= self.first_free[:, None]).astype(np.int64)

    def pool_name(self, pool: int) -> str:
        """Return which unit it is: `contingent#number`."""
        k = int(self.contingent_of[pool])
        return f"{self.instance.contingents[k].id}#{pool - int(self.first_unit[k]) + 1}"

    def served(self, taken: Ints) -> tuple[Tours, Ints]:
        """Return the tours of single units that columns stand for, and the number of each unit from 1."""
        tours, begun = self.columns.tours, np.flatnonzero(taken[self.begins])
        gone = self.away.start + np.flatnonzero(taken[self.away])
        length = dict(zip(self._when(gone), tours.length[gone].tolist(), strict=True))
        if set(length) != set(self._when(begun)):
            raise ValueError("a unit begins a tour that it is not away for, or the reverse")
        whole = Tours(
            tours.contingent[begun],
            tours.sector[begun],
            tours.role[begun],
            tours.start[begun],
            np.array([length[when] for when in self._when(begun)], dtype=np.int64),
        )
        units = self.unit[begun] - self.first_unit[whole.contingent] + 1
        order = np.lexsort((whole.start, whole.contingent))
        return whole.take(order), units[order]

    def taken(self, tours: Tours) -> Ints:
        """Return the columns of the tours of single units, int64[columns]; those with nobody free are left out."""
        keys = zip(*(field.tolist() for field in tours.fields), strict=True)
        known = set(zip(*(field.tolist() for field in self.allowed.fields), strict=True))
        tours = tours.take(np.flatnonzero([key in known for key in keys]))
        tours = tours.take(np.lexsort((tours.length, tours.role, tours.sector, tours.start, tours.contingent)))
        units = rostered(tours, self.instance)
        tours, units = tours.take(np.flatnonzero(units)), units[units > 0]
        unit = self.first_unit[tours.contingent] + units - 1
        first = self.first_part[tours.contingent]
        values = np.zeros(len(self.unit), dtype=np.int64)
        values[self.at(self.begins, unit, tours.sector, tours.role, tours.start)] = 1
        values[self._spell(unit, tours.start, tours.length)] = 1
        tour, later = unfolded(tours.start + first, np.minimum(tours.start + tours.length, self.periods))
        values[self.at(self.serves, unit[tour], tours.sector[tour], tours.role[tour], later)] = 1
        return values

    def takers(self, tours: Ints) -> Takers:
        """Return how many units take each of these tours, positions in `allowed`."""
        wanted = self.allowed.take(tours)
        tour, number = unfolded(np.zeros_like(tours), self.pools[wanted.contingent])
        unit, start = self.first_unit[wanted.contingent[tour]] + number, wanted.start[tour]
        able = self.first_free[unit] <= start
        tour, unit, start = tour[able], unit[able], start[able]
        begins = self.at(self.begins, unit, wanted.sector[tour], wanted.role[tour], start)
        away = self._spell(unit, start, wanted.length[tour])

        def names() -> list[str]:
            return [f"elsewhere({self.pool_name(u)},{z})" for u, z in zip(unit.tolist(), tours[tour], strict=True)]

        return Takers.single(tour, begins, away, len(tours), names)

    def column_names(self) -> list[str]:
        """Return `begins(unit,sector,role,period)`, `serves(...)` alike, and `away(unit,period,length)`."""
        tours, sectors, roles = self.columns.tours, self.instance.sectors, self.instance.roles
        units = [self.pool_name(u) for u in range(len(self.contingent_of))]
        table = list(zip(self.unit.tolist(), *(field.tolist() for field in tours.fields[1:]), strict=True))
        placed = [f"({units[u]},{sectors[s].id},{roles[r].id},{self.label(t)})" for u, s, r, t, _ in table]
        return [
            *(f"begins{name}" for name in placed[self.begins]),
            *(f"serves{name}" for name in placed[self.serves]),
            *(f"away({units[u]},{self.label(t)},{length})" for u, _, _, t, length in table[self.away]),
        ]

    def at(self, which: slice, unit: Ints, sector: Ints, role: Ints, period: Ints) -> Ints:
        """Return the column of a unit in a place and period among those that begin or go on, -1 where there is none."""
        keys, key = self._keys[which], self._key(unit, sector, role, period)
        if not len(keys):
            return np.full(len(key), -1, dtype=np.int64)
        position = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
        return np.where((keys[position] == key) & (period >= 0), which.start + position, -1)

    def _columns(self) -> Body:
        tours, first = self.allowed, self.first_part[self.allowed.contingent]
        tour, later = unfolded(tours.start + first, np.minimum(tours.start + tours.length, self.periods))
        place = (tours.contingent, tours.sector, tours.role)
        begins = self._single(np.stack([*place, tours.start, first]), 0)
        serves = self._single(np.stack([*(x[tour] for x in place), later, np.ones_like(later)]), first[tour])
        nowhere = np.zeros_like(tours.start)
        away = self._single(np.stack([tours.contingent, nowhere, nowhere, tours.start, tours.length]), 0)
        parts = (begins, serves, away)
        ends = np.cumsum([0, *(part.shape[1] for part in parts)]).tolist()
        self.begins, self.serves, self.away = (slice(a, b) for a, b in pairwise(ends))
        table = np.concatenate(parts, axis=1)
        self.unit = table[0]
        columns = Tours(self.contingent_of[table[0]], *table[1:])
        self._keys = self._key(self.unit, columns.sector, columns.role, columns.start)
        cells = presence(columns.take(np.arange(self.serves.stop)), self.periods)
        later_part = np.where(cells.tour >= self.serves.start, self.first_part[columns.contingent[cells.tour]], 0)
        cells = Presence(cells.tour, cells.period, cells.age + later_part)
        return CompactBody(columns, cells, self._effect(columns, cells), self._moves(columns))

    def _single(self, rows: Ints, later: Ints | int) -> Ints:
        """Return unit, sector, role, period, length of each unit's columns, in their order.

        Parameters
        ----------
        rows : int64[5, n]
            Contingent, sector, role, period, length; some of them several times.
        later
            Periods by which a unit must have been free before.
        """
        rows = np.unique(np.concatenate([rows, np.broadcast_to(later, rows.shape[1:])[None]]), axis=1)
        row, number = unfolded(np.zeros_like(rows[0]), self.pools[rows[0]])
        unit = self.first_unit[rows[0][row]] + number
        free = rows[3][row] - rows[5][row] >= self.first_free[unit]
        table = np.concatenate([unit[None], rows[1:5][:, row]])[:, free]
        return table[:, np.lexsort(table[::-1])]

    def _moves(self, columns: Tours) -> Moves:
        here = np.arange(self.serves.stop)
        arrive = np.where(here < self.begins.stop, 1, -1)
        start, length = columns.start[here], columns.length[here]
        return Moves(
            np.tile(here, 2), np.concatenate([start, start + length]), np.concatenate([arrive, np.ones_like(here)])
        )

    def _key(self, unit: Ints, sector: Ints, role: Ints, period: Ints) -> Ints:
        place = sector * len(self.instance.roles) + role
        return np.asarray(
            (unit * len(self.instance.sectors) * len(self.instance.roles) + place) * self.periods + period
        )

    def _spell(self, unit: Ints, start: Ints, length: Ints) -> Ints:
        tours = self.columns.tours
        lines = zip(self.unit[self.away], tours.start[self.away], tours.length[self.away], strict=True)
        column = {tuple(map(int, line)): self.away.start + i for i, line in enumerate(lines)}
        keys = zip(unit.tolist(), start.tolist(), length.tolist(), strict=True)
        return np.array([column[key] for key in keys], dtype=np.int64)

    def _when(self, columns: Ints) -> list[tuple[int, int]]:
        return list(zip(self.unit[columns].tolist(), self.columns.tours.start[columns].tolist(), strict=True))


def timetable(frame: Compact) -> Rows:
    """Let each unit be where it is away: one tour, in one place, of an allowed length. Tag `timetable`.

    `sum over places of begins(u,s,r,a) = sum over lengths of away(u,a,l)`;
    `units present of u in t = sum of away(u,a,l) with a <= t < a + l`;
    `serves(u,s,r,t) <= serves(u,s,r,t-1) + begins(u,s,r,t-h)`, h the periods that a beginning stands for;
    `begins(u,s,r,a) <= sum of away(u,a,l) over the lengths allowed there`, where not all are;
    and of like units the first goes first, which takes nothing away but copies.
    """
    pieces = [_begun(frame), _present(frame), _going_on(frame), _long_enough(frame), _in_order(frame)]
    return together("timetable", pieces, None)


def _begun(frame: Compact) -> Rows:
    column = np.concatenate([frame.starts, np.arange(frame.away.start, frame.away.stop)])
    value = np.where(column < frame.begins.stop, 1, -1)
    row = frame.unit[column] * frame.periods + frame.columns.tours.start[column]
    return _equal("begun", Entries(row, column, value), frame)


def _present(frame: Compact) -> Rows:
    cells, spells, tours = frame.columns.cells, frame.spells, frame.columns.tours
    ends = np.minimum(tours.start + tours.length, frame.periods)[spells.column]
    spell, period = unfolded(spells.start, ends)
    here = Entries(frame.unit[cells.tour] * frame.periods + cells.period, cells.tour, np.ones_like(cells.tour))
    gone = Entries(spells.pool[spell] * frame.periods + period, spells.column[spell], -np.ones_like(spell))
    return _equal("present", merged(here, gone), frame)


def _equal(head: str, entries: Entries, frame: Compact) -> Rows:
    used, row = np.unique(entries.row, return_inverse=True)
    nothing = np.zeros(len(used), dtype=np.int64)
    return Rows(
        "timetable",
        Entries(row.astype(np.int64), entries.column, entries.value),
        nothing,
        nothing,
        _names(head, used // frame.periods, used % frame.periods, frame),
    )


def _going_on(frame: Compact) -> Rows:
    tours, column = frame.columns.tours, np.arange(frame.serves.start, frame.serves.stop)
    unit, sector, role, period = frame.unit[column], tours.sector[column], tours.role[column], tours.start[column]
    first = frame.first_part[tours.contingent[column]]
    row, one = np.arange(len(column)), np.ones(len(column), dtype=np.int64)
    before = frame.at(frame.serves, unit, sector, role, period - 1)
    begun = frame.at(frame.begins, unit, sector, role, period - first)
    entries = merged(
        Entries(row, column, -one),
        *(Entries(row[other >= 0], other[other >= 0], one[other >= 0]) for other in (before, begun)),
    )
    at_least, names = np.zeros(len(column), dtype=np.int64), _names("goes_on", unit, period, frame, sector, role)
    return Rows("timetable", entries, at_least, np.full(len(column), INF), names)


def _long_enough(frame: Compact) -> Rows:
    tours, allowed = frame.columns.tours, frame.allowed
    known = set(zip(*(field.tolist() for field in allowed.fields), strict=True))
    spells: dict[tuple[int, int], list[int]] = {}
    for column in range(frame.away.start, frame.away.stop):
        spells.setdefault((int(frame.unit[column]), int(tours.start[column])), []).append(column)
    rows: list[tuple[int, int, int]] = []
    limited: list[int] = []
    for column in frame.starts.tolist():
        k, s, r, a = (int(field[column]) for field in tours.fields[:4])
        mine = spells[int(frame.unit[column]), a]
        fit = [w for w in mine if (k, s, r, a, int(tours.length[w])) in known]
        if len(fit) < len(mine):
            rows += [(len(limited), column, -1), *((len(limited), w, 1) for w in fit)]
            limited.append(column)
    table, begun = np.array(rows, dtype=np.int64).reshape(-1, 3).T, np.array(limited, dtype=np.int64)
    names = _names("length", frame.unit[begun], tours.start[begun], frame, tours.sector[begun], tours.role[begun])
    return Rows("timetable", Entries(*table), np.zeros(len(begun), dtype=np.int64), np.full(len(begun), INF), names)


def _in_order(frame: Compact) -> Rows:
    """Return `starts of u up to t >= starts of u+1 up to t` for like units with one length of tour.

    With several lengths, only `starts of u up to t >= start of u+1 in t`: the first of u+1 is not before that of u.
    """
    contingents, units = frame.instance.contingents, np.arange(1, len(frame.contingent_of))
    alike = (frame.contingent_of[1:] == frame.contingent_of[:-1]) & (
        np.maximum(frame.first_free[1:], 0) == np.maximum(frame.first_free[:-1], 0)
    )
    follows = np.zeros(len(frame.contingent_of), dtype=bool)
    follows[units[alike]] = True
    one_length = np.array([len(k.tour_lengths) == 1 for k in contingents], dtype=bool)
    column, start = frame.spells.column, frame.spells.start
    unit = frame.spells.pool
    leads = np.append(follows, False)[unit + 1]
    up_to, from_ = unfolded(start[leads], np.full(int(leads.sum()), frame.periods))
    ahead = Entries(((unit + 1)[leads])[up_to] * frame.periods + from_, column[leads][up_to], np.ones_like(up_to))
    counted = follows[unit]
    last = np.where(one_length[frame.contingent_of[unit]], frame.periods, start + 1)
    spell, period = unfolded(start[counted], last[counted])
    behind = Entries(unit[counted][spell] * frame.periods + period, column[counted][spell], -np.ones_like(spell))
    used = np.unique(behind.row)
    entries = merged(ahead, behind)
    row = np.searchsorted(used, entries.row)
    kept = np.isin(entries.row, used)
    entries = Entries(row[kept].astype(np.int64), entries.column[kept], entries.value[kept])
    names = _names("in_order", used // frame.periods, used % frame.periods, frame)
    return Rows("timetable", entries, np.zeros(len(used), dtype=np.int64), np.full(len(used), INF), names)


def _names(
    head: str, unit: Ints, period: Ints, frame: Compact, sector: Ints | None = None, role: Ints | None = None
) -> Callable[[], list[str]]:
    def names() -> list[str]:
        sectors, roles = frame.instance.sectors, frame.instance.roles
        places = [""] * len(unit)
        if sector is not None and role is not None:
            places = [f"{sectors[s].id},{roles[r].id}," for s, r in zip(sector, role, strict=True)]
        return [
            f"{head}({frame.pool_name(u)},{place}{frame.label(t)})"
            for u, place, t in zip(unit.tolist(), places, period.tolist(), strict=True)
        ]

    return names
