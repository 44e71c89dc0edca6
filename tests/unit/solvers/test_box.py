from __future__ import annotations

import numpy as np
import pytest

from forcegen.mip import INF
from forcegen.solvers.box import finite_box, has_ray
from tests.unit.solvers import models


def test_given_bounds_are_kept() -> None:
    box = finite_box(models.simple())
    assert box.upper.tolist() == [1, 1, 1]
    assert not box.invented.any()


def test_a_row_that_holds_a_column_back_bounds_it() -> None:
    model = models.make([-1, 0], [[3, 1]], [-INF], [10], upper=[INF, 5])
    box = finite_box(model)
    assert box.upper.tolist() == [3, 5]
    assert not box.invented.any()
    equation = models.make([0, 0], [[2, -2]], [4], [4], upper=[INF, 3])
    assert finite_box(equation).upper.tolist() == [5, 3]


def test_a_shortfall_needs_no_more_than_its_row_can_demand() -> None:
    model = models.make([0, 1], [[3, 1]], [10], [INF], upper=[5, INF])
    assert finite_box(model).upper.tolist() == [5, 10]
    # Where it earns something, it does.
    earning = models.make([0, -1], [[3, 1]], [10], [INF], upper=[5, INF])
    assert finite_box(earning).invented.tolist() == [False, True]
    assert has_ray(earning)
    assert not has_ray(model)


def test_chains_are_followed() -> None:
    # x1 >= 10 - 3 x0 at most, then x2 >= 2 x1.
    model = models.make([0, 1, 1], [[3, 1, 0], [0, -2, 1]], [10, 0], [INF, INF], upper=[5, INF, INF])
    box = finite_box(model)
    assert not box.invented.any()
    assert box.upper[2] >= 20


@pytest.mark.parametrize("seed", range(30))
def test_the_optimum_stays_inside(seed: int) -> None:
    model = models.random_model(seed)
    opened = models.make(
        model.objective.tolist(),
        model.matrix.toarray().tolist(),
        model.row_lower.tolist(),
        model.row_upper.tolist(),
        upper=np.where(model.integer, model.upper, INF).tolist(),
        continuous=tuple(np.flatnonzero(~model.integer).tolist()),
        offset=model.offset,
    )
    box = finite_box(opened)
    assert not box.invented.any()
    closed = models.make(
        model.objective.tolist(),
        model.matrix.toarray().tolist(),
        model.row_lower.tolist(),
        model.row_upper.tolist(),
        upper=box.upper.tolist(),
        offset=model.offset,
    )
    assert models.brute_force(closed) == models.brute_force(opened)
