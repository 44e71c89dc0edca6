"""CVaR as a model: the mean of the worst worlds, by Rockafellar and Uryasev's formula (2000)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import lcm
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from forcegen.mip import INF, MipModel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from forcegen.formulation.worlds import Worlds
    from forcegen.mip import Ints


@dataclass(frozen=True, eq=False)
class Tail:
    """`min theta + sum of q (worth - theta)+ / tail`: behind all columns theta and what each world exceeds it by.

    Theta is the smallest worth of the worst worlds in some best plan, and so a whole number of the worths' scale.

    Parameters
    ----------
    scale
        What one of its objective stands for.
    """

    model: MipModel
    scale: Fraction
    worths: sp.csr_array[np.int64]
    columns: int

    def point(self, values: Ints, theta: int) -> Ints:
        """Return a plan's point with a theta and what each world exceeds it by."""
        return np.concatenate([values, [theta], np.maximum(self._of(values) - theta, 0)])

    def best_point(self, values: Ints) -> Ints:
        """Return a plan's point with its best theta."""
        points = [self.point(values, theta) for theta in np.unique(self._of(values)).tolist()]
        return min(points, key=self.model.value)

    def _of(self, values: Ints) -> Ints:
        return np.asarray(self.worths @ values)


def tail_model(worlds: Worlds, weights: Sequence[Fraction], tail: Fraction) -> Tail:
    """Return the model in which the mean of the worst worlds is smallest.

    Raises
    ------
    OverflowError
        If the weights differ too much to be counted exactly.
    """
    old = worlds.formulation.model
    worths, scale = worlds.worths()
    count = worlds.count
    factor = lcm(*(q.denominator for q in (*weights, tail)))
    costs = [int(tail * factor), *(int(q * factor) for q in weights)]
    if max(costs) * float(worths.sum()) >= 2**61:
        raise OverflowError("the weights of the worlds differ too much to be counted exactly")
    ones = sp.coo_array(np.ones((count, 1), dtype=np.int64))
    rows = sp.hstack([-worths, ones, sp.eye_array(count, dtype=np.int64)], format="csr")
    padded = sp.hstack([old.matrix, sp.csr_array((old.rows, count + 1), dtype=np.int64)], format="csr")
    nothing, none = np.zeros(count + 1, dtype=np.int64), np.zeros(count, dtype=np.int64)
    model = replace(
        old,
        objective=np.concatenate([np.zeros(old.columns, dtype=np.int64), costs]),
        offset=0,
        lower=np.concatenate([old.lower, nothing]),
        upper=np.concatenate([old.upper, np.full(count + 1, INF)]),
        integer=np.concatenate([old.integer, nothing > 0]),
        matrix=sp.csr_array(sp.vstack([padded, rows], format="csr", dtype=np.int64)),
        row_lower=np.concatenate([old.row_lower, none]),
        row_upper=np.concatenate([old.row_upper, np.full(count, INF)]),
        names=None,
    )
    return Tail(model, scale / (tail * factor), worths, old.columns)
