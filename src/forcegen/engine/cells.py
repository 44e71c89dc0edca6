"""The columns of a model cut into cells: what a tour does to the rows in each of its periods, every list kept once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from forcegen.tours.tours import together

if TYPE_CHECKING:
    from forcegen.engine.entries import Entries
    from forcegen.tours.tours import Tours

Ints = NDArray[np.int64]
Short = NDArray[np.int32]
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
    pass through the same place in the same period share it.

    Parameters
    ----------
    of_contingent : int64[contingents + 1]
        Contingent k has the cells `of_contingent[k]` to `of_contingent[k + 1] - 1`.
    first : int64[cells + 1]
        Cell c has the entries `entry[first[c]:first[c + 1]]`.
    entry : int32
        Entries of all cells, end to end.
    block : int64[columns]
        The block of each column; blocks of a contingent are consecutive too.
    of_block, of_column
        Cells of each block and each column.
    blocks_of_contingent : int64[contingents + 1]
        As `of_contingent`.
    """

    of_contingent: Ints
    first: Ints
    entry: Short
    block: Ints
    of_block: Lists
    of_column: Lists
    blocks_of_contingent: Ints


def cut(entries: Entries, tours: Tours, period: Ints, contingents: int) -> Cells:
    """Cut columns into cells.

    Parameters
    ----------
    entries
        The coefficients of the columns, one a tour, in the order of their contingents.
    period : int64[rows]
        The period that a row is about, -1 for none. Only the number of cells hangs on it, never a coefficient.
    contingents
        Their number.
    """
    first, entry, about = entries.first, entries.of_column, period[entries.row]
    block, block_contingent, size = _blocks(tours)
    ages = int(tours.length.max(initial=0)) + 1
    shared = _common(first, entry, np.argsort(block, kind="stable"), block, size, len(entries.row))
    slots, inside = _slots(first, entry, about, tours.start, tours.length, shared, block, len(size), ages)
    owner = np.concatenate([block_contingent, tours.contingent])
    order = np.argsort(slots, kind="stable")
    return _assembled(slots[order], inside[order], ages, owner, block, block_contingent, contingents)


def _blocks(tours: Tours) -> tuple[Ints, Ints, Ints]:
    """Return the block of each tour, the contingent of each block, and how many tours each has."""
    key = together(tours.contingent, tours.start, tours.length)
    _, one, block, size = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    return block.astype(np.int64), tours.contingent[one], size.astype(np.int64)


@njit(cache=True)
def _common(first: Ints, entry: Short, by_block: Ints, block: Ints, size: Ints, entries: int) -> Bools:
    """Return which entries all tours of a block have alike, bool[e]; tours in the order of their blocks."""
    shared = np.zeros(len(entry), dtype=np.bool_)
    seen, times = np.full(entries, -1, dtype=np.int64), np.zeros(entries, dtype=np.int64)
    j = 0
    while j < len(by_block):
        b = block[by_block[j]]
        mine = by_block[j : j + size[b]]
        for i in mine:
            for q in range(first[i], first[i + 1]):
                e = entry[q]
                if seen[e] != b:
                    seen[e], times[e] = b, 0
                times[e] += 1
        for i in mine:
            for q in range(first[i], first[i + 1]):
                shared[q] = times[entry[q]] == size[b]
        j += size[b]
    return shared


@njit(cache=True)
def _slots(
    first: Ints,
    entry: Short,
    about: Ints,
    start: Ints,
    length: Ints,
    shared: Bools,
    block: Ints,
    blocks: int,
    ages: int,
) -> tuple[Ints, Short]:
    """Return where each entry belongs, what a block shares once: a block or column, times ages, and the age there."""
    slots, inside = np.empty(len(entry), dtype=np.int64), np.empty(len(entry), dtype=np.int32)
    done, count = np.zeros(blocks, dtype=np.bool_), 0
    for of_blocks in (True, False):
        for z in range(len(block)):
            if of_blocks and done[block[z]]:
                continue
            done[block[z]] = True
            for q in range(first[z], first[z + 1]):
                if shared[q] == of_blocks:
                    age = about[entry[q]] - start[z]
                    if about[entry[q]] < 0 or age < 0 or age > length[z]:
                        age = 0
                    slots[count] = (block[z] if of_blocks else blocks + z) * ages + age
                    inside[count] = entry[q]
                    count += 1
    return slots[:count].copy(), inside[:count].copy()


def _assembled(
    slots: Ints, inside: Short, ages: int, owner: Ints, block: Ints, block_contingent: Ints, contingents: int
) -> Cells:
    """Give every distinct list of entries one cell."""
    starts = np.flatnonzero(np.append(True, slots[1:] != slots[:-1])) if len(slots) else np.zeros(0, dtype=np.int64)
    sizes = np.diff(np.append(starts, len(slots)))
    holder = slots[starts] // ages
    contingent = owner[holder]
    sums = np.add.reduceat(_mixed(inside), starts) if len(starts) else np.zeros(0, dtype=np.uint64)
    first, cell = _alike(contingent, sizes, sums)
    begins = np.concatenate([[0], np.cumsum(sizes[first])]).astype(np.int64)
    taken = np.repeat(starts[first] - begins[:-1], sizes[first]) + np.arange(begins[-1])
    blocks = len(block_contingent)
    every = np.concatenate([[0], np.cumsum(np.bincount(holder, minlength=len(owner)))]).astype(np.int64)
    counts = np.bincount(contingent[first], minlength=contingents)
    return Cells(
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        begins,
        inside[taken],
        block,
        Lists(every[: blocks + 1], cell[: every[blocks]]),
        Lists(every[blocks:] - every[blocks], cell[every[blocks] :]),
        np.searchsorted(block_contingent, np.arange(contingents + 1)).astype(np.int64),
    )


def _alike(contingent: Ints, sizes: Ints, sums: Words) -> tuple[Ints, Ints]:
    """Return the first of each distinct list, those of a contingent by their sizes, and which of these each list is."""
    order = np.lexsort((sums, sizes, contingent))
    one, long, other = contingent[order], sizes[order], sums[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (one[1:] != one[:-1]) | (long[1:] != long[:-1]) | (other[1:] != other[:-1])
    cell = np.empty(len(order), dtype=np.int64)
    cell[order] = np.cumsum(new) - 1
    return order[new], cell


def _mixed(entry: Short) -> Words:
    """Return a 64-bit word for each entry, so that equal sums mean equal lists (splitmix64, Steele et al. 2014)."""
    word = (entry.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        word = (word ^ (word >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(word ^ (word >> np.uint64(31)))
