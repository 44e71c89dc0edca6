"""A model with most of its columns fixed: what is left to decide, and the rows that this touches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from forcegen.mip.model import INF, MipModel

if TYPE_CHECKING:
    from forcegen.mip.model import Ints

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Around:
    """A model, ready to be asked about what a few of its columns may do."""

    model: MipModel

    def free(self, wanted: Bools, settled: int) -> Ints:
        """Return the columns wanted, and of those from `settled` on the ones that follow from them; int64[k].

        They follow if every row that they are in has one of those wanted in it, or another that follows.
        """
        first = np.flatnonzero(wanted)
        touched = np.zeros(self.model.rows, dtype=bool)
        touched[self._columns[:, first].indices] = True
        met = np.zeros(self.model.columns, dtype=bool)
        met[self._entries(np.flatnonzero(touched))] = True
        met[:settled] = False
        touched[self._columns[:, np.flatnonzero(met)].indices] = True
        outside = np.zeros(self.model.columns, dtype=bool)
        outside[self._entries(np.flatnonzero(~touched))] = True
        return np.concatenate([first, np.flatnonzero(met & ~outside & ~wanted)])

    def with_free(self, columns: Ints, values: Ints) -> MipModel:
        """Return the model of these columns alone, the others being as in a point (int64[n]); nothing has a name."""
        model, chosen = self.model, self._columns[:, columns]
        rows = np.unique(chosen.indices)
        entries: sp.csr_array[np.int64] = sp.csr_array(chosen)[rows]
        given = model.activity(values)[rows] - entries @ values[columns]
        lower, upper = model.row_lower[rows], model.row_upper[rows]
        return MipModel(
            objective=model.objective[columns],
            offset=model.value(values) - int(model.objective[columns] @ values[columns]),
            lower=model.lower[columns],
            upper=model.upper[columns],
            integer=model.integer[columns],
            matrix=entries,
            row_lower=np.where(lower > -INF, lower - given, -INF),
            row_upper=np.where(upper < INF, upper - given, INF),
        )

    @cached_property
    def _columns(self) -> sp.csc_array[np.int64]:
        return sp.csc_array(self.model.matrix)

    def _entries(self, rows: Ints) -> Ints:
        """Return the columns that are in rows, each as often as it is."""
        return np.asarray(self.model.matrix[rows].indices)
