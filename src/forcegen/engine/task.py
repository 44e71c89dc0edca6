"""What the engine searches, from a model whose first columns are tours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from forcegen.engine.cells import cut
from forcegen.engine.kernel import (
    FIRST,
    FIRST_PRICE,
    LEAST,
    MOST,
    ROW_FIELDS,
    SECOND,
    SECOND_PRICE,
    Problem,
    State,
)
from forcegen.mip import INF

if TYPE_CHECKING:
    from forcegen.engine.wire import Crew
    from forcegen.mip import MipModel

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_NEVER = 1e301
# Sums of this many times a thousand are still whole numbers in floating point.
_WHOLE = 2**43


@dataclass(frozen=True, eq=False)
class Task:
    """Arrays as the compiled loops want them; see kernel.py.

    Parameters
    ----------
    order : int64[tours]
        The tour of each column: columns are sorted by contingent and start.
    matrix : csc_array float64[rows, tours]
        Coefficients.
    rows, scale
        As in the kernel's State, when nobody serves.
    mean_gain
        What a column can save at most, on average over those that can.
    slots
        Tours that a unit can serve in the horizon, and one more.
    """

    order: Ints
    matrix: sp.csc_array[np.float64]
    rows: Floats
    scale: Floats
    mean_gain: float
    problem: Problem
    slots: int

    def empty_state(self) -> State:
        """Return the state in which nobody serves."""
        units, problem = len(self.problem.unit_contingent), self.problem
        served = np.full((units, self.slots), -1, dtype=np.int64)
        return State(
            rows=self.rows.copy(),
            scale=self.scale.copy(),
            amount=np.zeros(len(self.rows)),
            worth=np.zeros(len(self.rows)),
            served=served,
            best_served=served.copy(),
            before=served.copy(),
            of_cell=np.zeros(int(np.diff(problem.cell_of).max(initial=0))),
            of_block=np.zeros(int(np.diff(problem.block_of).max(initial=0))),
            best=np.zeros(problem.periods + 1),
            choice=np.zeros(problem.periods + 1, dtype=np.int64),
            chosen=np.zeros(units, dtype=np.int64),
            taken=np.zeros(units, dtype=bool),
            key=np.zeros(units),
        )

    def taken(self, served: Ints) -> Ints:
        """Return how many units take each tour, int64[tours]."""
        return np.bincount(self.order[served[served >= 0]], minlength=len(self.order)).astype(np.int64)

    def columns_of(self, taken: Ints) -> Ints:
        """Return the columns of a plan, each as often as it is taken, in the order of their starts."""
        position = np.empty_like(self.order)
        position[self.order] = np.arange(len(self.order))
        columns = np.repeat(position, taken)
        return np.asarray(columns[np.argsort(self.problem.start[columns], kind="stable")])


def task(
    model: MipModel, worth: Floats, crew: Crew, period: Ints, defined: Ints, ignored: NDArray[np.bool_]
) -> Task | None:
    """Return the task, or None where the model has columns that the engine does not understand.

    Parameters
    ----------
    model
        Its rows and bounds count, not its objective.
    worth : float64[columns]
        What is to be minimised.
    period : int64[rows]
        What period a row is about, -1 for none.
    defined : int64[j]
        The equations that fix the last j columns.
    ignored : bool[rows]
        Rows that hold by themselves once no unit is in two places (pools).
    """
    over_tours = _eliminated(model, len(crew.tours), defined)
    if over_tours is None:
        return None
    matrix, lower, upper = over_tours
    rows = np.zeros((model.rows, ROW_FIELDS))
    rows[:, MOST] = np.where((upper < INF / 2) & ~ignored, upper, _NEVER)
    rows[:, LEAST] = np.where(lower > -INF / 2, lower, -_NEVER)
    rows[:, FIRST] = rows[:, SECOND] = -_NEVER
    if not _pieces(model, worth, len(crew.tours), len(defined), rows):
        return None
    by_row = matrix.tocsr()
    kept = np.flatnonzero(_counting(rows, np.diff(by_row.indptr) > 0))
    order = np.lexsort((crew.tours.start, crew.tours.contingent)).astype(np.int64)
    columns = sp.csc_array(by_row[kept].tocsc()[:, order])
    columns.sort_indices()
    return _task(columns, rows[kept], period[kept], worth[: len(crew.tours)][order], crew, order)


def _task(
    columns: sp.csc_array[np.float64], rows: Floats, period: Ints, price: Floats, crew: Crew, order: Ints
) -> Task:
    tours = crew.tours.take(order)
    cells = cut(columns, tours, period, len(crew.size))
    limit = (rows[:, MOST] < _NEVER) | (rows[:, LEAST] > -_NEVER)
    gains = _gains(columns, rows, price)
    saving = gains[gains > 0]
    problem = Problem(
        periods=crew.periods,
        column_of=np.searchsorted(tours.contingent, np.arange(len(crew.size) + 1)).astype(np.int64),
        start=tours.start,
        again=crew.again[order],
        sector=tours.sector,
        role=tours.role,
        price=price,
        first=columns.indptr.astype(np.int64),
        row=columns.indices.astype(np.int64),
        value=columns.data,
        cell_of=cells.of_contingent,
        cell_first=cells.rows.first,
        cell_row=cells.rows.items,
        cell_value=cells.coefficients.astype(np.float64),
        block=cells.block,
        block_of=cells.blocks_of_contingent,
        block_first=cells.of_block.first,
        block_cell=cells.of_block.items,
        own_first=cells.of_column.first,
        own_cell=cells.of_column.items,
        unit_contingent=crew.contingent,
        unit_free=crew.free,
        size=crew.size,
        nation=crew.nation,
        limit=limit,
    )
    shortest = int((crew.again - crew.tours.start).min(initial=crew.periods))
    return Task(
        order=order,
        matrix=columns,
        rows=rows,
        scale=np.stack([_scales(columns, gains, limit), np.ones(len(rows))], axis=1),
        mean_gain=float(saving.mean()) if len(saving) else 1.0,
        problem=problem,
        slots=-(-crew.periods // max(1, shortest)) + 1,
    )


def _eliminated(model: MipModel, tours: int, defined: Ints) -> tuple[sp.csc_array[np.float64], Floats, Floats] | None:
    """Return rows over tours alone: columns fixed by equations are put in as what they are."""
    matrix = model.matrix[:, :tours].astype(np.float64)
    lower, upper = model.row_lower.astype(np.float64), model.row_upper.astype(np.float64)
    if len(defined):
        own = model.columns - len(defined) + np.arange(len(defined))
        scale = -np.asarray(model.matrix[defined, own]).ravel().astype(np.float64)
        others = np.ones(model.rows)
        others[defined] = 0
        links = sp.diags_array(others) @ model.matrix[:, own].astype(np.float64)
        matrix = matrix + links @ sp.diags_array(1 / scale) @ matrix[defined]
        shift = links @ (-model.row_lower[defined] / scale)
        lower = np.where(lower > -INF / 2, lower - shift, lower)
        upper = np.where(upper < INF / 2, upper - shift, upper)
        lower[defined], upper[defined] = -INF, INF
    columns = sp.csc_array(matrix)
    whole = (columns.data == np.rint(columns.data)).all() and np.abs(columns.data).max(initial=0) < _WHOLE
    return (columns, lower, upper) if whole else None


def _pieces(model: MipModel, worth: Floats, tours: int, defined: int, rows: Floats) -> bool:
    """Turn shortfall columns into prices on their rows; tell whether all columns were of that kind."""
    which = slice(tours, model.columns - defined)
    loose, price, most = model.matrix[:, which].tocsc(), worth[which], model.upper[which]
    alone = (np.diff(loose.indptr) == 1).all() and (loose.data == 1).all()
    if not alone or (price < 0).any() or (most >= INF).any() or (model.row_upper[loose.indices] < INF).any():
        return False
    owner, level = loose.indices, model.row_lower.astype(np.float64)
    pieces, before = np.zeros(model.rows, dtype=np.int64), np.zeros(model.rows)
    for j in np.lexsort((price, owner)):  # what is cheapest is lacking first
        i = owner[j]
        if not most[j]:
            continue
        if pieces[i] == 2:
            return False
        field = FIRST + 2 * pieces[i]
        rows[i, field], rows[i, field + 1] = level[i], price[j] - before[i]
        before[i], level[i] = price[j], level[i] - most[j]
        pieces[i] += 1
    touched = np.unique(owner)
    rows[touched, LEAST] = np.where(level[touched] > 0, level[touched], -_NEVER)
    return True


def _counting(rows: Floats, used: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows cost something, or can be broken; bool[rows]."""
    priced = (rows[:, FIRST_PRICE] > 0) | (rows[:, SECOND_PRICE] > 0)
    limited = (rows[:, MOST] < _NEVER) | (rows[:, LEAST] > -_NEVER)
    broken = (rows[:, LEAST] > 0) | (rows[:, MOST] < 0)
    return ((priced | limited) & used) | broken


def _gains(columns: sp.csc_array[np.float64], rows: Floats, price: Floats) -> Floats:
    """Return at most what each column can save, or what it costs where that is more; float64[tours]."""
    gains = columns.copy()
    worth = rows[:, FIRST_PRICE] + rows[:, SECOND_PRICE]
    target = np.maximum(np.maximum(rows[:, FIRST], rows[:, SECOND]), 0)
    gains.data = np.minimum(gains.data, target[gains.indices]) * worth[gains.indices]
    return np.maximum(np.asarray(gains.sum(axis=0)).ravel(), np.abs(price))


def _scales(columns: sp.csc_array[np.float64], gain: Floats, limit: NDArray[np.bool_]) -> Floats:
    """Return what a unit of each limit is worth, roughly: the median gain of its columns over their coefficients."""
    by_row = columns.tocsr()
    result = np.full(len(limit), max(float(np.median(gain[gain > 0])) if (gain > 0).any() else 1.0, 1.0))
    for i in np.flatnonzero(limit):
        part = slice(by_row.indptr[i], by_row.indptr[i + 1])
        if part.stop > part.start:
            result[i] = max(float(np.median(gain[by_row.indices[part]] / np.abs(by_row.data[part]))), 1e-9)
    return result
