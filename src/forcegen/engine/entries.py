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
    other_of_contingent, driving_of_contingent : int64[contingents]
        From here on they are in rows that are not simple, and in rows that drive followers.
    row : int32[entries]
    value : float64[entries]
    first : int64[columns + 1]
        Where the entries of each column begin in `of_column`.
    other, driving : int64[columns]
        From here on they are in rows that are not simple, and in rows that drive followers.
    of_column : int32[coefficients]
    """

    of_contingent: Ints
    other_of_contingent: Ints
    driving_of_contingent: Ints
    row: Short
    value: Floats
    first: Ints
    other: Ints
    driving: Ints
    of_column: Short


def entries(matrix: sp.csc_array, column_of: Ints, simple: int, plain: int) -> Entries:
    """Find the distinct coefficients.

    Parameters
    ----------
    matrix : [rows, columns]
        Rows of each column in their order; columns in the order of their contingents.
    column_of : int64[contingents + 1]
        Contingent k has the columns `column_of[k]` to `column_of[k + 1] - 1`.
    simple, plain
        Rows from here on are not simple, and drive followers.
    """
    first, row, value = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data.astype(np.float64)
    edges = _edges(first, row, np.array([0, simple, plain, matrix.shape[0]]))
    of_column, rows, values, begins = _found(column_of, edges, row, value, matrix.shape[0])
    return Entries(begins[0], begins[1, :-1], begins[2, :-1], rows, values, first, edges[1], edges[2], of_column)


@njit(cache=True)
def _edges(first: Ints, row: Short, kinds: Ints) -> Ints:
    """Return where the coefficients of each column in each kind of rows begin and end; int64[kinds, columns].

    `kinds` says where each kind of rows begins, and the last where it ends.
    """
    edges = np.empty((len(kinds), len(first) - 1), dtype=np.int64)
    for z in range(len(first) - 1):
        q = first[z]
        for kind in range(len(kinds)):
            while q < first[z + 1] and row[q] < kinds[kind]:
                q += 1
            edges[kind, z] = q
    return edges


@njit(cache=True)
def _found(column_of: Ints, edges: Ints, row: Short, value: Floats, rows: int) -> tuple[Short, Short, Floats, Ints]:
    """Return which entry each coefficient is, rows and values of entries, and where those of each kind begin.

    The last is int64[kinds, contingents + 1].
    """
    contingents = len(column_of) - 1
    entry, place, amount = np.empty_like(row), np.empty_like(row), np.empty_like(value)
    latest, before = np.full(rows, -1, dtype=np.int64), np.empty(len(row), dtype=np.int64)
    begins, count = np.zeros((len(edges) - 1, contingents + 1), dtype=np.int64), 0
    for k in range(contingents):
        for kind in range(len(edges) - 1):
            begins[kind, k] = count
            for z in range(column_of[k], column_of[k + 1]):
                for q in range(edges[kind, z], edges[kind + 1, z]):
                    entry[q], count = _entry(row[q], value[q], begins[0, k], count, place, amount, latest, before)
    begins[:, contingents] = count
    return entry, place[:count].copy(), amount[:count].copy(), begins


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
