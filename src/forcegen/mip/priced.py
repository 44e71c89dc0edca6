"""Bounds from prices on rows: what any prices prove, exactly, also of the model with columns left out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from forcegen.mip.model import INF, Bools, Ints, MipModel
from forcegen.mip.reduce import objective_step

if TYPE_CHECKING:
    from typing import Self

Floats = NDArray[np.float64]

_SAFE_BITS = 60


@dataclass(frozen=True, eq=False)
class Priced:
    """A model with a price on each row, in whole numbers of 1 / `unit`.

    With ``d = c - A'y`` no point is worth less than ``y`` times the sides of the rows (the lower one where y > 0, else
    the upper one) plus ``d`` times the bounds of the columns (the lower one where d > 0, else the upper one), whatever
    ``y`` is (weak duality); the prices of the relaxation's optimum prove its value.
    """

    model: MipModel
    price: Ints
    unit: int

    @classmethod
    def of(cls, model: MipModel, price: Floats) -> Self:
        """Return the model with prices rounded to whole numbers that cannot overflow."""
        size = _sizes(model).T @ np.abs(price) + np.abs(model.objective.astype(float))
        bits = _SAFE_BITS - math.ceil(math.log2(max(1.0, float(size.max(initial=1.0)))))
        unit = 2 ** max(0, min(30, bits - math.ceil(math.log2(max(2, model.rows)))))
        whole = np.rint(price * unit).astype(np.int64)
        open_ended = np.where(whole > 0, model.row_lower <= -INF, model.row_upper >= INF)
        return cls(model, np.where(open_ended, 0, whole), unit)

    def bound(self, gone: Bools | None = None) -> int | None:
        """Return what no point is worth less than, the columns `gone` (bool[n]) being 0; None where nothing follows."""
        model, price = self.model, self.price
        upper = model.upper
        if gone is not None:
            price, upper = np.where(self._idle(gone), 0, price), np.where(gone, 0, upper)
        reduced = model.objective * self.unit - model.matrix.T @ price
        ends = np.where(reduced > 0, model.lower, upper)
        if np.any((np.abs(ends) >= INF) & (reduced != 0)):
            return None
        sides = np.where(price > 0, model.row_lower, model.row_upper)
        total = _dot(price, sides) + _dot(reduced, ends) + model.offset * self.unit
        step = objective_step(model)
        if step == 0:
            return model.offset
        return model.offset + step * math.ceil((Fraction(total, self.unit) - model.offset) / step)

    def _idle(self, gone: Bools) -> Bools:
        """Return the rows without columns whose price would count against the bound: theirs may as well be 0."""
        left = _sizes(self.model) @ (~gone).astype(np.int64) == 0
        worth = np.sign(self.price) * np.sign(np.where(self.price > 0, self.model.row_lower, self.model.row_upper))
        return np.asarray(left & (worth < 0))


def _sizes(model: MipModel) -> sp.csr_array[np.int64]:
    matrix = model.matrix
    return sp.csr_array((np.abs(matrix.data), matrix.indices, matrix.indptr), shape=matrix.shape)


def _dot(first: Ints, second: Ints) -> int:
    used = np.flatnonzero((first != 0) & (np.abs(second) < INF))
    return sum(a * b for a, b in zip(first[used].tolist(), second[used].tolist(), strict=True))
