"""Whether each tour is allowed by itself, and each unit comes home and rests between its tours."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from forcegen.audit import words
from forcegen.audit.presence import history_units, unknown
from forcegen.audit.result import Violation
from forcegen.domain.condition import holding
from forcegen.domain.scope import active_periods

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit.presence import Presence, Theatre
    from forcegen.domain.contingent import Contingent, History
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan


def check_tours(theatre: Theatre) -> Iterator[Violation]:
    """Everything that is asked of tours and of units, rules aside."""
    yield from check_unit(theatre)
    yield from check_role(theatre)
    yield from check_start(theatre)
    yield from check_length(theatre)
    yield from check_until(theatre)
    yield from check_conditions(theatre)
    yield from check_requirement(theatre)
    yield from check_overlap_and_dwell(theatre)
    yield from check_returned(theatre)


def check_known(instance: Instance, plan: Plan) -> Iterator[Violation]:
    """Contingents, sectors and roles exist, and periods are of the horizon's unit."""
    for tour in plan.tours:
        for field, value in unknown(instance, tour):
            title = f"{tour.contingent} unit {tour.unit} in {tour.sector} as {tour.role} from {tour.start}"
            wrong = f"{value} is not a {field}" if field in ("month", "week") else f"there is no {field} {value!r}"
            subjects = (tour.contingent, tour.sector, tour.role)
            yield Violation("unknown", None, subjects, str(tour.start), f"{title}: {wrong}; the tour is set aside")


def check_unit(theatre: Theatre) -> Iterator[Violation]:
    """Units are numbered from 1 to the contingent's units."""
    pools = {k.id: k.pool for k in theatre.instance.contingents}
    for p in theatre.planned:
        pool = pools[p.station.contingent.id]
        if p.unit > pool:
            yield _violation("unit", p, theatre, f"{p.station.contingent.id} has {pool:,} units")


def check_role(theatre: Theatre) -> Iterator[Violation]:
    """The contingent fills the role."""
    for p in theatre.planned:
        fills = p.station.contingent.fills
        if p.station.role.id not in fills:
            yield _violation("role", p, theatre, f"it does not fill that role, only {', '.join(fills) or 'none'}")


def check_start(theatre: Theatre) -> Iterator[Violation]:
    """Tours start inside the horizon, when ready, after notice: max(0, ready, notice) <= a < T."""
    horizon = theatre.instance.horizon
    for p in theatre.planned:
        k = p.station.contingent
        if not 0 <= p.start < horizon.periods:
            message = f"it starts outside the horizon, {theatre.labels[0]} to {theatre.labels[-1]}"
            yield _violation("start", p, theatre, message)
        if k.ready is not None and p.start < horizon.index(k.ready):
            yield _violation("ready", p, theatre, f"it is ready in {k.ready}")
        if 0 <= p.start < k.notice:
            needed = f"{words.periods(k.notice)} of notice after {theatre.labels[0]}"
            yield _violation("notice", p, theatre, f"it needs {needed}")


def check_length(theatre: Theatre) -> Iterator[Violation]:
    """Tours have a length that is offered; of those that end past the horizon only the shortest."""
    last = theatre.instance.horizon.periods
    for p in theatre.planned:
        lengths = p.station.contingent.tour_lengths
        shortest_past = max(lengths[0], last - p.start + 1)
        if p.periods not in lengths:
            offered = f"{lengths[0]}" if len(lengths) == 1 else f"{lengths[0]} to {lengths[-1]}"
            yield _violation("length", p, theatre, f"a tour of {words.periods(p.periods)}, offered are {offered}")
        elif p.leaves > last and p.periods > shortest_past:
            message = f"a tour of {words.periods(p.periods)} ends past the horizon; the shortest that does has"
            yield _violation("length", p, theatre, f"{message} {shortest_past}")


def check_until(theatre: Theatre) -> Iterator[Violation]:
    """The last period is in theatre: a + l - 1 <= until."""
    for p in theatre.planned:
        until = p.station.contingent.until
        if until is not None and p.leaves - 1 > theatre.instance.horizon.index(until):
            message = f"a tour of {words.periods(p.periods)} ends after {until}, its last in theatre"
            yield _violation("until", p, theatre, message)


def check_conditions(theatre: Theatre) -> Iterator[Violation]:
    """The contingent is active in every period of the tour inside the horizon."""
    instance = theatre.instance
    held = {k.id: holding(k, instance.conditions, instance.horizon) for k in instance.contingents}
    for p in theatre.planned:
        k = p.station.contingent
        idle = next((t for t in theatre.inside(p) if not held[k.id][t]), None)
        if idle is not None:
            yield _violation("condition", p, theatre, f"its conditions ({_conditions(k)}) do not hold", idle)


def check_requirement(theatre: Theatre) -> Iterator[Violation]:
    """Some requirement matches sector and role and is active in a period of the tour inside the horizon."""
    asking = [(q, active_periods(q, theatre.instance)) for q in theatre.instance.requirements]

    @cache
    def asked(sector: str, role: str) -> tuple[bool, ...]:
        matching = [active for q, active in asking if q.matches(sector, role)]
        return tuple(any(column) for column in zip(*matching, strict=True)) or (False,) * len(theatre.labels)

    for p in theatre.planned:
        if not any(asked(p.station.sector.id, p.station.role.id)[t] for t in theatre.inside(p)):
            yield _violation("requirement", p, theatre, "no requirement asks for that role there and then")


def check_overlap_and_dwell(theatre: Theatre) -> Iterator[Violation]:
    """Units rest between tours: next start >= a + l + dwell(l), with running tours of history."""
    for tours in theatre.by_unit.values():
        for former, latter in pairwise(tours):
            home = latter.start - former.leaves
            owed = former.station.contingent.dwell_after(former.periods)
            before = (
                f"its tour in {former.station.sector.id} as {former.station.role.id} from {_start(former, theatre)}"
            )
            if home < 0:
                yield _violation("overlap", latter, theatre, f"it is still on {before}")
            elif home < owed:
                message = f"{words.periods(home)} at home after {before}, owed are {owed:,}"
                yield _violation("dwell", latter, theatre, message)


def check_returned(theatre: Theatre) -> Iterator[Violation]:
    """Units that came home before the horizon rest: first start >= R + dwell."""
    instance = theatre.instance
    for row, unit in history_units(instance):
        if row.returned is None or not (tours := theatre.by_unit.get((row.contingent, unit))):
            continue
        returned = instance.horizon.index(row.returned)
        owed = instance.contingent[row.contingent].dwell_after(_served(row, returned, instance))
        home = tours[0].start - returned
        if home < owed:
            message = f"{words.periods(max(0, home))} at home since {row.returned}, owed are {owed:,}"
            yield _violation("dwell", tours[0], theatre, message)


def _served(row: History, returned: int, instance: Instance) -> int:
    if row.since is None:
        return instance.contingent[row.contingent].tour_lengths[-1]
    return returned - instance.horizon.index(row.since)


def _conditions(contingent: Contingent) -> str:
    return ", ".join((*contingent.if_, *(f"not {name}" for name in contingent.unless)))


def _start(presence: Presence, theatre: Theatre) -> str:
    return theatre.instance.horizon.label(presence.start)


def _violation(kind: str, p: Presence, theatre: Theatre, message: str, t: int | None = None) -> Violation:
    k, s, r = p.station.contingent.id, p.station.sector.id, p.station.role.id
    start = _start(p, theatre)
    period = start if t is None else theatre.labels[t]
    when = "" if t is None else f"{period}: "
    return Violation(kind, None, (k, s, r), period, f"{when}{k} unit {p.unit} in {s} as {r} from {start}: {message}")
