"""Tours on a time line: a drawing a nation with one line a unit, or a drawing a sector with one line a post."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from forcegen.report.begun import begun
from forcegen.report.html.charts import WIDTH
from forcegen.report.html.colours import legible
from forcegen.report.html.looks import looks, named
from forcegen.report.html.markup import INK, LINE, MUTED, PAPER, Node, el, legend, stroke, svg
from forcegen.report.html.words import LINE_HEIGHT, column, lines_of, wide, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan, Tour
    from forcegen.report.html.looks import Look

TOP, _BETWEEN = 22.0, 3.0  # the periods' names, and the room between two blocks
_STEP = {True: 11.0, False: 16.0}  # a line's height, with dwell (a line a unit) and without (a line a post)
_LETTERS = {True: 8.5, False: 10.5}  # the size of a bar's text
_MOST = 210.0  # of a label's width
_DWELL = "#9aa7b1"


@dataclass(frozen=True)
class _Bar:
    """One tour: its place in the plan (None: it began before), block and line, start, end, when it may serve again.

    The first of its `names` that there is room for is written into it.
    """

    number: int | None
    block: str
    line: int
    start: int
    end: int
    home: int
    handover: float
    colour: str
    names: tuple[str, ...]
    words: str


def by_nation(instance: Instance, plan: Plan) -> list[Node]:
    """Return each nation's units, contingent by contingent, in the colour of the zone they serve in, with their dwell.

    A tour is striped while in handover, and pale where it began before the horizon.
    """
    lines: dict[tuple[str, int], int] = {}
    last: dict[str, int] = {}
    ran = begun(instance)
    for contingent, unit in sorted({(t.contingent, t.unit) for t in [*plan.tours, *ran]}):
        lines[contingent, unit] = last[contingent] = last.get(contingent, -1) + 1
    zones = {sector.id: sector.zone or sector.id for sector in instance.sectors}
    bars = _bars(
        instance,
        plan,
        lambda t: (instance.contingent[t.contingent].nation, t.contingent, lines[t.contingent, t.unit]),
        lambda t: zones[t.sector],
        lambda t: (t.sector,),
        ran,
    )
    names = {nation.id: nation.name or nation.id for nation in instance.nations}
    blocks = [k.id for k in instance.contingents]
    return _drawn("one line a unit", instance, bars, names, blocks, list(zones.values()), dwell=True)


def by_sector(instance: Instance, plan: Plan) -> list[Node]:
    """Return each sector's posts, role by role, packed into few lines, in the colour of the nation."""
    free: dict[tuple[str, str], list[int]] = {}
    line: dict[int, int] = {}
    horizon = instance.horizon
    ran = begun(instance)
    nation = {k.id: k.nation for k in instance.contingents}
    for tour in sorted([*plan.tours, *ran], key=lambda t: (horizon.index(t.start), t.contingent, t.unit)):
        start = horizon.index(tour.start)
        ends = free.setdefault((tour.sector, tour.role), [])
        spot = max((i for i, end in enumerate(ends) if end <= start), key=ends.__getitem__, default=len(ends))
        ends[spot : spot + 1] = [start + tour.periods]
        line[id(tour)] = spot
    bars = _bars(
        instance,
        plan,
        lambda t: (t.sector, t.role, line[id(t)]),
        lambda t: nation[t.contingent],
        lambda t: (f"{t.contingent} {t.unit}" if t.unit > 0 else t.contingent, t.contingent, nation[t.contingent]),
        ran,
    )
    names = {sector.id: sector.name or sector.id for sector in instance.sectors}
    roles = [role.id for role in instance.roles]
    return _drawn("one line a post", instance, bars, names, roles, [n.id for n in instance.nations], dwell=False)


def period_lines(instance: Instance, left: float, bottom: float) -> Iterator[Node]:
    """Yield the line at each period's beginning, right of `left`, and the names of as many as there is room for."""
    horizon = instance.horizon
    step = (WIDTH - left) / horizon.periods
    names = [str(horizon.label(t)) for t in range(horizon.periods)]
    every = ceil((6 + max(map(wide, names))) / step)
    yield el("line", x1=0, x2=WIDTH, y1=TOP - 5, y2=TOP - 5, stroke=LINE)
    for t in range(horizon.periods):
        x, named = left + t * step, t % every == 0
        yield el("line", x1=x, x2=x, y1=TOP - (16 if named else 5), y2=bottom, stroke=LINE, stroke_width=0.6)
        if named and x + 3 + wide(names[t]) <= WIDTH:
            yield el("text", names[t], x=x + 3, y=12, style=f"fill:{MUTED}")


def _bars(
    instance: Instance,
    plan: Plan,
    place: Callable[[Tour], tuple[str, str, int]],
    colour: Callable[[Tour], str],
    names: Callable[[Tour], tuple[str, ...]],
    ran: Sequence[Tour],
) -> dict[str, list[_Bar]]:
    """Return the tours of each group."""
    found: dict[str, list[_Bar]] = {}
    for number, tour in [*enumerate(plan.tours), *((None, tour) for tour in ran)]:
        contingent, (group, block, line) = instance.contingent[tour.contingent], place(tour)
        start = instance.horizon.index(tour.start)
        end = start + tour.periods
        who = tour.contingent if number is None else f"{tour.contingent} unit {tour.unit}"
        words = f"{who}: {tour.sector}, {tour.role}, from {tour.start} for {tour.periods}"
        home = end + contingent.dwell_after(tour.periods)
        times = start, end, home, float(contingent.handover)
        bar = _Bar(number, block, line, *times, colour(tour), names(tour), words)
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
    every = [bar for bars in found.values() for bar in bars]
    used = {bar.colour for bar in every}
    colours = looks(name for name in kinds if name in used)
    keys = named(colours)
    if any(bar.handover and bar.start + bar.handover > 0 for bar in every):
        keys.append((f"repeating-linear-gradient(135deg,{INK} 0 1px,{PAPER} 1px 4px)", "handover"))
    if any(bar.number is None for bar in every):
        keys.append((f"{PAPER};outline:1px dashed {INK}", "began before the horizon"))
    if dwell and any(bar.home > bar.end for bar in every):
        keys.append((stroke(_DWELL), "dwell"))
    shown = [group for group in names if group in found]
    left = 16 + max(
        column((block for block in blocks if any(bar.block == block for bar in every)), _MOST),
        column((names[group] + "  " for group in shown), _MOST),
    )
    charts = (
        _chart(names[group], f"{names[group]}: tours, {title}", instance, blocks, found[group], colours, left, dwell)
        for group in shown
    )
    return [legend(*keys), *(el("figure", chart, class_="lane") for chart in charts)]


def _chart(
    name: str,
    title: str,
    instance: Instance,
    blocks: Sequence[str],
    bars: Sequence[_Bar],
    colours: dict[str, Look],
    left: float,
    dwell: bool,
) -> Node:
    depth = {block: 1 + max(bar.line for bar in bars if bar.block == block) for block in {bar.block for bar in bars}}
    heading = wrapped(name, left - 8, bold=True)
    labels = {block: wrapped(block, left - 16) for block in blocks if block in depth}
    first: dict[str, float] = {}
    bottom, step = TOP + LINE_HEIGHT * (len(heading) - 1), _STEP[dwell]
    drawn = lines_of(heading, 0, 8 + LINE_HEIGHT * (len(heading) - 1) / 2, style="font-weight:600")
    for block, lines in labels.items():
        first[block] = bottom
        drawn += lines_of(lines, 8, bottom + LINE_HEIGHT * len(lines) / 2, style=f"fill:{MUTED}")
        bottom += max(depth[block] * step, LINE_HEIGHT * len(lines)) + _BETWEEN
    drawn = [*period_lines(instance, left, bottom), *drawn]
    for bar in bars:
        top = first[bar.block] + bar.line * step
        drawn += _tour(bar, left, top, instance.horizon.periods, colours[bar.colour], dwell)
    return svg(WIDTH, bottom + 2, title, *drawn)


def _tour(bar: _Bar, left: float, top: float, periods: int, kind: Look, dwell: bool) -> Iterator[Node]:
    """Draw a tour with its name, its handover striped, and the dwell after it as a thin line."""

    def at(period: float) -> float:
        return left + min(max(period, 0.0), float(periods)) * (WIDTH - left) / periods

    start, end, home, tall = at(bar.start), at(bar.end) - 1, at(bar.home), _STEP[dwell] - 1.5
    if dwell and home > end + 1:
        yield el("line", x1=end + 1, x2=home, y1=top + tall / 2, y2=top + tall / 2, stroke=_DWELL, stroke_width=0.9)
    ran = bar.number is None
    look = {"fill": kind.colour, "stroke": INK, "stroke_width": 0.5} | (
        {"fill_opacity": 0.3, "stroke_dasharray": "3 2"} if ran else {"data_tour": str(bar.number)}
    )
    yield el("rect", el("title", bar.words), x=start, y=top, width=max(end - start, 1.0), height=tall, **look)
    yield from kind.edges(start, top, max(end - start, 1.0), tall, 0.3 if ran else None)
    serves = min(at(bar.start + bar.handover), end)
    if serves > start:
        yield from _stripes(start, serves, top, tall)
    size = _LETTERS[dwell]
    for begin, halo in ((serves, False), (start, True)):
        name = next((name for name in bar.names if wide(name, size) <= end - begin - 5), None)
        if name is not None:
            ink = INK if halo or ran else legible(kind.colour)
            style = f"fill:{ink};font-size:{size}px;pointer-events:none"
            style += f";paint-order:stroke;stroke:{PAPER};stroke-width:3px" if halo else ""
            yield el("text", name, x=begin + 3, y=top + tall / 2 + size * 0.36, style=style)
            return


def _stripes(start: float, end: float, top: float, tall: float) -> Iterator[Node]:
    """Draw a handover: dark stripes on pale ground, that show on every colour and in print."""
    yield el("rect", x=start, y=top, width=end - start, height=tall, fill=PAPER, fill_opacity=0.72,
             style="pointer-events:none")  # fmt: skip
    path, x = "", start
    while x < end:
        across = min(tall, end - x)
        path += f"M{x:.1f} {top + tall:.1f}l{across:.1f} {-across:.1f}"
        x += 4.5
    yield el("path", d=path, stroke=INK, stroke_width=0.7, fill="none", style="pointer-events:none")
