"""Who is where: binary columns that say whether a group has units present, tied to its tours by the tightest bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.numbers import milli
from forcegen.domain.values import over_time
from forcegen.formulation.rows.family import Entries, Rows, merged, own, sums
from forcegen.mip import INF

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.domain.rules import Rule
    from forcegen.formulation.frame import Body, Frame
    from forcegen.formulation.rows.family import Ints
    from forcegen.formulation.rows.scoped import Scoped
    from forcegen.tours.tours import Bools


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups of tours, each within one sector, and what they have there in each period.

    Parameters
    ----------
    entries
        What each tour counts; row `group * periods + period`.
    taken : int64[groups * periods]
        What the running tours of history count.
    most : int64[groups * periods]
        The most that pools and beds allow, history included.
    """

    entries: Entries
    taken: Ints
    most: Ints

    @classmethod
    def units(cls, frame: Frame, group: Callable[[Body], Ints], sector: Ints) -> Groups:
        """Return the groups counted in units; `group` as in `sums`, `sector` is each group's, int64[groups]."""
        return cls._of(frame, group, sector, np.ones(len(frame.instance.contingents), dtype=np.int64))

    @classmethod
    def heads(cls, frame: Frame, group: Callable[[Body], Ints], sector: Ints) -> Groups:
        """Return the groups counted in people, in the greatest common divisor of all strengths."""
        return cls._of(frame, group, sector, frame.heads)

    @classmethod
    def _of(cls, frame: Frame, group: Callable[[Body], Ints], sector: Ints, size: Ints) -> Groups:
        def weight(body: Body) -> Ints:
            return np.asarray(size[body.tours.contingent][body.cells.tour])

        entries, taken = sums(frame, group, weight, len(sector))
        return cls(entries, taken, taken + _most(frame, entries, np.repeat(sector, frame.periods), size))


class Here:
    """Binary columns `here(group,sector,period)`, 1 where units of the scope are present.

    The group is a nation, or everybody together. A column exists only where a tour of the scope could be, or one of
    history is. It is tied to each contingent by itself, `units(k,s,t) <= most(k,s,t) here(g,s,t)`: stronger than one
    row for all of a nation's.

    Parameters
    ----------
    group, sector, period : int64[columns]
        What each column is about.
    """

    def __init__(self, scoped: Scoped, frame: Frame, *, by_nation: bool, everywhen: bool = False) -> None:
        self._frame = frame
        self._sectors = sectors = len(frame.instance.sectors)
        self._group_of = frame.nation if by_nation else np.zeros_like(frame.nation)
        self._by_nation = by_nation

        def group(body: Body) -> Ints:
            return np.where(scoped.inside(body), body.tours.contingent * sectors + body.tours.sector, -1)

        of_cell = np.tile(np.arange(sectors), len(frame.nation))
        units = Groups.units(frame, group, of_cell)
        used = np.zeros(len(units.taken), dtype=bool)
        used[units.entries.row] = True
        used |= units.taken > 0
        if not everywhen:
            used &= np.tile(scoped.active, len(of_cell))
        self._cells = np.flatnonzero(used)
        self._taken, self._most = units.taken[self._cells], units.most[self._cells]
        position = np.full(len(used), -1, dtype=np.int64)
        position[self._cells] = np.arange(len(self._cells))
        kept = position[units.entries.row] >= 0
        self._units = Entries(
            position[units.entries.row[kept]], units.entries.column[kept], np.ones(int(kept.sum()), dtype=np.int64)
        )
        contingent, rest = self._cells // (sectors * frame.periods), self._cells % (sectors * frame.periods)
        keys = self._group_of[contingent] * sectors * frame.periods + rest
        self._keys, self._column = np.unique(keys, return_inverse=True)
        self.group = self._keys // (sectors * frame.periods)
        self.sector = self._keys // frame.periods % sectors
        self.period = self._keys % frame.periods

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self._keys)

    @property
    def inherited(self) -> Bools:
        """Whether running tours of history are there, bool[columns]."""
        return np.bincount(self._column, weights=self._taken, minlength=len(self)) > 0

    @property
    def units(self) -> tuple[Entries, Ints]:
        """What each column's tours count in units, and what history does; rows are columns."""
        taken = np.zeros(len(self), dtype=np.int64)
        np.add.at(taken, self._column, self._taken)
        return Entries(self._column[self._units.row], self._units.column, self._units.value), taken

    @property
    def strength_of_history(self) -> Ints:
        """Thousandths of people that history has there, int64[columns]."""
        contingent = self._cells // (self._sectors * self._frame.periods)
        taken = np.zeros(len(self), dtype=np.int64)
        np.add.at(taken, self._column, self._taken * self._frame.strength[contingent])
        return taken

    def link(self, rule: Rule) -> Rows:
        """Return `most here - units >= units of history`, one row for each contingent, sector and period."""
        row = np.arange(len(self._cells))
        ties = Entries(row, own(self._column), self._most)
        entries = merged(ties, Entries(self._units.row, self._units.column, -self._units.value))
        return Rows(rule.kind, entries, self._taken, np.full(len(row), INF), lambda: self._link_names(rule))

    def names(self, rule: Rule) -> list[str]:
        """Return the columns' names."""
        return [f"here({rule.id},{head})" for head in self.heads()]

    def heads(self) -> list[str]:
        """Return `nation,sector,period` or `sector,period` for each column."""
        instance = self._frame.instance
        nations = [f"{nation.id}," for nation in instance.nations] if self._by_nation else [""]
        return [
            f"{nations[g]}{instance.sectors[s].id},{self._frame.label(t)}"
            for g, s, t in zip(self.group, self.sector, self.period, strict=True)
        ]

    def at(self, group: Ints, sector: Ints, period: Ints) -> Ints:
        """Return the column of each group, sector and period, -1 where there is none."""
        key = (group * self._sectors + sector) * self._frame.periods + period
        index = np.searchsorted(self._keys, key)
        found = self._keys[np.minimum(index, max(0, len(self) - 1))] == key if len(self) else np.zeros(len(key), bool)
        return np.where(found & (period < self._frame.periods) & (period >= 0), index, -1)

    def _link_names(self, rule: Rule) -> list[str]:
        instance, periods = self._frame.instance, self._frame.periods
        return [
            f"{rule.kind}_here({rule.id},{instance.contingents[cell // (self._sectors * periods)].id},"
            f"{instance.sectors[cell // periods % self._sectors].id},{self._frame.label(cell % periods)})"
            for cell in self._cells.tolist()
        ]


def _most(frame: Frame, entries: Entries, sector: Ints, size: Ints) -> Ints:
    """Return the most that new tours can count in each row.

    Each contingent sends at most its pool, and what beds hold of it alone; all together fill the beds at most with
    those that count most for a bed.
    """
    contingents = len(frame.instance.contingents)
    pair = np.unique(entries.row * contingents + frame.columns.tours.contingent[entries.column])
    row, k = pair // contingents, pair % contingents
    beds, held = (
        frame.by_place(lambda k, s: k.beds_at(s))[k, sector[row]],
        _beds(frame)[sector[row], row % frame.periods],
    )
    alone = np.minimum(frame.by_contingent(lambda k: k.pool)[k], np.where(beds > 0, held // np.maximum(beds, 1), INF))
    total = np.zeros(len(sector), dtype=np.int64)
    np.add.at(total, row, alone * size[k])
    dense = np.zeros(len(sector))
    np.maximum.at(dense, row, np.where(beds > 0, size[k] / np.maximum(beds, 1), np.inf))
    packed = np.full(len(sector), np.inf)
    packed[row] = dense[row] * held
    # A bound in floating point may be a little too small: one more than its floor is safe.
    return np.minimum(
        total, np.where(packed < 2.0**52, np.floor(np.minimum(packed, 2.0**52)) + 1, INF).astype(np.int64)
    )


def _beds(frame: Frame) -> Ints:
    """Return the beds of each sector in each period, in thousandths; int64[sectors, periods]."""
    horizon = frame.instance.horizon
    lines = [
        [INF // 2] * frame.periods if s.beds is None else [milli(x) for x in over_time(s.beds, horizon)]
        for s in frame.instance.sectors
    ]
    return np.array(lines, dtype=np.int64).reshape(len(frame.instance.sectors), frame.periods)
