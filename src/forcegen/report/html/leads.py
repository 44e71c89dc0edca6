"""Who leads where, on a time line: one line a sector, one block a term."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.report.html.charts import WIDTH
from forcegen.report.html.colours import legible
from forcegen.report.html.gantt import TOP, period_lines
from forcegen.report.html.looks import looks, named
from forcegen.report.html.markup import MUTED, Node, details, el, legend, svg, table
from forcegen.report.html.words import LINE_HEIGHT, column, lines_of, wide, wrapped

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan

_STEP, _MOST = 20.0, 220.0


def leads_over_time(instance: Instance, plan: Plan) -> list[Node]:
    """Return each sector's lead nations over time, and the same as a table."""
    horizon = instance.horizon
    names = {n.id: n.name or n.id for n in instance.nations} | {s.id: s.name or s.id for s in instance.sectors}
    led = [sector.id for sector in instance.sectors if any(lead.sector == sector.id for lead in plan.leads)]
    colours = looks(nation.id for nation in instance.nations if any(x.nation == nation.id for x in plan.leads))
    left = 10 + column((names[sector] for sector in led), _MOST)
    first, bottom, step = {}, TOP, (WIDTH - left) / horizon.periods
    labels: list[Node] = []
    for sector in led:
        first[sector], lines = bottom, wrapped(names[sector], left - 8)
        labels += lines_of(lines, 0, bottom + max(_STEP - 5, LINE_HEIGHT * len(lines)) / 2, style=f"fill:{MUTED}")
        bottom += max(_STEP, LINE_HEIGHT * len(lines) + 3)
    drawn = [*period_lines(instance, left, bottom), *labels]
    for lead in plan.leads:
        start, end = max(0, horizon.index(lead.from_)), min(horizon.periods, horizon.index(lead.until) + 1)
        x, y, length = left + start * step, first[lead.sector], (end - start) * step
        said = f"{names[lead.sector]}: {names[lead.nation]} leads from {lead.from_} until {lead.until}"
        drawn.append(
            el("rect", el("title", said), x=x, y=y, width=max(length - 1, 1.0), height=_STEP - 5,
               fill=colours[lead.nation].colour)
        )  # fmt: skip
        drawn += colours[lead.nation].edges(x, y, max(length - 1, 1.0), _STEP - 5)
        if length > wide(lead.nation) + 8:
            look = f"fill:{legible(colours[lead.nation].colour)};pointer-events:none"
            drawn.append(el("text", lead.nation, x=x + 4, y=y + 11.5, style=look))
    keys = legend(*named(colours, names))
    rows = [(lead.sector, lead.nation, str(lead.from_), str(lead.until)) for lead in plan.leads]
    header = ("sector", "nation", "from", "until")
    return [
        keys,
        el("figure", svg(WIDTH, bottom + 2, "Lead nations by sector over time", *drawn), class_="lane"),
        details("The same as a table", table("Lead nations, in the order of time", header, rows, left=4)),
    ]
