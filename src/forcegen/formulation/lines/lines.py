"""All lines of an instance, joined: rows with their sides, and what a unit counts in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from forcegen.domain.scope import active_periods
from forcegen.formulation.lines.families import BANDS, NotSteady, coverage_band, place_band
from forcegen.formulation.lines.stations import Stations
from forcegen.formulation.registry import REMOVED_COLUMNS
from forcegen.mip import INF
from forcegen.tours.implied import implied_tours
from forcegen.tours.tours import unfolded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from forcegen.domain.instance import Instance
    from forcegen.domain.requirement import Requirement
    from forcegen.formulation.frame import Ints
    from forcegen.formulation.lines.band import Band
    from forcegen.tours.implied import Implied
    from forcegen.tours.tours import Bools


@dataclass(frozen=True, eq=False)
class Uses:
    """What the tours of an owner count in lines: entries `first[i]` to `first[i + 1] - 1` are those of owner i.

    Parameters
    ----------
    first : int64[owners + 1]
    line, value, kind : int64[e]
        As in a band.
    """

    first: Ints
    line: Ints
    value: Ints
    kind: Ints

    @classmethod
    def of(cls, owner: Ints, line: Ints, value: Ints, kind: Ints, owners: int) -> Self:
        """Return entries ordered by owner."""
        order = np.argsort(owner, kind="stable")
        first = np.searchsorted(owner[order], np.arange(owners + 1)).astype(np.int64)
        return cls(first, line[order], value[order], kind[order])


@dataclass(frozen=True, eq=False)
class Lines:
    """Rows over implied tours. A line is a row a period (or one row for many), the same for all of them.

    Parameters
    ----------
    row : int64[lines, periods]
        The row of each line in each period, -1 where nothing is asked.
    least, most : int64[rows]
        Sides, -INF and INF where absent; the target of coverage rows is `least`.
    target, minimum : int64[rows]
        Of coverage rows the target and the part of it that is lacking first; else 0.
    hard : bool[rows]
        Coverage rows of which the minimum must not be lacking.
    measured
        The requirements, the rows of each, and what one in these stands for.
    shared
        What the tours of a contingent count wherever they serve.
    own
        What else those of a station count.
    effect : int64[contingents, ages]
        What counts of a unit in each period of a handover, in thousandths.
    """

    frame: Stations
    implied: Implied
    row: Ints
    least: Ints
    most: Ints
    target: Ints
    minimum: Ints
    hard: Bools
    measured: tuple[tuple[Requirement, slice, Fraction], ...]
    shared: Uses
    own: Uses
    effect: Ints
    bands: tuple[Band, ...]

    @cached_property
    def names(self) -> list[str]:
        """The rows' names."""
        return [name for band in self.bands for name in band.names()]

    @property
    def coefficients(self) -> int:
        """How many coefficients a matrix of all tours would have, roughly: those of each period in each line."""
        lines = np.diff(self.own.first) + np.diff(self.shared.first)[self.implied.contingent]
        tours = self.implied.starts.sum(axis=1) * self.implied.length
        return int((tours * lines[self.implied.station]).sum())


def lines_of(instance: Instance, implied: Implied | None = None) -> Lines | None:
    """Return an instance as lines, or None where it has rules that lines cannot say.

    Raises
    ------
    OverflowError
        If figures are too large to be counted exactly in 64 bits.
    """
    rules = [rule for rule in instance.rules if rule.kind not in REMOVED_COLUMNS]
    rules = [rule for rule in rules if any(active_periods(rule, instance))]
    if any(rule.kind not in BANDS for rule in rules):
        return None
    implied = implied_tours(instance) if implied is None else implied
    frame = Stations(instance, implied)
    try:
        coverage = [coverage_band(requirement, frame) for requirement in instance.requirements]
    except NotSteady:
        return None
    limits = [place_band("beds", frame), place_band("supply", frame), *(BANDS[r.kind](r, frame) for r in rules)]
    return _joined(frame, implied, coverage, limits)


def counted(lines: Lines, served: Ints) -> tuple[Ints, Ints]:
    """Return what tours count in coverage rows, int64[rows], and the periods served at each station, int64[stations].

    Parameters
    ----------
    served : int64[tours, 3]
        A unit, the service and the start of each tour; what counts more than a target is cut to it.
    """
    implied, periods = lines.implied, lines.frame.periods
    service, start = served[:, 1], served[:, 2]
    station, length = implied.station[service], implied.length[service]
    amount = np.zeros(len(lines.least), dtype=np.int64)
    for uses, owner in ((lines.shared, implied.contingent[station]), (lines.own, station)):
        tour, entry = unfolded(uses.first[owner], uses.first[owner + 1])
        used = uses.line[entry] < len(lines.measured)  # the first lines are those of requirements
        tour, entry = tour[used], entry[used]
        which, age = unfolded(np.zeros_like(tour), np.minimum(length[tour], periods - start[tour]))
        tour, entry = tour[which], entry[which]
        effects = np.concatenate([lines.effect, np.full((len(lines.effect), 1), 1000)], axis=1)
        effect = effects[implied.contingent[station[tour]], np.minimum(age, effects.shape[1] - 1)]
        row = lines.row[uses.line[entry], start[tour] + age]
        value = uses.value[entry] * effect // 1000
        np.add.at(amount, row[row >= 0], np.minimum(value, lines.target[row])[row >= 0])
    served_periods = np.zeros(len(implied.contingent), dtype=np.int64)
    np.add.at(served_periods, station, np.minimum(length, periods - start))
    return amount, served_periods


def _joined(frame: Stations, implied: Implied, coverage: Sequence[Band], limits: Sequence[Band]) -> Lines:
    bands = (*coverage, *limits)
    rows = np.cumsum([0, *(len(band.least) for band in bands)])
    lines = np.cumsum([0, *(len(band.row) for band in bands)])
    station, line, value, kind = (
        np.concatenate([np.zeros(0, dtype=np.int64), *parts])
        for parts in (
            [band.station for band in bands],
            [band.line + at for band, at in zip(bands, lines[:-1], strict=True)],
            [band.value for band in bands],
            [np.full(len(band.line), band.kind) for band in bands],
        )
    )
    shared = _common(implied, station, line, value, kind)
    once = shared & (implied.station_of[implied.contingent[station]] == station)
    counted = len(coverage)
    least = _sides(bands, "least", -INF)
    asks = np.arange(len(least)) < rows[counted]
    minimum = _sides(bands, "minimum", 0)
    hard = np.zeros(len(least), dtype=bool)
    requirements = frame.instance.requirements
    measured = []
    for i, (requirement, band) in enumerate(zip(requirements, coverage, strict=True)):
        part = slice(int(rows[i]), int(rows[i + 1]))
        hard[part] = requirement.hard
        assert band.unit is not None
        measured.append((requirement, part, band.unit))
    return Lines(
        frame,
        implied,
        np.concatenate(
            [
                np.zeros((0, frame.periods), dtype=np.int64),
                *(np.where(band.row >= 0, band.row + at, -1) for band, at in zip(bands, rows[:-1], strict=True)),
            ]
        ),
        least,
        _sides(bands, "most", INF),
        np.where(asks, least, 0),
        minimum,
        hard,
        tuple(measured),
        Uses.of(implied.contingent[station[once]], line[once], value[once], kind[once], len(implied.station_of) - 1),
        Uses.of(station[~shared], line[~shared], value[~shared], kind[~shared], len(implied.contingent)),
        frame.effects(),
        bands,
    )


def _sides(bands: Sequence[Band], name: str, empty: int) -> Ints:
    parts = [getattr(band, name) for band in bands]
    return np.concatenate([np.full(0, empty, dtype=np.int64), *parts])


def _common(implied: Implied, station: Ints, line: Ints, value: Ints, kind: Ints) -> Ints:
    """Return which entries all stations of a contingent have alike, bool[e]."""
    contingent = implied.contingent[station]
    order = np.lexsort((kind, value, line, contingent))
    keys = np.stack([contingent, line, value, kind])[:, order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    first = np.flatnonzero(new)
    alike = np.diff(np.append(first, len(order))) == np.diff(implied.station_of)[keys[0][first]]
    shared = np.zeros(len(order), dtype=bool)
    shared[order] = alike[np.cumsum(new) - 1]
    return shared
