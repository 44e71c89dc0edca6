"""Who serves where, as sums of columns, and how far a plan is from others in that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from forcegen.mip import INF, MipModel
from forcegen.tours.roster import free_after

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forcegen.formulation.frame import Frame
    from forcegen.formulation.rows.family import Ints


@dataclass(frozen=True, eq=False)
class Cells:
    """Every nation, sector and role in which it has a tour: who may serve where.

    Parameters
    ----------
    nation, sector, role : int64[cells]
        Positions in the instance's lists.
    cell, served : int64[tours]
        The cell of each tour, and its strength times its periods in the horizon, in the frame's `person`.
    most : int64[cells]
        No plan serves more there.
    """

    nation: Ints
    sector: Ints
    role: Ints
    cell: Ints
    served: Ints
    most: Ints

    def __len__(self) -> int:
        """Return the number of cells."""
        return len(self.most)

    def served_by(self, values: Ints) -> Ints:
        """Return what a plan (int64[columns], tours first) serves in each cell, int64[cells]."""
        total = np.zeros(len(self), dtype=np.int64)
        np.add.at(total, self.cell, values[: len(self.cell)] * self.served)
        return total


def cells_of(frame: Frame) -> Cells:
    """Return who may serve where."""
    body = frame.columns
    tours = body.tours
    keys = np.stack([frame.nation[tours.contingent], tours.sector, tours.role])
    found, cell = np.unique(keys, axis=1, return_inverse=True)
    cell = cell.reshape(-1).astype(np.int64)
    served = body.stay * frame.heads[tours.contingent]
    most = np.zeros(found.shape[1], dtype=np.int64)
    for (k, c), longest in _longest(frame, cell).items():
        most[c] += longest * int(frame.heads[k]) * frame.instance.contingents[k].pool
    return Cells(found[0], found[1], found[2], cell, served, most)


def replaced(first: Ints, second: Ints) -> int:
    """Return how far two plans (int64[cells] each) are apart: what one serves and the other does not, the smaller way.

    What is merely added, or merely left out, is no difference: somebody must go and somebody must come.
    """
    return min(int(np.maximum(first - second, 0).sum()), int(np.maximum(second - first, 0).sum()))


@dataclass(frozen=True, eq=False)
class Contrast:
    """A model whose objective is minus the least distance to some plans, in `person` times periods.

    Its columns are those of the model it is made from, then what is served in each cell, then for each former plan and
    each cell that it uses in part, whether the new one serves less there, then what both serve, then the distance.
    """

    model: MipModel
    cells: Cells
    former: tuple[Ints, ...]
    columns: int

    def start(self, values: Ints) -> Ints:
        """Return a plan of the model it is made from (int64[columns]) as a point of this one."""
        served = self.cells.served_by(values)
        fewer = [(served <= former)[_partly(former, self.cells)] for former in self.former]
        both = [np.minimum(served, former)[_partly(former, self.cells)] for former in self.former]
        least = min((replaced(served, former) for former in self.former), default=0)
        return np.concatenate([values, served, *fewer, *both, [least]]).astype(np.int64)

    def plan(self, point: Ints) -> Ints:
        """Return the columns of the model it is made from."""
        return point[: self.columns]


def contrast(model: MipModel, cells: Cells, former: Sequence[Ints]) -> Contrast:
    """Return the model in which a plan is as far from all former ones as can be.

    With a what a former plan serves in a cell, x what the new one does, U the most and b whether x <= a:
    `both >= x - (U - a)(1 - b)` and `both >= a (1 - b)`, the convex hull of `both >= min(x, a)`;
    `distance <= sum of x - sum of both` and `distance <= sum of a - sum of both` for each former plan.

    Parameters
    ----------
    former : int64[cells] each
        What the former plans serve.

    Raises
    ------
    OverflowError
        If what is served is too much to be counted exactly.
    """
    if int(cells.most.sum()) >= 2**53:
        raise OverflowError("the troop-periods of all tours are too many to be counted exactly")
    first, size = model.columns, len(cells)
    used = [np.flatnonzero(_partly(plan, cells)) for plan in former]
    wide = sum(map(len, used))
    choices, overlaps, distance = first + size, first + size + wide, first + size + 2 * wide
    rows = _Rows(distance + 1)
    rows.add(cells.cell, np.arange(len(cells.cell)), cells.served, np.arange(size), first, lower=0, upper=0)
    at = 0
    for plan, mine in zip(former, used, strict=True):
        here = np.arange(at, at + len(mine))
        rows.overlap(first + mine, choices + here, overlaps + here, plan[mine], cells.most[mine])
        rows.least(distance, overlaps + here, first + _whole(plan, cells), first + np.arange(size), int(plan.sum()))
        at += len(mine)
    ones = np.ones(wide, dtype=np.int64)
    objective = np.zeros(distance + 1, dtype=np.int64)
    objective[distance] = -1
    farthest = min((int(plan.sum()) for plan in former), default=0)
    caps = [np.minimum(plan[mine], cells.most[mine]) for plan, mine in zip(former, used, strict=True)]
    matrix, lower, upper = rows.all()
    wider = replace(
        model,
        objective=objective,
        offset=0,
        lower=np.concatenate([model.lower, np.zeros(size + 2 * wide + 1, dtype=np.int64)]),
        upper=np.concatenate([model.upper, cells.most, ones, *caps, [farthest]]),
        integer=np.concatenate([model.integer, np.ones(size + wide, bool), np.zeros(wide, bool), [True]]),
        matrix=sp.csr_array(
            (model.matrix.data, model.matrix.indices, model.matrix.indptr), shape=(model.rows, distance + 1)
        ),
        names=None,
    )
    return Contrast(wider.with_rows(matrix, lower, upper), cells, tuple(former), first)


class _Rows:
    """Rows of a contrast, collected."""

    def __init__(self, columns: int) -> None:
        self._columns, self._count = columns, 0
        self._entries: list[tuple[Ints, Ints, Ints]] = []
        self._lower: list[Ints] = []
        self._upper: list[Ints] = []

    def add(self, row: Ints, column: Ints, value: Ints, own: Ints, first: int, *, lower: int, upper: int) -> None:
        """Add `sum of values - own column` for each of `own`."""
        at = self._count
        self._put(at + row, column, value)
        self._put(at + own, first + own, -np.ones_like(own))
        self._close(np.full(len(own), lower), np.full(len(own), upper))

    def overlap(self, served: Ints, fewer: Ints, both: Ints, plan: Ints, most: Ints) -> None:
        """Add `both - x - (U - a) b >= a - U` and `both + a b >= a`."""
        row, ones = np.arange(len(served)), np.ones(len(served), dtype=np.int64)
        for columns in (((both, ones), (served, -ones), (fewer, plan - most)), ((both, ones), (fewer, plan))):
            for column, value in columns:
                self._put(self._count + row, column, value)
            lower = plan - most if len(columns) == 3 else plan
            self._close(lower, np.full(len(row), INF))

    def least(self, distance: int, both: Ints, whole: Ints, every: Ints, total: int) -> None:
        """Add `distance + sum of both <= sum of x` and `<= sum of a`; where a is the most, both is x itself."""
        for served, limit in ((every, 0), (every[:0], total)):
            row = self._count
            column = np.concatenate([[distance], both, whole, served])
            value = np.concatenate([np.ones(1 + len(both) + len(whole)), -np.ones(len(served))]).astype(np.int64)
            self._put(np.full(len(column), row), column, value)
            self._close(np.array([-INF]), np.array([limit]))

    def all(self) -> tuple[sp.csr_array[np.int64], Ints, Ints]:
        """Return matrix and sides."""
        row, column, value = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        matrix = sp.coo_array((value, (row, column)), shape=(self._count, self._columns)).tocsr()
        return sp.csr_array(matrix), np.concatenate(self._lower), np.concatenate(self._upper)

    def _put(self, row: Ints, column: Ints, value: Ints) -> None:
        self._entries.append((row, column, value))

    def _close(self, lower: Ints, upper: Ints) -> None:
        self._lower.append(lower)
        self._upper.append(upper)
        self._count += len(lower)


def _partly(plan: Ints, cells: Cells) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return bool[cells]: those that a plan serves, but not as much as can be."""
    return (plan > 0) & (plan < cells.most)


def _whole(plan: Ints, cells: Cells) -> Ints:
    """Return the cells that a plan serves as much as can be."""
    return np.flatnonzero((plan > 0) & (plan >= cells.most))


def _longest(frame: Frame, cell: Ints) -> dict[tuple[int, int], int]:
    """Return the periods that one unit of a contingent can serve in a cell, for each that has tours there."""
    tours, stay, free = frame.columns.tours, frame.columns.stay, free_after(frame.columns.tours, frame.instance)
    groups: dict[tuple[int, int], list[int]] = {}
    for z, key in enumerate(zip(tours.contingent.tolist(), cell.tolist(), strict=True)):
        groups.setdefault(key, []).append(z)
    longest: dict[tuple[int, int], int] = {}
    for key, mine in groups.items():
        best = [0] * (frame.periods + 1)
        starting: dict[int, list[int]] = {}
        for z in mine:
            starting.setdefault(int(tours.start[z]), []).append(z)
        for t in range(frame.periods - 1, -1, -1):
            served = [int(stay[z]) + best[min(int(free[z]), frame.periods)] for z in starting.get(t, ())]
            best[t] = max(best[t + 1], *served, 0)
        longest[key] = best[0]
    return longest
