"""A model in which some contingents are not yet offered: how many of their units to use is a decision."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING, Literal

import numpy as np
import scipy.sparse as sp

from forcegen.formulation.goals import Objective
from forcegen.formulation.rows.family import WHOLE
from forcegen.formulation.tour import build
from forcegen.mip import Names

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from forcegen.domain.instance import Instance
    from forcegen.formulation.rows.family import Ints
    from forcegen.formulation.tour import Formulation

By = Literal["units", "troops", "cost"]
ASKED, SERVED = "asked", "served"
"""The objectives: what is asked for, and the troop-periods that it serves."""


def more(instance: Instance, goal: str, asked: Collection[str], by: By) -> Formulation:
    """Return an instance as a model with these objectives beside a goal.

    `more(k)` counts the units used of each contingent that is asked for: its pool rows become
    `sum of z with a <= t < a + l + dwell(l) <= more(k)`, with `more(k) <= units`.

    Parameters
    ----------
    goal
        One of the goals of models.
    asked
        Contingents that nobody has offered, none of whose units is away when the horizon starts.
    by
        What counts of them: units, the troops in them, or the cost of their tours.

    Raises
    ------
    OverflowError
        If figures are too large to be counted exactly.
    """
    base = build(instance, list(dict.fromkeys((goal, "cost", "troops"))))
    frame, model = base.frame, base.model
    wanted = [i for i, k in enumerate(instance.contingents) if k.id in asked]
    first, columns = model.columns, model.columns + len(wanted)
    place = np.full(len(instance.contingents), -1, dtype=np.int64)
    place[wanted] = np.arange(first, columns)
    rows = _pool_rows(base)
    limited = place[rows] >= 0
    at, column = np.flatnonzero(limited), place[rows[limited]]
    old = model.matrix.tocoo()
    parts = [(old.row, old.col, old.data), (at, column, np.full(len(at), -1, dtype=np.int64))]
    row, col, value = (np.concatenate([part[i] for part in parts]).astype(np.int64) for i in range(3))
    upper = model.row_upper.copy()
    upper[at] = 0
    pools = np.array([instance.contingents[i].pool for i in wanted], dtype=np.int64)
    zeros = np.zeros(len(wanted), dtype=np.int64)
    wider = replace(
        model,
        objective=np.zeros(columns, dtype=np.int64),
        lower=np.append(model.lower, zeros),
        upper=np.append(model.upper, pools),
        integer=np.append(model.integer, np.ones(len(wanted), dtype=bool)),
        matrix=sp.csr_array(sp.coo_array((value, (row, col)), shape=(model.rows, columns))),
        row_upper=upper,
        names=lambda: _names(base, instance, wanted),
    )
    mine = np.isin(frame.columns.tours.contingent, wanted)
    served = _masked(base.objectives["troops"], mine, columns)
    if by == "cost":
        price = _masked(base.objectives["cost"], mine, columns)
    else:
        worths = [Fraction(1) if by == "units" else Fraction(instance.contingents[i].strength) for i in wanted]
        price = _priced(worths, first)
    kept = base.objectives[goal]
    objectives = {
        goal: Objective(np.append(kept.coefficients, zeros), kept.offset, kept.scale),
        ASKED: price,
        SERVED: served,
    }
    defined = np.append(base.defined, np.full(len(wanted), WHOLE, dtype=np.int64))
    return replace(base, model=wider, objectives=objectives, defined=defined)


def _pool_rows(base: Formulation) -> Ints:
    """Return the contingent of each pool row; they come first."""
    matrix = base.model.matrix[: base.coverage.start, :]
    return base.frame.columns.tours.contingent[matrix.indices[matrix.indptr[:-1]]]


def _masked(whole: Objective, mine: np.ndarray, columns: int) -> Objective:
    """Return the part of a sum over tours that these tours make."""
    coefficients = np.zeros(columns, dtype=np.int64)
    coefficients[: len(mine)] = np.where(mine, whole.coefficients[: len(mine)], 0)
    return Objective(coefficients, 0, whole.scale)


def _priced(worths: Sequence[Fraction], first: int) -> Objective:
    factor = lcm(*(worth.denominator for worth in worths)) if worths else 1
    whole = [int(worth * factor) for worth in worths]
    common = gcd(*whole) or 1
    coefficients = np.zeros(first + len(whole), dtype=np.int64)
    coefficients[first:] = [value // common for value in whole]
    return Objective(coefficients, 0, Fraction(common, factor))


def _names(base: Formulation, instance: Instance, wanted: Sequence[int]) -> Names:
    names = base.model.all_names()
    return Names([*names.columns, *(f"more({instance.contingents[i].id})" for i in wanted)], names.rows)
