"""Lines of an instance as the engine wants them, and its answers as plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.plan import Plan, Tour
from forcegen.engine.implied.theatre import Theatre
from forcegen.mip import INF
from forcegen.tours.roster import units_of

if TYPE_CHECKING:
    from forcegen.formulation.lines import Lines
    from forcegen.mip import Ints


def theatre_of(lines: Lines) -> Theatre:
    """Return the arrays of an instance."""
    implied, frame = lines.implied, lines.frame
    contingent, free = units_of(frame.instance)
    return Theatre(
        station_of=implied.station_of,
        sector=implied.sector,
        role=implied.role,
        service_of=implied.service_of,
        length=implied.length,
        cycle=implied.cycle,
        starts=implied.starts,
        shared_first=lines.shared.first,
        shared_line=lines.shared.line,
        shared_value=lines.shared.value,
        shared_kind=lines.shared.kind,
        own_first=lines.own.first,
        own_line=lines.own.line,
        own_value=lines.own.value,
        own_kind=lines.own.kind,
        row=lines.row,
        cap=np.where(lines.target > 0, lines.target, INF),
        effect=lines.effect,
        ages=(lines.effect < 1000).sum(axis=1).astype(np.int64),
        least=lines.least,
        most=lines.most,
        target=lines.target,
        minimum=lines.minimum,
        hard=lines.hard,
        unit_contingent=contingent.astype(np.int64),
        unit_free=np.minimum(free, frame.periods),
        size=frame.strength,
        nation=frame.nation,
    )


def plan_of(lines: Lines, served: Ints) -> Plan:
    """Return a plan.

    Parameters
    ----------
    served : int64[tours, 3]
        Unit (in the order of `units_of`), service and start of each tour.
    """
    instance, implied = lines.frame.instance, lines.implied
    contingent, _ = units_of(instance)
    first = np.searchsorted(contingent, np.arange(len(instance.contingents)))
    unit, service, start = served.T
    station, of_unit = implied.station[service], contingent[unit]
    fields = of_unit, unit - first[of_unit] + 1, implied.sector[station], implied.role[station], start
    ids = (
        [item.id for item in instance.contingents],
        [item.id for item in instance.sectors],
        [item.id for item in instance.roles],
    )
    labels = [instance.horizon.label(t) for t in range(lines.frame.periods)]
    lengths = implied.length[service].tolist()
    return Plan(
        tours=tuple(
            Tour(contingent=ids[0][k], unit=u, sector=ids[1][s], role=ids[2][r], start=labels[a], periods=length)
            for k, u, s, r, a, length in zip(*(field.tolist() for field in fields), lengths, strict=True)
        )
    )


def served_of(lines: Lines, plan: Plan) -> Ints:
    """Return a plan as `plan_of` takes it; tours that are not allowed are left out."""
    instance, implied = lines.frame.instance, lines.implied
    contingent, _ = units_of(instance)
    first = np.searchsorted(contingent, np.arange(len(instance.contingents)))
    places = [
        {k.id: i for i, k in enumerate(instance.contingents)},
        {s.id: i for i, s in enumerate(instance.sectors)},
        {r.id: i for i, r in enumerate(instance.roles)},
    ]
    station = implied.station
    named = zip(
        implied.contingent[station], implied.sector[station], implied.role[station], implied.length, strict=True
    )
    services = {tuple(int(x) for x in key): j for j, key in enumerate(named)}
    found = []
    for tour in plan.tours:
        key = tuple(
            index.get(name, -1) for index, name in zip(places, (tour.contingent, tour.sector, tour.role), strict=True)
        )
        service = services.get((*key, tour.periods))
        if service is None or tour.start.unit != instance.horizon.unit:
            continue
        start = instance.horizon.index(tour.start)
        inside = 0 <= start < lines.frame.periods and tour.unit <= instance.contingents[key[0]].pool
        if inside and implied.starts[service, start]:
            found.append((int(first[key[0]]) + tour.unit - 1, service, start))
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 3)
