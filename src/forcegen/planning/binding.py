"""What binds: limits that leave no room for one more unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.registry import DEFINING_ROWS
from forcegen.mip import INF
from forcegen.planning.result import Binding

if TYPE_CHECKING:
    from forcegen.formulation.tour import Formulation
    from forcegen.mip import Ints


def binding(formulation: Formulation, values: Ints) -> tuple[Binding, ...]:
    """Return the limits of a plan into which not even the smallest unit still fits, most periods first.

    Coverage rows, and rows that define something, are not limits and are left out. A limit counts as binding in a
    period if its slack is smaller than the smallest positive coefficient of its row.
    """
    model = formulation.model
    if model.names is None or not model.rows:
        return ()
    matrix = model.matrix
    slack = model.row_upper - model.activity(values)
    coefficients = np.where(matrix.data > 0, matrix.data, INF)
    smallest = np.full(model.rows, INF)
    np.minimum.at(smallest, np.repeat(np.arange(model.rows), np.diff(matrix.indptr)), coefficients)
    limits = model.row_upper < INF
    limits[formulation.defined[formulation.defined >= 0]] = False  # equations that add up what others limit
    tight = np.flatnonzero(limits & (slack < smallest) & (smallest < INF))
    names = model.names().rows
    found: dict[tuple[str, str], list[str]] = {}
    for row in tight:
        family, inner = names[row].rstrip(")").split("(", 1)
        if family in DEFINING_ROWS:
            continue
        name, _, period = inner.rpartition(",") if "," in inner else (inner, "", "horizon")
        found.setdefault((family, name), []).append(period)
    ranked = sorted(found.items(), key=lambda item: -len(item[1]))
    return tuple(Binding(family, name, tuple(periods)) for (family, name), periods in ranked)
