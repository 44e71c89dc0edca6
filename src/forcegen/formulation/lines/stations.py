"""A frame whose columns are stations: what a unit counts in one full period somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.frame import MILLI, Body, Frame
from forcegen.tours.away import running_tours
from forcegen.tours.tours import Presence, Tours

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance
    from forcegen.formulation.frame import Ints
    from forcegen.tours.implied import Implied


class Stations(Frame):
    """Each station as a column of one period, period 0, in which it counts in full; history as in any frame."""

    def __init__(self, instance: Instance, implied: Implied) -> None:
        self.instance, self.begun = instance, None
        self.periods = instance.horizon.periods
        nothing = np.zeros_like(implied.contingent)
        self.allowed = Tours(implied.contingent, implied.sector, implied.role, nothing, nothing + 1)
        cells = Presence(np.arange(len(nothing)), nothing, nothing)
        self.columns = Body(self.allowed, cells, nothing + MILLI, nothing + 1)
        self.running = self._body(*running_tours(instance))

    def effects(self) -> Ints:
        """Return what counts of a unit in each period of a handover, in thousandths; int64[contingents, ages]."""
        handover = self.by_contingent(lambda k: int(k.handover * MILLI))
        ages = -(-int(handover.max(initial=0)) // MILLI)
        return np.asarray(np.clip((np.arange(ages) + 1) * MILLI - handover[:, None], 0, MILLI))
