"""What a plan comes to as flat lists, a row a fact: for CSV files and for sheets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forcegen.report.document import number
from forcegen.report.pools import pools

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forcegen.audit import Audit, TourName
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan, Tour

LISTS = ("assignments", "coverage", "burden", "force", "pools", "reliefs", "freed", "leads")
_TOUR = ("contingent", "unit", "start")


@dataclass(frozen=True)
class Listed:
    """A list: the names of its columns, and its rows; numbers are numbers, None is an empty cell."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def plan_lists(instance: Instance, plan: Plan, audit: Audit) -> dict[str, Listed]:
    """Return LISTS by name; a plan that breaks limits, or names what there is not, has them as well."""
    return {
        "assignments": _assignments(instance, plan),
        "coverage": Listed(
            ("requirement", "period", "minimum", "target", "filled"),
            tuple(
                (c.requirement, c.period, number(c.minimum), number(c.target), number(c.filled)) for c in audit.coverage
            ),
        ),
        "burden": Listed(
            ("nation", "name", "troop_periods", "peak", "per_thousand", "of"),
            tuple(_burden(instance, audit)),
        ),
        "force": Listed(
            ("period", "zone", "troops", "moved"),
            tuple((line.period, line.zone, number(line.troops), number(line.moved)) for line in audit.force),
        ),
        "pools": _pools(instance, plan),
        "reliefs": Listed(
            ("sector", "role", *(f"out_{name}" for name in _TOUR), *(f"in_{name}" for name in _TOUR), "gap"),
            tuple((r.sector, r.role, *_name(r.out), *_name(r.in_), r.gap) for r in audit.reliefs),
        ),
        "freed": Listed(("role", "posts"), tuple((freed.role, number(freed.posts)) for freed in audit.freed)),
        "leads": Listed(
            ("sector", "nation", "from", "until"),
            tuple((lead.sector, lead.nation, lead.from_, lead.until) for lead in plan.leads),
        ),
    }


def last_period(instance: Instance, tour: Tour) -> str | None:
    """Return a tour's last period; None if it starts in a month where the horizon counts weeks, or the reverse."""
    horizon = instance.horizon
    if tour.start.unit != horizon.unit:
        return None
    try:
        return horizon.label(horizon.index(tour.start) + tour.periods - 1)
    except (ValueError, OverflowError):  # beyond the calendar
        return None


def _assignments(instance: Instance, plan: Plan) -> Listed:
    columns = ("contingent", "nation", "unit", "sector", "role", "start", "last", "periods", "strength")
    rows = []
    for tour in plan.tours:
        contingent = instance.contingent.get(tour.contingent)
        nation, strength = (None, None) if contingent is None else (contingent.nation, contingent.strength)
        last = last_period(instance, tour)
        rows.append(
            (tour.contingent, nation, tour.unit, tour.sector, tour.role, tour.start, last, tour.periods, strength)
        )
    return Listed(columns, tuple(rows))


def _pools(instance: Instance, plan: Plan) -> Listed:
    columns = ("contingent", "nation", "period", "pool", "on_tour", "in_dwell", "at_home")
    rows = []
    for pool in pools(instance, plan):
        k = pool.contingent
        for t in range(instance.horizon.periods):
            counts = (k.pool, pool.serving[t], pool.dwelling[t], pool.home(t))
            rows.append((k.id, k.nation, str(instance.horizon.label(t)), *counts))
    return Listed(columns, tuple(rows))


def _burden(instance: Instance, audit: Audit) -> Iterator[tuple[object, ...]]:
    for burden in audit.nations:
        base = None if burden.per_thousand is None else "active" if burden.stand_in else "army"
        figures = (number(burden.troop_periods), number(burden.peak), number(burden.per_thousand))
        yield burden.nation, instance.nation[burden.nation].name, *figures, base


def _name(tour: TourName | None) -> Sequence[object]:
    return (None, None, None) if tour is None else (tour.contingent, tour.unit, tour.start)
