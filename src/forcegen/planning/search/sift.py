"""Relaxations of a wide model by a few of its columns at a time (sifting: Bixby et al. 1992)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forcegen.solvers.prices import Relaxed

if TYPE_CHECKING:
    from forcegen.mip import Ints, MipModel
    from forcegen.solvers.prices import Kept

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

# Columns at first: this part of those that may be left out, or as many as there are rows if that is more, and so many
# of each row that nothing else can fill; if that is too few for a point, so many times more.
_FIRST, _FILLING, _MORE = 0.1, 30, 2
# A column is missing if it costs less than nothing by this part of the largest that any costs. What all missing could
# gain is no matter if it is this part of the value.
_LEAST, _NO_MATTER = 1e-6, 1e-4
_ROUNDS = 12
# With more rows than this part of those before, the interior point method is faster than going on; and before rows
# come, the columns beyond so many times the rows that cost most are left out again.
_MANY, _WIDEST = 0.04, 1.5
# Those stay of which a point takes more than this.
_TAKEN = 1e-2


class Sift:
    """Solves relaxations over the columns that matter: a sample at first, then those that prices show to be missing.

    What is left out costs no less than nothing at the prices found, so that these are as good as those of the whole.
    The columns that mattered are kept for the next relaxation, which may have other rows.

    Parameters
    ----------
    spare
        How many of the first columns may be left out, for 0 is a value of theirs and they only cost.
    kept
        Solves relaxations, and goes on from the last one where only columns or rows are added.
    start : int64[columns], optional
        A point of the model; with the columns that it takes there is one from the beginning.
    """

    def __init__(self, spare: int, kept: Kept, start: Ints | None = None) -> None:
        self._spare, self._kept, self._start = spare, kept, start
        self._used: Bools = np.zeros(spare, dtype=bool)
        self._order = np.zeros(0, dtype=np.int64)  # the columns of the relaxation that is kept
        self._reduced: Floats = np.zeros(0)  # what the first columns cost at its prices
        self._point: Floats = np.zeros(0)  # how many of them its point takes
        self._missing: Bools = np.zeros(0, dtype=bool)  # which of them it lacks

    def roughly(self, model: MipModel) -> Relaxed | None:
        """Return prices and a point near those of the whole, over a sample and what that lacks.

        They are good enough to lead a search, and to tell which rows the relaxation needs besides; `further` goes on.
        """
        self._used = self._sample(model, _FIRST)
        found = self._begun(model, vertex=False, roughly=True)
        return self._filled(model, found, roughly=True)

    def further(self, model: MipModel, rows: int) -> Relaxed | None:
        """Return prices of all rows and a point of all columns; None where there was no time, or there is no point.

        Parameters
        ----------
        model
            That of the last call, or with rows added.
        rows
            The number of the first row that is added.
        """
        widest = int(_WIDEST * model.rows)
        if np.count_nonzero(self._used) > widest:
            most = max(0.0, float(np.partition(self._reduced[self._used], widest)[widest]))
            self._used = self._used & ((self._reduced <= most) | (self._point > _TAKEN))
        found = None
        if self._kept.vertex and model.rows - rows <= _MANY * rows:
            kept = np.concatenate([self._used, np.ones(model.columns - self._spare, dtype=bool)])
            gone = np.flatnonzero(~kept[self._order])
            self._order = np.delete(self._order, gone)
            sides = model.row_lower[rows:], model.row_upper[rows:]
            found = self._kept.narrow(gone, *sides, model.matrix[rows:][:, self._order])
        else:
            self._used = self._used | self._missing
        return self._filled(model, found or self._begun(model, vertex=True))

    def _filled(self, model: MipModel, found: Relaxed | None, *, roughly: bool = False) -> Relaxed | None:
        """Add what is missing until nothing is, or nothing that matters; `roughly`: at most once."""
        added = False
        for _ in range(_ROUNDS):
            if found is None:
                if self._kept.left <= 0 or self._used.all():
                    return None
                self._used |= self._sample(model, _MORE * max(_FIRST, float(np.mean(self._used))))
                found = self._begun(model, vertex=False, roughly=roughly)
                continue
            point = np.zeros(model.columns)
            point[self._order] = found.point
            self._reduced = np.asarray(model.objective - model.matrix.T @ found.price)[: self._spare]
            least = -_LEAST * float(np.abs(model.objective).max(initial=1))
            missing = ~self._used & (self._reduced < least) & (model.upper[: self._spare] > 0)
            gain = -float(self._reduced[missing] @ model.upper[: self._spare][missing])
            self._missing, self._point = missing, point[: self._spare]
            if gain <= _NO_MATTER * max(1.0, abs(float(model.objective @ point))) or (roughly and added):
                return Relaxed(found.price, point)
            self._used, added = self._used | missing, True
            wider = self._wider(model, np.flatnonzero(missing))
            found = wider or self._begun(model, vertex=not roughly, roughly=roughly)
        return None if self._kept.left <= 0 else self._whole(model)

    def _whole(self, model: MipModel) -> Relaxed | None:
        self._used = np.ones(self._spare, dtype=bool)
        return self._begun(model, vertex=True)

    def _begun(self, model: MipModel, *, vertex: bool, roughly: bool = False) -> Relaxed | None:
        self._order = np.concatenate([np.flatnonzero(self._used), np.arange(self._spare, model.columns)])
        whole = len(self._order) == model.columns
        return self._kept.begin(model if whole else model.with_columns(self._order), vertex=vertex, roughly=roughly)

    def _wider(self, model: MipModel, columns: Ints) -> Relaxed | None:
        """Go on with columns added; None where that is no help."""
        if not self._kept.vertex:
            return None
        self._order = np.concatenate([self._order, columns])
        ends = model.objective[columns], model.lower[columns], model.upper[columns]
        return self._kept.widen(*ends, model.matrix[:, columns].tocsc())

    def _sample(self, model: MipModel, part: float) -> Bools:
        """Return so many columns drawn, always the same ones, and those that are needed in any case; bool[spare]."""
        rng, spare = np.random.default_rng(0), self._spare
        taken = model.lower[:spare] != 0
        if self._start is not None:
            taken |= self._start[:spare] != 0
        taken[rng.permutation(spare)[: max(model.rows, int(part * spare))]] = True
        for sign, needy in ((1, model.row_lower > 0), (-1, model.row_upper < 0)):
            rows = sign * model.matrix[np.flatnonzero(needy)]
            for i in range(rows.shape[0]):
                at = slice(rows.indptr[i], rows.indptr[i + 1])
                filling = rows.indices[at][rows.data[at] > 0]
                if not len(filling) or filling.max() < spare:
                    taken[rng.permutation(filling)[:_FILLING]] = True
        return np.asarray(taken)
