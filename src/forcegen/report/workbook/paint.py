"""How sheets look: heads, widths, fills, and what a printer makes of them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins

from forcegen.report.html.colours import on
from forcegen.report.html.looks import Look
from forcegen.spreadsheet import put

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

_FACE = "Calibri"
HEAD = "2f4858"
SHORT, PART, FULL, QUIET = "f2a58a", "fbe3a1", "bfdcf2", "e3e7ea"  # told apart in grey as well
_WHITE = Side(style="thin", color="FFFFFF")
_THICK, _DASHED = (Side(style=style, color="1B2733") for style in ("thick", "dashed"))
_FRAME = Border(left=_DASHED, right=_DASHED, top=_DASHED, bottom=_DASHED)
LINE_ABOVE = Border(top=Side(style="thin", color="5B6B76"))
_CHANNELS = (0.299, 0.587, 0.114)


def write(sheet: Worksheet, row: int, column: int, value: object, **font: object) -> Cell | MergedCell:
    """Write a cell: figures with thousands separated, everything else as text."""
    cell = sheet.cell(row, column)
    put(cell, None if value == "" else value)
    if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        cell.number_format = "#,##0" if cell.value == int(cell.value) else "#,##0.0"
    cell.font = Font(name=_FACE, **font)  # type: ignore[arg-type]
    return cell


def head(sheet: Worksheet, row: int, names: Sequence[str], first: int = 1, figures: Sequence[bool] = ()) -> None:
    """Write a row of column heads; those of figures stand to the right."""
    for i, name in enumerate(names):
        cell = write(sheet, row, first + i, name, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=HEAD)
        right = i < len(figures) and figures[i]
        cell.alignment = Alignment(horizontal="right" if right else "left", vertical="center")
    sheet.row_dimensions[row].height = 20


def filled(cell: Cell | MergedCell, kind: str | Look, *, fit: bool = False, dashed: bool = False) -> None:
    """Give a cell a colour, its edges, and the colour of text that is read on it; or a dashed frame for edges."""
    look = kind if isinstance(kind, Look) else Look(kind)
    colour = look.colour.removeprefix("#")
    cell.fill, cell.border = PatternFill("solid", fgColor=colour), _FRAME if dashed else _edges(look)
    dark = lightness(colour) < 0.55
    cell.font = Font(name=_FACE, color=on(1.0 if dark else 0.0).removeprefix("#"), size=9 if fit else 11)
    if fit:
        cell.alignment = Alignment(horizontal="center", shrink_to_fit=True)


def _edges(look: Look) -> Border:
    top, bottom = (_THICK if edge else _WHITE for edge in (look.above, look.below))
    return Border(left=_WHITE, right=_WHITE, top=top, bottom=bottom)


def lightness(colour: str) -> float:
    """Return how light a colour is, from 0 to 1."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return sum(weight * part for weight, part in zip(_CHANNELS, parts, strict=True))


def lighter(colour: str, share: Fraction = Fraction(1, 2)) -> str:
    """Return a colour mixed with white."""
    colour = colour.removeprefix("#")
    return "".join(f"{round(255 - (255 - int(colour[i : i + 2], 16)) * share):02x}" for i in (0, 2, 4))


def legend(sheet: Worksheet, row: int, column: int, keys: Iterable[tuple[str | Look, str]]) -> None:
    """Write what colours mean: a coloured cell with its words a key."""
    for i, (kind, words) in enumerate(keys):
        filled(write(sheet, row, column + i, words), kind, fit=True)


def dashed_key(sheet: Worksheet, row: int, column: int, colour: str, words: str) -> None:
    """Write what a dashed frame means."""
    filled(write(sheet, row, column, words), colour, fit=True, dashed=True)


def widths(sheet: Worksheet, sizes: Sequence[float], first: int = 1) -> None:
    """Set the widths of columns, in characters."""
    for i, size in enumerate(sizes):
        sheet.column_dimensions[get_column_letter(first + i)].width = size


def fitting(values: Sequence[object], name: str, most: int = 48) -> float:
    """Return the width that a column needs."""
    return min(most, max([len(name), *(len(str(value)) for value in values if value is not None)]) + 3)


def printed(sheet: Worksheet, heads: int) -> None:
    """Let a sheet print across the page, with its heads on each."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    assert sheet.sheet_properties.pageSetUpPr is not None
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"1:{heads}"
    sheet.sheet_view.showGridLines = False
