"""Bounds from prices on rows: what any prices prove, exactly, also of the model with columns left out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
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
class Guide:
    """Prices that lead a search.

    Parameters
    ----------
    price : float64[rows]
        Of a model's rows; below 0 where a row may not be exceeded.
    reduced : float64[columns]
        What each column costs more than the rows pay for it, also the rows that a relaxation has besides.
    """

    price: Floats
    reduced: Floats


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
        return cls(model, _affordable(model, np.where(open_ended, 0, whole), unit), unit)

    def bound(self, gone: Bools | None = None) -> int | None:
        """Return what no point is worth less than, the columns `gone` (bool[n]) being 0; None where nothing follows."""
        model, price = self.model, self.price
        upper = self._upper
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

    @property
    def reduced(self) -> Floats:
        """What each column costs more than the rows pay for it, float64[columns]; below 0 it costs less."""
        return (self.model.objective * self.unit - self.model.matrix.T @ self.price) / self.unit

    def guide(self, rows: int) -> Guide:
        """Return what leads a search of the model of so many of the first rows."""
        return Guide(self.price[:rows] / self.unit, self.reduced)

    @cached_property
    def _upper(self) -> Ints:
        return implied_upper(self.model)

    def _idle(self, gone: Bools) -> Bools:
        """Return the rows without columns whose price would count against the bound: theirs may as well be 0."""
        left = _sizes(self.model) @ (~gone).astype(np.int64) == 0
        worth = np.sign(self.price) * np.sign(np.where(self.price > 0, self.model.row_lower, self.model.row_upper))
        return np.asarray(left & (worth < 0))


def implied_upper(model: MipModel) -> Ints:
    """Return the upper bounds of columns; of those that have none what a single row leaves them, where it does."""
    upper, columns = model.upper.copy(), None
    for j in np.flatnonzero(upper >= INF):
        columns = model.matrix.tocsc() if columns is None else columns
        at = slice(columns.indptr[j], columns.indptr[j + 1])
        pairs = zip(columns.indices[at].tolist(), columns.data[at].tolist(), strict=True)
        most = [end for i, value in pairs if (end := _end(model, int(j), i, value)) is not None]
        upper[j] = min((end for end in most if end < INF), default=INF)
    return upper


def _end(model: MipModel, column: int, row: int, value: int) -> int | None:
    """Return what a row leaves a column at most, its other columns being where that is largest; None for no end."""
    side = model.row_upper[row] if value > 0 else -model.row_lower[row]
    at = slice(model.matrix.indptr[row], model.matrix.indptr[row + 1])
    others, values = model.matrix.indices[at], np.sign(value) * model.matrix.data[at]
    ends = np.where(values > 0, model.lower[others], model.upper[others])
    ends = np.where(others == column, 0, ends)
    if abs(int(side)) >= INF or (np.abs(ends) >= INF).any():
        return None
    return (int(side) - _dot(np.asarray(values), ends)) // abs(value)


def _affordable(model: MipModel, price: Ints, unit: int) -> Ints:
    """Return prices by which no column without an upper bound that is in one row alone is worth more than it costs."""
    single = np.bincount(model.matrix.indices, minlength=model.columns) == 1
    entries = model.matrix.tocoo()
    used = single[entries.col] & (model.upper[entries.col] >= INF) & (model.objective[entries.col] >= 0)
    row, value, cost = entries.row[used], entries.data[used], model.objective[entries.col[used]] * unit
    most = np.where(value > 0, cost // np.abs(value), INF)
    least = np.where(value < 0, -(cost // np.abs(value)), -INF)
    result = price.copy()
    np.minimum.at(result, row, most)
    np.maximum.at(result, row, least)
    return result


def _sizes(model: MipModel) -> sp.csr_array[np.int64]:
    matrix = model.matrix
    return sp.csr_array((np.abs(matrix.data), matrix.indices, matrix.indptr), shape=matrix.shape)


def _dot(first: Ints, second: Ints) -> int:
    used = np.flatnonzero((first != 0) & (np.abs(second) < INF))
    return sum(a * b for a, b in zip(first[used].tolist(), second[used].tolist(), strict=True))
