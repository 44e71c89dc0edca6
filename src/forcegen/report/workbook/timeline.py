"""Tours as coloured cells: a line a unit by nation, or a line a post by sector."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from openpyxl.styles import Alignment

from forcegen.report.begun import begun
from forcegen.report.html.looks import looks, repeated
from forcegen.report.workbook.grids import PERIOD_WIDTH, period_names
from forcegen.report.workbook.paint import (
    LINE_ABOVE,
    QUIET,
    dashed_key,
    filled,
    fitting,
    head,
    legend,
    lighter,
    printed,
    widths,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl import Workbook

    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan, Tour
    from forcegen.report.html.looks import Look

_RAN = "before"


@dataclass(frozen=True)
class _Bar:
    """A tour on its line: first period and the one after the last, periods of handover and of dwell after it.

    One that `ran` began before the horizon.
    """

    start: int
    end: int
    handover: int
    home: int
    colour: str
    words: str
    ran: bool


def nation_sheet(book: Workbook, instance: Instance, plan: Plan) -> None:
    """Add each unit's tours, with the sector in the colour of its zone, and the time at home that must follow."""
    order = {k.id: (k.nation, i) for i, k in enumerate(instance.contingents)}
    lines: dict[tuple[object, ...], list[_Bar]] = {}
    for tour in sorted(
        _known(instance, plan), key=lambda t: (order[t.contingent], t.unit, instance.horizon.index(t.start))
    ):
        nation = instance.contingent[tour.contingent].nation
        sector = instance.sector.get(tour.sector)
        zone = sector.zone if sector is not None and sector.zone else tour.sector
        lines.setdefault((nation, tour.contingent, tour.unit), []).append(_bar(instance, tour, zone, tour.sector))
    zones = dict.fromkeys(sector.zone or sector.id for sector in instance.sectors)
    _sheet(book, "tours by nation", instance, ("nation", "contingent", "unit"), lines, zones, dwell=True)


def sector_sheet(book: Workbook, instance: Instance, plan: Plan) -> None:
    """Add each sector's and role's tours, on as few lines as they need, with their contingents."""
    places = {sector.id: i for i, sector in enumerate(instance.sectors)}
    roles = {role.id: i for i, role in enumerate(instance.roles)}
    ends: dict[tuple[str, str], list[int]] = {}
    lines: dict[tuple[object, ...], list[_Bar]] = {}
    horizon = instance.horizon
    for tour in sorted(_known(instance, plan), key=lambda t: (horizon.index(t.start), t.contingent, t.unit)):
        bar = _bar(instance, tour, tour.role, tour.contingent)
        free = ends.setdefault((tour.sector, tour.role), [])
        post = next((i for i, end in enumerate(free) if end <= bar.start), len(free))
        free[post : post + 1] = [bar.end]
        lines.setdefault((tour.sector, tour.role, post + 1), []).append(bar)

    def place(line: tuple[object, ...]) -> tuple[int, int, object]:
        sector, role, post = line
        return places.get(str(sector), len(places)), roles.get(str(role), len(roles)), post

    ordered = {line: lines[line] for line in sorted(lines, key=place)}
    _sheet(book, "tours by sector", instance, ("sector", "role", "post"), ordered, roles, dwell=False)


def _known(instance: Instance, plan: Plan) -> list[Tour]:
    """Return the tours that can be drawn: of contingents that there are, in periods of the horizon's unit.

    Those that began before the horizon are among them, their units numbered below zero.
    """
    unit = instance.horizon.unit
    drawn = [tour for tour in plan.tours if tour.contingent in instance.contingent and tour.start.unit == unit]
    return [*drawn, *begun(instance)]


def _bar(instance: Instance, tour: Tour, colour: str, words: str) -> _Bar:
    contingent = instance.contingent[tour.contingent]
    start = instance.horizon.index(tour.start)
    return _Bar(
        start,
        start + tour.periods,
        math.ceil(contingent.handover),
        contingent.dwell_after(tour.periods),
        colour,
        words,
        tour.unit < 0,
    )


def _sheet(
    book: Workbook,
    title: str,
    instance: Instance,
    facts: Sequence[str],
    lines: dict[tuple[object, ...], list[_Bar]],
    kinds: Iterable[str],
    *,
    dwell: bool,
) -> None:
    sheet, names = book.create_sheet(title), period_names(instance)
    used = {bar.colour for bars in lines.values() for bar in bars}
    colours = looks([*(kind for kind in kinds if kind in used), *sorted(used - set(kinds))])
    write(sheet, 1, 1, title.capitalize(), bold=True, size=13)
    keys: list[tuple[str | Look, str]] = [(look, name) for name, look in colours.items()]
    keys += [(_paler(colours[next(iter(colours))]), "paler: handover")] if colours else []
    keys += [(QUIET, "at home")] if dwell else []
    keys += [("ffffff", words) for words in repeated(colours)]
    legend(sheet, 1, len(facts) + 1, keys)
    if any(bar.ran for bars in lines.values() for bar in bars):
        dashed_key(sheet, 1, len(facts) + 1 + len(keys), QUIET, "dashed: began before")
    head(sheet, 2, [*facts, *names])
    for column in range(len(facts) + 1, len(facts) + len(names) + 1):
        sheet.cell(2, column).alignment = Alignment(horizontal="center", vertical="center")
    above: object = None
    for row, (line, bars) in enumerate(lines.items(), 3):
        for column, fact in enumerate(line, 1):
            cell = write(sheet, row, column, _RAN if isinstance(fact, int) and fact < 0 else fact)
            cell.alignment = Alignment(horizontal="left")
            if line[0] != above:
                cell.border = LINE_ABOVE
        above = line[0]
        for bar in bars:
            home = min(bar.end + bar.home if dwell else bar.end, len(names))
            for t in range(max(bar.start, 0), home):
                cell = sheet.cell(row, len(facts) + 1 + t)
                if t >= bar.end:
                    filled(cell, QUIET)
                    continue
                write(sheet, row, cell.column, bar.words)
                look = colours[bar.colour]
                pale = bar.ran or t < bar.start + bar.handover
                filled(cell, _paler(look) if pale else look, fit=True, dashed=bar.ran)
    sizes = [fitting([line[i] for line in lines], fact, 30) for i, fact in enumerate(facts)]
    widths(sheet, [*sizes, *(PERIOD_WIDTH for _ in names)])
    sheet.freeze_panes = sheet.cell(3, len(facts) + 1)
    printed(sheet, 2)


def _paler(look: Look) -> Look:
    return replace(look, colour=lighter(look.colour))
