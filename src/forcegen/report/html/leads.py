"""Who leads where, on a time line: one line a sector, one block a term."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.report.html.charts import WIDTH, shortened
from forcegen.report.html.colours import distinct
from forcegen.report.html.gantt import LEFT, TOP, period_lines
from forcegen.report.html.markup import MUTED, PAPER, Node, details, el, legend, svg, table

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan

_STEP, _LETTER = 20.0, 7.0


def leads_over_time(instance: Instance, plan: Plan) -> list[Node]:
    """Return each sector's lead nations over time, and the same as a table."""
    horizon = instance.horizon
    names = {n.id: n.name or n.id for n in instance.nations} | {s.id: s.name or s.id for s in instance.sectors}
    led = [sector.id for sector in instance.sectors if any(lead.sector == sector.id for lead in plan.leads)]
    colours = distinct(nation.id for nation in instance.nations if any(x.nation == nation.id for x in plan.leads))
    bottom, step = TOP + _STEP * len(led), (WIDTH - LEFT) / horizon.periods
    drawn = list(period_lines(instance, bottom))
    for i, sector in enumerate(led):
        drawn.append(el("text", shortened(names[sector], 22), x=0, y=TOP + i * _STEP + 12, style=f"fill:{MUTED}"))
    for lead in plan.leads:
        start, end = max(0, horizon.index(lead.from_)), min(horizon.periods, horizon.index(lead.until) + 1)
        x, y, wide = LEFT + start * step, TOP + led.index(lead.sector) * _STEP, (end - start) * step
        said = f"{names[lead.sector]}: {names[lead.nation]} leads from {lead.from_} until {lead.until}"
        drawn.append(
            el("rect", el("title", said), x=x, y=y, width=max(wide - 1, 1.0), height=_STEP - 5,
               fill=colours[lead.nation])
        )  # fmt: skip
        if wide > len(lead.nation) * _LETTER + 12:
            drawn.append(el("rect", x=x + 3, y=y + 2, width=len(lead.nation) * _LETTER + 6, height=11.0, fill=PAPER))
            drawn.append(el("text", lead.nation, x=x + 6, y=y + 11.5))
    keys = legend(*((colour, names[nation]) for nation, colour in colours.items()))
    rows = [(lead.sector, lead.nation, str(lead.from_), str(lead.until)) for lead in plan.leads]
    header = ("sector", "nation", "from", "until")
    return [
        keys,
        el("figure", svg(WIDTH, bottom + 2, "Lead nations by sector over time", *drawn), class_="lane"),
        details("The same as a table", table("Lead nations, in the order of time", header, rows, left=4)),
    ]
