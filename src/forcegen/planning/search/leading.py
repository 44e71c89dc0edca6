"""What the engine is told of who may lead: columns, terms, what is fixed, and who leads to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.engine.wire import Leading
from forcegen.mip import INF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forcegen.formulation.tour import Formulation
    from forcegen.mip import Ints

_TERM, _GOES_ON = "lead_term(", "lead_goes_on("
KEPT_BY_ITSELF = ("lead_one(", _TERM, _GOES_ON, "holds_lead(", "holds_one(")
"""Rows that every search over commands keeps: one nation a sector, for its term, and it holds what it leads."""


def lead_and_hold(formulation: Formulation) -> tuple[Ints, Ints]:
    """Return the columns of leads and of those that follow them through gaps, int64[leads] each or int64[0]."""
    every = np.arange(formulation.model.columns)
    leads, holds = every[formulation.lead_columns], formulation.holds
    return leads, every[:0] if holds is None else every[holds : holds + len(leads)]


def leading(formulation: Formulation, rows: Sequence[str], given: Ints) -> Leading | None:
    """Return what the engine is told, None where nobody leads.

    Parameters
    ----------
    rows
        The names of the model's rows.
    given : int64[columns]
        A point with who leads to begin with.
    """
    leads, model = formulation.leads, formulation.model
    if leads is None or not len(leads):
        return None
    columns, holds = lead_and_hold(formulation)
    shape = (len(leads.nation), formulation.frame.periods)
    every = np.arange(len(columns)).reshape(shape)
    must = (model.lower[columns] > 0).reshape(shape)
    goes_on = _alive(formulation, rows, _GOES_ON)
    must.reshape(-1)[model.matrix[goes_on].indices - columns[0]] = True
    return Leading(
        sector=leads.sector,
        nation=leads.nation,
        lead=np.where(model.upper[columns].reshape(shape) > 0, every, -1),
        hold=every + len(columns) if len(holds) else np.full(shape, -1, dtype=np.int64),
        needed=_needed(formulation, rows, columns).reshape(shape),
        must=must,
        led=given[columns].reshape(shape) > 0,
    )


def _alive(formulation: Formulation, rows: Sequence[str], kind: str) -> Ints:
    """Return the rows of a kind that hold something, int64[r]."""
    named = np.array([name.startswith(kind) for name in rows], dtype=bool)
    return np.flatnonzero(named & (formulation.model.row_lower > -INF))


def _needed(formulation: Formulation, rows: Sequence[str], columns: Ints) -> Ints:
    """Return how many periods a lead lasts at least that begins in each column's period, int64[leads].

    A row says of one term: who begins in a period (the column counted down) leads in a later one (the last column).
    """
    needed = np.ones(len(columns), dtype=np.int64)
    terms = formulation.model.matrix[_alive(formulation, rows, _TERM)]
    if terms.shape[0]:
        row = np.repeat(np.arange(terms.shape[0]), np.diff(terms.indptr))
        last = np.zeros(terms.shape[0], dtype=np.int64)
        np.maximum.at(last, row, terms.indices.astype(np.int64))
        begun = np.zeros(terms.shape[0], dtype=np.int64)
        down = terms.data < 0
        begun[row[down]] = terms.indices[down]
        np.maximum.at(needed, begun - columns[0], last - begun + 1)
    return needed
