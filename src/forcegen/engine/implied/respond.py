"""The inner loop of bounds: what all pools do at given prices."""

from __future__ import annotations

import numpy as np

from forcegen.engine.compiled import loop
from forcegen.engine.implied import kernel


@loop(nogil=True)
def respond(contingent, free, units, v, r, w, earned, served):
    """Let each group of units do its best at these prices; return the largest figure on the way.

    Fills `earned` (groups), what a unit's best timetable is worth, and `served` (stations), periods of all units.
    """
    largest, last = 0.0, -1
    for g in range(len(contingent)):
        k = contingent[g]
        if k != last:  # groups of a contingent are in the order of their first free periods
            kernel.price(k, v, r, w)
            kernel.timetable(k, free[g], np.uint64(0), v, r.guide, w)
            for p in range(v.station_of[k + 1] - v.station_of[k]):
                for t in range(v.row.shape[1]):
                    largest = max(largest, abs(w.sums[p, t + 1]), abs(w.begin[p, t]), abs(w.end[p, t]))
                    for age in range(v.ages[k]):
                        largest = max(largest, abs(w.part[p, age, t]))
            last = k
        earned[g] = w.best[free[g]]
        largest = max(largest, abs(earned[g]))
        t = free[g]
        while t < v.row.shape[1]:
            j = w.choice[t]
            if j < 0:
                t += 1
            else:
                p = station_of(k, j, v)
                kernel.move(k, p, j, t, float(units[g]), v, r)
                served[p] += units[g] * (min(t + v.length[j], v.row.shape[1]) - t)
                t += v.cycle[j]
    return largest


@loop(nogil=True)
def exchange(some, contingent, free, units, v, r, w, service, start):
    """Let some groups of units do their best at these prices in place of what they did; rows count all groups.

    `service` and `start` (groups, slots) are what they do, -1 where nothing.
    """
    for g in some:
        k = contingent[g]
        for b in range(service.shape[1]):
            j = service[g, b]
            if j < 0:
                break
            kernel.move(k, station_of(k, j, v), j, start[g, b], -float(units[g]), v, r)
        kernel.price(k, v, r, w)
        kernel.timetable(k, free[g], np.uint64(0), v, r.guide, w)
        t, b = free[g], 0
        while t < v.row.shape[1]:
            j = w.choice[t]
            if j < 0:
                t += 1
            else:
                kernel.move(k, station_of(k, j, v), j, t, float(units[g]), v, r)
                service[g, b], start[g, b] = j, t
                b += 1
                t += v.cycle[j]
        for empty in range(b, service.shape[1]):
            service[g, empty] = -1


@loop()
def station_of(k, j, v):
    """Return the station of a service of contingent k."""
    p = v.station_of[k]
    while v.service_of[p + 1] <= j:
        p += 1
    return p


@loop(nogil=True)
def regret(times, idle, v, r, w, out):
    """Fill `out` (services, periods) with what each tour costs at these prices, so many times.

    That is how much less a unit's time from its start on is worth with this tour than at its best: its reduced cost,
    the pool's rows included. `idle` times what the time that it takes is worth at best is taken off: whoever has
    nothing to do then loses as much.
    """
    for k in range(len(v.station_of) - 1):
        first, last = v.station_of[k], v.station_of[k + 1]
        if first == last:
            continue
        kernel.price(k, v, r, w)
        kernel.timetable(k, 0, np.uint64(0), v, r.guide, w)
        for p in range(last - first):
            begin, end, part, sums = w.begin[p], w.end[p], w.part[p, : v.ages[k]], w.sums[p]
            for j in range(v.service_of[first + p], v.service_of[first + p + 1]):
                losses(times, idle, v.starts[j], v.length[j], v.cycle[j], begin, end, part, sums, w.best, out[j])


@loop()
def losses(times, idle, starts, length, cycle, begin, end, part, sums, best, out):
    """Fill `out` (periods) with what tours of a service cost, so many times, less `idle` times what their time is."""
    periods = len(starts)
    for t in range(periods):
        if starts[t]:
            last = min(t + length, periods)
            worth = begin[t] + sums[last] - sums[t]
            for age in range(min(len(part), last - t)):
                worth += part[age, t + age]
            if t + length < periods:
                worth += end[t + length]
            after = best[min(t + cycle, periods)]
            out[t] = times * (worth + after - best[t]) - idle * (after - best[t])
