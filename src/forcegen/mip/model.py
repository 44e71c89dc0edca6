"""A mixed-integer programme as read-only integer arrays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

INF: Final = 2**62
"""Stands for "no bound" in int64 arrays; every finite number must be smaller in size."""

# Sums whose size, estimated in floating point, stays below this cannot overflow int64 even if the estimate is off.
_SAFE: Final = 2.0**61


@dataclass(frozen=True)
class Names:
    """Names of columns and rows, in order."""

    columns: list[str]
    rows: list[str]


@dataclass(frozen=True, eq=False)
class MipModel:
    """Minimise ``objective @ x + offset`` where ``row_lower <= matrix @ x <= row_upper`` and ``lower <= x <= upper``.

    All data are integers. Arrays become read-only; a change is a copy.

    Parameters
    ----------
    objective : int64[n]
        Cost of one unit of each column.
    offset : int
        Constant part of the objective.
    lower, upper : int64[n]
        Bounds of the columns, ``-INF`` and ``INF`` where absent.
    integer : bool[n]
        False marks implied integers: columns that take an integer value in some best plan anyway, so that a solver may
        treat them as continuous.
    matrix : csr_array int64[m, n]
        Coefficients; sorted, without duplicates and without stored zeros (made so if they are not).
    row_lower, row_upper : int64[m]
        Sides of the rows, ``-INF`` and ``INF`` where absent.
    names : callable, optional
        Makes the names when they are asked for.

    Raises
    ------
    ValueError
        Where shapes disagree, or a number is not an integer or too large.
    """

    objective: Ints
    offset: int
    lower: Ints
    upper: Ints
    integer: Bools
    matrix: sp.csr_array[np.int64]
    row_lower: Ints
    row_upper: Ints
    names: Callable[[], Names] | None = None

    def __post_init__(self) -> None:
        """Check and freeze."""
        rows, columns = self.matrix.shape
        object.__setattr__(self, "offset", int(self.offset))
        for name in ("objective", "lower", "upper"):
            object.__setattr__(self, name, _frozen_ints(name, getattr(self, name), columns))
        for name in ("row_lower", "row_upper"):
            object.__setattr__(self, name, _frozen_ints(name, getattr(self, name), rows))
        object.__setattr__(self, "integer", _frozen_flags(self.integer, columns))
        object.__setattr__(self, "matrix", _canonical(self.matrix))
        if abs(self.offset) >= INF or (columns and int(np.abs(self.objective).max()) >= INF):
            raise ValueError("objective: every coefficient and the offset must be smaller than INF in size")

    @property
    def columns(self) -> int:
        """Number of columns."""
        return int(self.matrix.shape[1])

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.matrix.shape[0])

    @property
    def nonzeros(self) -> int:
        """Number of coefficients that are not zero."""
        return int(self.matrix.nnz)

    def with_objective(self, objective: Ints, offset: int = 0) -> MipModel:
        """Return a copy with another objective."""
        return replace(self, objective=objective, offset=offset)

    def with_columns(self, columns: Ints) -> MipModel:
        """Return a copy with some of the columns alone, in this order, the others being 0; nothing has a name in it."""
        return replace(
            self,
            objective=self.objective[columns],
            lower=self.lower[columns],
            upper=self.upper[columns],
            integer=self.integer[columns],
            matrix=self.matrix[:, columns],
            names=None,
        )

    def with_rows(
        self,
        matrix: sp.csr_array[np.int64],
        lower: Ints,
        upper: Ints,
        names: Callable[[], list[str]] | None = None,
    ) -> MipModel:
        """Return a copy with rows appended.

        Parameters
        ----------
        matrix : csr_array int64[k, n]
            Coefficients of the new rows.
        lower, upper : int64[k]
            Their sides.
        names : callable, optional
            Makes their names; without it they are numbered ``r<index>``.
        """
        added = int(matrix.shape[0])
        if matrix.shape[1] != self.columns:
            raise ValueError(f"matrix: expected {self.columns} columns, got {matrix.shape[1]}")
        return replace(
            self,
            matrix=sp.csr_array(sp.vstack([self.matrix, matrix], format="csr", dtype=np.int64)),
            row_lower=np.concatenate([self.row_lower, np.asarray(lower)]),
            row_upper=np.concatenate([self.row_upper, np.asarray(upper)]),
            names=self._names_with(names, added),
        )

    def value(self, x: Ints) -> int:
        """Return the exact objective of `x` (int64[n])."""
        x = self._point(x)
        size = float(np.abs(self.objective.astype(float)) @ np.abs(x.astype(float)))
        if size < _SAFE:
            return int(self.objective @ x) + self.offset
        used = np.flatnonzero(self.objective)
        pairs = zip(self.objective[used].tolist(), x[used].tolist(), strict=True)
        return int(sum(cost * amount for cost, amount in pairs)) + self.offset

    def activity(self, x: Ints) -> NDArray[Any]:
        """Return ``matrix @ x`` exactly: int64[m], or Python integers where int64 would overflow."""
        x = self._point(x)
        if self._widest_row * float(np.abs(x.astype(float)).max(initial=0.0)) < _SAFE:
            return np.asarray(self.matrix @ x)
        products = self.matrix.data.astype(object) * x[self.matrix.indices].astype(object)
        sums = np.zeros(self.rows, dtype=object)
        np.add.at(sums, np.repeat(np.arange(self.rows), np.diff(self.matrix.indptr)), products)
        return sums

    def violations(self, x: Ints) -> Ints:
        """Return the indices of the rows that `x` (int64[n]) breaks, exactly; see also `in_bounds`."""
        activity = self.activity(x)
        below = (activity < self.row_lower) & (self.row_lower > -INF)
        above = (activity > self.row_upper) & (self.row_upper < INF)
        return np.flatnonzero(below | above).astype(np.int64)

    def in_bounds(self, x: Ints) -> bool:
        """Tell whether every column of `x` (int64[n]) is within its bounds."""
        x = self._point(x)
        return bool(np.all((x >= self.lower) & (x <= self.upper)))

    def feasible(self, x: Ints) -> bool:
        """Tell whether `x` (int64[n]) keeps all bounds and all rows, exactly."""
        return self.in_bounds(x) and self.violations(x).size == 0

    def digest(self) -> str:
        """Return the SHA-256 of all data except names, as hex."""
        sha = hashlib.sha256(f"{self.rows} {self.columns} {self.offset}".encode())
        for field in fields(self):
            data = getattr(self, field.name)
            if isinstance(data, np.ndarray):
                sha.update(data.tobytes())
        for part in (self.matrix.indptr.astype(np.int64), self.matrix.indices.astype(np.int64), self.matrix.data):
            sha.update(part.tobytes())
        return sha.hexdigest()

    def all_names(self) -> Names:
        """Return the names, numbered ``x<index>`` and ``r<index>`` where none were given."""
        if self.names is not None:
            return self.names()
        return Names([f"x{j}" for j in range(self.columns)], [f"r{i}" for i in range(self.rows)])

    @cached_property
    def _widest_row(self) -> float:
        sizes = np.abs(self.matrix.data.astype(float))
        sums = np.add.reduceat(np.append(sizes, 0.0), self.matrix.indptr[:-1]) if self.rows else np.zeros(1)
        return float(sums.max(initial=0.0))

    def _point(self, x: Ints) -> Ints:
        point = np.asarray(x)
        if point.shape != (self.columns,) or point.dtype.kind not in "iub":
            raise ValueError(f"expected {self.columns} integers, got {point.dtype}{list(point.shape)}")
        return point.astype(np.int64, copy=False)

    def _names_with(self, added: Callable[[], list[str]] | None, count: int) -> Callable[[], Names] | None:
        if self.names is None and added is None:
            return None
        first = self.rows

        def make() -> Names:
            names = self.all_names()
            rows = added() if added is not None else [f"r{first + i}" for i in range(count)]
            return Names(names.columns, names.rows + rows)

        return make


def _frozen_ints(name: str, values: Any, length: int) -> Ints:
    array = np.asarray(values)
    if array.shape != (length,):
        raise ValueError(f"{name}: expected {length} numbers, got an array of shape {array.shape}")
    if array.dtype.kind not in "iub" and array.size:
        raise ValueError(f"{name}: expected integers, got {array.dtype}")
    array = array.astype(np.int64)
    if array.size and int(np.abs(array).max()) > INF:
        raise ValueError(f"{name}: a number is larger than INF = 2**62")
    array.flags.writeable = False
    return array


def _frozen_flags(values: Any, length: int) -> Bools:
    array = np.asarray(values)
    if array.shape != (length,) or array.dtype != np.bool_:
        raise ValueError(f"integer: expected {length} booleans, got {array.dtype}{list(array.shape)}")
    array = array.copy()
    array.flags.writeable = False
    return array


def _is_canonical(matrix: Any) -> bool:
    if not isinstance(matrix, sp.csr_array) or matrix.dtype != np.int64:
        return False
    frozen = not any(part.flags.writeable for part in (matrix.data, matrix.indices, matrix.indptr))
    return bool(frozen and matrix.has_canonical_format and matrix.data.all())


def _canonical(matrix: Any) -> sp.csr_array[np.int64]:
    if matrix.dtype.kind not in "iub" and matrix.nnz:
        raise ValueError(f"matrix: expected integers, got {matrix.dtype}")
    if _is_canonical(matrix):
        shared: sp.csr_array[np.int64] = matrix  # of another model: nobody can change it
        return shared
    canonical = sp.csr_array(matrix, dtype=np.int64, copy=True)
    canonical.sum_duplicates()
    canonical.eliminate_zeros()
    canonical.sort_indices()
    for part in (canonical.data, canonical.indices, canonical.indptr):
        part.flags.writeable = False
    return canonical
