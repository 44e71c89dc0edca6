"""How many units take exactly a given tour, for goals that compare plans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.rows.family import Entries, Rows, merged, own
from forcegen.mip import INF

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.formulation.rows.family import Ints


@dataclass(frozen=True, eq=False)
class Takers:
    """Who takes some tours: `counted + units` is how many do.

    Where a tour is one column, that is it. Where single units take it by two columns, one where it begins and one for
    how long it is, each has a binary `elsewhere >= 1 - column` for both, and the units that are not elsewhere count.

    Parameters
    ----------
    tour : int64[m]
        Position of the tour that each of m units may take.
    begins, away : int64[m]
        The two columns of each.
    units : int64[tours]
        Units that may take each tour.
    counted
        A row a tour.
    names
        Of the m binaries, which are the first columns of the family's own.
    """

    tour: Ints
    begins: Ints
    away: Ints
    units: Ints
    counted: Entries
    names: Callable[[], list[str]]

    @classmethod
    def columns(cls, column: Ints) -> Takers:
        """Return the takers of tours that are one column each."""
        nothing, row = np.zeros(0, dtype=np.int64), np.arange(len(column))
        counted = Entries(row, column, np.ones_like(column))
        return cls(nothing, nothing, nothing, np.zeros_like(column), counted, list)

    @classmethod
    def single(cls, tour: Ints, begins: Ints, away: Ints, tours: int, names: Callable[[], list[str]]) -> Takers:
        """Return the takers of tours that single units take."""
        counted = Entries(tour, own(np.arange(len(tour))), -np.ones_like(tour))
        return cls(tour, begins, away, np.bincount(tour, minlength=tours), counted, names)

    @property
    def rows(self) -> Rows:
        """What says who is elsewhere."""
        size = len(self.tour)
        row = np.arange(2 * size)
        column = np.concatenate([self.begins, self.away])
        ones = np.ones(2 * size, dtype=np.int64)
        entries = merged(Entries(row, own(row % max(1, size)), ones), Entries(row, column, ones))

        def names() -> list[str]:
            heads = [name.removeprefix("elsewhere") for name in self.names()]
            return [
                *(f"elsewhere_unless_begun{head}" for head in heads),
                *(f"elsewhere_unless_away{head}" for head in heads),
            ]

        return Rows("changes", entries, ones, np.full(2 * size, INF), names)
