"""Lists as sheets: heads that stay, rows to filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from forcegen.report.workbook.paint import fitting, head, printed, widths, write

if TYPE_CHECKING:
    from openpyxl import Workbook

    from forcegen.audit import Audit
    from forcegen.report.lists import Listed


def list_sheet(book: Workbook, name: str, found: Listed) -> None:
    """Add a list."""
    sheet = book.create_sheet(name)
    columns = [[row[i] for row in found.rows] for i in range(len(found.columns))]
    figures = [any(isinstance(value, int | float) for value in values) for values in columns]
    head(sheet, 1, [column.replace("_", " ") for column in found.columns], figures=figures)
    for line, row in enumerate(found.rows, 2):
        for i, value in enumerate(row, 1):
            write(sheet, line, i, value).alignment = Alignment(vertical="top", wrap_text=name == "violations")
    most = 90 if name == "violations" else 48
    widths(sheet, [fitting(values, column, most) for values, column in zip(columns, found.columns, strict=True)])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(found.columns))}{len(found.rows) + 1}"
    printed(sheet, 1)


def violations_list(audit: Audit) -> tuple[tuple[str, ...], tuple[tuple[object, ...], ...]]:
    """Return what the plan breaks: columns and rows; one row says so if it breaks nothing."""
    rows = tuple((v.kind, v.rule, ", ".join(v.subjects), v.period, v.message) for v in audit.violations)
    return ("kind", "rule", "subjects", "period", "what"), rows or ((None, None, None, None, "none"),)
