"""Where and when each contingent may serve, and all tours that this allows: rules that forbid places become masks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.condition import holding
from forcegen.domain.rules import Exclude, Only
from forcegen.domain.scope import Scope, active_periods, scope_of
from forcegen.tours.tours import Bools, Ints, Tours, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.domain.contingent import Contingent
    from forcegen.domain.instance import Instance
    from forcegen.domain.requirement import Requirement


class Bans:
    """The `exclude` and `only` rules of an instance as masks over sectors, roles and periods."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.shape = (len(instance.sectors), len(instance.roles), instance.horizon.periods)
        self._bans = [
            (scope.contingents, _banned(isinstance(rule, Only), scope, instance), np.array(active))
            for rule in instance.rules
            if isinstance(rule, Exclude | Only)
            if any(active := active_periods(rule, instance))
            for scope in [scope_of(rule, instance)]
        ]

    def permitted(self, contingent: str) -> Bools:
        """Return bool[sectors, roles, periods]: False where an active rule forbids this contingent to serve."""
        permitted = np.ones(self.shape, dtype=bool)
        for contingents, places, active in self._bans:
            if contingent in contingents:
                permitted &= ~(places[:, :, None] & active)
        return permitted


def demanded(instance: Instance) -> Bools:
    """Return bool[sectors, roles, periods]: True where a requirement matches and is active."""
    result = np.zeros((len(instance.sectors), len(instance.roles), instance.horizon.periods), dtype=bool)
    for requirement in instance.requirements:
        places = matching(requirement, instance)
        result |= places[:, :, None] & np.array(active_periods(requirement, instance))
    return result


def matching(requirement: Requirement, instance: Instance) -> Bools:
    """Return bool[sectors, roles]: where service can count for a requirement."""
    sectors = np.array([requirement.asks_in(sector.id) for sector in instance.sectors], dtype=bool)
    roles = np.array([requirement.asks_of(role.id) for role in instance.roles], dtype=bool)
    return np.asarray(sectors[:, None] & roles)


def first_start(contingent: Contingent, instance: Instance) -> int:
    """Return the earliest period in which the contingent may begin a tour."""
    ready = 0 if contingent.ready is None else instance.horizon.index(contingent.ready)
    return max(0, ready, contingent.notice)


def willing(contingent: Contingent, instance: Instance) -> Bools:
    """Return bool[periods]: whether the contingent's own conditions let it serve."""
    return np.array(holding(contingent, instance.conditions, instance.horizon))


def allowed_tours(instance: Instance) -> Tours:
    """Return every tour that contingents, rules, conditions and requirements allow.

    Ordered by contingent, length, sector, role and start.
    """
    bans, wanted = Bans(instance), demanded(instance)
    blocks: list[Ints] = []
    for k, contingent in enumerate(instance.contingents):
        if contingent.pool:
            roles = np.array([role.id in contingent.fills for role in instance.roles], dtype=bool)
            free = bans.permitted(contingent.id) & willing(contingent, instance) & roles[:, None]
            blocks += _tours_of(k, contingent, instance, free, wanted)
    table = np.concatenate(blocks, axis=1) if blocks else np.zeros((5, 0), dtype=np.int64)
    return Tours(*table)


def starts_of(contingent: Contingent, length: int, instance: Instance) -> Ints:
    """Return the periods in which dates and the horizon let a tour of this length begin, int64[starts]."""
    starts = np.arange(first_start(contingent, instance), instance.horizon.periods)
    if length > contingent.tour_lengths[0]:
        # Of the lengths that run past the horizon only the shortest exists.
        starts = starts[starts + length - 1 <= instance.horizon.periods]
    if contingent.until is not None:
        starts = starts[starts + length - 1 <= instance.horizon.index(contingent.until)]
    return starts


def fits_somewhere(contingent: Contingent, instance: Instance, free: Bools, wanted: Bools) -> bool:
    """Return whether the contingent has a tour in places and periods that are free for it and somewhere wanted.

    Parameters
    ----------
    free, wanted : bool[sectors, roles, periods]
        Where it may be, and where a requirement matches.
    """
    return any(block.shape[1] for block in _tours_of(0, contingent, instance, free, wanted))


def _tours_of(k: int, contingent: Contingent, instance: Instance, free: Bools, wanted: Bools) -> Iterator[Ints]:
    periods = instance.horizon.periods
    for length in contingent.tour_lengths:
        starts = starts_of(contingent, length, instance)
        if len(starts):
            ends = np.minimum(starts + length, periods)
            fits = counted(~free, starts, ends) == 0
            useful = counted(wanted, starts, ends) > 0
            sector, role, at = np.nonzero(fits & useful)
            yield np.stack([np.full(len(at), k), sector, role, starts[at], np.full(len(at), length)])


def _banned(outside: bool, scope: Scope, instance: Instance) -> Bools:
    sectors = np.array([sector.id in scope.sectors for sector in instance.sectors], dtype=bool)
    roles = np.array([role.id in scope.roles for role in instance.roles], dtype=bool)
    inside: Bools = sectors[:, None] & roles[None, :]
    return ~inside if outside else inside
