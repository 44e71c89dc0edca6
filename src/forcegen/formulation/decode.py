"""From columns to single units' timetables, exactly, and from a plan back to columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.plan import Lead, Plan, Tour
from forcegen.formulation.goals.command import holding
from forcegen.formulation.rows.family import CHOSEN
from forcegen.mip import tighten
from forcegen.tours.tours import Tours

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance
    from forcegen.formulation.rows.family import Ints
    from forcegen.formulation.tour import Formulation


def decode(formulation: Formulation, values: Ints) -> tuple[Tour, ...]:
    """Return the tours of single units that integer columns stand for.

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
    frame, instance = formulation.frame, formulation.frame.instance
    tours, units = frame.served(values[: len(frame.columns.tours)])
    return tuple(
        Tour(
            contingent=instance.contingents[k].id,
            unit=unit,
            sector=instance.sectors[s].id,
            role=instance.roles[r].id,
            start=instance.horizon.label(start),
            periods=length,
        )
        for k, s, r, start, length, unit in zip(*(x.tolist() for x in (*tours.fields, units)), strict=True)
    )


def decode_leads(formulation: Formulation, values: Ints) -> tuple[Lead, ...]:
    """Return who leads which sector, one entry for each unbroken lead of a nation."""
    if formulation.leads is None:
        return ()
    leads, instance = formulation.leads, formulation.frame.instance
    held = values[formulation.lead_columns].reshape(len(leads.nation), -1) > 0
    result: list[Lead] = []
    for pair, line in enumerate(held):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], line, [False]]).astype(np.int8)))
        for first, leaves in edges.reshape(-1, 2):
            found = {
                "sector": instance.sectors[leads.sector[pair]].id,
                "nation": instance.nations[leads.nation[pair]].id,
                "from": instance.horizon.label(int(first)),
                "until": instance.horizon.label(int(leaves) - 1),
            }
            result.append(Lead.model_validate(found))
    return tuple(sorted(result, key=lambda lead: (lead.sector, lead.from_.ordinal)))


def encode(formulation: Formulation, plan: Plan) -> Ints:
    """Return the columns of a plan, its auxiliaries as tight as they can be; tours without a column are left out.

    Returns
    -------
    int64[columns]
        Not necessarily a point that keeps every row.
    """
    frame = formulation.frame
    values = np.zeros(formulation.model.columns, dtype=np.int64)
    taken = frame.taken(_tours(plan, frame.instance))
    values[: len(taken)] = taken if frame.begun is None else np.clip(taken, frame.lower, frame.upper)
    _encode_leads(formulation, plan, values)
    return settled(formulation, values)


def _tours(plan: Plan, instance: Instance) -> Tours:
    """Return a plan's tours of things that the instance knows, as arrays."""
    contingents = {item.id: i for i, item in enumerate(instance.contingents)}
    sectors = {item.id: i for i, item in enumerate(instance.sectors)}
    roles = {item.id: i for i, item in enumerate(instance.roles)}
    lines = [
        (contingents[t.contingent], sectors[t.sector], roles[t.role], instance.horizon.index(t.start), t.periods)
        for t in plan.tours
        if t.contingent in contingents and t.sector in sectors and t.role in roles
        if t.start.unit == instance.horizon.unit
    ]
    return Tours(*np.array(lines, dtype=np.int64).reshape(-1, 5).T)


def _encode_leads(formulation: Formulation, plan: Plan, values: Ints) -> None:
    leads, instance = formulation.leads, formulation.frame.instance
    if leads is None:
        return
    pairs = {
        (instance.nations[n].id, instance.sectors[s].id): pair
        for pair, (n, s) in enumerate(zip(leads.nation, leads.sector, strict=True))
    }
    held = values[formulation.lead_columns].reshape(len(leads.nation), -1)
    for lead in plan.leads:
        pair = pairs.get((lead.nation, lead.sector))
        if pair is not None and lead.from_.unit == lead.until.unit == instance.horizon.unit:
            first, last = instance.horizon.index(lead.from_), instance.horizon.index(lead.until)
            held[pair, max(0, first) : max(0, last + 1)] = 1


def settled(formulation: Formulation, taken: Ints) -> Ints:
    """Return a point with these tours and leads, its other columns as their equations and the rows leave them.

    Parameters
    ----------
    taken : int64[columns]
        Units that take each tour, and the leads; the other columns are overwritten.
    """
    model, first = formulation.model, formulation.first_auxiliary
    values = _with_holders(formulation, taken)
    integer = model.integer.copy()
    integer[first:] = formulation.defined == CHOSEN
    # What is lacking is lacking between minimum and target first.
    least = np.zeros(model.columns, dtype=np.int64)
    least[len(formulation.frame.columns.tours) : first : 2] = 1
    return tighten(replace(model, integer=integer, objective=least), values)


def _with_holders(formulation: Formulation, taken: Ints) -> Ints:
    """Return the point with the columns that follow the leads through gaps."""
    leads, holds = formulation.leads, formulation.holds
    values, periods = taken.copy(), formulation.frame.periods
    if leads is None or holds is None:
        return values
    led = values[formulation.lead_columns].reshape(-1, periods)
    held = np.zeros_like(led)
    for s in np.unique(leads.sector).tolist():
        mine = leads.sector == s
        history = (leads.nation[mine] == leads.history.get(s, (-1, 0))[0]).astype(np.int64)
        held[mine] = holding(led[mine], history)
    values[holds : holds + held.size] = held.ravel()
    return values
