"""Give implied-integer columns the smallest values that the integer columns demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forcegen.mip.model import INF, Ints, MipModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A chain of columns that wait for each other (shortfall, largest shortfall, a cap on it) takes a pass a link.
_PASSES = 64


def tighten(model: MipModel, x: Ints) -> Ints:
    """Return `x` with the implied-integer columns completed; integer columns are kept as they are.

    Every implied-integer column starts at its cheaper bound and moves away from it only as far as rows demand, at the
    least cost; one that an equation over integer columns fixes has that value. Of the columns that could mend a row the
    cheapest is moved first, at equal cost the one that strains fewer other rows (a cap on an earlier goal, say), then
    the one that comes first. Columns whose cheaper bound is infinite keep their value. Completes a start of which only
    the integer columns are known (the others may hold anything), and removes noise from a solver's plan.

    Whether the result is feasible is for the caller to check: nothing is promised where one column serves several rows
    that also have others to serve them.

    Parameters
    ----------
    model : MipModel
        The model.
    x : int64[n]
        Values of the columns.

    Returns
    -------
    int64[n]
        A new array.
    """
    point = np.array(x, dtype=np.int64)
    # Upwards from the lower bound, or downwards from the upper one where the column earns something.
    sign = np.where(model.objective < 0, -1, 1).astype(np.int64)
    start = np.where(sign > 0, model.lower, model.upper)
    moving = ~model.integer & (np.abs(start) < INF)
    if not moving.any():
        return point
    moving[_fix(model, moving, point)] = False
    point[moving] = start[moving]
    levers = _levers(model, moving, sign)
    for _ in range(_PASSES):
        if not _pass(model, point, sign, levers):
            break
    return point


def _fix(model: MipModel, moving: NDArray[np.bool_], point: Ints) -> Ints:
    """Set the moving columns that are the only one in an equation, in place; return which they are."""
    matrix = model.matrix
    row = np.repeat(np.arange(model.rows, dtype=np.int64), np.diff(matrix.indptr))
    entries = np.flatnonzero(moving[matrix.indices] & (model.row_lower == model.row_upper)[row])
    alone = np.bincount(row[entries], minlength=model.rows)[row[entries]] == 1
    row, column, factor = (
        row[entries][alone],
        matrix.indices[entries][alone].astype(np.int64),
        matrix.data[entries][alone],
    )
    column, first = np.unique(column, return_index=True)
    row, factor = row[first], factor[first]
    point[column] = 0
    point[column] = (model.row_lower - model.activity(point))[row] // factor
    return column.astype(np.int64)


@dataclass(frozen=True)
class _Levers:
    """Entries that can mend a side of a row, sorted by side and then by preference.

    `side` is the row for a lower side and rows + row for an upper one; `size` the (positive) effect of one step.
    """

    side: Ints
    column: Ints
    size: Ints
    first: Ints
    """Position of the first lever of the same side."""


def _levers(model: MipModel, moving: NDArray[np.bool_], sign: Ints) -> _Levers:
    matrix = model.matrix
    row = np.repeat(np.arange(model.rows, dtype=np.int64), np.diff(matrix.indptr))
    entries = np.flatnonzero(moving[matrix.indices])
    row, column = row[entries], matrix.indices[entries].astype(np.int64)
    effect = matrix.data[entries] * sign[column]
    has_lower, has_upper = model.row_lower[row] > -INF, model.row_upper[row] < INF
    mends_lower, mends_upper = has_lower & (effect > 0), has_upper & (effect < 0)
    strains = (has_lower & (effect < 0)) | (has_upper & (effect > 0))
    strained = np.bincount(column[strains], minlength=model.columns)
    side = np.concatenate([row[mends_lower], row[mends_upper] + model.rows])
    column = np.concatenate([column[mends_lower], column[mends_upper]])
    size = np.abs(np.concatenate([effect[mends_lower], effect[mends_upper]]))
    cost = np.abs(model.objective[column]) / size
    order = np.lexsort((column, strained[column], cost, side))
    side, column, size = side[order], column[order], size[order]
    return _Levers(side, column, size, np.searchsorted(side, side).astype(np.int64))


def _pass(model: MipModel, point: Ints, sign: Ints, levers: _Levers) -> bool:
    """Mend every unmet side once, in place; tell whether anything moved."""
    activity = model.activity(point)
    unmet = np.concatenate([model.row_lower - activity, activity - model.row_upper])
    lacking = np.maximum(unmet[levers.side], 0).astype(np.int64)
    if not lacking.any():
        return False
    end = np.where(sign > 0, model.upper, model.lower)[levers.column]
    room = np.abs(end - point[levers.column])
    steps = np.minimum(room, -(-lacking // levers.size))
    mended = np.cumsum(steps * levers.size) - steps * levers.size
    before = mended - mended[levers.first]
    needed = np.clip(-(-(lacking - before) // levers.size), 0, steps)
    raised = np.zeros(model.columns, dtype=np.int64)
    np.maximum.at(raised, levers.column, needed)
    point += sign * raised
    return bool(raised.any())
