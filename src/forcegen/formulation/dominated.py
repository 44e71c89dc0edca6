"""Dominated tours: in any plan another tour of the same contingent can stand in for them, and nothing gets worse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from forcegen.mip import INF
from forcegen.tours.tours import together

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from forcegen.formulation.goals import Aim
    from forcegen.formulation.rows.family import Ints, Rows
    from forcegen.tours.tours import Tours

# Sums of a few rows each, with random weights: one tour can only stand in for another if it is no worse in all of them.
# More sums of fewer rows let hardly any pair through that is not dominated.
_SUMS, _SHARE, _SEED = 24, 0.15, 20_250_701
_TOLERANCE = 1e-9


def stand_ins(tours: Tours, families: Sequence[Rows], aims: Sequence[Aim]) -> Ints:
    """Return for each tour the one that can stand in for it, itself where there is none; int64[tours].

    Tour `j` can stand in for tour `i` if its coefficient is no larger in every row `<=` and in every goal, no smaller
    in every row `>=`, and equal in every equation: then moving units from `i` to `j` keeps every row, whatever the
    other columns are, and worsens no goal (dominated columns; Gamrath et al. 2015). Of tours that are equal in all of
    that the first is kept. Pools are among the rows, so a tour that stands in keeps no unit longer from home.

    Compared are tours of one contingent that begin and end together, wherever they are, and those in one place and
    role, whenever they are. To stand in is transitive, so the tours returned stand in for themselves.
    """
    effects = _effects(len(tours), families, aims)
    sums = _weighted_sums(effects)
    found = np.arange(len(tours))
    for group in (_groups(tours.contingent, tours.start, tours.length), _groups(*_places(tours))):
        for i, j in _pairs(group):
            for one, other in ((i, j), (j, i)):
                free = found[one] == one
                left, by = _no_worse(sums, one[free], other[free])
                certain = _dominated(effects, left, by)
                found[left[certain]] = by[certain]
    while (found[found] != found).any():
        found = found[found]
    return found


def _no_worse(sums: NDArray[np.float64], i: Ints, j: Ints) -> tuple[Ints, Ints]:
    """Return those of these pairs whose second tour is no worse in any of the sums, float64[sums, tours]."""
    for each in sums:
        one, other = each[i], each[j]
        able = np.flatnonzero(other - one <= _TOLERANCE * (np.abs(one) + np.abs(other) + 1))
        i, j = i[able], j[able]
    return i, j


def _places(tours: Tours) -> tuple[Ints, Ints, Ints]:
    return tours.contingent, tours.sector, tours.role


def _effects(tours: int, families: Sequence[Rows], aims: Sequence[Aim]) -> sp.csc_array:
    """Return what a unit on each tour does to every side of a row and to every goal: less is better."""
    row, column, value, first = [], [], [], 0
    for rows in families:
        for side, sign in ((rows.upper < INF, 1), (rows.lower > -INF, -1)):
            entries = rows.entries
            used = np.flatnonzero((entries.column >= 0) & (entries.column < tours) & side[entries.row])
            row.append(entries.row[used] + first)
            column.append(entries.column[used])
            value.append(sign * entries.value[used])
            first += len(side)
    for aim in aims:
        if aim.tours is not None:
            used = np.flatnonzero(aim.tours)
            row.append(np.full(len(used), first))
            column.append(used)
            value.append(aim.tours[used])
            first += 1
    table = [np.concatenate(part) if part else np.zeros(0, dtype=np.int64) for part in (value, row, column)]
    result = sp.coo_array((table[0], (table[1], table[2])), shape=(first, tours)).tocsc()
    result.eliminate_zeros()
    return result


def _weighted_sums(effects: sp.csc_array) -> NDArray[np.float64]:
    """Return sums of each column's effects, rows at comparable sizes; float64[sums, columns]."""
    largest = np.ones(effects.shape[0])
    np.maximum.at(largest, effects.indices, np.abs(effects.data).astype(np.float64))
    rng, shape = np.random.default_rng(_SEED), (effects.shape[0], _SUMS)
    weights = rng.uniform(0.5, 1.5, shape) * (rng.uniform(size=shape) < _SHARE) / largest[:, None]
    return np.ascontiguousarray((effects.T.astype(np.float64) @ weights).T)


def _groups(*keys: Ints) -> Ints:
    """Return the number of the group of each tour: those with the same keys, which are not below 0."""
    _, group = np.unique(together(*keys), return_inverse=True)
    return np.asarray(group, dtype=np.int64)


def _pairs(group: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Yield all pairs within groups, in blocks that are as long as there are groups that large."""
    order = np.argsort(group, kind="stable")
    of = group[order]
    for distance in range(1, len(group)):
        same = np.flatnonzero(of[:-distance] == of[distance:])
        if not len(same):
            return
        yield order[same], order[same + distance]


def _dominated(effects: sp.csc_array, tours: Ints, by: Ints) -> NDArray[np.bool_]:
    """Return whether each of these tours is dominated by the other, exactly."""
    if not len(tours):
        return np.zeros(0, dtype=bool)
    more = (effects[:, by] - effects[:, tours]).tocsc()
    more.eliminate_zeros()
    column = np.repeat(np.arange(len(tours)), np.diff(more.indptr))
    worse = np.bincount(column[more.data > 0], minlength=len(tours)) > 0
    equal = np.diff(more.indptr) == 0
    return np.asarray(~worse & (~equal | (by < tours)))
