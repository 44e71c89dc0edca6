"""A row family: entries, sides and names; and the sums that most families are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forcegen.mip import CHOSEN, IMPLIED, INF, RAISED, WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forcegen.formulation.frame import Body, Frame

Ints = NDArray[np.int64]

__all__ = ["CHOSEN", "IMPLIED", "RAISED", "WHOLE"]


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
    """Auxiliary columns, not negative.

    Parameters
    ----------
    defined : int64[j]
        The row of the family that fixes each column, an equation with -1 in it. IMPLIED: a binary that is 1 only where
        rows ask for it. CHOSEN: a binary that is a decision of its own. RAISED: an implied integer, only as large as
        rows ask. WHOLE: an integer, only as large as rows ask.
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

    added = None if rows.added is None else _moved(rows.added, position)
    return Rows(rows.tag, entries, rows.lower[kept], rows.upper[kept], names, added)


def own(number: Ints) -> Ints:
    """Return how entries name a family's own columns 0, 1, 2, ..."""
    return -1 - number


def together(tag: str, pieces: Sequence[Rows], added: Added | None) -> Rows:
    """Return the rows of all pieces, one family with these columns of its own."""
    first = np.cumsum([0, *(len(piece.lower) for piece in pieces)])
    entries = Entries(
        np.concatenate([piece.entries.row + at for piece, at in zip(pieces, first[:-1], strict=True)]),
        np.concatenate([piece.entries.column for piece in pieces]),
        np.concatenate([piece.entries.value for piece in pieces]),
    )
    return Rows(
        tag,
        entries,
        np.concatenate([piece.lower for piece in pieces]),
        np.concatenate([piece.upper for piece in pieces]),
        lambda: [name for piece in pieces for name in piece.names()],
        added,
    )


def merged(*parts: Entries) -> Entries:
    """Return all entries together."""
    return Entries(
        np.concatenate([part.row for part in parts]),
        np.concatenate([part.column for part in parts]),
        np.concatenate([part.value for part in parts]),
    )


def at_most(tag: str, entries: Entries, limit: Ints, names: Callable[[], list[str]]) -> Rows:
    """Return the rows `entries <= limit`, without those that nothing can break."""
    rows = Rows(tag, entries, np.full(len(limit), -INF), limit, names)
    return _needed(rows, limit < 0)


def at_least(tag: str, entries: Entries, limit: Ints, names: Callable[[], list[str]]) -> Rows:
    """Return the rows `entries >= limit`, without those that nothing can break."""
    rows = Rows(tag, entries, limit, np.full(len(limit), INF), names)
    return keep(rows, np.flatnonzero(limit > 0))


def _moved(added: Added, position: Ints) -> Added:
    fixed = added.defined >= 0
    return Added(np.where(fixed, position[np.where(fixed, added.defined, 0)], added.defined), added.names)


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
