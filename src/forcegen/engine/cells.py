"""The columns of a model cut into cells: what a tour does to the rows in each of its periods, every list kept once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

if TYPE_CHECKING:
    import scipy.sparse as sp

    from forcegen.tours.tours import Tours

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Words = NDArray[np.uint64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Lists:
    """Lists of numbers end to end: list j is `items[first[j]:first[j + 1]]`."""

    first: Ints
    items: Ints


@dataclass(frozen=True, eq=False)
class Cells:
    """The coefficients of the columns as sums of cells, those of each contingent side by side.

    Tours of one contingent with one start and length form a block; what they have in common wherever they go is kept
    once a block, the rest once a tour. A cell stands for one period of a tour (or for its end), so that two tours that
    pass through the same place in the same period share it. An entry is a coefficient in a row, kept once however many
    cells of the contingent have it: what it is worth is worked out once.

    Parameters
    ----------
    of_contingent : int64[contingents + 1]
        Contingent k has the cells `of_contingent[k]` to `of_contingent[k + 1] - 1`.
    entries_of_contingent : int64[contingents + 1]
        As `of_contingent`.
    row : int64[entries]
    value : float64[entries]
        The entries.
    of_cell
        The entries of each cell.
    block : int64[columns]
        The block of each column; blocks of a contingent are consecutive too.
    of_block, of_column
        Cells of each block and each column.
    blocks_of_contingent : int64[contingents + 1]
        As `of_contingent`.
    """

    of_contingent: Ints
    entries_of_contingent: Ints
    row: Ints
    value: Floats
    of_cell: Lists
    block: Ints
    of_block: Lists
    of_column: Lists
    blocks_of_contingent: Ints


def cut(matrix: sp.csc_array, tours: Tours, period: Ints, contingents: int) -> Cells:
    """Cut columns into cells.

    Parameters
    ----------
    matrix : int64[rows, columns]
        One column a tour; the tours in the order of their contingents.
    period : int64[rows]
        The period that a row is about, -1 for none. Only the number of cells hangs on it, never a coefficient.
    contingents
        Their number.
    """
    column = np.repeat(np.arange(len(tours)), np.diff(matrix.indptr))
    row, value = matrix.indices.astype(np.int64), matrix.data.astype(np.int64)
    age = period[row] - tours.start[column]
    age = np.where((period[row] >= 0) & (age >= 0) & (age <= tours.length[column]), age, 0)
    block, block_contingent, size = _blocks(tours)
    by_block = np.argsort(block, kind="stable")
    shared = _common(matrix.indptr.astype(np.int64), row, value, by_block, block, size, matrix.shape[0])
    firsts = np.zeros(len(tours), dtype=bool)
    firsts[by_block[np.cumsum(size) - size]] = True
    kept = np.flatnonzero(shared & firsts[column])
    ages = int(tours.length.max(initial=0)) + 1
    common = _Part(block[column][kept] * ages + age[kept], row[kept], value[kept])
    own = _Part(column[~shared] * ages + age[~shared], row[~shared], value[~shared])
    owner = np.concatenate([block_contingent, tours.contingent])
    own.owner += len(size) * ages
    slots = np.concatenate([common.owner, own.owner])
    order = np.argsort(slots, kind="stable")
    slots, rows = slots[order], np.concatenate([common.row, own.row])[order]
    values = np.concatenate([common.value, own.value])[order]
    return _assembled(slots, rows, values, ages, owner, block, block_contingent, contingents, matrix.shape[0])


@dataclass(eq=False)
class _Part:
    owner: Ints
    row: Ints
    value: Ints


def _blocks(tours: Tours) -> tuple[Ints, Ints, Ints]:
    """Return the block of each tour, the contingent of each block, and how many tours each has."""
    keys = np.stack([tours.contingent, tours.start, tours.length])
    found, block, size = np.unique(keys, axis=1, return_inverse=True, return_counts=True)
    return block.reshape(-1).astype(np.int64), found[0], size.astype(np.int64)


@njit(cache=True)
def _common(first: Ints, row: Ints, value: Ints, by_block: Ints, block: Ints, size: Ints, rows: int) -> Bools:
    """Return which entries all tours of a block have alike, bool[e]; tours in the order of their blocks."""
    shared = np.zeros(len(row), dtype=np.bool_)
    seen = np.full(rows, -1, dtype=np.int64)
    found, times = np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64)
    j = 0
    while j < len(by_block):
        b = block[by_block[j]]
        mine = by_block[j : j + size[b]]
        for i in mine:
            for e in range(first[i], first[i + 1]):
                r = row[e]
                if seen[r] != b:
                    seen[r], found[r], times[r] = b, value[e], 0
                if found[r] == value[e]:
                    times[r] += 1
        for i in mine:
            for e in range(first[i], first[i + 1]):
                shared[e] = times[row[e]] == size[b]
        j += size[b]
    return shared


def _assembled(
    slots: Ints,
    rows: Ints,
    values: Ints,
    ages: int,
    owner: Ints,
    block: Ints,
    block_contingent: Ints,
    contingents: int,
    rows_in_all: int,
) -> Cells:
    """Give every distinct list of rows of a contingent one cell, and every distinct coefficient of it one entry."""
    starts = np.flatnonzero(np.append(True, slots[1:] != slots[:-1])) if len(slots) else np.zeros(0, dtype=np.int64)
    sizes = np.diff(np.append(starts, len(slots)))
    holder = slots[starts] // ages
    contingent = owner[holder]
    sums = np.add.reduceat(_mixed(rows, values), starts) if len(starts) else np.zeros(0, dtype=np.uint64)
    first, cell = _alike(contingent, sums)
    begins = np.concatenate([[0], np.cumsum(sizes[first])]).astype(np.int64)
    taken = np.repeat(starts[first] - begins[:-1], sizes[first]) + np.arange(begins[-1])
    counts = np.bincount(contingent[first], minlength=contingents)
    of_contingent = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    rows, values = rows[taken], values[taken]
    entry, kept, of_entries = _entries(begins[of_contingent], rows, values, rows_in_all)
    blocks = len(block_contingent)
    every = np.concatenate([[0], np.cumsum(np.bincount(holder, minlength=len(owner)))]).astype(np.int64)
    return Cells(
        of_contingent,
        of_entries,
        rows[kept],
        values[kept].astype(np.float64),
        Lists(begins, entry),
        block,
        Lists(every[: blocks + 1], cell[: every[blocks]]),
        Lists(every[blocks:] - every[blocks], cell[every[blocks] :]),
        np.searchsorted(block_contingent, np.arange(contingents + 1)).astype(np.int64),
    )


@njit(cache=True)
def _entries(begins: Ints, row: Ints, value: Ints, rows: int) -> tuple[Ints, Ints, Ints]:
    """Return which entry each coefficient is, which one each entry is first, and where contingents' entries begin."""
    entry, kept = np.empty(len(row), dtype=np.int64), np.empty(len(row), dtype=np.int64)
    latest, before = np.full(rows, -1, dtype=np.int64), np.empty(len(row), dtype=np.int64)
    of_contingent, count = np.zeros(len(begins), dtype=np.int64), 0
    for k in range(len(begins) - 1):
        for q in range(begins[k], begins[k + 1]):
            e = latest[row[q]]
            while e >= of_contingent[k] and value[kept[e]] != value[q]:
                e = before[e]
            if e < of_contingent[k]:
                e = count
                kept[e], before[e], latest[row[q]] = q, latest[row[q]], e
                count += 1
            entry[q] = e
        of_contingent[k + 1] = count
    return entry, kept[:count].copy(), of_contingent


def _alike(contingent: Ints, sums: Words) -> tuple[Ints, Ints]:
    """Return the first of each distinct pair, pairs in their order, and which of these each pair is."""
    order = np.lexsort((sums, contingent))
    one, other = contingent[order], sums[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (one[1:] != one[:-1]) | (other[1:] != other[:-1])
    cell = np.empty(len(order), dtype=np.int64)
    cell[order] = np.cumsum(new) - 1
    return order[new], cell


def _mixed(rows: Ints, values: Ints) -> Words:
    """Return a 64-bit word for each entry, so that equal sums mean equal lists (splitmix64, Steele et al. 2014)."""
    word = rows.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) ^ values.astype(np.uint64) * np.uint64(
        0xD1B54A32D192ED03
    )
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        word = (word ^ (word >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(word ^ (word >> np.uint64(31)))
