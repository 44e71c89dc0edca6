"""Who leads each sector, searched beside the tours: a command's best response, compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from forcegen.engine.compiled import below, loop, part
from forcegen.engine.respond import priced
from forcegen.engine.rows import felt, move, worth_at

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# What a period counts in which a command is asked to be a nation's, whatever else is at stake.
_ASKED = 1e12
# Where all is alike somebody leads rather than nobody, and anybody.
_NOISE = 1e-6
# How often the nation that is to lead is one that serves there.
_OF_THOSE_THERE = 0.5


class Commands(NamedTuple):
    """What does not change. Each sector that is led is a command, with the columns of a contingent of its own.

    `base`: the contingent of the first command. `lead`, `hold` (int64[commands, pairs, periods]): the column by which
    a nation leads, or is the last to have led, in a period; -1 where it cannot. `needed` (alike): how long a lead that
    begins there lasts at least. `must` (int64[commands, periods]): the pair that leads whatever is decided, -1 for
    none. `nation` (int64[commands, pairs]): -1 where there are fewer pairs. `sector`: of each command. `leaves`: the
    period after a column's last. `joint_first, joint_row, joint_here, joint_before`: for each pair and period in turn
    the rows that its column shares with the one before, and both coefficients.
    """

    base: int
    lead: Ints
    hold: Ints
    needed: Ints
    must: Ints
    nation: Ints
    sector: Ints
    leaves: Ints
    joint_first: Ints
    joint_row: Ints
    joint_here: Floats
    joint_before: Floats


class Held(NamedTuple):
    """What changes: the column of each command in each period, -1 for none, and scratch space."""

    column: Ints
    best: Ints
    before: Ints
    asked: Floats
    lead_cost: Floats
    hold_cost: Floats
    joint: Floats
    run: Floats
    run_end: Ints
    value: Floats
    choice: Ints


@part()
def _alone(i, delta, p, s):
    """Return what a change of a row's amount is worth."""
    if i < p.plain:
        return worth_at(i, s.amount[i] + delta, p, s) - s.worth[i]
    return felt(i, delta, p, s)


@loop()
def _column_costs(column, k, cost, p, s):
    """Fill in what the columns of contingent k would change, float64[pairs, periods]; its cells are priced."""
    price, block, own_first, own_cell = p.price, p.block, p.own_first, p.own_cell
    of_cell, of_block, base, first = s.of_cell, s.of_block, p.cell_of[k], p.block_of[k]
    for n in range(column.shape[0]):
        for t in range(column.shape[1]):
            z, total = column[n, t], 0.0
            if z >= 0:
                total = price[z] + of_block[block[z] - first]
                for q in range(own_first[z], own_first[z + 1]):
                    total += of_cell[own_cell[q] - base]
            cost[n, t] = total


@loop()
def _costs(c, w, h, p, s, rng):
    """Work out what command c costs in each period with each nation, and how much less after the same nation."""
    k = w.base + c
    priced(k, p, s)
    _column_costs(w.lead[c], k, h.lead_cost, p, s)
    _column_costs(w.hold[c], k, h.hold_cost, p, s)
    pairs, periods = w.nation.shape[1], p.periods
    for n in range(pairs):
        noise = _NOISE * rng.random()
        for t in range(periods):
            h.lead_cost[n, t] -= noise + h.asked[n, t] * _ASKED
            joint, j = 0.0, (c * pairs + n) * periods + t
            for q in range(w.joint_first[j], w.joint_first[j + 1]):
                i, here, before = w.joint_row[q], w.joint_here[q], w.joint_before[q]
                joint += _alone(i, here + before, p, s) - _alone(i, here, p, s) - _alone(i, before, p, s)
            h.joint[n, t] = joint


@loop()
def _runs(t, lead, must, needed, h):
    """Find the best end of a lead of each nation that begins in period t."""
    cost, joint, reached, (pairs, periods) = h.lead_cost, h.joint, h.value, lead.shape
    for n in range(pairs):
        least, end, total = np.inf, -1, 0.0
        for last in range(t, periods):
            if lead[n, last] < 0 or (must[last] >= 0 and must[last] != n):
                break
            total += cost[n, last]
            if last > t:
                total += joint[n, last]
            if last + 1 - t >= needed[n, t] or last + 1 == periods:
                value = total + reached[last + 1, n]
                if value < least:
                    least, end = value, last + 1
        h.run[n, t], h.run_end[n, t] = least, end


@loop()
def _respond(c, w, h, p, s, rng):
    """Fill `choice`: what follows in each period if a nation was the last to lead, or nobody; the longest path.

    Nation n leads from then on: n; it has led: pairs + n; nothing: -1.
    """
    _costs(c, w, h, p, s, rng)
    must, hold, joint, run, value, choice = w.must[c], w.hold[c], h.joint, h.run, h.value, h.choice
    pairs, periods = hold.shape
    value[periods, :] = 0.0
    for t in range(periods - 1, -1, -1):
        _runs(t, w.lead[c], must, w.needed[c], h)
        idle, alike = must[t] < 0, hold[0, t] < 0  # where nobody holds what he led before, it is the same who did
        for former in range(pairs, -1, -1):
            if alike and former < pairs:
                value[t, former], choice[t, former] = value[t, pairs], choice[t, pairs]
                continue
            least, chosen = value[t + 1, pairs] if idle else np.inf, -1
            for n in range(pairs):
                same = joint[n, t] if n == former else 0.0
                if idle and hold[n, t] >= 0 and h.hold_cost[n, t] + same + value[t + 1, n] < least:
                    least, chosen = h.hold_cost[n, t] + same + value[t + 1, n], pairs + n
                if run[n, t] + same < least:
                    least, chosen = run[n, t] + same, n
            value[t, former], choice[t, former] = least, chosen


@loop()
def put_command(c, w, h, p, s, rng):
    """Give command c its best response, in favour of what is asked; return the change."""
    _respond(c, w, h, p, s, rng)
    pairs, change = w.nation.shape[1], 0.0
    t, former = 0, pairs
    while t < p.periods:
        n = h.choice[t, former]
        if n < 0:
            t, former = t + 1, pairs
        elif n >= pairs:
            former = n - pairs
            h.column[c, t] = w.hold[c, former, t]
            change += move(h.column[c, t], 1.0, p, s)
            t += 1
        else:
            former, end = n, h.run_end[n, t]
            for at in range(t, end):
                h.column[c, at] = w.lead[c, n, at]
                change += move(h.column[c, at], 1.0, p, s)
            t = end
    return change


@loop()
def take_command(c, h, p, s):
    """Take command c from whoever has it; return the change."""
    change = 0.0
    for t in range(p.periods):
        z = h.column[c, t]
        if z >= 0:
            change += move(z, -1.0, p, s)
            h.column[c, t] = -1
    return change


@loop()
def undo_command(c, h, p, s):
    """Give command c back to whoever had it before."""
    take_command(c, h, p, s)
    for t in range(p.periods):
        z = h.before[c, t]
        h.column[c, t] = z
        if z >= 0:
            move(z, 1.0, p, s)


@loop()
def command_of(z, w, p):
    """Return the command of the sector in which column z serves, -1 for none."""
    if z >= 0:
        for c in range(len(w.sector)):
            if w.sector[c] == p.sector[z]:
                return c
    return -1


@loop()
def drawn(c, w, p, s, rng):
    """Draw the pair that is to have command c, and from when until when."""
    pairs = 0
    while pairs < w.nation.shape[1] and w.nation[c, pairs] >= 0:
        pairs += 1
    n = below(pairs, rng)
    if rng.random() < _OF_THOSE_THERE:
        n = _there(c, n, pairs, w, p, s, rng)
    since, until = 0, p.periods
    kind = below(3, rng)
    if kind > 0:
        since = below(p.periods, rng)
    if kind > 1:
        until = min(until, since + max(1, w.needed[c, n, since]) + below(1 + p.periods // 4, rng))
    return n, since, until


@loop()
def _there(c, otherwise, pairs, w, p, s, rng):
    """Return the pair of a nation that serves in the sector of command c, if one is soon found."""
    units = len(s.served)
    offset = below(units, rng)
    for j in range(units):
        u = (offset + j) % units
        for b in range(s.served.shape[1]):
            z = s.served[u, b]
            if z < 0:
                break
            if p.sector[z] == w.sector[c]:
                nation = p.nation[p.unit_contingent[u]]
                for n in range(pairs):
                    if w.nation[c, n] == nation:
                        return n
    return otherwise


@loop()
def concerned(u, c, n, since, until, w, p, s):
    """Tell whether unit u is of the nation that is to lead, or serves in the sector then."""
    if p.nation[p.unit_contingent[u]] == w.nation[c, n]:
        return True
    for b in range(s.served.shape[1]):
        z = s.served[u, b]
        if z < 0:
            break
        if p.sector[z] == w.sector[c] and p.start[z] < until and w.leaves[z] > since:
            return True
    return False
