"""Rows and lines: what a unit counts, in billionths, and what all units together must reach or may not exceed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import gcd
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from forcegen.audit.presence import Station
    from forcegen.domain.contingent import Contingent

BILLION = 10**9
FULL = 1000

Exact = NDArray[np.object_]
"""Whole numbers of any size, period by period."""
Amount = int | Exact
"""The same in all periods, or period by period."""


@dataclass(frozen=True, eq=False)
class Line:
    """What a unit counts in rows that differ in their periods alone.

    Parameters
    ----------
    present
        What a unit at a station counts in each period, by its handover factor in thousandths.
    starts, leaves
        What it counts in the period in which its tour starts, or in which it has just left.
    away
        What a unit counts while it is on tour or in dwell.
    """

    stations: Sequence[Station]
    present: Callable[[Station, int], Amount] | None = None
    starts: Callable[[Station], int] | None = None
    leaves: Callable[[Station], int] | None = None
    away: Callable[[Contingent], Amount] | None = None

    @property
    def contingents(self) -> Iterable[Contingent]:
        """Whose stations they are."""
        return {x.contingent.id: x.contingent for x in self.stations}.values()

    def grain(self, t: int) -> int:
        """Return the greatest number of which all that units count in a period are multiples; 0 where they count 0."""
        return gcd(*(at(amount, t) for amount in self._amounts))

    @cached_property
    def _amounts(self) -> list[Amount]:
        """All that units count; numbers that are the same in all periods are one, their greatest common divisor."""
        amounts = list(self._counted())
        steady = gcd(*(amount for amount in amounts if isinstance(amount, int)))
        return [steady, *(amount for amount in amounts if not isinstance(amount, int))]

    def _counted(self) -> Iterator[Amount]:
        for x in self.stations:
            if self.present is not None:
                yield from (self.present(x, e) for e in levels(x))
            if self.starts is not None:
                yield self.starts(x)
            if self.leaves is not None:
                yield self.leaves(x)
        if self.away is not None:
            yield from (self.away(k) for k in self.contingents)


@dataclass(frozen=True, eq=False)
class Row:
    """`sum >= side` (sense 1) or `sum <= side` (sense -1) over the units of a plan, in billionths.

    Parameters
    ----------
    periods
        Those in which its line counts.
    lacking
        The shortfalls that it counts too: `minimum` or `target` of a requirement and period.
    """

    line: Line
    sense: int
    side: int
    periods: Sequence[int]
    lacking: tuple[str, int, int] | None = None


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a line: one for each period that has a side, or one for many periods.

    Parameters
    ----------
    sides
        By period; of a row for many periods by the first of them.
    over
        The periods of a row for many.
    lacking
        As in a row, the period aside.
    """

    line: Line
    sense: int
    sides: Mapping[int, int]
    over: Sequence[int] | None = None
    lacking: tuple[str, int] | None = None

    def row(self, t: int) -> Row | None:
        """Return the row of a period; None where there is none. Sides are rounded to what units can add up to."""
        side = self.sides.get(t)
        if side is None:
            return None
        if self.lacking is not None:
            return Row(self.line, self.sense, side, [t], (*self.lacking, t))
        if step := self.line.grain(t):
            side = -(-side // step) * step if self.sense > 0 else side // step * step
        return Row(self.line, self.sense, side, [t] if self.over is None else self.over)


def levels(station: Station) -> list[int]:
    """Return the handover factors of a tour's periods, in thousandths, until the first that is full."""
    early = -(-station.handover // FULL)
    return [min(FULL, max(0, (age + 1) * FULL - station.handover)) for age in range(early)] + [FULL]


def at(amount: Amount, t: int) -> int:
    """Return what is counted in a period."""
    return amount if isinstance(amount, int) else int(amount[t])
