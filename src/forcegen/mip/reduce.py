"""What integrality gives for free: smaller rows, and bounds rounded up."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import scipy.sparse as sp

from forcegen.mip.model import INF, Ints, MipModel


def reduce_rows(model: MipModel) -> MipModel:
    """Divide each row by the greatest common divisor of its coefficients and round its sides inwards.

    Every column is an integer or an implied integer, so no plan is lost and the relaxation can only get tighter.
    """
    divisor = _row_divisors(model)
    if np.all(divisor == 1):
        return model
    matrix = model.matrix
    data = matrix.data // np.repeat(divisor, np.diff(matrix.indptr))
    return replace(
        model,
        matrix=sp.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape),
        row_lower=np.where(model.row_lower <= -INF, -INF, -(-model.row_lower // divisor)),
        row_upper=np.where(model.row_upper >= INF, INF, model.row_upper // divisor),
    )


def objective_step(model: MipModel) -> int:
    """Return the greatest common divisor of the objective's coefficients, 0 if all are zero.

    The objective of any plan is `offset` plus a multiple of it.
    """
    return int(np.gcd.reduce(model.objective, initial=0))


def round_bound(model: MipModel, bound: float) -> int | None:
    """Turn a solver's floating-point bound (offset included) into the largest integer bound that it supports.

    Returns None if `bound` is not finite.
    """
    if not math.isfinite(bound):
        return None
    step = objective_step(model)
    if step == 0:
        return model.offset
    # Solvers prune within their tolerances and add up in floating point, so the bound is first taken back by those:
    # 1e-6 absolute is the tolerance they use themselves; 1e-9 relative covers badly scaled sums, but never more than a
    # quarter step, else no objective above 1e9 could be proven; sums of doubles differ from 1e-13 relative on.
    size = abs(bound)
    slack = max(1e-6, 1e-13 * size, min(1e-9 * size, step / 4))
    steps = math.ceil((Fraction(bound) - model.offset - Fraction(slack)) / step)
    return model.offset + steps * step


def trivial_bound(model: MipModel) -> int | None:
    """Return the value of the objective with every column at its cheaper bound, None if that is not finite."""
    used = np.flatnonzero(model.objective)
    cheaper = np.where(model.objective > 0, model.lower, model.upper)[used]
    if np.any(np.abs(cheaper) >= INF):
        return None
    pairs = zip(model.objective[used].tolist(), cheaper.tolist(), strict=True)
    return int(sum(cost * amount for cost, amount in pairs)) + model.offset


def _row_divisors(model: MipModel) -> Ints:
    divisors = np.ones(model.rows, dtype=np.int64)
    filled = np.diff(model.matrix.indptr) > 0
    if filled.any():
        divisors[filled] = np.gcd.reduceat(np.abs(model.matrix.data), model.matrix.indptr[:-1][filled])
    return divisors
