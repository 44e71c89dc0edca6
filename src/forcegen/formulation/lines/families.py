"""The lines of each family: the formulas are those of the rows of the same name in `formulation.rows`."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from forcegen.domain.numbers import milli
from forcegen.domain.rules import Ceiling
from forcegen.domain.scope import active_periods, kilometres
from forcegen.domain.values import over_time
from forcegen.formulation.frame import MILLI
from forcegen.formulation.lines.band import Band, limited, units
from forcegen.formulation.rows.coverage import NANO, could_go, counts
from forcegen.formulation.rows.family import sums
from forcegen.formulation.rows.scoped import Items, Scoped, count, limits, row_names
from forcegen.formulation.rows.share import places_of
from forcegen.mip import INF
from forcegen.tours.allowed import matching
from forcegen.tours.implied import EFFECTIVE, MOVES, START, STEADY

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.domain.requirement import Requirement
    from forcegen.domain.rules import Floor, Lift, Share, Supply
    from forcegen.formulation.frame import Body, Ints
    from forcegen.formulation.lines.stations import Stations


class NotSteady(Exception):
    """What a contingent counts for changes from period to period in a way that lines cannot say."""


def coverage_band(requirement: Requirement, frame: Stations) -> Band:
    """Return the line of a requirement: `sum of c z + below_minimum + below_target >= target`.

    Raises
    ------
    NotSteady
        If `as` lets a contingent count in some periods of the requirement only.
    """
    instance, active = frame.instance, np.array(active_periods(requirement, frame.instance))
    each, places = counts(requirement, frame), matching(requirement, instance)
    free = could_go(requirement, frame)
    able = free[:, active]
    serving = np.unique(frame.columns.tours.contingent)
    mixed = np.flatnonzero(able.any(axis=1) & ~able.all(axis=1))
    if np.isin(mixed, serving).any():
        raise NotSteady(requirement.id)
    free[able.all(axis=1)] = True
    free[~able.any(axis=1)] = False

    def amount(body: Body) -> Ints:
        k, r = body.tours.contingent[body.cells.tour], body.tours.role[body.cells.tour]
        return np.where(free[k, body.cells.period], each[k, r] * body.effect, 0)

    entries, given = sums(frame, lambda body: np.where(places[body.tours.sector, body.tours.role], 0, -1), amount, 1)
    km = kilometres(requirement, instance)
    asked = np.array([milli(x) * 10**6 for x in requirement.targets(instance.horizon, km)], dtype=np.int64)
    least = np.array([milli(x) * 10**6 for x in requirement.minimums(instance.horizon, km)], dtype=np.int64) - given
    periods = np.flatnonzero(active & (asked > given))
    minimum, target = np.maximum(least, 0)[periods], (asked - given)[periods]
    station, value = entries.column, entries.value
    line = np.zeros_like(station)
    unit = int(np.gcd.reduce(np.concatenate([units(station, line, value, EFFECTIVE, 1, frame), minimum, target])))
    row = np.full((1, frame.periods), -1, dtype=np.int64)
    row[0, periods] = np.arange(len(periods))

    def names() -> list[str]:
        return [f"coverage({requirement.id},{frame.label(t)})" for t in periods.tolist()]

    most = np.full(len(periods), INF)
    scale = Fraction(unit, NANO)
    return Band(station, line, value // unit, EFFECTIVE, row, target // unit, most, minimum // unit, names, scale)


def place_band(tag: str, frame: Stations) -> Band:
    """Return the lines of `beds` or `supply`: what the sectors hold."""
    sectors = frame.instance.sectors
    held = [i for i, sector in enumerate(sectors) if getattr(sector, tag) is not None]
    position = np.full(len(sectors), -1, dtype=np.int64)
    position[held] = np.arange(len(held))
    needs = frame.by_place((lambda k, s: k.beds_at(s)) if tag == "beds" else (lambda k, _: k.supply))

    def weight(body: Body) -> Ints:
        return np.asarray(needs[body.tours.contingent, body.tours.sector][body.cells.tour])

    entries, taken = sums(frame, lambda body: position[body.tours.sector], weight, len(held))
    lines = [over_time(getattr(sectors[i], tag), frame.instance.horizon) for i in held]
    limit = np.array([milli(number) for line in lines for number in line], dtype=np.int64)

    def names() -> list[str]:
        return [f"{tag}({sectors[i].id},{frame.label(t)})" for i in held for t in range(frame.periods)]

    row = np.arange(len(limit)).reshape(len(held), frame.periods)
    return limited(_of(entries, frame), STEADY, row, names, frame, most=limit - taken)


def bound_band(rule: Ceiling | Floor, frame: Stations) -> Band:
    """Return the lines of a `ceiling` or a `floor`."""
    scoped, is_ceiling = Scoped.of(rule, frame), isinstance(rule, Ceiling)
    items = Items.of(rule.each, scoped, frame)

    def group(body: Body) -> Ints:
        return np.where(scoped.inside(body), items.position(body, frame), -1)

    entries, taken = sums(frame, group, lambda body: count(rule.of, body, frame, is_ceiling), len(items.names))
    kind = START if rule.of == "tours" else EFFECTIVE if rule.of == "troops" and is_ceiling else STEADY
    taken = taken.reshape(len(items.names), frame.periods)
    if rule.over == "horizon":
        assert isinstance(rule.limit, Decimal)
        row = np.where(scoped.active, np.arange(len(taken))[:, None], -1)
        limit = milli(rule.limit) * MILLI - taken[:, scoped.active].sum(axis=1)
        heads = [f"{rule.kind}({rule.id}{',' + item if item else ''})" for item in items.names]

        def names() -> list[str]:
            return heads
    else:
        row = np.where(scoped.active, np.arange(taken.size).reshape(taken.shape), -1)
        limit = (limits(over_time(rule.limit, frame.instance.horizon)) - taken).ravel()
        limit = np.where(row.ravel() >= 0, limit, INF if is_ceiling else -INF)

        def names() -> list[str]:
            return row_names(rule, items.names, frame)

    sides = {"most": limit} if is_ceiling else {"least": limit}
    return limited(_of(entries, frame), kind, row, names, frame, **sides)


def share_band(rule: Share, frame: Stations) -> Band:
    """Return the lines of a `share`: `1000 troops(those in scope) - most troops(all in its places and roles) <= 0`."""
    scoped = Scoped.of(rule, frame)
    items = Items.of(rule.each, scoped, frame)
    place, places = places_of(rule, scoped, frame)
    size = len(places) * len(items.names)

    def everybody(body: Body) -> Ints:
        return np.where(scoped.here(body), place[body.tours.sector], -1)

    def mine(body: Body) -> Ints:
        position = items.position(body, frame)
        inside = scoped.inside(body) & (position >= 0)
        return np.where(inside, position * len(places) + place[body.tours.sector], -1)

    def heads(body: Body) -> Ints:
        return np.asarray(frame.heads[body.tours.contingent][body.cells.tour])

    total, total_taken = sums(frame, everybody, heads, len(places))
    part, part_taken = sums(frame, mine, heads, size)
    many, most = len(items.names), milli(rule.most)
    station, line, value = _of(total, frame)
    own_station, own_line, own_value = _of(part, frame)
    entries = _summed(
        np.concatenate([np.tile(station, many), own_station]),
        np.concatenate([(np.arange(many)[:, None] * len(places) + line).ravel(), own_line]),
        np.concatenate([-most * np.tile(value, many), MILLI * MILLI * own_value]),
        size,
    )
    taken = MILLI * MILLI * part_taken - most * np.tile(total_taken, many)
    active = np.tile(scoped.active, size)
    touched = np.zeros(size, dtype=bool)
    touched[own_line] = True
    kept = (active & (np.repeat(touched, frame.periods) | (part_taken > 0))).reshape(size, frame.periods)
    row = np.where(kept, np.arange(kept.size).reshape(kept.shape), -1)
    shown = places if rule.in_ == "sector" else [""]
    labels = [",".join(filter(None, (item, where))) for item in items.names for where in shown]
    limit = np.where(kept.ravel(), -taken, INF)
    return limited(entries, STEADY, row, lambda: row_names(rule, labels, frame), frame, most=limit)


def carried_band(rule: Lift | Supply, frame: Stations) -> Band:
    """Return the line of a `lift`, or of a `supply` through a hub."""
    scoped = Scoped.of(rule, frame)
    moving = rule.kind == "lift"
    needs = frame.strength * MILLI if moving else frame.by_contingent(lambda k: milli(k.supply) * MILLI)

    def weight(body: Body) -> Ints:
        return np.asarray(needs[body.tours.contingent][body.cells.tour])

    entries, taken = sums(frame, lambda body: np.where(scoped.inside(body), 0, -1), weight, 1)
    if moving:
        taken = np.zeros_like(taken)
        moves = frame.running.moves.within(frame.periods)
        leaving = scoped.inside(frame.running)[moves.column]
        column = moves.column[leaving]
        people = needs[frame.running.tours.contingent[column]] * frame.running.units[column]
        np.add.at(taken, moves.period[leaving], people)
    row = np.where(scoped.active, np.arange(frame.periods), -1)[None, :]
    limit = np.where(scoped.active, limits(over_time(rule.most, frame.instance.horizon)) - taken, INF)
    kind = MOVES if moving else STEADY
    return limited(_of(entries, frame), kind, row, lambda: row_names(rule, [""], frame), frame, most=limit)


def _of(entries: Any, frame: Stations) -> tuple[Ints, Ints, Ints]:
    """Return station, line and value of entries whose rows count periods; stations have period 0 alone."""
    return entries.column, entries.row // frame.periods, entries.value


def _summed(station: Ints, line: Ints, value: Ints, lines: int) -> tuple[Ints, Ints, Ints]:
    keys, place = np.unique(station * lines + line, return_inverse=True)
    total = np.zeros(len(keys), dtype=np.int64)
    np.add.at(total, place.reshape(-1), value)
    used = total != 0
    return keys[used] // lines, keys[used] % lines, total[used]


BANDS: dict[str, Callable[[Any, Stations], Band]] = {
    "ceiling": bound_band,
    "floor": bound_band,
    "share": share_band,
    "lift": carried_band,
    "supply": carried_band,
}
"""Rule kinds that lines can say."""
