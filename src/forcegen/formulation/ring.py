"""A horizon that closes to a ring: what runs past its end is there at its beginning, as in a cycle that repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.frame import Body, Frame
from forcegen.tours.tours import Presence, presence

if TYPE_CHECKING:
    from forcegen.formulation.rows.family import Ints
    from forcegen.tours.tours import Tours


class Ring(Frame):
    """The columns of a cycle of as many periods as the instance has.

    A unit serves one tour a cycle, so the instance's dwell is as long as its horizon; tours are no longer than that.
    Only for rules that look at each period by itself: what moves, and what follows on what, is not known of a ring.
    """

    def _body(self, tours: Tours, units: Ints | None) -> Body:
        unfolded = presence(tours, 2 * self.periods)
        cells = Presence(unfolded.tour, unfolded.period % self.periods, unfolded.age)
        ones = np.ones(len(tours), dtype=np.int64)
        return Body(tours, cells, self._effect(tours, cells), ones if units is None else units)
