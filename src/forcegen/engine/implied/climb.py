"""The inner loops of plans: ruin and recreate over implied tours."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from forcegen.engine.compiled import below, loop, part
from forcegen.engine.implied import kernel
from forcegen.engine.moves import CONTINGENT, NATION, RANDOM, ROLE, RUINS, SECTOR, SPARED, WINDOW_REACH, put_in_order
from forcegen.engine.rows import row_worth
from forcegen.engine.state import LEAST, MOST

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_TRIES = 64


class Crew(NamedTuple):
    """Units and what they serve: `service` and `start` (units, slots), -1 where nothing; scratch space of a move.

    `contingent, free, size, nation` (units); `sector, role` (services) and `station` (services); `changed` (units) says
    what `best_service` and `best_start` do not have yet.
    """

    contingent: Ints
    free: Ints
    size: Ints
    nation: Ints
    station: Ints
    sector: Ints
    role: Ints
    service: Ints
    start: Ints
    best_service: Ints
    best_start: Ints
    old_service: Ints
    old_start: Ints
    chosen: Ints
    taken: Bools
    changed: Bools
    key: Floats


@loop(nogil=True)
def valued(v, r, c):
    """Value every row afresh; return the worth of the state."""
    total = 0.0
    for i in range(len(r.amount)):
        r.worth[i] = row_worth(r.table, i, r.amount[i])
        total += r.worth[i]
    for u in range(len(c.service)):
        for b in range(c.service.shape[1]):
            j = c.service[u, b]
            if j < 0:
                break
            t = c.start[u, b]
            total += r.service[c.station[j]] * (min(t + v.length[j], v.row.shape[1]) - t)
    return total


@loop(nogil=True)
def sound(r):
    """Tell whether no limit is broken."""
    for i in range(len(r.amount)):  # noqa: SIM110 compiled: no generators
        if r.amount[i] > r.table[i, MOST] or r.amount[i] < r.table[i, LEAST]:
            return False
    return True


@loop()
def put_back(u, blink, v, r, w, c):
    """Give unit u its best response; return the change, and what `blink` has become."""
    k, t, b, total = c.contingent[u], c.free[u], 0, 0.0
    if v.station_of[k] == v.station_of[k + 1] or t >= v.row.shape[1]:
        return 0.0, blink
    kernel.price(k, v, r, w)
    blink = kernel.timetable(k, t, blink, v, r.guide, w)
    while t < v.row.shape[1]:
        j = w.choice[t]
        if j < 0:
            t += 1
        else:
            total += kernel.move(k, c.station[j], j, t, 1.0, v, r)
            c.service[u, b], c.start[u, b] = j, t
            b += 1
            t += v.cycle[j]
    return total, blink


@loop()
def count(u, times, v, r, c):
    """Count all that unit u serves once more or less; return the change."""
    total = 0.0
    for b in range(c.service.shape[1]):
        j = c.service[u, b]
        if j < 0:
            break
        total += kernel.move(c.contingent[u], c.station[j], j, c.start[u, b], times, v, r)
    return total


@loop()
def lure(u, r, c):
    """Return what the tours of unit u cost beside what they are worth."""
    total = 0.0
    if len(r.guide) > 0:
        for b in range(c.service.shape[1]):
            j = c.service[u, b]
            if j < 0:
                break
            total += r.guide[j, c.start[u, b]]
    return total


@loop()
def alike(u, kind, seed, j, t, c):
    """Tell whether a ruin of this kind around a unit and its tour takes unit u."""
    if kind == RANDOM:
        return True
    if kind == CONTINGENT:
        return c.contingent[u] == c.contingent[seed]
    if kind == NATION:
        return c.nation[u] == c.nation[seed]
    for b in range(c.service.shape[1]):
        i = c.service[u, b]
        if i < 0:
            return False
        if kind == ROLE:
            if c.role[i] == c.role[j]:
                return True
        elif c.sector[i] == c.sector[j] and (kind == SECTOR or abs(c.start[u, b] - t) <= WINDOW_REACH):
            return True
    return False


@loop()
def ruined(wanted, c, rng):
    """Choose up to `wanted` units that have something in common, and now and then an idle one; return how many."""
    units = len(c.service)
    seed = below(units, rng)
    for _ in range(_TRIES):
        if c.service[seed, 0] >= 0:
            break
        seed = below(units, rng)
    b = below(c.service.shape[1], rng)
    if c.service[seed, b] < 0:
        b = 0
    j, t = c.service[seed, b], c.start[seed, b]
    kind = below(RUINS, rng) if j >= 0 else RANDOM
    c.chosen[0], c.taken[seed], chosen = seed, True, 1
    offset = below(units, rng)
    step = 1 if kind in (CONTINGENT, NATION) else 1 + below(50, rng)
    if kind == CONTINGENT:
        offset = max(0, seed - below(8, rng))
    for n in range(min(units, _TRIES * 16)):
        if chosen >= wanted:
            break
        u = (offset + n * step) % units
        if not c.taken[u] and alike(u, kind, seed, j, t, c) and rng.random() >= SPARED:
            c.chosen[chosen], c.taken[u] = u, True
            chosen += 1
    return chosen


@part()
def copied(service, start, i, to_service, to_start, j):
    """Copy what a unit serves from row i to row j of others."""
    for b in range(service.shape[1]):
        to_service[j, b], to_start[j, b] = service[i, b], start[i, b]


@part()
def cleared(u, first, c):
    """Let unit u serve nothing from this slot on."""
    for b in range(first, c.service.shape[1]):
        c.service[u, b] = -1


@loop()
def remember(c):
    """Take what units serve for the best; only what has changed is copied."""
    for u in range(len(c.service)):
        if c.changed[u]:
            copied(c.service, c.start, u, c.best_service, c.best_start, u)
            c.changed[u] = False


@loop()
def undo(chosen, v, r, c):
    """Give the chosen units back what they served before."""
    for n in range(chosen):
        count(c.chosen[n], -1.0, v, r, c)
    for n in range(chosen):
        u = c.chosen[n]
        copied(c.old_service, c.old_start, n, c.service, c.start, u)
        count(u, 1.0, v, r, c)


@loop(nogil=True)
def search(rounds, temperature, largest, best_known, v, r, w, c, rng):
    """Ruin and recreate for some rounds; return the least worth seen without a broken limit, or `best_known`."""
    now = valued(v, r, c)
    for u in range(len(c.changed)):
        c.changed[u] = True
    blink = np.uint64(1 + below(2**52, rng))
    for _ in range(rounds):
        chosen, total, led = ruined(1 + below(largest, rng), c, rng), 0.0, 0.0
        put_in_order(c.chosen, chosen, c.size, c.key, rng)
        for n in range(chosen):
            u = c.chosen[n]
            copied(c.service, c.start, u, c.old_service, c.old_start, n)
            total += count(u, -1.0, v, r, c)
            led -= lure(u, r, c)
            cleared(u, 0, c)
        for n in range(chosen):
            each, blink = put_back(c.chosen[n], blink, v, r, w, c)
            total += each
            led += lure(c.chosen[n], r, c)
        if total + led <= 0 or rng.random() < np.exp(-(total + led) / temperature):
            now += total
            for n in range(chosen):
                c.changed[c.chosen[n]] = True
            if now < best_known - 1e-6 and sound(r):
                best_known = now
                remember(c)
        else:
            undo(chosen, v, r, c)
        for n in range(chosen):
            c.taken[c.chosen[n]] = False
    return best_known


@loop(nogil=True)
def fill(order, first, last, v, r, w, c):
    """Give the units `order[first:last]` their best responses, what they served given up."""
    for n in range(first, last):
        u = order[n]
        count(u, -1.0, v, r, c)
        cleared(u, 0, c)
        put_back(u, np.uint64(0), v, r, w, c)


@loop(nogil=True)
def thin(order, v, r, c):
    """Give up tours, in the order of the units, that stand in a row with too much; return how many were given up."""
    dropped = 0
    for n in range(len(order)):
        u = order[n]
        kept = 0
        for b in range(c.service.shape[1]):
            j = c.service[u, b]
            if j < 0:
                break
            t, k = c.start[u, b], c.contingent[u]
            if guilty(k, c.station[j], j, t, v, r) and not needed(k, c.station[j], j, t, v, r):
                kernel.move(k, c.station[j], j, t, -1.0, v, r)
                dropped += 1
            else:
                c.service[u, kept], c.start[u, kept] = j, t
                kept += 1
        cleared(u, kept, c)
    return dropped


@loop()
def guilty(k, p, j, start, v, r):
    """Tell whether a tour counts in a row that has too much."""
    for shared in range(2):
        a = v.shared_first[k] if shared else v.own_first[p]
        b = v.shared_first[k + 1] if shared else v.own_first[p + 1]
        for q in range(a, b):
            line = v.shared_line[q] if shared else v.own_line[q]
            value = v.shared_value[q] if shared else v.own_value[q]
            if value > 0:
                for t in range(start, min(start + v.length[j] + 1, v.row.shape[1])):
                    i = v.row[line, t]
                    if i >= 0 and r.amount[i] > r.table[i, MOST]:
                        return True
    return False


@loop()
def needed(k, p, j, start, v, r):
    """Tell whether a row has too little without a tour."""
    for shared in range(2):
        a = v.shared_first[k] if shared else v.own_first[p]
        b = v.shared_first[k + 1] if shared else v.own_first[p + 1]
        for q in range(a, b):
            line = v.shared_line[q] if shared else v.own_line[q]
            value = v.shared_value[q] if shared else v.own_value[q]
            if value > 0:
                for t in range(start, min(start + v.length[j], v.row.shape[1])):
                    i = v.row[line, t]
                    if i >= 0 and r.amount[i] - value < r.table[i, LEAST]:
                        return True
    return False


@loop(nogil=True)
def recount(v, r, c):
    """Count what all units serve, afresh."""
    for i in range(len(r.amount)):
        r.amount[i] = 0.0
    for u in range(len(c.service)):
        count(u, 1.0, v, r, c)
