from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from forcegen.mip import INF, MipModel, Names, objective_step, reduce_rows, round_bound, trivial_bound


def model(
    objective: list[int],
    rows: list[list[int]],
    row_lower: list[int],
    row_upper: list[int],
    *,
    upper: int = 10,
    continuous: tuple[int, ...] = (),
    offset: int = 0,
) -> MipModel:
    n = len(objective)
    integer = np.ones(n, dtype=np.bool_)
    integer[list(continuous)] = False
    return MipModel(
        objective=np.array(objective, dtype=np.int64),
        offset=offset,
        lower=np.zeros(n, dtype=np.int64),
        upper=np.full(n, upper, dtype=np.int64),
        integer=integer,
        matrix=sp.csr_array(np.array(rows, dtype=np.int64).reshape(len(rows), n)),
        row_lower=np.array(row_lower, dtype=np.int64),
        row_upper=np.array(row_upper, dtype=np.int64),
    )


def test_sizes_value_and_violations() -> None:
    made = model([2, -3], [[1, 1], [1, -1]], [0, -INF], [5, 0], offset=7)
    assert (made.columns, made.rows, made.nonzeros) == (2, 2, 4)
    assert made.value(np.array([1, 2])) == 3
    assert made.violations(np.array([3, 3])).tolist() == [0]
    assert made.violations(np.array([3, 2])).tolist() == [1]
    assert made.feasible(np.array([2, 3]))
    assert not made.feasible(np.array([-1, 0]))


def test_zeros_and_duplicates_are_cleaned() -> None:
    matrix = sp.csr_array((np.array([1, 2, 0]), np.array([1, 1, 0]), np.array([0, 3])), shape=(1, 2))
    made = MipModel(
        np.zeros(2, int), 0, np.zeros(2, int), np.ones(2, int), np.ones(2, bool), matrix, np.array([0]), np.array([5])
    )
    assert made.matrix.indices.tolist() == [1]
    assert made.matrix.data.tolist() == [3]


def test_arrays_are_read_only_and_detached() -> None:
    cost = np.array([1, 2])
    made = model([1, 2], [[1, 1]], [0], [1]).with_objective(cost)
    cost[0] = 99
    assert made.objective.tolist() == [1, 2]
    for array in (made.objective, made.lower, made.integer, made.row_upper, made.matrix.data, made.matrix.indices):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("objective", np.array([1, 2, 3]), "objective: expected 2 numbers"),
        ("lower", np.array([0.5, 1.0]), "lower: expected integers, got float64"),
        ("upper", np.array([2**63 - 1, 1]), "upper: a number is larger"),
        ("integer", np.array([1, 0]), "integer: expected 2 booleans"),
        ("matrix", sp.csr_array(np.array([[0.5, 1]])), "matrix: expected integers"),
        ("offset", 2**62, "objective: every coefficient"),
    ],
)
def test_bad_data_is_refused(field: str, value: object, message: str) -> None:
    good = model([1, 2], [[1, 1]], [0], [1])
    data = {name: getattr(good, name) for name in good.__dataclass_fields__}
    with pytest.raises(ValueError, match=message):
        MipModel(**{**data, field: value})


def test_a_point_of_wrong_length_or_type_is_refused() -> None:
    made = model([1, 2], [[1, 1]], [0], [1])
    with pytest.raises(ValueError, match="expected 2 integers"):
        made.value(np.array([1]))
    with pytest.raises(ValueError, match="expected 2 integers"):
        made.violations(np.array([0.5, 1.0]))


def test_with_rows_appends_and_leaves_the_original_alone() -> None:
    made = model([1, 2], [[1, 1]], [0], [1])
    before = made.digest()
    more = made.with_rows(sp.csr_array(np.array([[0, 4]])), np.array([-INF]), np.array([8]), lambda: ["cap"])
    assert made.digest() == before != more.digest()
    assert more.matrix.toarray().tolist() == [[1, 1], [0, 4]]
    assert more.row_upper.tolist() == [1, 8]
    assert more.all_names() == Names(["x0", "x1"], ["r0", "cap"])
    with pytest.raises(ValueError, match="expected 2 columns"):
        made.with_rows(sp.csr_array(np.array([[1]])), np.array([0]), np.array([0]))


def test_with_columns_is_the_model_in_which_the_others_are_zero() -> None:
    whole = model([2, -3, 4], [[1, 1, 0], [1, -1, 5]], [0, -INF], [5, 0], continuous=(2,), offset=7)
    part = whole.with_columns(np.array([2, 0]))
    assert (part.columns, part.rows, part.nonzeros) == (2, 2, 3)
    assert part.integer.tolist() == [False, True]
    for first, last in ((0, 0), (3, 2), (1, 9)):
        inner, outer = np.array([last, first]), np.array([first, 0, last])
        assert part.value(inner) == whole.value(outer)
        assert part.violations(inner).tolist() == whole.violations(outer).tolist()
    assert whole.columns == 3


def test_digest_sees_every_part() -> None:
    made = model([1, 2], [[1, 1]], [0], [1])
    others = [
        model([1, 3], [[1, 1]], [0], [1]),
        model([1, 2], [[1, 2]], [0], [1]),
        model([1, 2], [[1, 1]], [1], [1]),
        model([1, 2], [[1, 1]], [0], [1], upper=9),
        model([1, 2], [[1, 1]], [0], [1], continuous=(1,)),
        model([1, 2], [[1, 1]], [0], [1], offset=1),
    ]
    assert len({made.digest(), *(other.digest() for other in others)}) == 7
    assert model([1, 2], [[1, 1]], [0], [1]).digest() == made.digest()


def test_huge_numbers_do_not_overflow() -> None:
    big = 2**40
    made = model([big, big], [[big, big], [1, -1]], [0, 0], [INF, 0], upper=INF)
    x = np.array([2**30, 2**30])
    assert made.value(x) == 2**71
    assert made.violations(x).size == 0
    assert made.activity(x)[0] == 2**71


def test_rows_are_divided_and_their_sides_rounded_inwards() -> None:
    made = reduce_rows(model([1, 1], [[4, 6], [3, 5], [0, 0]], [3, -7, 0], [9, INF, 2]))
    assert made.matrix.toarray().tolist() == [[2, 3], [3, 5], [0, 0]]
    assert made.row_lower.tolist() == [2, -7, 0]
    assert made.row_upper.tolist() == [4, INF, 2]
    negative = reduce_rows(model([1, 1], [[-4, 6]], [-7], [-3]))
    assert (negative.row_lower.tolist(), negative.row_upper.tolist()) == ([-3], [-2])


def test_step_of_the_objective() -> None:
    assert objective_step(model([4, -6], [], [], [])) == 2
    assert objective_step(model([0, 0], [], [], [])) == 0


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        (10.2, 11),
        (11.0000001, 11),  # noise does not lift a bound
        (10.9999999, 11),
        (11.001, 12),
        (-0.5, 0),
        (float("-inf"), None),
        (float("nan"), None),
    ],
)
def test_bounds_are_rounded_up_safely(bound: float, expected: int | None) -> None:
    assert round_bound(model([1, 2], [], [], []), bound) == expected


def test_bounds_are_rounded_to_the_step_from_the_offset() -> None:
    made = model([10, 20], [], [], [], offset=3)
    assert round_bound(made, 3.5) == 13
    assert round_bound(made, 3.0) == 3
    assert round_bound(model([0, 0], [], [], [], offset=5), -100.0) == 5


def test_bounds_of_large_objectives_can_still_be_proven() -> None:
    made = model([1, 1], [], [], [])
    assert round_bound(made, 1e9) == 10**9
    assert round_bound(made, 3e9 - 0.3) == 3 * 10**9
    assert round_bound(made, 3e9 + 0.2) == 3 * 10**9


def test_trivial_bound() -> None:
    assert trivial_bound(model([2, -3], [], [], [], offset=1)) == -29
    assert trivial_bound(model([2, -3], [], [], [], upper=INF)) is None
    assert trivial_bound(model([2, 3], [], [], [], upper=INF)) == 0
