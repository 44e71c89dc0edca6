"""Prices on lines, in the names and measures of the audit."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from forcegen.audit.certificate import LIMIT
from forcegen.audit.certificate.lines import BILLION, FULL, at
from forcegen.tours.implied import MOVES, START

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit.certificate import Book
    from forcegen.formulation.lines import Lines, Target
    from forcegen.formulation.lines.band import Band
    from forcegen.mip import Ints


@dataclass(frozen=True, eq=False)
class PricedLines:
    """Prices on the rows of lines that prove a goal's bound.

    Parameters
    ----------
    price : int64[rows]
        What one in a row is worth, in whole numbers of `scale / unit`.
    kept
        The goal unmet-minimum where it has been limited, what one of it beyond the limit costs (as `price`), and the
        limit; None where nothing has been.
    """

    goal: str
    lines: Lines
    price: Ints
    unit: int
    scale: Fraction
    kept: tuple[Target, int, int] | None = None

    @property
    def most(self) -> Fraction | None:
        """What unmet-minimum is at most; None for anything."""
        return None if self.kept is None else self.kept[2] * self.kept[0].scale

    def prices(self, book: Book) -> dict[str, Fraction]:
        """Return by the audit's name of a row what one of what it counts is worth, in billionths."""
        found: dict[str, Fraction] = {}
        first = 0
        for band in self.lines.bands:
            own = self.price[first : first + len(band.least)]
            first += len(own)
            if own.any():
                names = band.names()
                for row, factor in self._factors(band, own, names, book):
                    price = Fraction(int(own[row]), self.unit) * self.scale * factor
                    found[names[row]] = Fraction(int(price * BILLION), BILLION)
        if self.kept is not None:
            limited, cost, _ = self.kept
            found[LIMIT] = -Fraction(cost, self.unit) * self.scale / limited.scale
        return found

    def _factors(self, band: Band, price: Ints, names: list[str], book: Book) -> Iterator[tuple[int, Fraction]]:
        """Yield each row that is priced with how many of what it counts here are one of what it counts there."""
        entry = dict(zip(*(part.tolist() for part in np.unique(band.line, return_index=True)), strict=True))
        for line, of_period in enumerate(band.row):
            rows = np.unique(of_period[of_period >= 0])
            rows = rows[price[rows] != 0]
            if band.unit is not None:
                yield from ((row, 1 / band.unit) for row in rows.tolist())
            elif line in entry and len(rows):
                factor = self._compared(band, entry[line], names[rows[0]], book)
                yield from ((row, factor) for row in rows.tolist())

    def _compared(self, band: Band, entry: int, name: str, book: Book) -> Fraction:
        """Compare what a unit counts here and there."""
        row, implied, instance = book.row(name), self.lines.implied, self.lines.frame.instance
        p = band.station[entry]
        names = (
            instance.contingents[implied.contingent[p]].id,
            instance.sectors[implied.sector[p]].id,
            instance.roles[implied.role[p]].id,
        )
        stations = () if row is None else row.line.stations
        x = next((x for x in stations if (x.contingent.id, x.sector.id, x.role.id) == names), None)
        if row is None or x is None:
            return Fraction(0)
        there = 0
        if band.kind in (START, MOVES):
            there = 0 if row.line.starts is None else row.line.starts(x)
        elif row.line.present is not None:
            there = at(row.line.present(x, FULL), row.periods[0])
        return Fraction(int(band.value[entry]) * BILLION, there) if there else Fraction(0)
