"""Tours on a time line: a drawing a nation with one line a unit, or a drawing a sector with one line a post."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from forcegen.report.html.charts import WIDTH, shortened
from forcegen.report.html.colours import distinct
from forcegen.report.html.markup import INK, LINE, MUTED, Node, el, legend, stroke, svg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan, Tour

LEFT, TOP, _STEP = 150.0, 22.0, 7.0
_BLOCK, _BETWEEN = 12.0, 3.0  # the least height of what has a name, and the room between two
_LABEL = 52.0  # what a period's name needs
_DWELL = "#9aa7b1"


@dataclass(frozen=True)
class _Bar:
    """One tour: its place in the plan, block and line, start and end, when it may serve again, its colour's name."""

    number: int
    block: str
    line: int
    start: int
    end: int
    home: int
    handover: float
    colour: str
    words: str


def by_nation(instance: Instance, plan: Plan) -> list[Node]:
    """Return each nation's units, contingent by contingent, in the colour of the zone they serve in, with their dwell.

    A tour is darker while in handover.
    """
    lines: dict[tuple[str, int], int] = {}
    last: dict[str, int] = {}
    for contingent, unit in sorted({(t.contingent, t.unit) for t in plan.tours}):
        lines[contingent, unit] = last[contingent] = last.get(contingent, -1) + 1
    zones = {sector.id: sector.zone or sector.id for sector in instance.sectors}
    bars = _bars(
        instance,
        plan,
        lambda t: (instance.contingent[t.contingent].nation, t.contingent, lines[t.contingent, t.unit]),
        lambda t: zones[t.sector],
    )
    names = {nation.id: nation.name or nation.id for nation in instance.nations}
    blocks = [k.id for k in instance.contingents]
    return _drawn("one line a unit", instance, bars, names, blocks, list(zones.values()), dwell=True)


def by_sector(instance: Instance, plan: Plan) -> list[Node]:
    """Return each sector's posts, role by role, packed into as few lines as they need, in the colour of the role."""
    free: dict[tuple[str, str], list[int]] = {}
    line: dict[int, int] = {}
    horizon = instance.horizon
    for tour in sorted(plan.tours, key=lambda t: (horizon.index(t.start), t.contingent, t.unit)):
        start = horizon.index(tour.start)
        ends = free.setdefault((tour.sector, tour.role), [])
        spot = next((i for i, end in enumerate(ends) if end <= start), len(ends))
        ends[spot : spot + 1] = [start + tour.periods]
        line[id(tour)] = spot
    bars = _bars(instance, plan, lambda t: (t.sector, t.role, line[id(t)]), lambda t: t.role)
    names = {sector.id: sector.name or sector.id for sector in instance.sectors}
    roles = [role.id for role in instance.roles]
    return _drawn("one line a post", instance, bars, names, roles, roles, dwell=False)


def period_lines(instance: Instance, bottom: float) -> Iterator[Node]:
    """Yield the line at each period's beginning, and the names of as many as there is room for."""
    horizon = instance.horizon
    step = (WIDTH - LEFT) / horizon.periods
    every = ceil(_LABEL / step)
    yield el("line", x1=0, x2=WIDTH, y1=TOP - 5, y2=TOP - 5, stroke=LINE)
    for t in range(horizon.periods):
        x, named = LEFT + t * step, t % every == 0
        yield el("line", x1=x, x2=x, y1=TOP - (16 if named else 5), y2=bottom, stroke=LINE, stroke_width=0.6)
        if named and x + _LABEL <= WIDTH + 8:
            yield el("text", str(horizon.label(t)), x=x + 3, y=12, style=f"fill:{MUTED}")


def _bars(
    instance: Instance, plan: Plan, place: Callable[[Tour], tuple[str, str, int]], colour: Callable[[Tour], str]
) -> dict[str, list[_Bar]]:
    """Return the tours of each group."""
    found: dict[str, list[_Bar]] = {}
    for number, tour in enumerate(plan.tours):
        contingent, (group, block, line) = instance.contingent[tour.contingent], place(tour)
        start = instance.horizon.index(tour.start)
        end = start + tour.periods
        words = f"{tour.contingent} unit {tour.unit}: {tour.sector}, {tour.role}, from {tour.start} for {tour.periods}"
        home = end + contingent.dwell_after(tour.periods)
        bar = _Bar(number, block, line, start, end, home, float(contingent.handover), colour(tour), words)
        found.setdefault(group, []).append(bar)
    return found


def _drawn(
    title: str,
    instance: Instance,
    found: dict[str, list[_Bar]],
    names: dict[str, str],
    blocks: Sequence[str],
    kinds: Sequence[str],
    *,
    dwell: bool,
) -> list[Node]:
    """Return the legend and a drawing a group; colours are the same whichever of their kinds are used."""
    if not found:
        return [el("p", "No unit serves.")]
    used = {bar.colour for bars in found.values() for bar in bars}
    colours = distinct(name for name in kinds if name in used)
    keys = [(colours[name], name) for name in colours] + [(INK + "73", "handover")]
    if dwell:
        keys.append((stroke(_DWELL), "dwell"))
    charts = (
        _chart(names[group], f"{names[group]}: tours, {title}", instance, blocks, found[group], colours, dwell)
        for group in names
        if group in found
    )
    return [legend(*keys), *(el("figure", chart, class_="lane") for chart in charts)]


def _chart(
    name: str,
    title: str,
    instance: Instance,
    blocks: Sequence[str],
    bars: Sequence[_Bar],
    colours: dict[str, str],
    dwell: bool,
) -> Node:
    depth = {block: 1 + max(bar.line for bar in bars if bar.block == block) for block in {bar.block for bar in bars}}
    first: dict[str, float] = {}
    bottom = TOP
    for block in (block for block in blocks if block in depth):
        first[block] = bottom
        bottom += max(depth[block] * _STEP, _BLOCK) + _BETWEEN
    drawn = [*period_lines(instance, bottom), el("text", shortened(name, 20), x=0, y=12, style="font-weight:600")]
    for block, y in first.items():
        drawn.append(el("text", shortened(block, 22), x=8, y=y + 9, style=f"fill:{MUTED}"))
    for bar in bars:
        drawn += _tour(bar, first[bar.block] + bar.line * _STEP, instance.horizon.periods, colours[bar.colour], dwell)
    return svg(WIDTH, bottom + 2, title, *drawn)


def _tour(bar: _Bar, top: float, periods: int, colour: str, dwell: bool) -> Iterator[Node]:
    """Draw a tour, its handover darker, and the dwell after it as a thin line."""

    def at(period: float) -> float:
        return LEFT + min(max(period, 0.0), float(periods)) * (WIDTH - LEFT) / periods

    def block(start: float, width: float, *children: Node, **look: str) -> Node:
        return el("rect", *children, x=start, y=top, width=width, height=_STEP - 1.5, **look)

    start, end, home = at(bar.start), at(bar.end), at(bar.home)
    if dwell and home > end:
        yield el("line", x1=end, x2=home, y1=top + 3, y2=top + 3, stroke=_DWELL, stroke_width=0.9)
    said = el("title", bar.words)
    yield block(start, max(end - start - 1, 1.0), said, fill=colour, data_tour=str(bar.number))
    if bar.handover:
        yield block(start, at(bar.start + bar.handover) - start, fill=INK, opacity="0.45")
