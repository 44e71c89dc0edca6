"""Auxiliary columns that follow from the tours: each is as large as the rows that drive it ask, and no larger."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from forcegen.mip import IMPLIED

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_NO_SIDE = -1e300
# What follows from tours, and what follows from that.
_LEVELS = 2


@dataclass(frozen=True, eq=False)
class Followers:
    """What follows from the tours, in an order in which each comes after those that it follows from.

    Parameters
    ----------
    follows : int64[drivers]
        The follower that each driving row drives.
    bound, each : float64[drivers]
        A driving row asks for (bound - amount) / each of its follower, rounded up; the follower is the most of these,
        but not less than 0 nor more than `most`.
    effects : csr_array float64[rows, followers]
        What one of a follower adds to each row, plain rows first.
    weight, most : float64[followers]
        What one of each costs, and the most that it can be.
    """

    follows: Ints
    bound: Floats
    each: Floats
    effects: sp.csr_array[np.float64]
    weight: Floats
    most: Floats

    @property
    def peaks(self) -> Bools:
        """Which followers cost something and hang on many rows, so that no single tour moves them; bool[followers]."""
        drivers = np.bincount(self.follows, minlength=len(self.weight))
        return (self.weight > 0) & (drivers > _LEVELS)


@dataclass(frozen=True, eq=False)
class Resolved:
    """How columns follow from rows.

    Parameters
    ----------
    summed : csr_array float64[drivers, rows]
        The rows of the model that each driving row is the sum of.
    follows, each
        As in `Followers`, but numbered as the columns are.
    links : csr_array float64[rows, columns]
        What the columns add to rows, without what drives them.
    level : int64[columns]
        0 for what follows from tours, 1 for what follows from that, -1 for what is none of the two.
    soft, soft_price
        Rows that alone ask for a column that nobody else looks at, and what one below their side costs.
    """

    summed: sp.csr_array[np.float64]
    follows: Ints
    each: Floats
    links: sp.csr_array[np.float64]
    level: Ints
    soft: Ints
    soft_price: Floats

    @property
    def driving(self) -> Bools:
        """The rows of the model that drive a column, bool[rows]."""
        result = np.zeros(self.summed.shape[1], dtype=bool)
        result[self.summed.indices] = True
        return result


def resolved(
    matrix: sp.csr_array[np.float64],
    lower: Floats,
    links: sp.csr_array[np.float64],
    kinds: Ints,
    weight: Floats,
) -> Resolved | None:
    """Return what drives each column, or None where one does not follow from the tours.

    Parameters
    ----------
    matrix : csr_array float64[rows, tours]
        Coefficients of the tours.
    lower : float64[rows]
        Sides; rows with columns have no other.
    links : csr_array float64[rows, columns]
        Coefficients of the columns.
    kinds : int64[columns]
        IMPLIED, RAISED or WHOLE.
    weight : float64[columns]
        What one of each costs.
    """
    entries = links.tocoo()
    live = lower[entries.row] > _NO_SIDE
    row, column, value = entries.row[live].astype(np.int64), entries.col[live].astype(np.int64), entries.data[live]
    level = np.full(len(kinds), -1, dtype=np.int64)
    driver = np.full(len(lower), -1, dtype=np.int64)  # the column that a row drives
    below = np.ones(len(lower), dtype=bool)  # whether tours only take from the row
    below[np.repeat(np.arange(len(lower)), np.diff(matrix.indptr))[matrix.data > 0]] = False
    toured = np.diff(matrix.indptr)[row] > 0
    up, down = (np.bincount(column[toured & (sign * value > 0)], minlength=len(kinds)) for sign in (1, -1))
    level[(kinds == IMPLIED) & (up == 0) & (down > 0)] = 0  # where nobody can be, nobody is
    for depth in range(_LEVELS):
        open_ = level[column] < 0
        unknown = np.bincount(row[open_], minlength=len(lower))
        raised = np.bincount(row[~open_ & (value > 0)], minlength=len(lower))
        asks = open_ & (value > 0) & (unknown[row] == 1)
        implied = asks & (kinds[column] == IMPLIED) & below[row] & (raised[row] == 0)
        positive = np.bincount(column[value > 0], minlength=len(kinds))
        ready = np.bincount(column[asks], minlength=len(kinds)) == positive
        for chosen in (implied, asks & (kinds[column] != IMPLIED) & ready[column]):
            driver[row[chosen]] = column[chosen]
        named = np.unique(driver[driver >= 0])
        level[named[level[named] < 0]] = depth
        level[(level < 0) & (positive == 0)] = depth
    if (level < 0).any():
        return None
    return _gathered(lower, sp.csr_array((value, (row, column)), shape=links.shape), driver, level, kinds, weight)


def _gathered(
    lower: Floats, links: sp.csr_array[np.float64], driver: Ints, level: Ints, kinds: Ints, weight: Floats
) -> Resolved:
    entries = links.tocoo()
    mine = driver[entries.row] == entries.col
    rows, own = entries.row[mine].astype(np.int64), entries.data[mine]
    others = entries.data[~mine], (entries.row[~mine], entries.col[~mine])
    links = sp.csr_array(others, shape=links.shape)
    looked_at = np.bincount(links.tocoo().col, minlength=len(kinds)) > 0
    times = np.bincount(driver[rows], minlength=len(kinds))
    alone = (times[driver[rows]] == 1) & ~looked_at[driver[rows]] & (np.diff(links.indptr)[rows] == 0)
    alone &= kinds[driver[rows]] != IMPLIED
    soft, price = rows[alone], weight[driver[rows[alone]]] / own[alone]
    level = level.copy()
    level[driver[soft]] = -1
    rows, own = rows[~alone], own[~alone]
    # What is there or not is driven by the sum of its rows where none of them can make up for another.
    together = (kinds[driver[rows]] == IMPLIED) & (lower[rows] >= 0)
    key = np.where(together, driver[rows], len(kinds) + rows)
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    size = len(first)
    summed = sp.csr_array((np.ones(len(rows)), (group.reshape(-1), rows)), shape=(size, len(lower)))
    each = np.where(together[first], 1.0, own[first])
    return Resolved(summed, driver[rows[first]], each, links, level, soft, price)


def followers(
    found: Resolved, kinds: Ints, weight: Floats, most: Floats, bound: Floats, plain: Ints
) -> tuple[Followers, Ints]:
    """Return the followers that matter, and which of the driving rows are kept.

    Parameters
    ----------
    bound : float64[drivers]
        The sides of the driving rows.
    plain : int64[p]
        The rows of the model that come before them.
    """
    by_row = sp.csr_array(found.summed @ found.links)
    matters = weight > 0
    matters |= np.bincount(found.links[plain].tocoo().col, minlength=len(kinds)) > 0
    entries = by_row.tocoo()
    for _ in range(_LEVELS):
        matters[entries.col[matters[found.follows[entries.row]]]] = True
    matters &= found.level >= 0
    order = np.flatnonzero(matters)
    order = order[np.argsort(found.level[order], kind="stable")]
    position = np.full(len(kinds), -1, dtype=np.int64)
    position[order] = np.arange(len(order))
    kept = np.flatnonzero(matters[found.follows])
    effects = sp.csr_array(sp.vstack([found.links[plain], by_row[kept]]))[:, order]
    return (
        Followers(
            position[found.follows[kept]],
            bound[kept],
            found.each[kept],
            sp.csr_array(effects),
            weight[order],
            np.where(kinds[order] == IMPLIED, 1.0, most[order]),
        ),
        kept,
    )
