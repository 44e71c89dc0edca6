"""Who may serve a requirement while it is short."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from forcegen.tours.allowed import Bans, allowed_tours, matching

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance
    from forcegen.domain.requirement import Requirement
    from forcegen.tours.tours import Bools, Tours


@dataclass(frozen=True)
class Able:
    """A contingent that may serve.

    Parameters
    ----------
    fill
        The most that one unit of it counts for there.
    tours
        How many tours it may take that count.
    """

    fill: Decimal
    tours: int


@dataclass(frozen=True)
class Reach:
    """The tours of an instance, looked at from its requirements."""

    instance: Instance

    @cached_property
    def _tours(self) -> Tours:
        return allowed_tours(self.instance)

    @cached_property
    def _bans(self) -> Bans:
        return Bans(self.instance)

    def able(self, q: Requirement, short: Bools) -> dict[str, Able]:
        """Return the contingents with a tour that counts for a requirement, the largest fill first.

        Parameters
        ----------
        short : bool[periods]
            When the requirement is short.
        """
        tours, instance = self._tours, self.instance
        places = matching(q, instance)[tours.sector, tours.role]
        before = np.concatenate([[0], np.cumsum(short)])
        ends = np.minimum(tours.start + tours.length, len(short))
        counts = places & (before[ends] > before[tours.start])
        found: dict[str, Able] = {}
        for k in np.unique(tours.contingent[counts]):
            own = counts & (tours.contingent == k)
            contingent = instance.contingents[k]
            names = [instance.roles[r].id for r in np.unique(tours.role[own])]
            if q.as_ is not None:
                names = [q.as_.role] if self._could_be_sent(contingent.id, q, short) else []
            fill = max((contingent.fills.get(name, Decimal(0)) for name in names), default=Decimal(0))
            if fill > 0:
                found[contingent.id] = Able(fill, int(own.sum()))
        return dict(sorted(found.items(), key=lambda item: -item[1].fill))

    def _could_be_sent(self, contingent: str, q: Requirement, short: Bools) -> bool:
        assert q.as_ is not None
        sector = [s.id for s in self.instance.sectors].index(q.as_.sector)
        role = [r.id for r in self.instance.roles].index(q.as_.role)
        return bool((self._bans.permitted(contingent)[sector, role] & short).any())
