"""Prices on rows: whatever they are, what they prove holds, also with columns left out."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import scipy.sparse as sp

from forcegen.mip import INF, MipModel
from forcegen.mip.priced import Priced


def drawn(rng: np.random.Generator) -> MipModel:
    """Four columns from 0 to at most 3, three rows, of which some are open at one end."""
    lower = rng.integers(-6, 3, 3)
    upper = lower + rng.integers(0, 9, 3)
    return MipModel(
        objective=rng.integers(-5, 9, 4),
        offset=int(rng.integers(-3, 4)),
        lower=np.zeros(4, dtype=np.int64),
        upper=rng.integers(0, 4, 4),
        integer=np.ones(4, dtype=bool),
        matrix=sp.csr_array(rng.integers(-3, 4, (3, 4)) * rng.integers(0, 2, (3, 4))),
        row_lower=np.where(rng.random(3) < 0.3, -INF, lower),
        row_upper=np.where(rng.random(3) < 0.3, INF, upper),
    )


def best(model: MipModel, gone: np.ndarray) -> int | None:
    points = product(
        *(range(0 if out else int(most) + 1 or 1) or [0] for most, out in zip(model.upper, gone, strict=True))
    )
    values = [model.value(np.array(x)) for x in points if model.feasible(np.array(x, dtype=np.int64))]
    return min(values, default=None)


@pytest.mark.parametrize("seed", range(60))
def test_any_prices_hold(seed: int) -> None:
    rng = np.random.default_rng(seed)
    model = drawn(rng)
    priced = Priced.of(model, rng.normal(0, 3, 3))
    for _ in range(4):
        gone = rng.random(4) < 0.4
        value, bound = best(model, gone), priced.bound(gone)
        assert bound is not None
        assert value is None or bound <= value
    value, bound = best(model, np.zeros(4, dtype=bool)), priced.bound()
    assert bound is not None
    assert value is None or bound <= value


def cover(upper: int = INF) -> MipModel:
    """3 x + 5 y at its least, where x + y is at least 4 and the pool of x is at most 3; y is as large as may be."""
    return MipModel(
        objective=np.array([3, 5]),
        offset=1,
        lower=np.zeros(2, dtype=np.int64),
        upper=np.array([9, upper]),
        integer=np.ones(2, dtype=bool),
        matrix=sp.csr_array(np.array([[1, 1], [1, 0]])),
        row_lower=np.array([4, -INF]),
        row_upper=np.array([INF, 3]),
    )


def test_the_right_prices_prove_the_optimum() -> None:
    assert Priced.of(cover(), np.array([5.0, -2.0])).bound() == 5 * 4 - 2 * 3 + 1  # x = 3, y = 1


def test_a_column_without_end_earns_no_more_than_it_costs() -> None:
    assert Priced.of(cover(), np.array([6.0, 0.0])).bound() == 5 * 4 + (3 - 5) * 9 + 1  # y costs 5


def test_a_column_that_a_row_ends_earns_a_little() -> None:
    """Where t = 2 x, prices that are a little wrong say a little less."""
    model = MipModel(
        objective=np.array([3, 0]),
        offset=0,
        lower=np.zeros(2, dtype=np.int64),
        upper=np.array([9, INF]),
        integer=np.ones(2, dtype=bool),
        matrix=sp.csr_array(np.array([[2, -1], [0, 1]])),
        row_lower=np.array([0, 8]),
        row_upper=np.array([0, INF]),
    )
    assert Priced.of(model, np.array([1.5, 1.5])).bound() == 12
    assert Priced.of(model, np.array([1.499, 1.5])).bound() == 12  # 0.001 a unit of t, of which there are 18


def test_a_row_whose_columns_are_gone_costs_nothing() -> None:
    priced = Priced.of(cover(), np.array([5.0, -2.0]))
    assert priced.bound(np.array([True, False])) == 5 * 4 + 1  # y = 4; the pool of x is no loss any more


def test_prices_that_prove_nothing_are_set_aside() -> None:
    both = replace(cover(), matrix=sp.csr_array(np.array([[1, 1], [1, -1]])))
    assert Priced.of(both, np.array([6.0, 0.0])).bound() is None  # y would earn without end
    assert Priced.of(replace(both, upper=np.array([9, 20])), np.array([6.0, 0.0])).bound() is not None
    # A price on an open side is none.
    assert Priced.of(cover(), np.array([-1.0, 5.0])).bound() == 1
