"""Between whom the burden is shared: the nations named, or those that have soldiers and may serve at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.audit.rules import forbidden
from forcegen.domain.condition import holding
from forcegen.domain.nation import expand
from forcegen.domain.scope import active_periods

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forcegen.domain.contingent import Contingent
    from forcegen.domain.instance import Instance


def willing_nations(instance: Instance, named: Sequence[str] | None) -> frozenset[str]:
    """Return the nations between which burdens are compared; all have a figure of their soldiers."""
    known = frozenset(nation.id for nation in instance.nations if nation.soldiers)
    if named is not None:
        return known & expand(named, instance.groups)
    serving = _Serving(instance)
    return frozenset(k.nation for k in instance.contingents if k.nation in known and serving.may(k))


class _Serving:
    """Whether a contingent has any tour that is allowed by itself."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.periods = instance.horizon.periods
        self.forbidden = forbidden(instance)
        self.asked = [(q, active_periods(q, instance)) for q in instance.requirements]

    def may(self, k: Contingent) -> bool:
        """Return whether the contingent has an allowed tour."""
        if not k.pool:
            return False
        willing = holding(k, self.instance.conditions, self.instance.horizon)
        return any(self._may_serve(k, willing, s, r) for s in self.instance.sector for r in k.fills)

    def _may_serve(self, k: Contingent, willing: Sequence[bool], s: str, r: str) -> bool:
        barred = self.forbidden(k.id, s, r)
        free = [able and not bar for able, bar in zip(willing, barred, strict=True)]
        wanted = [False] * self.periods
        for q, active in self.asked:
            if q.matches(s, r):
                wanted = [a or b for a, b in zip(wanted, active, strict=True)]
        horizon = self.instance.horizon
        first = max(0, k.notice, 0 if k.ready is None else horizon.index(k.ready))
        last = None if k.until is None else horizon.index(k.until)
        shortest = k.tour_lengths[0]
        for length in k.tour_lengths:
            for a in range(first, self.periods):
                past = length > shortest and a + length - 1 > self.periods
                late = last is not None and a + length - 1 > last
                stay = range(a, min(a + length, self.periods))
                if not past and not late and all(free[t] for t in stay) and any(wanted[t] for t in stay):
                    return True
        return False
