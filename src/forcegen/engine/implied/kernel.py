"""The inner loops that bounds and plans share: prices of a contingent by period, its best timetable, tours counted."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from forcegen.engine.compiled import loop
from forcegen.engine.rows import row_worth
from forcegen.tours.implied import EFFECTIVE, MOVES, STEADY

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Costs = NDArray[np.float32]
"""What each tour costs: services by periods; half as large as others, since there are so many."""
UNGUIDED = np.zeros((0, 0), dtype=np.float32)

_EPSILON = 1e-9


class Rows(NamedTuple):
    """What a unit more is worth in each row: `-price` each where `linear`, else by the rows' worths as in the engine.

    `table` (rows, fields), `amount` and `worth` are those of the engine's State; `price` (rows) is that of a bound.
    `service` (stations) is what a period of service costs. `guide` (services, periods) is what a tour costs beside that
    while a search is led by prices; it has no services where none lead it.
    """

    linear: bool
    price: Floats
    table: Floats
    amount: Floats
    worth: Floats
    service: Floats
    guide: Costs


class Scratch(NamedTuple):
    """Space for one contingent: stations by periods (by ages of a handover), and the longest path."""

    full: Floats
    part: Floats
    begin: Floats
    end: Floats
    sums: Floats
    best: Floats
    choice: Ints
    out: Floats


def scratch(stations: int, ages: int, periods: int) -> Scratch:
    """Return space for contingents of so many stations; the last one is for what all of them share."""
    wide = (stations + 1, periods)
    return Scratch(
        np.zeros(wide),
        np.zeros((stations + 1, max(ages, 1), periods)),
        np.zeros(wide),
        np.zeros(wide),
        np.zeros((stations + 1, periods + 1)),
        np.zeros(periods + 1),
        np.zeros(periods, dtype=np.int64),
        np.zeros(periods),
    )


@loop()
def changes(value, rows, cap, linear, price, table, amount, worth, out):
    """Fill `out` (periods) with what `value` more in each of the rows (periods; -1 for none) changes."""
    for t in range(len(rows)):
        i, each = rows[t], 0.0
        if i >= 0:
            count = min(value, cap[i])
            each = -price[i] * count if linear else row_worth(table, i, amount[i] + count) - worth[i]
        out[t] = each


@loop()
def add(sign, more, to):
    """Add to an array, or take off (sign -1)."""
    for t in range(len(to)):
        to[t] += sign * more[t]


@loop()
def add_uses(first, last, lines, values, kinds, effect, row, cap, r, full, part, begin, end, out):
    """Add what tours count in lines to the prices of one station, or of what all stations share.

    `first` to `last - 1` are entries of `lines`, `values` and `kinds`; `effect` (ages) is that of the contingent's
    handover, `part` (ages, periods) what is to be added to `full` (periods) while it lasts.
    """
    linear, price, table, amount, worth = r.linear, r.price, r.table, r.amount, r.worth
    for q in range(first, last):
        value, kind, rows = values[q], kinds[q], row[lines[q]]
        changes(value, rows, cap, linear, price, table, amount, worth, out)
        if kind in (STEADY, EFFECTIVE):
            add(1.0, out, full)
        else:
            add(1.0, out, begin)
            if kind == MOVES:
                add(1.0, out, end)
        if kind == EFFECTIVE:
            for age in range(len(effect)):
                add(-1.0, out, part[age])
            for age in range(len(effect)):
                changes(value * effect[age] // 1000, rows, cap, linear, price, table, amount, worth, out)
                add(1.0, out, part[age])


@loop()
def price(k, v, r, w):
    """Fill the scratch with what a unit of contingent k would change in each period at each of its stations."""
    first, last = v.station_of[k], v.station_of[k + 1]
    stations, periods, ages = last - first, v.row.shape[1], v.ages[k]
    row, cap, effect, out = v.row, v.cap, v.effect[k, :ages], w.out
    full, part, begin, end = w.full[stations], w.part[stations], w.begin[stations], w.end[stations]
    for t in range(periods):
        full[t], begin[t], end[t] = 0.0, 0.0, 0.0
        for age in range(ages):
            part[age, t] = 0.0
    a, b = v.shared_first[k], v.shared_first[k + 1]
    add_uses(a, b, v.shared_line, v.shared_value, v.shared_kind, effect, row, cap, r, full, part, begin, end, out)
    for p in range(stations):
        full, part, begin, end = w.full[p], w.part[p], w.begin[p], w.end[p]
        each = r.service[first + p]
        for t in range(periods):
            begin[t], end[t], full[t] = w.begin[stations, t], w.end[stations, t], w.full[stations, t] + each
            for age in range(ages):
                part[age, t] = w.part[stations, age, t]
        a, b = v.own_first[first + p], v.own_first[first + p + 1]
        add_uses(a, b, v.own_line, v.own_value, v.own_kind, effect, row, cap, r, full, part, begin, end, out)
        total, sums = 0.0, w.sums[p]
        sums[0] = 0.0
        for t in range(periods):
            total += full[t]
            sums[t + 1] = total


@loop()
def timetable(k, free, blink, v, guide, w):  # noqa: C901 compiled: what each start is worth, in one loop
    """Fill `best` and `choice`: the longest path over the periods from `free` on, `choice` a service, or -1.

    Where `blink` is not 0, one start in 128 is overlooked; return what it has become. `guide` is that of the rows.
    """
    base, periods, ages, guided = v.station_of[k], v.row.shape[1], v.ages[k], len(guide) > 0
    w.best[periods] = 0.0
    for t in range(periods - 1, free - 1, -1):
        value, chosen = w.best[t + 1], -1
        for p in range(v.station_of[k + 1] - base):
            for j in range(v.service_of[base + p], v.service_of[base + p + 1]):
                if not v.starts[j, t]:
                    continue
                if blink != 0:
                    blink ^= (blink << np.uint64(13)) & np.uint64(0xFFFFFFFFFFFFFFFF)
                    blink ^= blink >> np.uint64(7)
                    blink ^= (blink << np.uint64(17)) & np.uint64(0xFFFFFFFFFFFFFFFF)
                    if blink >> np.uint64(57) == 0:
                        continue
                end = min(t + v.length[j], periods)
                worth = w.begin[p, t] + w.sums[p, end] - w.sums[p, t]
                for age in range(min(ages, end - t)):
                    worth += w.part[p, age, t + age]
                if t + v.length[j] < periods:
                    worth += w.end[p, t + v.length[j]]
                if t + v.cycle[j] < periods:
                    worth += w.best[t + v.cycle[j]]
                if guided:
                    worth += guide[j, t]
                if worth < value - _EPSILON:
                    value, chosen = worth, j
        w.best[t], w.choice[t] = value, chosen
    return blink


@loop()
def put(value, times, rows, first, last, cap, linear, table, amount, worth):
    """Count so much, at most the caps, so many times more in the rows of some periods; return the change."""
    total = 0.0
    for t in range(first, last):
        i = rows[t]
        if i >= 0:
            new = amount[i] + times * min(value, cap[i])
            amount[i] = new
            if not linear:
                each = row_worth(table, i, new)
                total += each - worth[i]
                worth[i] = each
    return total


@loop()
def put_uses(first, last, lines, values, kinds, start, length, times, effect, row, cap, r):
    """Count tours in lines, entries as in `add_uses`; return the change."""
    linear, table, amount, worth = r.linear, r.table, r.amount, r.worth
    periods, total = row.shape[1], 0.0
    out, end = start + length, min(start + length, row.shape[1])
    for q in range(first, last):
        value, kind, rows, new = values[q], kinds[q], row[lines[q]], start
        if kind == EFFECTIVE:
            for age in range(min(len(effect), end - start)):
                some = value * effect[age] // 1000
                total += put(some, times, rows, new, new + 1, cap, linear, table, amount, worth)
                new += 1
        if kind in (STEADY, EFFECTIVE):
            total += put(value, times, rows, new, end, cap, linear, table, amount, worth)
        else:
            total += put(value, times, rows, start, start + 1, cap, linear, table, amount, worth)
            if kind == MOVES and out < periods:
                total += put(value, times, rows, out, out + 1, cap, linear, table, amount, worth)
    return total


@loop()
def move(k, p, j, start, times, v, r):
    """Count tours of service j at station p of contingent k that begin in `start`; return the change."""
    length, row, cap, effect = v.length[j], v.row, v.cap, v.effect[k, : v.ages[k]]
    total = times * r.service[p] * (min(start + length, row.shape[1]) - start)
    a, b = v.shared_first[k], v.shared_first[k + 1]
    total += put_uses(a, b, v.shared_line, v.shared_value, v.shared_kind, start, length, times, effect, row, cap, r)
    a, b = v.own_first[p], v.own_first[p + 1]
    total += put_uses(a, b, v.own_line, v.own_value, v.own_kind, start, length, times, effect, row, cap, r)
    return total
