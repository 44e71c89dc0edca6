"""A band: the lines of one family, before they are joined with those of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forcegen.mip import INF
from forcegen.tours.implied import EFFECTIVE

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from forcegen.formulation.frame import Ints
    from forcegen.formulation.lines.stations import Stations


@dataclass(frozen=True, eq=False)
class Band:
    """Lines of one family: each is a row a period, or one for many periods.

    Parameters
    ----------
    station, line, value : int64[e]
        What a unit at a station counts in a line, in full.
    kind
        How tours count: STEADY, EFFECTIVE, START or MOVES.
    row : int64[lines, periods]
        The row of each line in each period, -1 where nothing is asked.
    least, most : int64[rows]
        Sides, -INF and INF where absent.
    minimum : int64[rows]
        Of coverage rows, of which `least` is the target: the part that is lacking first; else 0.
    names
        Makes the rows' names when they are asked for.
    unit
        What one in a coverage row stands for; None for limits.
    """

    station: Ints
    line: Ints
    value: Ints
    kind: int
    row: Ints
    least: Ints
    most: Ints
    minimum: Ints
    names: Callable[[], list[str]]
    unit: Fraction | None = None


def limited(
    entries: tuple[Ints, Ints, Ints],
    kind: int,
    row: Ints,
    names: Callable[[], list[str]],
    frame: Stations,
    *,
    least: Ints | None = None,
    most: Ints | None = None,
) -> Band:
    """Return lines with one side, each counted in the largest unit that leaves its coefficients whole.

    Parameters
    ----------
    entries
        Station, line and value, as in a band.
    """
    station, line, value = entries
    unit = units(station, line, value, kind, len(row), frame)
    side = least if most is None else most
    assert side is not None
    rows = len(side)
    of_row = np.ones(rows, dtype=np.int64)
    of_row[row[row >= 0]] = np.broadcast_to(unit[:, None], row.shape)[row >= 0]
    return Band(
        station,
        line,
        value // unit[line],
        kind,
        row,
        np.full(rows, -INF) if least is None else -(-least // of_row),
        np.full(rows, INF) if most is None else most // of_row,
        np.zeros(rows, dtype=np.int64),
        names,
    )


def units(station: Ints, line: Ints, value: Ints, kind: int, lines: int, frame: Stations) -> Ints:
    """Return the greatest common divisor of what units count in each line, handovers included; int64[lines]."""
    counted = np.abs(value)
    if kind == EFFECTIVE:
        effects = frame.effects()
        grain = np.gcd.reduce(np.concatenate([np.full((len(effects), 1), 1000), effects], axis=1), axis=1)
        counted = counted // 1000 * grain[frame.columns.tours.contingent[station]]
    result = np.zeros(lines, dtype=np.int64)
    np.gcd.at(result, line, counted)
    return np.maximum(result, 1)
