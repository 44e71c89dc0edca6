"""The distinct coefficients of each contingent's columns: what each of them is worth is worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

if TYPE_CHECKING:
    import scipy.sparse as sp

Ints = NDArray[np.int64]
Short = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Entries:
    """Coefficients in rows, each once for a contingent however many of its columns have it.

    Parameters
    ----------
    of_contingent : int64[contingents + 1]
        Contingent k has the entries `of_contingent[k]` to `of_contingent[k + 1] - 1`.
    driving_of_contingent : int64[contingents]
        From here on they are in rows that drive followers.
    row : int32[entries]
    value : float64[entries]
    first : int64[columns + 1]
        Where the entries of each column begin in `of_column`.
    driving : int64[columns]
        From here on they are in rows that drive followers.
    of_column : int32[coefficients]
    """

    of_contingent: Ints
    driving_of_contingent: Ints
    row: Short
    value: Floats
    first: Ints
    driving: Ints
    of_column: Short


def entries(matrix: sp.csc_array, column_of: Ints, plain: int) -> Entries:
    """Find the distinct coefficients.

    Parameters
    ----------
    matrix : [rows, columns]
        Rows of each column in their order; columns in the order of their contingents.
    column_of : int64[contingents + 1]
        Contingent k has the columns `column_of[k]` to `column_of[k + 1] - 1`.
    plain
        Rows from here on drive followers.
    """
    first, row, value = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data.astype(np.float64)
    of_column, rows, values, of_contingent, driving_of_contingent, driving = _found(
        column_of, first, row, value, matrix.shape[0], plain
    )
    return Entries(of_contingent, driving_of_contingent, rows, values, first, driving, of_column)


@njit(cache=True)
def _found(
    column_of: Ints, first: Ints, row: Short, value: Floats, rows: int, plain: int
) -> tuple[Short, Short, Floats, Ints, Ints, Ints]:
    """Return which entry each coefficient is, rows and values of entries, and where these begin and drive."""
    contingents = len(column_of) - 1
    entry, place, amount = np.empty_like(row), np.empty_like(row), np.empty_like(value)
    latest, before = np.full(rows, -1, dtype=np.int64), np.empty(len(row), dtype=np.int64)
    begins, drives = np.zeros(contingents + 1, dtype=np.int64), np.zeros(contingents, dtype=np.int64)
    driving, count = first[1:].copy(), 0
    for k in range(contingents):
        for z in range(column_of[k], column_of[k + 1]):
            for q in range(first[z], first[z + 1]):
                if row[q] >= plain:
                    driving[z] = q
                    break
                entry[q], count = _entry(row[q], value[q], begins[k], count, place, amount, latest, before)
        drives[k] = count
        for z in range(column_of[k], column_of[k + 1]):
            for q in range(driving[z], first[z + 1]):
                entry[q], count = _entry(row[q], value[q], begins[k], count, place, amount, latest, before)
        begins[k + 1] = count
    return entry, place[:count].copy(), amount[:count].copy(), begins, drives, driving


@njit(cache=True, inline="always")
def _entry(
    row: int, value: float, least: int, count: int, place: Short, amount: Floats, latest: Ints, before: Ints
) -> tuple[int, int]:
    """Return which entry a coefficient is, among those from `least` on, and how many there are now."""
    e = latest[row]
    while e >= least and amount[e] != value:
        e = before[e]
    if e < least:
        e = count
        place[e], amount[e], before[e], latest[row] = row, value, latest[row], e
        count += 1
    return e, count
