"""Relaxations of a wide model by a few of its columns at a time (sifting: Bixby et al. 1992)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forcegen.solvers.prices import Relaxed

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.mip import MipModel

Bools = NDArray[np.bool_]

# Columns at first: this part of those that may be left out, or as many as there are rows if that is more, and so many
# of each row that nothing else can fill; if that is too few for a point, so many times more.
_FIRST, _FILLING, _MORE = 0.1, 30, 2
# A column is missing if it costs less than nothing by this part of the largest that any costs. What all missing could
# gain is no matter if it is this part of the value.
_LEAST, _NO_MATTER = 1e-6, 1e-4
_ROUNDS = 8


class Sift:
    """Solves relaxations over the columns that matter: a sample at first, then those that prices show to be missing.

    What is left out costs no less than nothing at the prices found, so that these are as good as those of the whole.
    The columns that mattered are kept for the next relaxation, which may have other rows.

    Parameters
    ----------
    spare
        How many of the first columns may be left out, for 0 is a value of theirs and they only cost.
    relax
        Solves the relaxation of a model; None where it finds none in the time.
    """

    def __init__(self, spare: int, relax: Callable[[MipModel], Relaxed | None]) -> None:
        self._spare, self._relax = spare, relax
        self._kept: Bools | None = None

    def relaxed(self, model: MipModel) -> Relaxed | None:
        """Return prices of all rows and a point of all columns; None where there was no time, or there is no point."""
        spare = self._spare
        if self._kept is None:
            self._kept = self._sample(model, _FIRST)
        for _ in range(_ROUNDS):
            columns = np.concatenate([np.flatnonzero(self._kept), np.arange(spare, model.columns)])
            found = self._relax(model if self._kept.all() else model.with_columns(columns))
            if found is None:
                if self._kept.all():
                    return None
                self._kept |= self._sample(model, _MORE * max(_FIRST, float(np.mean(self._kept))))
                continue
            point = np.zeros(model.columns)
            point[columns] = found.point
            reduced = (model.objective - model.matrix.T @ found.price)[:spare]
            least = -_LEAST * float(np.abs(model.objective).max(initial=1))
            missing = ~self._kept & (reduced < least) & (model.upper[:spare] > 0)
            gain = -float(reduced[missing] @ model.upper[:spare][missing])
            if gain <= _NO_MATTER * max(1.0, abs(float(model.objective @ point))):
                return Relaxed(found.price, point)
            self._kept |= missing
        return self._relax(model)

    def _sample(self, model: MipModel, part: float) -> Bools:
        """Return so many columns drawn, always the same ones, and those that are needed in any case; bool[spare]."""
        rng, spare = np.random.default_rng(0), self._spare
        taken = model.lower[:spare] != 0
        taken[rng.permutation(spare)[: max(model.rows, int(part * spare))]] = True
        for sign, needy in ((1, model.row_lower > 0), (-1, model.row_upper < 0)):
            rows = sign * model.matrix[np.flatnonzero(needy)]
            for i in range(rows.shape[0]):
                at = slice(rows.indptr[i], rows.indptr[i + 1])
                filling = rows.indices[at][rows.data[at] > 0]
                if not len(filling) or filling.max() < spare:
                    taken[rng.permutation(filling)[:_FILLING]] = True
        return np.asarray(taken)
