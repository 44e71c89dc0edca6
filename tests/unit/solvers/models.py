"""Small models with known answers."""

from __future__ import annotations

import itertools

import numpy as np
import scipy.sparse as sp

from forcegen.mip import INF, MipModel


def make(
    objective: list[int],
    rows: list[list[int]],
    row_lower: list[int],
    row_upper: list[int],
    *,
    upper: int | list[int] = 10,
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
        upper=np.broadcast_to(np.array(upper, dtype=np.int64), (n,)),
        integer=integer,
        matrix=sp.csr_array(np.array(rows, dtype=np.int64).reshape(len(rows), n)),
        row_lower=np.array(row_lower, dtype=np.int64),
        row_upper=np.array(row_upper, dtype=np.int64),
    )


def simple() -> MipModel:
    """Its optimum is 3 + 1000 at (1, 1, 0); the relaxation's is lower."""
    return make([2, 1, 5], [[2, 2, 3], [2, 1, 0]], [3, 3], [INF, 9], upper=[1, 1, 1], offset=1000)


def infeasible() -> MipModel:
    return make([1, 1], [[1, 1]], [3], [INF], upper=1)


def integer_infeasible() -> MipModel:
    """Its relaxation has solutions."""
    return make([1, 1], [[2, 2]], [3], [3])


def unbounded() -> MipModel:
    return make([-1, 1], [[1, -2]], [-5], [INF], upper=INF)


def unbounded_but_infeasible() -> MipModel:
    """Its relaxation is unbounded, but there is no integer solution."""
    return make([-1, 0, 0], [[1, -2, 0], [0, 2, 2]], [-5, 3], [INF, 3], upper=INF)


def knapsacks(rows: int = 60, columns: int = 300) -> MipModel:
    """Plans are easy to find, and a proof takes hours."""
    rng = np.random.default_rng(1)
    weights = rng.integers(5, 100, (rows, columns))
    worth = weights.sum(0) // rows + rng.integers(0, 10, columns)
    return make((-worth).tolist(), weights.tolist(), [-INF] * rows, (weights.sum(1) // 3).tolist(), upper=1)


def market_split(rows: int = 6, columns: int = 50) -> MipModel:
    """Neither a plan nor the proof that there is none is found in any reasonable time."""
    rng = np.random.default_rng(1)
    matrix = rng.integers(0, 100, (rows, columns))
    half = (matrix.sum(1) // 2).tolist()
    return make([0] * columns, matrix.tolist(), half, half, upper=1)


def random_model(seed: int) -> MipModel:
    """Coverage with two segments of shortfall, pools, and now and then an equation or a negative coefficient."""
    rng = np.random.default_rng(seed)
    tours, requirements = 4, 2
    n = tours + 2 * requirements
    rows, row_lower, row_upper = [], [], []
    for q in range(requirements):
        row = np.zeros(n, dtype=np.int64)
        row[:tours] = rng.integers(0, 120, tours)
        row[tours + 2 * q : tours + 2 * q + 2] = 1
        rows.append(row)
        row_lower.append(int(rng.integers(0, 300)))
        row_upper.append(INF)
    for _ in range(2):
        row = np.zeros(n, dtype=np.int64)
        row[:tours] = rng.integers(-2, 5, tours)
        rows.append(row)
        side = int(rng.integers(-2, 9))
        row_lower.append(side if rng.random() < 0.15 else -INF)
        row_upper.append(side)
    minimum = rng.integers(0, 150, requirements)
    spread = rng.integers(0, 150, requirements)
    return make(
        [*rng.integers(-3, 10, tours).tolist(), *np.repeat(rng.integers(1, 4, requirements), 2).tolist()],
        [row.tolist() for row in rows],
        row_lower,
        row_upper,
        upper=[3] * tours + np.stack([minimum, spread], axis=1).ravel().tolist(),
        continuous=tuple(range(tours, n)),
        offset=int(rng.integers(-50, 50)),
    )


def brute_force(model: MipModel, tours: int = 4) -> int | None:
    """The optimum of a `random_model` by enumeration, without the code under test; None if there is no plan."""
    matrix = model.matrix.toarray()
    best: int | None = None
    for z in itertools.product(range(4), repeat=tours):
        cost = int(model.objective[:tours] @ np.array(z)) + model.offset
        fine = True
        for i, row in enumerate(matrix):
            reached = int(row[:tours] @ np.array(z))
            segments = [j for j in range(tours, model.columns) if row[j]]
            if not segments:
                fine &= reached <= model.row_upper[i] and reached >= model.row_lower[i]
                continue
            lacking = max(0, int(model.row_lower[i]) - reached)
            fine &= lacking <= sum(int(model.upper[j]) for j in segments)
            cost += lacking * int(model.objective[segments[0]])  # both segments cost the same
        if fine and (best is None or cost < best):
            best = cost
    return best
