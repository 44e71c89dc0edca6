"""The search itself, compiled: what goes home together, and whether what comes of it is accepted."""

from __future__ import annotations

import numpy as np

from forcegen.engine.command import command_of, concerned, drawn, put_command, take_command, undo_command
from forcegen.engine.compiled import below, loop, part, sort_by
from forcegen.engine.respond import put_back, take_out, undo
from forcegen.engine.rows import broken, guidance, guide, reprice, valued

# What a ruin takes out: any units, or those that share something with one of them.
RANDOM, CONTINGENT, NATION, SECTOR, ROLE, WINDOW = range(6)
RUINS = 6
WINDOW_REACH = 2

# How often a ruin passes over a unit that fits.
SPARED = 0.3
_BY_SIZE = 0.67
_REPRICE_EVERY = 100
# How often, where there are commands, one of them changes hands together with units that this concerns; else how often
# it is decided anew in the sector of a ruin, and how often then with a nation that is drawn.
_HANDOVERS, _ANEW, _DRAWN = 0.1, 0.2, 0.1


@part()
def serves_alike(u, kind, column, served, sector, role, start):
    """Tell whether unit u serves in the sector, the role, or the sector and time of a column."""
    found = False
    for b in range(served.shape[1]):
        z = served[u, b]
        if z < 0:
            break
        if kind == ROLE:
            found = found or role[z] == role[column]
        elif sector[z] == sector[column]:
            found = found or kind == SECTOR or abs(start[z] - start[column]) <= WINDOW_REACH
    return found


@part()
def centre(served, rng):
    """Return a unit that serves, and one of its columns; column -1 where none was found."""
    units = len(served)
    u = below(units, rng)
    for _ in range(50):
        if served[u, 0] >= 0:
            break
        u = below(units, rng)
    column = served[u, below(served.shape[1], rng)]
    return u, column if column >= 0 else served[u, 0]


@loop()
def ruined(wanted, p, s, rng):
    """Choose up to `wanted` units that serve, and a few idle ones; fill `chosen`, return how many."""
    served, contingent, nation = s.served, p.unit_contingent, p.nation
    sector, role, start = p.sector, p.role, p.start
    units = len(served)
    middle, column = centre(served, rng)
    kind, offset, count = below(RUINS, rng), below(units, rng), 0
    for j in range(units):
        if count >= wanted:
            break
        u = (offset + j) % units
        if kind == RANDOM or column < 0:
            fits = rng.random() * units < 2 * wanted
        elif kind == CONTINGENT:
            fits = contingent[u] == contingent[middle]
        elif kind == NATION:
            fits = nation[contingent[u]] == nation[contingent[middle]]
        else:
            fits = serves_alike(u, kind, column, served, sector, role, start)
        if fits and rng.random() >= SPARED:
            s.chosen[count], s.taken[u] = u, True
            count += 1
    return idle(count, s, rng)


@loop()
def idle(count, s, rng):
    """Add up to two units that serve nowhere; return how many are chosen now."""
    added, served, taken = 0, s.served, s.taken
    for _ in range(20):
        u = below(len(served), rng)
        if not taken[u] and served[u, 0] < 0:
            s.chosen[count], taken[u] = u, True
            count, added = count + 1, added + 1
            if added == 2:
                break
    return count


@part()
def put_in_order(chosen, count, size, key, rng):
    """Sort the first few of `chosen` into the order in which to put them back: large ones first, roughly, or any.

    `size` (units) is how many people each has; `key` is scratch space.
    """
    by_size = rng.random() < _BY_SIZE
    for j in range(count):
        draw = rng.random()
        key[j] = -size[chosen[j]] * (0.8 + 0.4 * draw) if by_size else draw
    sort_by(key, chosen, count)


@loop()
def handed_over(wanted, c, n, since, until, p, s, w, rng):
    """Choose up to `wanted` units that a change of command concerns, and a few idle ones; return how many."""
    units = len(s.served)
    offset, count = below(units, rng), 0
    for j in range(units):
        if count >= wanted:
            break
        u = (offset + j) % units
        if concerned(u, c, n, since, until, w, p, s) and rng.random() >= SPARED:
            s.chosen[count], s.taken[u] = u, True
            count += 1
    return idle(count, s, rng)


@loop()
def chosen(wanted, p, s, w, rng):
    """Choose who goes home; return how many, which command is decided anew, or -1, and who is to have it when."""
    if not len(w.sector):
        return ruined(wanted, p, s, rng), -1, 0, 0, 0
    if rng.random() < _HANDOVERS:
        command = below(len(w.sector), rng)
        n, since, until = drawn(command, w, p, s, rng)
        return handed_over(wanted, command, n, since, until, p, s, w, rng), command, n, since, until
    count, n, since, until = ruined(wanted, p, s, rng), 0, 0, 0
    command = command_of(s.served[s.chosen[0], 0], w, p) if count and rng.random() < _ANEW else -1
    if command >= 0 and rng.random() < _DRAWN:
        n, since, until = drawn(command, w, p, s, rng)
    return count, command, n, since, until


@part()
def recreated(count, command, n, since, until, p, s, w, h, rng):
    """Take home who is chosen and put all back, the command last; return the change.

    Where somebody is to have the command from one period until another, it changes hands before units are put back.
    """
    put_in_order(s.chosen, count, p.unit_size, s.key, rng)
    change = take_out(count, p, s)
    if command >= 0:
        for t in range(p.periods):
            h.before[command, t] = h.column[command, t]
    if since < until:
        for t in range(since, until):
            h.asked[n, t] = 1.0
        change += take_command(command, h, p, s) + put_command(command, w, h, p, s, rng)
        for t in range(since, until):
            h.asked[n, t] = 0.0
    for j in range(count):
        change += put_back(s.chosen[j], p, s, rng)
    if command >= 0:
        change += take_command(command, h, p, s) + put_command(command, w, h, p, s, rng)
    return change


@loop(nogil=True)
def search(iterations, temperature, largest, falling, best_known, p, s, w, h, rng):
    """Ruin and recreate for some iterations; return the least worth seen without a broken limit, or `best_known`.

    The state is changed in place; prices rise on broken limits and (if `falling`) fall on kept ones, and
    `best_served` and `h.best` hold the best state without a broken limit.
    """
    now = valued(p, s) + held_worth(p, h)
    for iteration in range(iterations):
        count, command, n, since, until = chosen(1 + below(largest, rng), p, s, w, rng)
        change = recreated(count, command, n, since, until, p, s, w, h, rng)
        if change <= 0 or rng.random() < np.exp(-change / temperature):
            now += change
            if now - guidance(p, s) < best_known - 1e-6 and broken(s) == 0:
                best_known = now - guidance(p, s)
                keep(s, h)
        else:
            undo(count, p, s)
            if command >= 0:
                undo_command(command, h, p, s)
        for j in range(count):
            s.taken[s.chosen[j]] = False
        if iteration % _REPRICE_EVERY == _REPRICE_EVERY - 1:
            reprice(p, s, falling)
            guide(p, s, falling)
            now = valued(p, s) + held_worth(p, h)
    return best_known


@part()
def keep(s, h):
    """Remember the state as the best so far."""
    for u in range(s.served.shape[0]):
        for b in range(s.served.shape[1]):
            s.best_served[u, b] = s.served[u, b]
    for c in range(h.column.shape[0]):
        for t in range(h.column.shape[1]):
            h.best[c, t] = h.column[c, t]
    for j in range(len(s.follower)):
        s.reach[j] = s.follower[j]


@loop()
def held_worth(p, h):
    """Return what the columns of commands cost by themselves."""
    total = 0.0
    for z in h.column.flat:
        if z >= 0:
            total += p.price[z]
    return total
