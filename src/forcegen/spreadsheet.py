"""Text that no spreadsheet takes for a formula, and that a cell gives back as it was."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell

LONGEST = 32_767  # characters in a cell
TEXT = "@"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# What XML or a cell's edges would lose, written as OOXML's ST_Xstring does: `_x000D_`.
_LOST = re.compile("[\x00-\x08\x0b-\x1f\x85\ud800-\udfff\ufeff\ufffe\uffff]|^\\s|\\s$|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_EMPTY = '""'


def put(cell: Cell | MergedCell, value: Any) -> None:
    """Set a cell: numbers exactly, everything else as text, never a formula; nothing for None.

    Raises
    ------
    ValueError
        If a text is longer than a cell holds.
    """
    if value is None:
        return
    if isinstance(value, bool) or (isinstance(value, int | float | Decimal) and not isinstance(value, str)):
        cell.value = value
        return
    if isinstance(value, Fraction):
        cell.value = int(value) if value.denominator == 1 else float(value)
        return
    text = escaped(str(value))
    if len(text) > LONGEST:
        raise ValueError(f"a text of {len(text):,} characters is more than a cell holds, {LONGEST:,}")
    cell.value = text
    cell.data_type = "s"
    cell.number_format = TEXT
    if text.startswith(_FORMULA):
        cell.quotePrefix = True  # stays text when it is edited


def escaped(text: str) -> str:
    """Return a text as a cell of a workbook holds it."""
    if text == "" or text == _EMPTY:
        return _EMPTY if text == "" else '_x0022_"'
    return _LOST.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unescaped(cell: str) -> str:
    """Return the text that a cell of a workbook stands for."""
    return "" if cell == _EMPTY else _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell)


def csv_cell(value: object) -> object:
    """Return a cell of a CSV file that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
