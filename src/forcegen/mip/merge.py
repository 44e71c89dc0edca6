"""A smaller model that every plan of a larger one keeps: columns that are much alike become one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from forcegen.mip.model import INF

if TYPE_CHECKING:
    from forcegen.mip.model import Ints, MipModel


def merged(model: MipModel, group: Ints) -> MipModel:
    """Return a relaxation in which the columns of each group are one column, their sum.

    In a row, the sum counts with the smallest coefficient of its columns where the row is bounded above, and with the
    largest where it is bounded below; in the objective with the smallest. Whatever plan the model has, its sums are a
    plan of the relaxation that is no worse, so a bound of the relaxation is one of the model.

    Parameters
    ----------
    model : MipModel
        Its columns are not negative.
    group : int64[columns]
        A number from 0 for each column, without gaps.

    Raises
    ------
    ValueError
        If a column may be negative.
    """
    if (model.lower < 0).any():
        raise ValueError("columns that may be negative cannot be merged")
    groups = int(group.max(initial=-1)) + 1
    size = np.bincount(group, minlength=groups)
    least, most = _extremes(model, group, size)
    lower, upper = model.row_lower > -INF, model.row_upper < INF
    same = np.asarray(abs(least - most).sum(axis=1)).ravel() == 0
    whole = np.flatnonzero(same)
    above, below = np.flatnonzero(~same & upper), np.flatnonzero(~same & lower)
    objective = np.full(groups, np.iinfo(np.int64).max)
    np.minimum.at(objective, group, model.objective)
    matrix = sp.vstack([least[whole], least[above], most[below]], format="csr", dtype=np.int64)
    relaxed = replace(
        model,
        objective=objective,
        lower=np.bincount(group, weights=model.lower, minlength=groups).astype(np.int64),
        upper=_summed(model.upper, group, groups),
        integer=np.bincount(group, weights=~model.integer, minlength=groups) == 0,
        matrix=sp.csr_array(matrix),
        row_lower=np.concatenate([model.row_lower[whole], np.full(len(above), -INF), model.row_lower[below]]),
        row_upper=np.concatenate([model.row_upper[whole], model.row_upper[above], np.full(len(below), INF)]),
        names=None,
    )
    return _without_idle_rows(relaxed)


def _extremes(model: MipModel, group: Ints, size: Ints) -> tuple[sp.csr_array, sp.csr_array]:
    """Return the smallest and the largest coefficient of each row and group, 0 where a column has none."""
    entries = model.matrix.tocoo()
    shape = model.rows, len(size)
    key = entries.row.astype(np.int64) * shape[1] + group[entries.col]
    order = np.argsort(key, kind="stable")
    found, first, count = np.unique(key[order], return_index=True, return_counts=True)
    value = entries.data[order].astype(np.int64)
    at = found // shape[1], found % shape[1]
    absent = count < size[at[1]]
    results = []
    for extreme in (np.minimum, np.maximum):
        values = extreme.reduceat(value, first) if len(value) else value
        values = np.where(absent, extreme(values, 0), values)
        results.append(sp.csr_array(sp.coo_array((values, at), shape=shape)))
    return results[0], results[1]


def _summed(upper: Ints, group: Ints, groups: int) -> Ints:
    """Return the sums of upper bounds; INF where one is, or where the sum comes near it."""
    exact = np.bincount(group, weights=upper.astype(float), minlength=groups)
    return np.where(exact < 2.0**52, exact, INF).astype(np.int64)


def _without_idle_rows(model: MipModel) -> MipModel:
    """Return the model without the rows that have no entries and say nothing."""
    entries = np.diff(model.matrix.indptr)
    if not len(entries):
        return model
    idle = (entries == 0) & (model.row_lower <= 0) & (model.row_upper >= 0)
    kept = np.flatnonzero(~idle)
    return replace(
        model,
        matrix=sp.csr_array(model.matrix[kept]),
        row_lower=model.row_lower[kept],
        row_upper=model.row_upper[kept],
    )
