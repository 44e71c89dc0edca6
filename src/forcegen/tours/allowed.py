"""Where and when each contingent may serve: rules that forbid places become masks, never rows of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forcegen.domain.condition import holding
from forcegen.domain.rules import Exclude, Only
from forcegen.domain.scope import Scope, active_periods, scope_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.domain.contingent import Contingent
    from forcegen.domain.instance import Instance

Bools = NDArray[np.bool_]


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
        places = matching(requirement.matches, instance)
        result |= places[:, :, None] & np.array(active_periods(requirement, instance))
    return result


def matching(matches: Callable[[str, str], bool], instance: Instance) -> Bools:
    """Return bool[sectors, roles]: where `matches(sector, role)` is true."""
    return np.array([[matches(s.id, r.id) for r in instance.roles] for s in instance.sectors]).reshape(
        len(instance.sectors), len(instance.roles)
    )


def first_start(contingent: Contingent, instance: Instance) -> int:
    """Return the earliest period in which the contingent may begin a tour."""
    ready = 0 if contingent.ready is None else instance.horizon.index(contingent.ready)
    return max(0, ready, contingent.notice)


def willing(contingent: Contingent, instance: Instance) -> Bools:
    """Return bool[periods]: whether the contingent's own conditions let it serve."""
    return np.array(holding(contingent, instance.conditions, instance.horizon))


def _banned(outside: bool, scope: Scope, instance: Instance) -> Bools:
    sectors = np.array([sector.id in scope.sectors for sector in instance.sectors], dtype=bool)
    roles = np.array([role.id in scope.roles for role in instance.roles], dtype=bool)
    inside: Bools = sectors[:, None] & roles[None, :]
    return ~inside if outside else inside
