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
    """A model, ready to be asked about what a few of its first columns may do.

    Parameters
    ----------
    decided
        How many columns are decided on; what the others are may follow from them.
    """

    model: MipModel
    decided: int

    def free(self, wanted: Bools) -> Ints:
        """Return the columns wanted, bool[decided], and those that follow from them; int64[k].

        They follow if every row that they are in has one of those wanted in it, or another that follows.
        """
        first, links = np.flatnonzero(wanted), self._links
        touched = np.zeros(self.model.rows, dtype=bool)
        touched[self._columns[:, first].indices] = True
        met = np.asarray(links.T @ touched)
        touched |= links @ met
        outside = np.asarray(links.T @ ~touched)
        return np.concatenate([first, self.decided + np.flatnonzero(met & ~outside)])

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

    @cached_property
    def _links(self) -> sp.csr_array[np.bool_]:
        """Which rows the other columns are in, bool[rows, columns - decided]."""
        return self.model.matrix[:, self.decided :].astype(np.bool_)
