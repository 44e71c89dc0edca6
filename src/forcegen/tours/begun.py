"""What is past when a plan is made anew: tours that have begun, kept to their end where that is still allowed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forcegen.tours.allowed import Bans, allowed_tours, willing
from forcegen.tours.roster import free_after, units_of
from forcegen.tours.tours import Tours

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan, Tour
    from forcegen.tours.tours import Ints


@dataclass(frozen=True, eq=False)
class Begun:
    """A plan as it stands in a period in which it is made anew.

    Parameters
    ----------
    at
        The period of the decision: what starts before it is past.
    tours
        The tours of single units that have begun, cut where the instance no longer allows them.
    units : int64[n]
        The unit of each, from 1.
    whole : int64[n]
        How long each was to be.
    later
        Tours of the plan that have not begun.
    freed
        Nations of which the instance no longer allows a tour of the plan: their terms that run lapse.
    """

    at: int
    tours: Tours
    units: Ints
    whole: Ints
    later: tuple[Tour, ...]
    freed: frozenset[str]

    def columns(self, allowed: Tours, instance: Instance) -> Tours:
        """Return the tours that may be taken: what has begun, and what may still be decided.

        Nothing starts before notice is over, counted from the decision, but what the plan has already.
        """
        notice = np.array([k.notice for k in instance.contingents], dtype=np.int64)
        early = allowed.start < self.at + notice[allowed.contingent] if len(allowed) else np.zeros(0, dtype=bool)
        decided = self._decided(instance)
        known = np.array([key in decided for key in keys(allowed)], dtype=bool).reshape(-1)
        left = allowed.take(np.flatnonzero((allowed.start >= self.at) & (~early | known)))
        table = np.stack(self.tours.fields)
        table = np.concatenate([np.stack(left.fields), np.unique(table, axis=1)], axis=1)
        order = np.lexsort((table[3], table[2], table[1], table[4], table[0]))
        return Tours(*table[:, order])

    def bounds(self, columns: Tours, upper: Ints, instance: Instance) -> tuple[Ints, Ints]:
        """Return how often each column is taken at least and at most; `upper` is what the pools allow."""
        lower, upper = np.zeros(len(columns), dtype=np.int64), upper.copy()
        given, decided = Counter(keys(self.tours)), self._decided(instance)
        for z, key in enumerate(keys(columns)):
            if key[3] < self.at:
                lower[z] = upper[z] = given[key]
            elif key[3] < self.at + instance.contingents[key[0]].notice:
                upper[z] = min(upper[z], decided[key])
        return lower, upper

    def away(self, instance: Instance) -> Ints:
        """Return units on tours that have begun, or in the dwell after them; int64[contingents, periods]."""
        periods = instance.horizon.periods
        change = np.zeros((len(instance.contingents), periods + 1), dtype=np.int64)
        free = np.minimum(free_after(self.tours, instance), periods)
        np.add.at(change, (self.tours.contingent, self.tours.start), 1)
        np.add.at(change, (self.tours.contingent, free), -1)
        return np.cumsum(change, axis=1)[:, :periods]

    def first_free(self, instance: Instance) -> Ints:
        """Return the first period in which each single unit is free for what is still to be decided, int64[units]."""
        contingent, free = units_of(instance)
        first = np.searchsorted(contingent, np.arange(len(instance.contingents)))
        pools = np.array([k.pool for k in instance.contingents], dtype=np.int64)
        mine = self.units <= pools[self.tours.contingent]
        at = (first[self.tours.contingent] + self.units - 1)[mine]
        free = free.copy()
        np.maximum.at(free, at, free_after(self.tours, instance)[mine])
        return free

    def _decided(self, instance: Instance) -> Counter[tuple[int, ...]]:
        return Counter(keys(_arrays(self.later, instance)))


def standing(instance: Instance, plan: Plan, at: int) -> Begun:
    """Return a plan as it stands in a period, in an instance that may have changed since it was made.

    A tour that has begun ends before the first period, from `at` on, in which the instance no longer lets the unit
    serve there: its conditions fail, it has to be home, a rule forbids the place, or it no longer fills the role. Where
    more units serve than a pool has left, those with the highest numbers come home at once.
    """
    past = [tour for tour in plan.tours if instance.horizon.index(tour.start) < at]
    later = tuple(tour for tour in plan.tours if instance.horizon.index(tour.start) >= at)
    tours = _arrays(past, instance)
    units = np.array([tour.unit for tour in past], dtype=np.int64)
    served = np.array(list(_served(tours, instance, at)), dtype=np.int64)
    served = _within_pools(tours, served, units, instance, at)
    cut = Tours(tours.contingent, tours.sector, tours.role, tours.start, served)
    hit = {instance.contingents[k].nation for k in tours.contingent[served < tours.length].tolist()}
    return Begun(at, cut, units, tours.length, later, frozenset(hit | set(_no_more(later, instance))))


def keys(tours: Tours) -> list[tuple[int, ...]]:
    """Return contingent, sector, role, start and length of each tour."""
    return list(zip(*(field.tolist() for field in tours.fields), strict=True))


def _served(tours: Tours, instance: Instance, at: int) -> Iterator[int]:
    """Yield how long each tour lasts where the instance forbids the rest."""
    bans, periods = Bans(instance), instance.horizon.periods
    for k, s, r, start, length in keys(tours):
        contingent = instance.contingents[k]
        leaves = start + length
        if leaves > at:
            free = bans.permitted(contingent.id)[s, r] & willing(contingent, instance)
            if instance.roles[r].id not in contingent.fills:
                free[:] = False
            barred = np.flatnonzero(~free[at : min(leaves, periods)])
            leaves = at + int(barred[0]) if len(barred) else leaves
            if contingent.until is not None:
                leaves = max(at, min(leaves, instance.horizon.index(contingent.until) + 1))
        yield leaves - start


def _within_pools(tours: Tours, served: Ints, units: Ints, instance: Instance, at: int) -> Ints:
    """Return how long each tour lasts where units beyond the pool come home at once."""
    served = served.copy()
    for k, contingent in enumerate(instance.contingents):
        running = np.flatnonzero((tours.contingent == k) & (tours.start + served > at))
        inherited = sum(
            row.units
            for row in instance.history
            if row.contingent == contingent.id and row.ends is not None and instance.horizon.index(row.ends) >= at
        )
        excess = max(0, len(running) + inherited - contingent.pool)
        for z in sorted(running.tolist(), key=lambda z: -int(units[z]))[:excess]:
            served[z] = at - tours.start[z]
    return served


def _no_more(later: Sequence[Tour], instance: Instance) -> Iterator[str]:
    """Yield the nation of each tour that has not begun and is no longer allowed."""
    allowed = set(keys(allowed_tours(instance)))
    for tour, key in zip(later, keys(_arrays(later, instance)), strict=True):
        k = instance.contingent[tour.contingent]
        if key not in allowed or tour.unit > k.pool:
            yield k.nation


def _arrays(tours: Sequence[Tour], instance: Instance) -> Tours:
    contingents = {item.id: i for i, item in enumerate(instance.contingents)}
    sectors = {item.id: i for i, item in enumerate(instance.sectors)}
    roles = {item.id: i for i, item in enumerate(instance.roles)}
    lines = [
        (contingents[t.contingent], sectors[t.sector], roles[t.role], instance.horizon.index(t.start), t.periods)
        for t in tours
    ]
    return Tours(*np.array(lines, dtype=np.int64).reshape(-1, 5).T)
