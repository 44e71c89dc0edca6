from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.sparse as sp

from forcegen.mip import INF, Ints, MipModel, tighten


def coverage(objective: list[int], caps: list[tuple[list[int], int]] = ()) -> MipModel:  # type: ignore[assignment]
    """One requirement of 10: 3 z + below_minimum (at most 4) + below_target (at most 6) >= 10; caps are <= rows."""
    rows = [[3, 1, 1], *(row for row, _ in caps)]
    return MipModel(
        objective=np.array(objective),
        offset=0,
        lower=np.zeros(3, dtype=np.int64),
        upper=np.array([5, 4, 6]),
        integer=np.array([True, False, False]),
        matrix=sp.csr_array(np.array(rows)),
        row_lower=np.array([10] + [-INF] * len(caps)),
        row_upper=np.array([INF, *(limit for _, limit in caps)]),
    )


def test_shortfalls_are_the_least_and_noise_is_removed() -> None:
    made = coverage([0, 1, 1])
    assert tighten(made, np.array([4, 4, 6])).tolist() == [4, 0, 0]
    assert tighten(made, np.array([0, -7, 99])).tolist() == [0, 4, 6]


def test_the_cheaper_segment_is_filled_first() -> None:
    assert tighten(coverage([0, 5, 1]), np.array([2, 0, 0])).tolist() == [2, 0, 4]
    assert tighten(coverage([0, 1, 5]), np.array([2, 0, 0])).tolist() == [2, 4, 0]
    assert tighten(coverage([0, 5, 1]), np.array([1, 0, 0])).tolist() == [1, 1, 6]


def test_at_equal_cost_the_first_is_filled_first() -> None:
    assert tighten(coverage([0, 1, 1]), np.array([2, 0, 0])).tolist() == [2, 4, 0]


def test_a_cap_on_an_earlier_goal_is_spared() -> None:
    later = coverage([1, 0, 0], [([0, 1, 0], 0), ([0, 1, 1], 9)])
    x = tighten(later, np.array([2, 0, 0]))
    assert x.tolist() == [2, 0, 4]
    assert later.feasible(x)


def test_integer_columns_are_kept_and_the_input_is_not_changed() -> None:
    x = np.array([3, 9, 9])
    assert tighten(coverage([0, 1, 1]), x)[0] == 3
    assert x.tolist() == [3, 9, 9]


def test_a_chain_of_columns_and_a_gap_between_largest_and_smallest() -> None:
    # Burdens 2 z0 and 3 z1; most >= each, least <= each, minimise most - least; worst >= 2 * most, a chain.
    columns = {"z0": 0, "z1": 1, "most": 2, "least": 3, "worst": 4}
    matrix = np.zeros((5, 5), dtype=np.int64)
    matrix[0, [2, 0]] = 1, -2
    matrix[1, [2, 1]] = 1, -3
    matrix[2, [3, 0]] = -1, 2
    matrix[3, [3, 1]] = -1, 3
    matrix[4, [4, 2]] = 1, -2
    made = MipModel(
        objective=np.array([0, 0, 1, -1, 1]),
        offset=0,
        lower=np.zeros(5, dtype=np.int64),
        upper=np.array([9, 9, 100, 100, 1000]),
        integer=np.array([True, True, False, False, False]),
        matrix=sp.csr_array(matrix),
        row_lower=np.zeros(5, dtype=np.int64),
        row_upper=np.full(5, INF),
    )
    x = tighten(made, np.array([5, 4, 0, 0, 0]))
    assert x.tolist() == [5, 4, 12, 10, 24]
    assert made.feasible(x)
    assert columns["worst"] == 4
    # As a later goal sees it: no cost of its own, and a cap of 3 on the gap.
    cap = sp.csr_array(np.array([[0, 0, 1, -1, 0]]))
    later = made.with_objective(np.array([1, 1, 0, 0, 0])).with_rows(cap, np.array([-INF]), np.array([3]))
    assert later.feasible(tighten(later, np.array([5, 4, 0, 0, 0])))


def test_excess_and_shortfall_in_an_equation() -> None:
    made = MipModel(
        objective=np.array([0, 2, 3]),
        offset=0,
        lower=np.zeros(3, dtype=np.int64),
        upper=np.array([9, INF, INF]),
        integer=np.array([True, False, False]),
        matrix=sp.csr_array(np.array([[4, 1, -1]])),
        row_lower=np.array([10]),
        row_upper=np.array([10]),
    )
    assert tighten(made, np.array([2, 0, 0])).tolist() == [2, 2, 0]
    assert tighten(made, np.array([4, 5, 0])).tolist() == [4, 0, 6]


@pytest.mark.parametrize("seed", range(25))
def test_it_agrees_with_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    requirements, tours = 3, 2
    n = tours + 2 * requirements
    matrix = np.zeros((requirements, n), dtype=np.int64)
    matrix[:, :tours] = rng.integers(0, 4, (requirements, tours))
    for q in range(requirements):
        matrix[q, tours + 2 * q : tours + 2 * q + 2] = 1
    upper = np.concatenate([np.full(tours, 3), rng.integers(0, 4, 2 * requirements)])
    made = MipModel(
        objective=np.concatenate([np.zeros(tours, dtype=np.int64), rng.integers(0, 4, 2 * requirements)]),
        offset=0,
        lower=np.zeros(n, dtype=np.int64),
        upper=upper,
        integer=np.arange(n) < tours,
        matrix=sp.csr_array(matrix),
        row_lower=rng.integers(0, 7, requirements),
        row_upper=np.full(requirements, INF),
    )
    for z in itertools.product(range(4), repeat=tours):
        x = tighten(made, np.array([*z, *[9] * (2 * requirements)]))
        best = brute_force(made, z, upper, tours)
        assert made.feasible(x) == (best is not None)
        if best is not None:
            assert made.value(x) == best


def brute_force(made: MipModel, z: tuple[int, ...], upper: Ints, tours: int) -> int | None:
    values = [
        made.value(x)
        for rest in itertools.product(*(range(u + 1) for u in upper[tours:]))
        if made.feasible(x := np.array([*z, *rest]))
    ]
    return min(values, default=None)


def test_a_column_that_an_equation_fixes_is_no_lever_for_other_rows() -> None:
    """Total = 5 z; 25 z - 3 total - broken <= 0: the total is free of charge, but not free to grow."""
    model = MipModel(
        objective=np.array([0, 0, 7]),
        offset=0,
        lower=np.zeros(3, dtype=np.int64),
        upper=np.array([1, INF, INF]),
        integer=np.array([True, False, False]),
        matrix=sp.csr_array(np.array([[5, -1, 0], [25, -3, -1]])),
        row_lower=np.array([0, -INF]),
        row_upper=np.array([0, 0]),
    )
    assert tighten(model, np.array([1, 0, 0])).tolist() == [1, 5, 10]
