"""Finite bounds for solvers that cannot do without."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forcegen.mip import INF, Bools, Ints, MipModel

_INVENTED = 2**31
"""Where nothing bounds a column; small enough for sums of many such columns to stay in 64 bits."""

_PASSES = 8
# Doubles add whole numbers exactly below this; what is larger counts as infinite.
_EXACT = 2.0**52

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Box:
    """Finite bounds, int64[n] each; `invented` (bool[n]) marks those that the model does not imply."""

    lower: Ints
    upper: Ints
    invented: Bools


def finite_box(model: MipModel) -> Box:
    """Return finite bounds that keep at least one of the best plans, if there are plans.

    A missing bound is taken from the rows that hold the column back. A column whose increase earns nothing need not
    exceed the most that rows can demand of it, whatever the others do. What is still missing is invented.
    """
    lower, upper = _floats(model.lower), _floats(model.upper)
    for _ in range(_PASSES):
        missing = int(np.isinf(lower).sum() + np.isinf(upper).sum())
        if not missing:
            break
        upper = np.where(np.isinf(upper), _upper(model, lower, upper, 1), upper)
        # The same of the model with every column negated.
        lower = np.where(np.isinf(lower), -_upper(model, -upper, -lower, -1), lower)
        if missing == int(np.isinf(lower).sum() + np.isinf(upper).sum()):
            break
    invented = np.isinf(lower) | np.isinf(upper)
    low = np.where(np.isinf(lower), np.minimum(-_INVENTED, np.where(np.isinf(upper), 0, upper) - _INVENTED), lower)
    high = np.where(np.isinf(upper), np.maximum(_INVENTED, low + _INVENTED), upper)
    return Box(_kept(low, model.lower), _kept(high, model.upper), invented)


def has_ray(model: MipModel) -> bool:
    """Tell whether some single column can move for ever, staying within all rows and earning: then no plan is best."""
    return any(
        bool(np.any(_only_relaxes(model, sign) & (sign * model.objective < 0) & (np.abs(end) >= INF)))
        for sign, end in ((1, model.upper), (-1, model.lower))
    )


def _floats(values: Ints) -> Floats:
    floats = values.astype(np.float64)
    floats[values >= INF] = np.inf
    floats[values <= -INF] = -np.inf
    return floats


def _kept(values: Floats, given: Ints) -> Ints:
    """Return the bounds as integers, the given ones to the last digit."""
    missing = np.abs(given) >= INF
    kept = given.copy()
    kept[missing] = values[missing].astype(np.int64)
    return kept


def _only_relaxes(model: MipModel, sign: int) -> Bools:
    """Tell of each column whether moving it in direction `sign` can break no row."""
    row = np.repeat(np.arange(model.rows), np.diff(model.matrix.indptr))
    effect = model.matrix.data * sign
    breaks = ((effect > 0) & (model.row_upper[row] < INF)) | ((effect < 0) & (model.row_lower[row] > -INF))
    free = np.ones(model.columns, dtype=np.bool_)
    free[model.matrix.indices[breaks]] = False
    return free


def _upper(model: MipModel, lower: Floats, upper: Floats, sign: int) -> Floats:
    """Return an upper bound for each column of the model whose columns are multiplied by `sign`, inf where none."""
    column = model.matrix.indices
    row = np.repeat(np.arange(model.rows), np.diff(model.matrix.indptr))
    effect = (model.matrix.data * sign).astype(np.float64)
    size = np.abs(effect)
    low, high = np.where(effect > 0, lower[column], upper[column]), np.where(effect > 0, upper[column], lower[column])
    rest_least = _rest(row, effect * low, model.rows)
    rest_most = -_rest(row, -effect * high, model.rows)
    side_lower, side_upper = _floats(model.row_lower)[row], _floats(model.row_upper)[row]
    # How far the row lets the column rise, and how far it can ever want it to.
    room = np.where(effect > 0, side_upper - rest_least, rest_most - side_lower)
    need = np.where(effect > 0, _less(side_lower, rest_least), _less(-side_upper, -rest_most))
    result = np.full(model.columns, np.inf)
    np.minimum.at(result, column, np.floor(_known(room, np.inf) / size))
    needed = lower.copy()
    np.maximum.at(needed, column, np.ceil(_known(need, np.inf) / size))
    capped = (sign * model.objective >= 0) & np.isfinite(needed)
    return np.where(capped, np.minimum(result, needed), result)


def _rest(row: NDArray[np.int64], parts: Floats, rows: int) -> Floats:
    """Return for each entry the sum of its row without it; -inf where that is not finite."""
    endless = ~np.isfinite(parts)
    finite = np.where(endless, 0.0, parts)
    sums, sizes = np.bincount(row, finite, rows), np.bincount(row, np.abs(finite), rows)
    others_endless = np.bincount(row, endless, rows)[row] - endless
    return np.where((others_endless > 0) | (sizes[row] > _EXACT), -np.inf, sums[row] - finite)


def _less(side: Floats, rest: Floats) -> Floats:
    """Return ``side - rest``, minus infinity where there is no side."""
    return np.subtract(side, rest, out=np.full_like(side, -np.inf), where=np.isfinite(side))


def _known(values: Floats, otherwise: float) -> Floats:
    """Replace what is not exact; minus infinity stays, it says that the row demands nothing."""
    return np.where(np.isnan(values) | (values > _EXACT), otherwise, values)
