"""Rows that integrality implies and the relaxation does not know: covering rows, rounded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from forcegen.mip.model import INF, Names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forcegen.mip.model import Ints, MipModel

Floats = NDArray[np.float64]

# Coefficients that grow beyond this are of no use in a relaxation solved in floating point.
_LARGEST = 2**40
# Divisors tried for a row: its coefficients, and these parts of them.
_PARTS = (1, 2, 3)


@dataclass(frozen=True, eq=False)
class Rounded:
    """One row ``sum of v z + s >= side`` that every plan keeps.

    Parameters
    ----------
    row, divisor
        The row of the model it comes from, and by what that was divided.
    columns, values : int64[e]
        Its coefficients.
    """

    row: int
    divisor: int
    columns: Ints
    values: Ints
    side: int


class Covering:
    """The covering rows of a model, ready to be rounded.

    From ``sum of a z + s >= b``, with integers z and s not negative, follows for each divisor d with
    ``f = b mod d > 0``, a being cut to b,

        ``sum of (floor(a / d) f + min(a mod d, f)) z + s >= ceil(b / d) f``

    (mixed-integer rounding: Nemhauser and Wolsey 1990, Marchand and Wolsey 2001). With d above b it is the row with its
    coefficients cut. Columns with negative coefficients are left out, and those that stand in this row alone and cost
    nothing are taken at their upper bound.
    """

    def __init__(self, model: MipModel) -> None:
        self._model = model

    def relaxation(self, rounded: Sequence[Rounded] = ()) -> MipModel:
        """Return the model with these roundings too, named `rounded(NAME,DIVISOR)`.

        Where columns of a row are taken at their upper bound, the usual rounding stands in its place: the row itself,
        its coefficients not cut to what is left of its side, says little.
        """
        model = self._model
        usual = [own.rounding(own.usual) for own in self._rows if own.loose]
        cuts = [*usual, *rounded]
        if not cuts:
            return model
        kept = np.setdiff1d(np.arange(model.rows), [cut.row for cut in usual])
        sizes = [len(cut.columns) for cut in cuts]
        entries = sp.coo_array(
            (
                np.concatenate([cut.values for cut in cuts]),
                (np.repeat(np.arange(len(cuts)), sizes), np.concatenate([cut.columns for cut in cuts])),
            ),
            shape=(len(cuts), model.columns),
        )

        def names() -> Names:
            own = model.all_names()
            added = [f"rounded({own.rows[cut.row]},{cut.divisor})" for cut in cuts]
            return Names(own.columns, [own.rows[i] for i in kept] + added)

        return replace(
            model,
            matrix=sp.csr_array(sp.vstack([model.matrix[kept], entries], format="csr", dtype=np.int64)),
            row_lower=np.concatenate([model.row_lower[kept], [cut.side for cut in cuts]]),
            row_upper=np.concatenate([model.row_upper[kept], np.full(len(cuts), INF)]),
            names=names,
        )

    def violated(self, point: Floats, least: float) -> Iterator[Rounded]:
        """Yield for each row its rounding that a point of the relaxation breaks most, if by `least` or more."""
        for own in self._rows:
            broken = own.side - own.values @ point[own.columns] - own.rest @ point[own.others]
            at = int(np.argmax(broken))
            if broken[at] >= least:
                yield own.rounding(at)

    @cached_property
    def _rows(self) -> list[_Row]:
        lonely = np.bincount(self._model.matrix.indices, minlength=self._model.columns) == 1
        free = lonely & (self._model.objective == 0) & ~self._model.integer
        return [row for i in np.flatnonzero(self._model.row_lower > 0) if (row := self._row(int(i), free)) is not None]

    def _row(self, i: int, free: NDArray[np.bool_]) -> _Row | None:
        model = self._model
        at = slice(model.matrix.indptr[i], model.matrix.indptr[i + 1])
        columns, values = model.matrix.indices[at].astype(np.int64), model.matrix.data[at]
        given = free[columns] & (values > 0)
        if (model.upper[columns[given]] >= INF).any() or (model.lower[columns] < 0).any():
            return None
        side = int(model.row_lower[i]) - sum(
            v * u for v, u in zip(values[given].tolist(), model.upper[columns[given]].tolist(), strict=True)
        )
        used = (values > 0) & ~given
        whole = used & model.integer[columns]
        if side <= 0 or not whole.any():
            return None
        rest = used & ~whole
        return _Row.of(i, side, bool(given.any()), columns[whole], values[whole], columns[rest], values[rest])


@dataclass(frozen=True, eq=False)
class _Row:
    """A covering row with all its roundings, `values` int64[d, e], `side` int64[d]; `loose` if columns were free."""

    row: int
    loose: bool
    median: float
    divisors: Ints
    columns: Ints
    values: Ints
    others: Ints
    rest: Ints
    side: Ints

    @classmethod
    def of(cls, row: int, side: int, loose: bool, columns: Ints, values: Ints, others: Ints, rest: Ints) -> _Row | None:
        cut = np.minimum(values, side)
        sizes = np.unique(cut)
        divisors = np.unique(np.concatenate([[side + 1], *(sizes // part for part in _PARTS)]))
        divisors = divisors[(divisors > 1) & (side % np.maximum(divisors, 1) > 0)]
        remainder = side % divisors
        small = (-(-side // divisors)) * remainder < _LARGEST
        divisors, remainder = divisors[small, None], remainder[small, None]
        if not len(divisors):
            return None
        rounded = (cut // divisors) * remainder + np.minimum(cut % divisors, remainder)
        sides = (-(-side // divisors) * remainder).ravel()
        return cls(row, loose, float(np.median(cut)), divisors.ravel(), columns, rounded, others, rest, sides)

    @property
    def usual(self) -> int:
        """The rounding whose divisor is next to the median of the row's coefficients."""
        return int(np.argmin(np.abs(self.divisors - self.median)))

    def rounding(self, at: int) -> Rounded:
        columns = np.concatenate([self.columns, self.others])
        values = np.concatenate([self.values[at], self.rest])
        return Rounded(self.row, int(self.divisors[at]), columns, values, int(self.side[at]))
