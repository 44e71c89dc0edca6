"""From columns to single units' timetables, exactly, and from a plan back to columns."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.plan import Plan, Tour
from forcegen.mip import tighten
from forcegen.tours.away import away_until

if TYPE_CHECKING:
    from forcegen.formulation.rows.family import Ints
    from forcegen.formulation.tour import Formulation


def decode(formulation: Formulation, values: Ints) -> tuple[Tour, ...]:
    """Return the tours of single units that integer columns stand for.

    Tours with their dwell are intervals, and interval graphs are perfect: giving each tour, in the order of starts, to
    the unit that has been free longest never fails if the pool rows hold.

    Parameters
    ----------
    formulation
        Whose columns these are.
    values : int64[columns]
        A point that keeps every row.

    Raises
    ------
    ValueError
        If the pool rows do not hold.
    """
    tours, instance = formulation.frame.columns.tours, formulation.frame.instance
    free = _first_free(formulation)
    used = np.flatnonzero(values[: len(tours)] > 0)
    result: list[Tour] = []
    for z in used[np.lexsort((used, tours.start[used], tours.contingent[used]))]:
        contingent, start, length = instance.contingents[tours.contingent[z]], int(tours.start[z]), int(tours.length[z])
        for _ in range(int(values[z])):
            if not free[contingent.id] or free[contingent.id][0][0] > start:
                raise ValueError(f"{contingent.id}: more units serve in {instance.horizon.label(start)} than there are")
            _, unit = heapq.heappop(free[contingent.id])
            heapq.heappush(free[contingent.id], (start + length + contingent.dwell_after(length), unit))
            result.append(
                Tour(
                    contingent=contingent.id,
                    unit=unit,
                    sector=instance.sectors[tours.sector[z]].id,
                    role=instance.roles[tours.role[z]].id,
                    start=instance.horizon.label(start),
                    periods=length,
                )
            )
    return tuple(result)


def encode(formulation: Formulation, plan: Plan) -> Ints:
    """Return the columns of a plan, its auxiliaries as tight as they can be; tours without a column are left out.

    Returns
    -------
    int64[columns]
        Not necessarily a point that keeps every row.
    """
    frame, instance = formulation.frame, formulation.frame.instance
    tours = frame.columns.tours
    keys = zip(tours.contingent, tours.sector, tours.role, tours.start, tours.length, strict=True)
    column = {tuple(map(int, key)): z for z, key in enumerate(keys)}
    index = {
        name: {item.id: i for i, item in enumerate(getattr(instance, name))}
        for name in ("contingents", "sectors", "roles")
    }
    values = np.zeros(formulation.model.columns, dtype=np.int64)
    for tour in plan.tours:
        key = (
            index["contingents"].get(tour.contingent, -1),
            index["sectors"].get(tour.sector, -1),
            index["roles"].get(tour.role, -1),
            instance.horizon.index(tour.start) if tour.start.unit == instance.horizon.unit else -1,
            tour.periods,
        )
        if key in column:
            values[column[key]] += 1
    return settled(formulation, values)


def settled(formulation: Formulation, taken: Ints) -> Ints:
    """Return a point with these tours, its auxiliary columns as their equations and the rows leave them.

    Parameters
    ----------
    taken : int64[columns]
        Units that take each tour; the other columns are overwritten.
    """
    model, count = formulation.model, len(formulation.defined)
    values = tighten(model, taken)
    own = model.columns - count + np.arange(count)
    if count:
        values[own] = 0
        activity, scale = model.activity(values), -model.matrix[formulation.defined, own]
        values[own] = (activity[formulation.defined] - model.row_lower[formulation.defined]) // scale
    return values


def _first_free(formulation: Formulation) -> dict[str, list[tuple[int, int]]]:
    """Return for each contingent a heap of (first free period, unit); units in history come first."""
    instance = formulation.frame.instance
    free: dict[str, list[tuple[int, int]]] = {contingent.id: [] for contingent in instance.contingents}
    for contingent, period in away_until(instance):
        free[contingent].append((period, len(free[contingent]) + 1))
    for k in instance.contingents:
        free[k.id] += [(0, unit) for unit in range(len(free[k.id]) + 1, k.pool + 1)]
        heapq.heapify(free[k.id])
    return free
