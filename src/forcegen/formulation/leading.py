"""A guess at who leads what, to begin with and for greed: one nation a sector, for the whole horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.tours.roster import free_after

if TYPE_CHECKING:
    from forcegen.formulation.rows.family import Ints
    from forcegen.formulation.tour import Formulation


def guess(formulation: Formulation) -> Ints:
    """Return who leads: 0 or 1 for each lead column.

    The sector that could hold most troops chooses first: its lead in history goes on, else it gets the nation that can
    keep most troops there, less what that nation's earlier sectors may ask of it.
    """
    leads, frame = formulation.leads, formulation.frame
    assert leads is not None
    could = _sustained(formulation)
    left = could.max(axis=1)
    chosen = np.zeros((len(leads.nation), frame.periods), dtype=np.int64)
    for s in sorted(set(leads.sector.tolist()), key=lambda s: -could[:, s].sum()):
        mine = np.flatnonzero(leads.sector == s)
        nations = leads.nation[mine]
        best = int(np.argmax(np.minimum(could[nations, s], left[nations])))
        if s in leads.history:
            best = int(np.flatnonzero(nations == leads.history[s][0])[0])
        chosen[mine[best]] = 1
        left[nations[best]] -= could[nations[best], s] / 2
    return chosen.ravel()


def _sustained(formulation: Formulation) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return the troops that each nation can keep up in each sector if it serves nowhere else."""
    frame, tours = formulation.frame, formulation.frame.columns.tours
    instance = frame.instance
    could = np.zeros((len(instance.contingents), len(instance.sectors)))
    cycle = free_after(tours, instance) - tours.start
    whole = (frame.strength * frame.by_contingent(lambda k: k.pool))[tours.contingent]
    np.maximum.at(could, (tours.contingent, tours.sector), whole * np.minimum(1, tours.length / np.maximum(cycle, 1)))
    result = np.zeros((len(instance.nations), len(instance.sectors)))
    np.add.at(result, frame.nation, could)
    return result
