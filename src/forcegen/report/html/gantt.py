"""Tours on a time line: one line a unit, by nation; or one line a post, by sector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forcegen.report.html.charts import WIDTH, shortened, upright
from forcegen.report.html.colours import distinct
from forcegen.report.html.markup import INK, LINE, Node, el, legend, stroke, svg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan

_LEFT, _TOP, _STEP = 200.0, 62.0, 7.0
_DWELL = "#9aa7b1"


@dataclass(frozen=True)
class _Bar:
    """One tour: its place in the plan, group and line, start and end, when it may serve again, its colour's name."""

    number: int
    group: str
    line: int
    start: int
    end: int
    home: int
    handover: float
    colour: str
    words: str


def by_nation(instance: Instance, plan: Plan) -> list[Node]:
    """Return each unit's tours and dwell, in the colour of the zone it serves in, darker while in handover."""
    order = {k.id: (k.nation, i) for i, k in enumerate(instance.contingents)}
    units = sorted({(order[t.contingent], t.contingent, t.unit) for t in plan.tours})
    lines: dict[tuple[str, int], int] = {}
    last: dict[str, int] = {}
    for (nation, _), contingent, unit in units:
        lines[contingent, unit] = last[nation] = last.get(nation, -1) + 1
    return _drawn(
        "Tours by nation, one line a unit",
        instance,
        plan,
        lambda t: (instance.contingent[t.contingent].nation, lines[t.contingent, t.unit]),
        lambda t: instance.sector[t.sector].zone or t.sector,
        dwell=True,
    )


def by_sector(instance: Instance, plan: Plan) -> list[Node]:
    """Return each sector's tours, packed into as few lines as they need, in the colour of their role."""
    free: dict[str, list[int]] = {}
    line: dict[int, int] = {}
    horizon = instance.horizon
    tours = sorted(plan.tours, key=lambda t: (horizon.index(t.start), t.role, t.contingent, t.unit))
    for tour in tours:
        start = horizon.index(tour.start)
        ends = free.setdefault(tour.sector, [])
        spot = next((i for i, end in enumerate(ends) if end <= start), len(ends))
        ends[spot : spot + 1] = [start + tour.periods]
        line[id(tour)] = spot
    return _drawn(
        "Tours by sector, one line a post",
        instance,
        plan,
        lambda t: (t.sector, line[id(t)]),
        lambda t: t.role,
        dwell=False,
    )


def _drawn(
    title: str,
    instance: Instance,
    plan: Plan,
    place: Callable[..., tuple[str, int]],
    colour: Callable[..., str],
    *,
    dwell: bool,
) -> list[Node]:
    horizon, found = instance.horizon, []
    for number, tour in enumerate(plan.tours):
        contingent, (group, line) = instance.contingent[tour.contingent], place(tour)
        start = horizon.index(tour.start)
        end = start + tour.periods
        words = f"{tour.contingent} unit {tour.unit}: {tour.sector}, {tour.role}, from {tour.start} for {tour.periods}"
        home = end + contingent.dwell_after(tour.periods)
        found.append(_Bar(number, group, line, start, end, home, float(contingent.handover), colour(tour), words))
    if not found:
        return [el("p", "No unit serves.")]
    groups = [item.id for item in (instance.nations if dwell else instance.sectors)]
    depth = {name: 1 + max(bar.line for bar in found if bar.group == name) for name in {bar.group for bar in found}}
    return _chart(title, instance, [name for name in groups if name in depth], depth, found, dwell)


def _kinds(instance: Instance) -> list[str]:
    """Return zones, sectors and roles in the instance's order, so that colours are the same wherever they are used."""
    return [
        *(sector.zone or sector.id for sector in instance.sectors),
        *(role.id for role in instance.roles),
    ]


def _chart(
    title: str, instance: Instance, groups: Sequence[str], depth: dict[str, int], found: Sequence[_Bar], dwell: bool
) -> list[Node]:
    horizon = instance.horizon
    used = {bar.colour for bar in found}
    colours = distinct(name for name in _kinds(instance) if name in used)
    first: dict[str, float] = {}
    bottom = _TOP
    for name in groups:
        first[name] = bottom
        bottom += max(depth[name] * _STEP, 12.0) + 6
    drawn = [*_heads(instance, first), *_periods(instance, bottom)]
    for bar in found:
        drawn += _tour(bar, first[bar.group] + bar.line * _STEP, horizon.periods, colours[bar.colour], dwell)
    keys = [(colours[name], name) for name in colours] + [(INK + "73", "handover")]
    if dwell:
        keys.append((stroke(_DWELL), "dwell"))
    return [legend(*keys), svg(WIDTH, bottom + 4, title, *drawn)]


def _heads(instance: Instance, first: dict[str, float]) -> Iterator[Node]:
    """Draw each group's name and the line above it."""
    names = {nation.id: nation.name or nation.id for nation in instance.nations}
    names |= {sector.id: sector.name or sector.id for sector in instance.sectors}
    for name, y in first.items():
        yield el("line", x1=0, x2=WIDTH, y1=y - 3, y2=y - 3, stroke=LINE)
        yield el("text", shortened(names[name], 30), x=0, y=y + 8)


def _periods(instance: Instance, bottom: float) -> Iterator[Node]:
    """Draw each period's name and the line at its beginning."""
    horizon = instance.horizon
    step = (WIDTH - _LEFT) / horizon.periods
    for t in range(horizon.periods):
        x = _LEFT + t * step
        yield el("line", x1=x, x2=x, y1=_TOP - 3, y2=bottom, stroke=LINE, stroke_width=0.6)
        yield upright(str(horizon.label(t)), x + step / 2, _TOP - 8)


def _tour(bar: _Bar, top: float, periods: int, colour: str, dwell: bool) -> Iterator[Node]:
    """Draw a tour, its handover darker, and the dwell after it as a thin line."""

    def at(period: float) -> float:
        return _LEFT + min(max(period, 0.0), float(periods)) * (WIDTH - _LEFT) / periods

    def block(start: float, width: float, *children: Node, **look: str) -> Node:
        return el("rect", *children, x=start, y=top, width=width, height=_STEP - 1.5, **look)

    start, end, home = at(bar.start), at(bar.end), at(bar.home)
    if dwell and home > end:
        yield el("line", x1=end, x2=home, y1=top + 3, y2=top + 3, stroke=_DWELL, stroke_width=0.9)
    yield block(start, max(end - start - 1, 1.0), el("title", bar.words), fill=colour, data_tour=str(bar.number))
    if bar.handover:
        yield block(start, at(bar.start + bar.handover) - start, fill=INK, opacity="0.45")
