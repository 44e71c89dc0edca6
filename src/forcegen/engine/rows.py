"""Compiled: what rows cost at their amounts, how these change, and what follows from that."""

from __future__ import annotations

import numpy as np

from forcegen.engine.compiled import index, loop, part
from forcegen.engine.state import (
    FIRST,
    FIRST_PRICE,
    LEAST,
    LEAST_PRICE,
    LEVEL,
    MOST,
    MOST_PRICE,
    PRICE,
    SECOND,
    SECOND_PRICE,
)

_RAISE, _LOWER = 1.2, 1.02
_HIGHEST, _LOWEST = 1e6, 0.05
_GUIDE_HIGHEST, _GUIDE_LOWEST = 1.0, 0.02
_NEVER = 1e300


@part()
def row_worth(rows, i, amount):
    """Return what a row costs at this amount: a convex, piecewise linear function."""
    return (
        rows[i, FIRST_PRICE] * max(rows[i, FIRST] - amount, 0.0)
        + rows[i, SECOND_PRICE] * max(rows[i, SECOND] - amount, 0.0)
        + rows[i, MOST_PRICE] * max(amount - rows[i, MOST], 0.0)
        + rows[i, LEAST_PRICE] * max(rows[i, LEAST] - amount, 0.0)
    )


@part()
def line_worth(line, i, amount):
    """Return the same for a simple row."""
    return line[i, PRICE] * max(line[i, LEVEL] - amount, 0.0)


@part()
def worth_at(i, amount, p, s):
    """Return what any row costs at this amount."""
    return line_worth(s.line, i, amount) if i < p.simple else row_worth(s.rows, i, amount)


@loop()
def valued(p, s):
    """Value every row afresh; return the worth of the state."""
    total = 0.0
    for i in range(len(s.amount)):
        s.worth[i] = worth_at(i, s.amount[i], p, s)
        total += s.worth[i]
    for j in range(len(s.follower)):
        total += p.weight[j] * s.follower[j]
    for z in s.served.flat:
        if z >= 0:
            total += p.price[z]
    return total


@loop()
def guidance(p, s):
    """Return what the state's worth holds of prices that only lead the search."""
    total = 0.0
    for i in p.guided:
        total += s.worth[i]
    return total


@loop()
def broken(s):
    """Return how many limits are broken."""
    count = 0
    for i in range(len(s.amount)):
        if s.amount[i] > s.rows[i, MOST] or s.amount[i] < s.rows[i, LEAST]:
            count += 1
    return count


@loop()
def reprice(p, s, falling):
    """Raise the price of each broken limit; if `falling`, lower the others' a little."""
    for i in range(len(s.amount)):
        if p.limit[i]:
            if s.amount[i] > s.rows[i, MOST] or s.amount[i] < s.rows[i, LEAST]:
                s.scale[i, 1] = min(s.scale[i, 1] * _RAISE, _HIGHEST)
            elif falling:
                s.scale[i, 1] = max(s.scale[i, 1] / _LOWER, _LOWEST)
            price = s.scale[i, 0] * s.scale[i, 1]
            s.rows[i, LEAST_PRICE] = price if s.rows[i, LEAST] > -_NEVER else 0.0
            s.rows[i, MOST_PRICE] = price if s.rows[i, MOST] < _NEVER else 0.0
            if i < p.simple:
                s.line[i, PRICE] = price


@loop()
def guide(p, s, falling):
    """Price what keeps each peak from falling below the best so far."""
    for i in p.guided:
        j = p.follows[i - p.plain]
        aim = min(s.follower[j], s.reach[j]) - 1.0
        s.rows[i, FIRST] = p.bound[i - p.plain] - p.each[i - p.plain] * aim if aim >= 0 else -_NEVER
        if s.amount[i] < s.rows[i, FIRST]:
            s.scale[i, 1] = min(s.scale[i, 1] * _RAISE, _GUIDE_HIGHEST)
        elif falling:
            s.scale[i, 1] = max(s.scale[i, 1] / _LOWER, _GUIDE_LOWEST)
        s.rows[i, FIRST_PRICE] = s.scale[i, 0] * s.scale[i, 1]


@part()
def asked(i, amount, p):
    """Return how large a driving row at this amount asks its follower to be."""
    d = i - p.plain
    return min(max(np.ceil((p.bound[d] - amount) / p.each[d]), 0.0), p.most[p.follows[d]])


@loop()
def held_up(i, p, s):
    """Return how large the other driving rows ask the follower of row i to be; no row asks for more than it is."""
    j, most = p.follows[i - p.plain], 0.0
    for q in range(p.driver_first[j], p.driver_first[j + 1]):
        other = p.driver_row[q]
        if other != i:
            most = max(most, asked(other, s.amount[other], p))
            if most >= s.follower[j]:
                break
    return most


@part()
def risen(i, delta, p, s):
    """Return the change of the follower that row i drives if the row's amount changes."""
    now, new = s.follower[p.follows[i - p.plain]], asked(i, s.amount[i] + delta, p)
    if new >= now:
        return new - now
    if asked(i, s.amount[i], p) < now:
        return 0.0
    return max(new, held_up(i, p, s)) - now


@part()
def felt(i, delta, p, s):
    """Return what a change of a driving row's amount is worth, with what follows from it."""
    change, j = row_worth(s.rows, i, s.amount[i] + delta) - s.worth[i], p.follows[i - p.plain]
    rise = risen(i, delta, p, s)
    if rise != 0.0:
        change += p.weight[j] * rise
        for q in range(p.effect_first[j], p.effect_first[j + 1]):
            r = p.effect_row[q]
            change += felt_next(r, p.effect_value[q] * rise, p, s)
    return change


@part()
def felt_next(i, delta, p, s):
    """Return the same for a row that a follower changes."""
    change = worth_at(i, s.amount[i] + delta, p, s) - s.worth[i]
    if i >= p.plain:
        j = p.follows[i - p.plain]
        rise = risen(i, delta, p, s)
        if rise != 0.0:
            change += p.weight[j] * rise
            for q in range(p.effect_first[j], p.effect_first[j + 1]):
                r = p.effect_row[q]
                change += worth_at(r, s.amount[r] + p.effect_value[q] * rise, p, s) - s.worth[r]
    return change


@part()
def shift_plain(i, delta, p, s):
    """Change a row's amount; return the change of its worth."""
    s.amount[i] += delta
    new = worth_at(i, s.amount[i], p, s)
    change = new - s.worth[i]
    s.worth[i] = new
    return change


@part()
def shift_next(i, delta, p, s):
    """Change the amount of a row that a follower changes, with what follows; return the change of worth."""
    if i < p.plain:
        return shift_plain(i, delta, p, s)
    j, rise = p.follows[i - p.plain], risen(i, delta, p, s)
    change = shift_plain(i, delta, p, s)
    if rise != 0.0:
        s.follower[j] += rise
        change += p.weight[j] * rise
        for q in range(p.effect_first[j], p.effect_first[j + 1]):
            change += shift_plain(p.effect_row[q], p.effect_value[q] * rise, p, s)
    return change


@part()
def shift(i, delta, p, s):
    """Change a driving row's amount, with all that follows; return the change of worth."""
    j, rise = p.follows[i - p.plain], risen(i, delta, p, s)
    change = shift_plain(i, delta, p, s)
    if rise != 0.0:
        s.follower[j] += rise
        change += p.weight[j] * rise
        for q in range(p.effect_first[j], p.effect_first[j + 1]):
            change += shift_next(p.effect_row[q], p.effect_value[q] * rise, p, s)
    return change


@loop()
def follow(p, s):
    """Work out the followers and what they add, where amounts hold the tours alone."""
    for j in range(len(s.follower)):
        s.follower[j] = 0.0
        for q in range(p.driver_first[j], p.driver_first[j + 1]):
            s.follower[j] = max(s.follower[j], asked(p.driver_row[q], s.amount[p.driver_row[q]], p))
        for q in range(p.effect_first[j], p.effect_first[j + 1]):
            s.amount[p.effect_row[q]] += p.effect_value[q] * s.follower[j]


@loop()
def shift_lines(begins, ends, sign, entry, row, value, line, amount, worth):
    """Change the amounts of simple rows by some entries, once (sign 1) or back (-1); return the change of worth."""
    change = 0.0
    for q in range(index(begins), index(ends)):
        e = entry[q]
        i = row[e]
        here = amount[i] + sign * value[e]
        new = line_worth(line, i, here)
        change += new - worth[i]
        amount[i], worth[i] = here, new
    return change


@part()
def move(z, sign, p, s):
    """Take column z once more (sign 1) or once less (-1); return the change."""
    first, ends = p.first[z], p.other[z]
    change = sign * p.price[z]
    change += shift_lines(first, ends, sign, p.entry, p.entry_row, p.entry_value, s.line, s.amount, s.worth)
    if ends < p.first[z + 1]:
        change += move_others(z, sign, p, s)
    return change


@loop()
def move_others(z, sign, p, s):
    """Change the rows of column z that are not simple; return the change."""
    change = 0.0
    for q in range(p.other[z], p.driving[z]):
        e = p.entry[q]
        change += shift_plain(p.entry_row[e], sign * p.entry_value[e], p, s)
    for q in range(p.driving[z], p.first[z + 1]):
        e = p.entry[q]
        change += shift(p.entry_row[e], sign * p.entry_value[e], p, s)
    return change
