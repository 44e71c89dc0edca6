"""The inner loops, compiled: the worth of rows, a unit's best response, ruin and recreate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Columns of the table of rows: a price a unit below LEAST, below FIRST and SECOND, and above MOST.
LEAST, LEAST_PRICE, FIRST, FIRST_PRICE, SECOND, SECOND_PRICE, MOST, MOST_PRICE = range(8)
ROW_FIELDS = 8

# What a ruin takes out: any units, or those that share something with one of them.
RANDOM, CONTINGENT, NATION, SECTOR, ROLE, WINDOW = range(6)
_RUINS = 6
_WINDOW_REACH = 2

_EPSILON = 1e-9
# How often a best response overlooks a column, and a ruin a unit that fits.
_BLINK, _SPARED = 0.01, 0.3
_BY_SIZE = 0.67
_REPRICE_EVERY = 100
_RAISE, _LOWER = 1.2, 1.02
_HIGHEST, _LOWEST = 1e6, 0.05
_NEVER = 1e300


class Problem(NamedTuple):
    """What does not change. Columns are sorted by contingent and start.

    `first, row, value`: the rows of each column. `column_of`, `cell_of`, `block_of` (contingents + 1): where the
    columns, cells and blocks (see cells.py) of each contingent begin. `again`: when a unit may start again.
    """

    periods: int
    column_of: Ints
    start: Ints
    again: Ints
    sector: Ints
    role: Ints
    price: Floats
    first: Ints
    row: Ints
    value: Floats
    cell_of: Ints
    cell_first: Ints
    cell_row: Ints
    cell_value: Floats
    block: Ints
    block_of: Ints
    block_first: Ints
    block_cell: Ints
    own_first: Ints
    own_cell: Ints
    unit_contingent: Ints
    unit_free: Ints
    size: Ints
    nation: Ints
    limit: Bools


class State(NamedTuple):
    """What changes: the rows' prices, amounts and worths, the columns that each unit serves, and scratch space.

    `served` (int64[units, slots]) holds column numbers, then -1; `scale` (float64[rows, 2]) what a unit of each limit
    is worth, roughly, and the factor that makes its price of that.
    """

    rows: Floats
    scale: Floats
    amount: Floats
    worth: Floats
    served: Ints
    best_served: Ints
    before: Ints
    of_cell: Floats
    of_block: Floats
    best: Floats
    choice: Ints
    chosen: Ints
    taken: Bools
    key: Floats


@njit(cache=True, inline="always")
def row_worth(rows, i, amount):
    """Return what a row costs at this amount: a convex, piecewise linear function."""
    worth = 0.0
    if amount < rows[i, FIRST]:
        worth += rows[i, FIRST_PRICE] * (rows[i, FIRST] - amount)
    if amount < rows[i, SECOND]:
        worth += rows[i, SECOND_PRICE] * (rows[i, SECOND] - amount)
    if amount > rows[i, MOST]:
        worth += rows[i, MOST_PRICE] * (amount - rows[i, MOST])
    if amount < rows[i, LEAST]:
        worth += rows[i, LEAST_PRICE] * (rows[i, LEAST] - amount)
    return worth


@njit(cache=True)
def valued(p, s):
    """Value every row afresh; return the worth of the state."""
    total = 0.0
    for i in range(len(s.amount)):
        s.worth[i] = row_worth(s.rows, i, s.amount[i])
        total += s.worth[i]
    for z in s.served.flat:
        if z >= 0:
            total += p.price[z]
    return total


@njit(cache=True)
def broken(s):
    """Return how many limits are broken."""
    count = 0
    for i in range(len(s.amount)):
        if s.amount[i] > s.rows[i, MOST] or s.amount[i] < s.rows[i, LEAST]:
            count += 1
    return count


@njit(cache=True)
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


@njit(cache=True)
def move(z, sign, p, s):
    """Take column z once more (sign 1) or once less (-1); return the change."""
    change = sign * p.price[z]
    for q in range(p.first[z], p.first[z + 1]):
        i = p.row[q]
        s.amount[i] += sign * p.value[q]
        new = row_worth(s.rows, i, s.amount[i])
        change += new - s.worth[i]
        s.worth[i] = new
    return change


@njit(cache=True)
def priced(k, p, s):
    """Work out what each cell and block of contingent k would change, with everything as it is."""
    base = p.cell_of[k]
    for c in range(base, p.cell_of[k + 1]):
        change = 0.0
        for q in range(p.cell_first[c], p.cell_first[c + 1]):
            i = p.cell_row[q]
            change += row_worth(s.rows, i, s.amount[i] + p.cell_value[q]) - s.worth[i]
        s.of_cell[c - base] = change
    first = p.block_of[k]
    for b in range(first, p.block_of[k + 1]):
        change = 0.0
        for q in range(p.block_first[b], p.block_first[b + 1]):
            change += s.of_cell[p.block_cell[q] - base]
        s.of_block[b - first] = change


@njit(cache=True)
def respond(k, free, p, s, rng):
    """Fill `choice`: the column that a unit of contingent k, free from period `free`, starts in each period, or -1.

    The longest path over the periods: what each column would change, dwell included, with everything else as it is.
    """
    priced(k, p, s)
    base, first = p.cell_of[k], p.block_of[k]
    s.best[p.periods] = 0.0
    z = p.column_of[k + 1] - 1
    for t in range(p.periods - 1, free - 1, -1):
        value, chosen = s.best[t + 1], -1
        while z >= p.column_of[k] and p.start[z] == t:
            if rng.random() >= _BLINK:
                change = p.price[z] + s.of_block[p.block[z] - first]
                for q in range(p.own_first[z], p.own_first[z + 1]):
                    change += s.of_cell[p.own_cell[q] - base]
                if p.again[z] < p.periods:
                    change += s.best[p.again[z]]
                if change < value - _EPSILON:
                    value, chosen = change, z
            z -= 1
        s.best[t], s.choice[t] = value, chosen


@njit(cache=True)
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


@njit(cache=True)
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


@njit(cache=True)
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


@njit(cache=True)
def serves_alike(u, kind, column, p, s):
    """Tell whether unit u serves in the sector, the role, or the sector and time of a column."""
    for z in s.served[u]:
        if z < 0:
            return False
        if kind == ROLE:
            if p.role[z] == p.role[column]:
                return True
        elif p.sector[z] == p.sector[column] and (kind == SECTOR or abs(p.start[z] - p.start[column]) <= _WINDOW_REACH):
            return True
    return False


@njit(cache=True)
def fits(u, kind, seed_unit, column, wanted, p, s, rng):
    """Tell whether a ruin of this kind around `seed_unit` and its column takes unit u."""
    if kind == RANDOM or column < 0:
        return rng.random() * len(s.served) < 2 * wanted
    k, other = p.unit_contingent[u], p.unit_contingent[seed_unit]
    if kind == CONTINGENT:
        return k == other
    if kind == NATION:
        return p.nation[k] == p.nation[other]
    return serves_alike(u, kind, column, p, s)


@njit(cache=True)
def ruined(wanted, p, s, rng):
    """Choose up to `wanted` units that serve, and a few idle ones; fill `chosen`, return how many."""
    units = len(s.served)
    seed_unit = rng.integers(0, units)
    for _ in range(50):
        if s.served[seed_unit, 0] >= 0:
            break
        seed_unit = rng.integers(0, units)
    column = s.served[seed_unit, rng.integers(0, s.served.shape[1])]
    if column < 0:
        column = s.served[seed_unit, 0]
    kind, offset, count = rng.integers(0, _RUINS), rng.integers(0, units), 0
    for j in range(units):
        if count >= wanted:
            break
        u = (offset + j) % units
        if fits(u, kind, seed_unit, column, wanted, p, s, rng) and rng.random() >= _SPARED:
            s.chosen[count], s.taken[u] = u, True
            count += 1
    return idle(count, p, s, rng)


@njit(cache=True)
def idle(count, p, s, rng):
    """Add up to two units that serve nowhere; return how many are chosen now."""
    added = 0
    for _ in range(20):
        u = rng.integers(0, len(s.served))
        if not s.taken[u] and s.served[u, 0] < 0:
            s.chosen[count], s.taken[u] = u, True
            count, added = count + 1, added + 1
            if added == 2:
                break
    return count


@njit(cache=True)
def ordered(count, p, s, rng):
    """Return the order in which to put units back: large ones first, roughly, or any."""
    by_size = rng.random() < _BY_SIZE
    for j in range(count):
        draw = rng.random()
        s.key[j] = -p.size[p.unit_contingent[s.chosen[j]]] * (0.8 + 0.4 * draw) if by_size else draw
    return np.argsort(s.key[:count])


@njit(cache=True, nogil=True)
def search(iterations, temperature, largest, falling, best_known, p, s, rng):
    """Ruin and recreate for some iterations; return the least worth seen without a broken limit, or `best_known`.

    The state is changed in place; prices rise on broken limits and (if `falling`) fall on kept ones, and
    `best_served` holds the best state without a broken limit.
    """
    now = valued(p, s)
    for iteration in range(iterations):
        count = ruined(1 + rng.integers(0, largest), p, s, rng)
        change = take_out(count, p, s)
        for j in ordered(count, p, s, rng):
            change += put_back(s.chosen[j], p, s, rng)
        if change <= 0 or rng.random() < np.exp(-change / temperature):
            now += change
            if now < best_known - 1e-6 and broken(s) == 0:
                best_known = now
                s.best_served[:] = s.served
        else:
            undo(count, p, s)
        for j in range(count):
            s.taken[s.chosen[j]] = False
        if iteration % _REPRICE_EVERY == _REPRICE_EVERY - 1:
            reprice(p, s, falling)
            now = valued(p, s)
    return best_known
