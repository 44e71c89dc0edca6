"""Roundings of covering rows: no plan is lost, and points of the relaxation are."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import scipy.sparse as sp

from forcegen.mip import INF, MipModel
from forcegen.mip.rounding import Covering


def drawn(rng: np.random.Generator) -> MipModel:
    """Three integers and two shortfalls, of which one may cost nothing, in two covering rows."""
    matrix = np.hstack([rng.integers(-1, 8, (2, 3)), np.eye(2, dtype=np.int64)])
    if rng.random() < 0.3:
        matrix[1, 3] = 1
    return MipModel(
        objective=np.array([0, 0, 0, 1, int(rng.integers(0, 2))]),
        offset=0,
        lower=np.zeros(5, dtype=np.int64),
        upper=np.array([*rng.integers(1, 4, 3), *rng.integers(1, 9, 2)]),
        integer=np.array([True, True, True, False, False]),
        matrix=sp.csr_array(matrix),
        row_lower=rng.integers(-1, 14, 2),
        row_upper=np.array([INF, INF]),
    )


@pytest.mark.parametrize("seed", range(25))
def test_every_plan_keeps_every_rounding(seed: int) -> None:
    rng = np.random.default_rng(seed)
    model = drawn(rng)
    found = [cut for _ in range(30) for cut in Covering(model).violated(rng.random(5) * model.upper / 2, 0.01)]
    if not found:
        return
    wider = Covering(model).relaxation(found)
    for x in product(*(range(int(most) + 1) for most in model.upper)):
        point = np.array(x, dtype=np.int64)
        if model.feasible(point):
            assert wider.feasible(point), (x, wider.violations(point), wider.all_names().rows)


def test_a_point_of_the_relaxation_is_cut_off() -> None:
    """Units of 4 for a need of 6: one and a half of them are two."""
    model = MipModel(
        objective=np.array([0, 1]),
        offset=0,
        lower=np.zeros(2, dtype=np.int64),
        upper=np.array([9, 6]),
        integer=np.array([True, False]),
        matrix=sp.csr_array(np.array([[4, 1]])),
        row_lower=np.array([6]),
        row_upper=np.array([INF]),
    )
    (cut,) = Covering(model).violated(np.array([1.5, 0.0]), 0.1)
    assert (cut.divisor, cut.values.tolist(), cut.side) == (4, [2, 1], 4)  # 2 z + s >= 4
    assert Covering(model).relaxation([cut]).all_names().rows == ["r0", "rounded(r0,4)"]
    assert not list(Covering(model).violated(np.array([2.0, 0.0]), 0.1))


def test_a_row_whose_shortfall_is_free_is_replaced() -> None:
    """3 of 10 may lack at no cost: of what is left, 7, units of 8 count 7."""
    model = MipModel(
        objective=np.array([1, 0]),
        offset=0,
        lower=np.zeros(2, dtype=np.int64),
        upper=np.array([9, 3]),
        integer=np.array([True, False]),
        matrix=sp.csr_array(np.array([[8, 1], [1, 0]])),
        row_lower=np.array([10, -INF]),
        row_upper=np.array([INF, 4]),
    )
    stronger = Covering(model).relaxation()
    assert stronger.all_names().rows == ["r1", "rounded(r0,8)"]
    assert (stronger.matrix.toarray()[1].tolist(), stronger.row_lower[1]) == ([7, 0], 7)


def test_rows_that_cannot_be_rounded_are_left_alone() -> None:
    """A side of nothing, no integer, a column that may be negative."""
    model = MipModel(
        objective=np.array([1, 1]),
        offset=0,
        lower=np.array([0, -1]),
        upper=np.array([5, 5]),
        integer=np.array([True, True]),
        matrix=sp.csr_array(np.array([[3, 0], [2, 3], [0, 0]])),
        row_lower=np.array([0, 4, -INF]),
        row_upper=np.array([INF, INF, 3]),
    )
    assert not list(Covering(model).violated(np.zeros(2), 0.0))
