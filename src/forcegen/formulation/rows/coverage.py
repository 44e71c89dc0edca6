"""coverage: what each requirement gets, and the two segments of what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.numbers import milli
from forcegen.domain.scope import active_periods, kilometres
from forcegen.formulation.rows.family import Entries, Ints, Rows, sums
from forcegen.mip import INF
from forcegen.tours.allowed import matching

if TYPE_CHECKING:
    from forcegen.domain.requirement import Requirement
    from forcegen.formulation.frame import Body, Frame
    from forcegen.tours.tours import Bools

NANO = 10**9


@dataclass(frozen=True, eq=False)
class Coverage:
    """The coverage row of one requirement in each of its active periods, and its shortfall columns.

    Parameters
    ----------
    requirement
        Whose rows these are.
    periods : int64[m]
        Its active periods in which something is wanted that history does not give.
    entries
        Tours' coefficients in the m rows, counted in `unit`.
    minimum, target : int64[m]
        What is still lacking when no column serves, counted in `unit`.
    unit
        What one unit of the shortfall columns stands for, in the requirement's measure.
    whole
        Tours' coefficients by period of the horizon, not clipped, in billionths.
    given, asked : int64[horizon]
        What history gives and what the target is in each period of the horizon, in billionths.
    active : bool[horizon]
        Where the requirement asks anything.
    """

    requirement: Requirement
    periods: Ints
    entries: Entries
    minimum: Ints
    target: Ints
    unit: Fraction
    whole: Entries
    given: Ints
    asked: Ints
    active: Bools


def coverage(frame: Frame) -> list[Coverage]:
    """Measure every requirement: `sum of c z + below_minimum + below_target >= target`.

    Tag `coverage`. A coefficient above the target is cut to it (fill beyond the target is worth nothing), and each
    requirement is counted in the largest unit that leaves its numbers whole, so that shortfalls are implied integers.
    """
    return [_measured(requirement, frame) for requirement in frame.instance.requirements]


def coverage_rows(parts: list[Coverage], first_column: int, frame: Frame) -> Rows:
    """Return the rows; shortfall columns follow `first_column`, below_minimum and below_target of each row in turn."""
    offsets = np.cumsum([0, *(len(part.periods) for part in parts)])
    row = np.arange(offsets[-1])
    shortfalls = Entries(
        np.repeat(row, 2), first_column + np.arange(2 * offsets[-1]), np.ones(2 * offsets[-1], dtype=np.int64)
    )
    pieces = [(part.entries, offset) for part, offset in zip(parts, offsets[:-1], strict=True)]
    entries = Entries(
        np.concatenate([*(piece.row + offset for piece, offset in pieces), shortfalls.row]),
        np.concatenate([*(piece.column for piece, _ in pieces), shortfalls.column]),
        np.concatenate([*(piece.value for piece, _ in pieces), shortfalls.value]),
    )
    lower = np.concatenate([part.target for part in parts]) if parts else np.zeros(0, dtype=np.int64)

    def names() -> list[str]:
        return [f"coverage({part.requirement.id},{frame.label(t)})" for part in parts for t in part.periods]

    return Rows("coverage", entries, lower, np.full(len(lower), INF), names)


def weight(requirement: Requirement, frame: Frame) -> Fraction:
    """Return what a goal counts for one unmet period of one of the requirement's measure."""
    role = requirement.single_role
    worth = Fraction(1) if role is None else Fraction(frame.instance.role[role].worth)
    return Fraction(requirement.priority) * worth


def _measured(requirement: Requirement, frame: Frame) -> Coverage:
    instance, km = frame.instance, kilometres(requirement, frame.instance)
    active = np.array(active_periods(requirement, instance))
    each, able = counts(requirement, frame), could_go(requirement, frame)
    places = matching(requirement, instance)

    def group(body: Body) -> Ints:
        return np.where(places[body.tours.sector, body.tours.role], 0, -1)

    def amount(body: Body) -> Ints:
        k, r = body.tours.contingent[body.cells.tour], body.tours.role[body.cells.tour]
        value: Ints = each[k, r] * body.effect
        return np.where(active[body.cells.period] & able[k, body.cells.period], value, 0)

    entries, given = sums(frame, group, amount, 1)
    asked = np.array([milli(x) * 10**6 for x in requirement.targets(instance.horizon, km)], dtype=np.int64)
    least = np.array([milli(x) * 10**6 for x in requirement.minimums(instance.horizon, km)], dtype=np.int64) - given
    periods = np.flatnonzero(active & (asked > given))
    minimum, target = np.maximum(least, 0)[periods], (asked - given)[periods]
    position = np.full(frame.periods, -1, dtype=np.int64)
    position[periods] = np.arange(len(periods))
    row = position[entries.row]
    used = row >= 0
    row, column = row[used], entries.column[used]
    value = np.minimum(entries.value[used], target[row])
    unit = int(np.gcd.reduce(np.concatenate([value, minimum, target]))) or 1
    return Coverage(
        requirement,
        periods,
        Entries(row, column, value // unit),
        minimum // unit,
        target // unit,
        Fraction(unit, NANO),
        entries,
        given,
        asked,
        active,
    )


def counts(requirement: Requirement, frame: Frame) -> Ints:
    """Return what a unit of each contingent adds in each role, in millionths; int64[contingents, roles]."""
    roles, single, fills = frame.instance.roles, requirement.single_role, frame.fills
    if requirement.as_ is not None:
        fills = fills[:, [[role.id for role in roles].index(requirement.as_.role)] * len(roles)]
    table = fills * np.array([1000 if single is not None else milli(role.worth) for role in roles], dtype=object)
    if table.max(initial=0) * 1000 >= 2**53:
        raise OverflowError(f"{requirement.id}: fills times worth are too large to be counted exactly")
    return np.asarray(table.astype(np.int64))


def could_go(requirement: Requirement, frame: Frame) -> Bools:
    """Return bool[contingents, periods]: whether `as` lets a contingent count."""
    instance = frame.instance
    result = np.ones((len(instance.contingents), frame.periods), dtype=bool)
    if requirement.as_ is not None:
        sector = [s.id for s in instance.sectors].index(requirement.as_.sector)
        role = [r.id for r in instance.roles].index(requirement.as_.role)
        for k, contingent in enumerate(instance.contingents):
            result[k] = frame.bans.permitted(contingent.id)[sector, role]
    return result
