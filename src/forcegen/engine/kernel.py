"""The inner loops, compiled: the worth of rows, a unit's best response, and its way home and back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from forcegen.engine.compiled import ONE, index, loop, part, skipped

Ints = NDArray[np.int64]
Places = NDArray[np.uint32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Columns of the table of rows: a price a unit below LEAST, below FIRST and SECOND, and above MOST.
LEAST, LEAST_PRICE, FIRST, FIRST_PRICE, SECOND, SECOND_PRICE, MOST, MOST_PRICE = range(8)
ROW_FIELDS = 8
# Columns of what a simple row is.
LEVEL, PRICE = range(2)

_EPSILON = 1e-9
# How often a best response overlooks a column.
_BLINK = 0.01
_RAISE, _LOWER = 1.2, 1.02
_HIGHEST, _LOWEST = 1e6, 0.05
_GUIDE_HIGHEST, _GUIDE_LOWEST = 1.0, 0.02
_NEVER = 1e300


class Problem(NamedTuple):
    """What does not change. Columns are sorted by contingent and start.

    Rows before `simple` cost something in one way only, below a level, and those from `plain` on drive followers (see
    followers.py): `driver_first, driver_row` are the driving rows of each, `effect_first, effect_row, effect_value`
    what it adds to rows. `guided`: the driving rows of peaks.
    `first, entry`: the entries of each column, from `other` on those in rows that are not simple, from `driving` on
    those in rows that drive followers; `entry_of, entry_other, entry_driving` alike for each contingent. `column_of`,
    `cell_of`, `block_of` (contingents + 1): where the columns, cells and blocks (see cells.py) of each contingent
    begin. `again`: when a unit may start again.
    """

    periods: int
    column_of: Ints
    start: Ints
    again: Ints
    sector: Ints
    role: Ints
    price: Floats
    first: Ints
    other: Ints
    driving: Ints
    entry: Places
    entry_of: Ints
    entry_other: Ints
    entry_driving: Ints
    entry_row: Places
    entry_value: Floats
    cell_of: Ints
    cell_first: Ints
    cell_entry: Places
    block: Places
    block_of: Ints
    block_first: Ints
    block_cell: Places
    own_first: Ints
    own_cell: Places
    unit_contingent: Ints
    unit_free: Ints
    unit_size: Ints
    nation: Ints
    limit: Bools
    simple: int
    plain: int
    follows: Ints
    bound: Floats
    each: Floats
    driver_first: Ints
    driver_row: Ints
    effect_first: Ints
    effect_row: Ints
    effect_value: Floats
    weight: Floats
    most: Floats
    guided: Ints


class State(NamedTuple):
    """What changes: the rows' prices, amounts and worths, the columns that each unit serves, and scratch space.

    `served` (int64[units, slots]) holds column numbers, then -1; `scale` (float64[rows, 2]) what a unit of each limit
    is worth, roughly, and the factor that makes its price of that. `line` (float64[simple, 2]): level and price of each
    simple row, as in `rows`. `follower` is how large each follower is, `reach` how large it is in the best state so
    far.
    """

    rows: Floats
    line: Floats
    scale: Floats
    amount: Floats
    worth: Floats
    served: Ints
    best_served: Ints
    before: Ints
    of_entry: Floats
    of_cell: Floats
    of_block: Floats
    best: Floats
    choice: Ints
    chosen: Ints
    taken: Bools
    key: Floats
    follower: Floats
    reach: Floats


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


@loop()
def price_others(k, p, s):
    """Work out what entries of contingent k in rows that are not simple would change."""
    for e in range(p.entry_other[k], p.entry_driving[k]):
        i = p.entry_row[e]
        s.of_entry[e - p.entry_of[k]] = row_worth(s.rows, i, s.amount[i] + p.entry_value[e]) - s.worth[i]
    for e in range(p.entry_driving[k], p.entry_of[k + 1]):
        s.of_entry[e - p.entry_of[k]] = felt(p.entry_row[e], p.entry_value[e], p, s)


@loop()
def priced(k, p, s):
    """Work out what each entry, cell and block of contingent k would change, with everything as it is."""
    begins, ends = index(p.entry_of[k]), index(p.entry_other[k])
    row, value, of_entry = p.entry_row, p.entry_value, s.of_entry
    line, amount, worth = s.line, s.amount, s.worth
    for e in range(begins, ends):
        i = row[e]
        of_entry[e - begins] = line_worth(line, i, amount[i] + value[e]) - worth[i]
    if p.entry_other[k] < p.entry_of[k + 1]:
        price_others(k, p, s)
    base, first, entry, of_cell = index(p.cell_of[k]), p.cell_first, p.cell_entry, s.of_cell
    q = index(first[base])
    for c in range(base, index(p.cell_of[k + 1])):
        change, last = 0.0, index(first[c + ONE])
        while q < last:
            change += of_entry[entry[q] - begins]
            q += ONE
        of_cell[c - base] = change
    start, of_block = index(p.block_of[k]), s.of_block
    block_first, block_cell = p.block_first, p.block_cell
    q = index(block_first[start])
    for b in range(start, index(p.block_of[k + 1])):
        change, last = 0.0, index(block_first[b + ONE])
        while q < last:
            change += of_cell[block_cell[q] - base]
            q += ONE
        of_block[b - start] = change


@loop()
def respond(k, free, p, s, rng):
    """Fill `choice`: the column that a unit of contingent k, free from period `free`, starts in each period, or -1.

    The longest path over the periods: what each column would change, dwell included, with everything else as it is.
    """
    priced(k, p, s)
    base, blocks, periods = index(p.cell_of[k]), index(p.block_of[k]), p.periods
    start, again, price, block = p.start, p.again, p.price, p.block
    own_first, own_cell, of_cell, of_block = p.own_first, p.own_cell, s.of_cell, s.of_block
    best, choice = s.best, s.choice
    best[periods] = 0.0
    first, z, blink = index(p.column_of[k]), index(p.column_of[k + 1]), skipped(_BLINK, rng)
    for t in range(periods - 1, free - 1, -1):
        value, chosen = best[t + 1], -1
        while z > first and start[z - ONE] == t:
            z -= ONE
            blink -= 1
            if blink < 0:
                blink = skipped(_BLINK, rng)
                continue
            change = price[z] + of_block[block[z] - blocks]
            for q in range(index(own_first[z]), index(own_first[z + ONE])):
                change += of_cell[own_cell[q] - base]
            if again[z] < periods:
                change += best[again[z]]
            if change < value - _EPSILON:
                value, chosen = change, int(z)
        best[t], choice[t] = value, chosen


@part()
def put_back(u, p, s, rng):
    """Give unit u its best response; return the change."""
    respond(p.unit_contingent[u], p.unit_free[u], p, s, rng)
    change, t, b = 0.0, p.unit_free[u], 0
    while t < p.periods:
        z = s.choice[t]
        if z < 0:
            t += 1
        else:
            change += move(z, 1.0, p, s)
            s.served[u, b] = z
            b += 1
            t = p.again[z]
    return change


@part()
def take_out(count, p, s):
    """Take the chosen units home, remembering what they served; return the change."""
    change = 0.0
    for j in range(count):
        u = s.chosen[j]
        for b in range(s.served.shape[1]):
            z = s.served[u, b]
            s.before[j, b] = z
            if z >= 0:
                change += move(z, -1.0, p, s)
                s.served[u, b] = -1
    return change


@part()
def undo(count, p, s):
    """Give the chosen units back what they served before."""
    for j in range(count):
        for z in s.served[s.chosen[j]]:
            if z >= 0:
                move(z, -1.0, p, s)
    for j in range(count):
        u = s.chosen[j]
        for b in range(s.served.shape[1]):
            z = s.before[j, b]
            s.served[u, b] = z
            if z >= 0:
                move(z, 1.0, p, s)
