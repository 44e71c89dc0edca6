"""Requirements and zones against periods: coloured cells."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.report.html.colours import shade
from forcegen.report.tables import few
from forcegen.report.workbook.paint import FULL, PART, SHORT, filled, fitting, head, legend, printed, widths, write

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from forcegen.audit import Audit, CoverageLine
    from forcegen.domain.instance import Instance

PERIOD_WIDTH = 9.5
_KEYS = ((SHORT, "below minimum"), (PART, "below target"), (FULL, "target met"))
_FACTS = ("requirement", "sectors", "roles", "share", "short")


def period_names(instance: Instance) -> list[str]:
    """Return the names of all periods."""
    return [str(instance.horizon.label(t)) for t in range(instance.horizon.periods)]


def coverage_sheet(book: Workbook, instance: Instance, audit: Audit) -> None:
    """Add what each requirement gets in each period, in its measure; no colour where nothing is asked."""
    sheet, names = book.create_sheet("coverage"), period_names(instance)
    write(sheet, 1, 1, "What is filled, by requirement and period", bold=True, size=13)
    write(sheet, 2, 1, "share: of the target, over all periods; short: periods below the minimum", italic=True)
    legend(sheet, 1, len(_FACTS) + 1, _KEYS)
    head(sheet, 3, [*_FACTS, *names], figures=[name not in _FACTS[:3] for name in (*_FACTS, *names)])
    lines: dict[str, list[CoverageLine]] = defaultdict(list)
    for line in audit.coverage:
        lines[line.requirement].append(line)
    column = {name: len(_FACTS) + 1 + i for i, name in enumerate(names)}
    rows = []
    for row, requirement in enumerate(instance.requirements, 4):
        mine = lines[requirement.id]
        places = (few(requirement.sectors, "all"), few(requirement.roles, "all but reserve"))
        facts = (requirement.id, *places, _share(mine), sum(line.filled < line.minimum for line in mine) or None)
        rows.append(facts)
        for i, fact in enumerate(facts, 1):
            write(sheet, row, i, fact)
        sheet.cell(row, 4).number_format = "0%"
        for line in mine:
            cell = write(sheet, row, column[line.period], line.filled if line.target or line.filled else None)
            if line.target:
                filled(cell, _colour(line))
    widest = [fitting([row[i] for row in rows], _FACTS[i], 30) for i in range(3)]
    widths(sheet, [*widest, 8, 8, *(PERIOD_WIDTH for _ in names)])
    sheet.freeze_panes = "B4"
    printed(sheet, 3)


def force_sheet(book: Workbook, instance: Instance, audit: Audit) -> None:
    """Add troops present and troops moved, by zone and period."""
    sheet, names = book.create_sheet("force"), period_names(instance)
    zones = list(dict.fromkeys(line.zone for line in audit.force))
    troops = {(line.zone, line.period): line.troops for line in audit.force}
    moved = {(line.zone, line.period): line.moved for line in audit.force}
    head(sheet, 1, ["troops", *names], figures=[False, *(True for _ in names)])
    bottom = _zones(sheet, 2, zones, names, troops)
    head(sheet, bottom + 1, ["moved in and out", *names], figures=[False, *(True for _ in names)])
    _zones(sheet, bottom + 2, zones, names, moved)
    widths(sheet, [max(20, fitting(zones, "zone")), *(PERIOD_WIDTH for _ in names)])
    sheet.freeze_panes = "B2"
    printed(sheet, 1)


def _zones(
    sheet: Worksheet, top: int, zones: list[str], names: list[str], figures: dict[tuple[str, str], Fraction]
) -> int:
    """Write a line a zone and their sum, the darker the larger; return the line below."""
    largest = max(figures.values(), default=Fraction(0))
    for row, zone in enumerate(zones, top):
        write(sheet, row, 1, zone or "no zone")
        for column, name in enumerate(names, 2):
            value = figures.get((zone, name), Fraction(0))
            filled(write(sheet, row, column, value), shade(0.8 * float(value / largest) if largest else 0.0))
    bottom = top + len(zones)
    write(sheet, bottom, 1, "all", bold=True)
    for column, name in enumerate(names, 2):
        total = sum((figures.get((zone, name), Fraction(0)) for zone in zones), Fraction(0))
        write(sheet, bottom, column, total, bold=True)
    return bottom + 1


def _share(lines: list[CoverageLine]) -> Fraction | None:
    wanted = sum((line.target for line in lines), Fraction(0))
    return sum((min(line.filled, line.target) for line in lines), Fraction(0)) / wanted if wanted else None


def _colour(line: CoverageLine) -> str:
    if line.filled < line.minimum:
        return SHORT
    return PART if line.filled < line.target else FULL
