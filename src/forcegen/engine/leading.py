"""Columns that say who leads, as tours of a contingent of their own for each sector that is led."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.engine.command import Commands, Held
from forcegen.tours.tours import Tours

if TYPE_CHECKING:
    import scipy.sparse as sp

    from forcegen.engine.wire import Crew, Ints, Leading


def with_leads(crew: Crew, leading: Leading | None) -> tuple[Tours, Ints]:
    """Return the tours and behind them the columns of leads, of one period each, and when a unit is free again."""
    if leading is None:
        return crew.tours, crew.again
    times = leading.columns // leading.lead.size
    command, _, _ = _places(leading)
    start = np.tile(np.arange(crew.periods), len(leading.sector) * times)
    contingent, sector = (
        np.tile(np.repeat(of_pair, crew.periods), times) for of_pair in (len(crew.size) + command, leading.sector)
    )
    leads = Tours(contingent, sector, np.zeros_like(start), start, np.ones_like(start))
    joined = (np.concatenate(both) for both in zip(crew.tours.fields, leads.fields, strict=True))
    return Tours(*joined), np.concatenate([crew.again, start + 1])


def commands(
    leading: Leading | None, crew: Crew, tours: Tours, position: Ints, matrix: sp.csc_array[np.float64]
) -> Commands:
    """Return what the compiled loops want to know of leads.

    Parameters
    ----------
    tours
        With the columns of leads, in the order of the model.
    position : int64[columns]
        Where each column of the model stands in the matrix.
    matrix : csc_array float64[rows, columns]
        Coefficients.
    """
    if leading is None:
        line, table, cube = (np.zeros((0,) * axes, dtype=np.int64) for axes in (1, 2, 3))
        none = np.zeros(0)
        return Commands(len(crew.size), cube, cube, cube, table, table, line, line, line, line, none, none)
    command, place, shape = _places(leading)

    def by_place(of_pair: Ints, otherwise: int) -> Ints:
        result = np.full((*shape, *of_pair.shape[1:]), otherwise, dtype=np.int64)
        result[command, place] = of_pair
        return result

    def columns(which: Ints) -> Ints:
        return by_place(np.where(which >= 0, position[len(crew.tours) + which], -1), -1)

    must = np.full((shape[0], crew.periods), -1, dtype=np.int64)
    pair, period = np.nonzero(leading.must)
    must[command[pair], period] = place[pair]
    leaves = np.empty(len(tours), dtype=np.int64)
    leaves[position] = tours.start + tours.length
    every = by_place(np.arange(leading.lead.size).reshape(leading.lead.shape), -1)
    first = np.where(every >= 0, position[len(crew.tours) + every], -1)
    return Commands(
        base=len(crew.size),
        lead=columns(leading.lead),
        hold=columns(leading.hold),
        needed=by_place(leading.needed, 1),
        must=must,
        nation=by_place(leading.nation, -1),
        sector=np.unique(leading.sector),
        leaves=leaves,
        **dict(zip(_JOINT, _joint(first.reshape(-1), crew.periods, matrix), strict=True)),
    )


def led(leading: Leading | None, which: Ints | None = None) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return who leads, bool[commands, pairs, periods]: to begin with, or by the columns of leads, int64[columns]."""
    if leading is None:
        return np.zeros((0, 0, 0), dtype=bool)
    command, place, shape = _places(leading)
    result = np.zeros((*shape, leading.lead.shape[1]), dtype=bool)
    taken = leading.led if which is None else which[: leading.lead.size].reshape(leading.lead.shape) > 0
    result[command, place] = taken
    return result


def nobody(found: Commands) -> Held:
    """Return the state in which nobody leads."""
    count, pairs, periods = found.lead.shape
    column = np.full((count, periods), -1, dtype=np.int64)
    by_pair = (pairs, periods)
    return Held(
        column=column,
        best=column.copy(),
        before=column.copy(),
        asked=np.zeros(by_pair),
        lead_cost=np.zeros(by_pair),
        hold_cost=np.zeros(by_pair),
        joint=np.zeros(by_pair),
        run=np.zeros(by_pair),
        run_end=np.zeros(by_pair, dtype=np.int64),
        value=np.zeros((periods + 1, pairs + 1)),
        choice=np.zeros((periods + 1, pairs + 1), dtype=np.int64),
    )


_JOINT = ("joint_first", "joint_row", "joint_here", "joint_before")


def _places(leading: Leading) -> tuple[Ints, Ints, tuple[int, int]]:
    """Return the command of each pair, its place in that, and how many there are of both."""
    command = np.unique(leading.sector, return_inverse=True)[1].astype(np.int64)
    size = np.bincount(command)
    place = np.arange(len(command)) - (np.cumsum(size) - size)[command]
    return command, place, (len(size), int(size.max()))


def _joint(columns: Ints, periods: int, matrix: sp.csc_array[np.float64]) -> tuple[Ints, Ints, np.ndarray, np.ndarray]:
    """Return the rows that each column shares with the one a period before it: first, row, and both coefficients."""
    rows = matrix.shape[0]
    place = np.flatnonzero(columns >= 0)
    size = np.diff(matrix.indptr)[columns[place]]
    entry = np.repeat(matrix.indptr[columns[place]] - np.cumsum(size) + size, size) + np.arange(size.sum())
    owner = np.repeat(place, size)
    row, value = matrix.indices[entry].astype(np.int64), matrix.data[entry]
    goes_on = owner % periods < periods - 1
    before = (owner[goes_on] + 1) * rows + row[goes_on]
    key, here, there = np.intersect1d(owner * rows + row, before, return_indices=True)
    first = np.searchsorted(key // rows, np.arange(len(columns) + 1)) if len(key) else np.zeros(len(columns) + 1)
    return first.astype(np.int64), key % rows if rows else key, value[here], value[goes_on][there]
