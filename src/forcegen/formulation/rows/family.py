"""A row family: entries, sides and names; and the sums that most families are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forcegen.mip import INF

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.formulation.frame import Body, Frame

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Entries:
    """Coefficients: `value` of `column` in `row`; int64[e] each."""

    row: Ints
    column: Ints
    value: Ints


@dataclass(frozen=True, eq=False)
class Rows:
    """One family of rows.

    Parameters
    ----------
    tag
        The family's name, as in the documents of the models.
    entries
        Coefficients; several for one place add up.
    lower, upper : int64[m]
        Sides, -INF and INF where absent.
    names
        Makes the m names when they are asked for.
    added
        Columns that the family brings; in `entries` the first of them is column -1, the second -2, and so on.
    """

    tag: str
    entries: Entries
    lower: Ints
    upper: Ints
    names: Callable[[], list[str]]
    added: Added | None = None


@dataclass(frozen=True, eq=False)
class Added:
    """Auxiliary columns, not negative, each fixed by one equation: row `defined[j]` has -1 in it.

    Parameters
    ----------
    defined : int64[j]
        The row of the family that fixes each column.
    names
        Makes the names when they are asked for.
    """

    defined: Ints
    names: Callable[[], list[str]]


def sums(
    frame: Frame, group: Callable[[Body], Ints], weight: Callable[[Body], Ints], groups: int
) -> tuple[Entries, Ints]:
    """Sum a weight over the units present, by group and period.

    Parameters
    ----------
    frame
        The columns and the running tours.
    group
        From a body of n tours to int64[n]: the group of each tour, -1 for none.
    weight
        From a body of m cells to int64[m]: what a unit counts in each cell.
    groups
        Number of groups.

    Returns
    -------
    entries
        With row `group * periods + period`.
    constant : int64[groups * periods]
        What the running tours of history count.
    """
    column, row, value = _unfold(frame.columns, group, weight, frame.periods)
    running, at, amount = _unfold(frame.running, group, weight, frame.periods)
    constant = np.zeros(groups * frame.periods, dtype=np.int64)
    np.add.at(constant, at, amount * frame.running.units[running])
    return Entries(row, column, value), constant


def join(first: Entries, second: Entries) -> Entries:
    """Return both entries together."""
    return Entries(
        np.concatenate([first.row, second.row]),
        np.concatenate([first.column, second.column]),
        np.concatenate([first.value, second.value]),
    )


def keep(rows: Rows, kept: Ints) -> Rows:
    """Return only these rows (int64[kept], ascending)."""
    position = np.full(len(rows.lower), -1, dtype=np.int64)
    position[kept] = np.arange(len(kept))
    row = position[rows.entries.row]
    used = row >= 0
    entries = Entries(row[used], rows.entries.column[used], rows.entries.value[used])

    def names() -> list[str]:
        every = rows.names()
        return [every[i] for i in kept]

    added = None if rows.added is None else Added(position[rows.added.defined], rows.added.names)
    return Rows(rows.tag, entries, rows.lower[kept], rows.upper[kept], names, added)


def at_most(tag: str, entries: Entries, limit: Ints, names: Callable[[], list[str]]) -> Rows:
    """Return the rows `entries <= limit`, without those that nothing can break."""
    rows = Rows(tag, entries, np.full(len(limit), -INF), limit, names)
    return _needed(rows, limit < 0)


def at_least(tag: str, entries: Entries, limit: Ints, names: Callable[[], list[str]]) -> Rows:
    """Return the rows `entries >= limit`, without those that nothing can break."""
    rows = Rows(tag, entries, limit, np.full(len(limit), INF), names)
    return keep(rows, np.flatnonzero(limit > 0))


def _needed(rows: Rows, broken: NDArray[np.bool_]) -> Rows:
    used = np.zeros(len(rows.lower), dtype=bool)
    used[rows.entries.row] = True
    return keep(rows, np.flatnonzero(used | broken))


def _unfold(
    body: Body, group: Callable[[Body], Ints], weight: Callable[[Body], Ints], periods: int
) -> tuple[Ints, Ints, Ints]:
    groups = group(body)
    part = body.only(groups >= 0)  # weights are worked out where they are needed: most groups are small
    value = weight(part)
    tour, period = part.cells.tour, part.cells.period
    if not value.all():
        used = value != 0
        tour, period, value = tour[used], period[used], value[used]
    return tour, groups[tour] * periods + period, value
