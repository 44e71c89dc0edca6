"""Compiled: a unit's best response, and its way home and back."""

from __future__ import annotations

from forcegen.engine.compiled import ONE, index, loop, part, skipped
from forcegen.engine.rows import felt, line_worth, move, row_worth

_EPSILON = 1e-9
# How often a best response overlooks a column.
_BLINK = 0.01


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
