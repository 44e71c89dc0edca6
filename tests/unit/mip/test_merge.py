"""Merged columns: the relaxation is never worse than the model, whatever is merged."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import scipy.sparse as sp

from forcegen.mip import INF, MipModel, merged


def drawn(rng: np.random.Generator, columns: int, rows: int) -> MipModel:
    matrix = rng.integers(-2, 5, (rows, columns)) * (rng.random((rows, columns)) < 0.7)
    kind = rng.integers(0, 3, rows)
    side = rng.integers(0, 9, rows)
    return MipModel(
        objective=rng.integers(-3, 6, columns),
        offset=int(rng.integers(-3, 3)),
        lower=np.zeros(columns, dtype=np.int64),
        upper=rng.integers(1, 3, columns),
        integer=np.ones(columns, dtype=bool),
        matrix=sp.csr_array(matrix),
        row_lower=np.where(kind == 0, -INF, side),
        row_upper=np.where(kind == 1, INF, side + 2 * (kind == 2)),
    )


def test_every_plan_is_one_of_the_relaxation_and_no_better() -> None:
    plans = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        model = drawn(rng, 5, 4)
        group = np.unique(rng.integers(0, 3, 5), return_inverse=True)[1]
        relaxed = merged(model, group)
        for point in product(*(range(int(most) + 1) for most in model.upper)):
            x = np.array(point)
            if model.feasible(x):
                sums = np.bincount(group, weights=x, minlength=relaxed.columns).astype(np.int64)
                assert relaxed.feasible(sums)
                assert relaxed.value(sums) <= model.value(x)
                plans += 1
    assert plans > 100


def test_each_column_by_itself_changes_nothing_but_idle_rows() -> None:
    model = drawn(np.random.default_rng(1), 5, 4)
    same = merged(model, np.arange(5))
    for point in product(range(2), repeat=5):
        assert same.feasible(np.array(point)) == model.feasible(np.array(point))


def test_alike_columns_become_one_and_a_limit_on_one_of_them_falls_away() -> None:
    """Two columns share a pool of 3 and fill a demand; the first alone is limited to 1."""
    model = MipModel(
        objective=np.array([0, 0]),
        offset=0,
        lower=np.zeros(2, dtype=np.int64),
        upper=np.array([3, 3]),
        integer=np.ones(2, dtype=bool),
        matrix=sp.csr_array(np.array([[1, 1], [2, 2], [1, 0]])),
        row_lower=np.array([-INF, 4, -INF]),
        row_upper=np.array([3, INF, 1]),
    )
    relaxed = merged(model, np.zeros(2, dtype=np.int64))
    assert (relaxed.columns, relaxed.rows) == (1, 2)
    assert relaxed.upper.tolist() == [6]
    assert relaxed.matrix.toarray().tolist() == [[1], [2]]


def test_columns_that_may_be_negative_are_refused() -> None:
    model = drawn(np.random.default_rng(2), 3, 2)
    lower = np.array([0, -1, 0])
    with pytest.raises(ValueError, match="negative"):
        merged(
            MipModel(
                model.objective, 0, lower, model.upper, model.integer, model.matrix, model.row_lower, model.row_upper
            ),
            np.zeros(3, dtype=np.int64),
        )
