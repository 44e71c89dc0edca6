"""An instance as a workbook: headers that explain themselves, lists to choose from, cells that keep what is written."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from forcegen.domain.horizon import Period
from forcegen.io.columns import annotations_at, reading_of
from forcegen.io.errors import refuse
from forcegen.io.rows import rows_of
from forcegen.io.workbook.help import WORDS, choices_in, help_for
from forcegen.io.workbook.sheets import CONDITIONS, GROUPS, HEAD, HELP, NAMES, SHEETS, columns_for
from forcegen.spreadsheet import TEXT, put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet
    from pydantic import BaseModel

    from forcegen.domain.instance import Instance

_ROOM = 500  # rows below the last for new items, with their lists to choose from
_BOLD, _FILL = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="2F4858")
_NAMED = {  # columns that name an item of another list
    "nation": "nations",
    "sector": "sectors",
    "role": "roles",
    "contingent": "contingents",
    "as.sector": "sectors",
    "as.role": "roles",
}


def workbook_bytes(instance: Instance) -> bytes:
    """Return an instance as a workbook; `read_workbook` gives it back equal.

    Raises
    ------
    InputError
        If a text is longer than a cell holds.
    """
    book = Workbook()
    first = book.active
    assert first is not None
    _help(first)
    data = instance.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    roles = [role.id for role in instance.roles]
    for name, items in SHEETS.items():
        columns, rows = rows_of(_listed(name, data), items, columns_for(name, roles))
        try:
            sheet = _sheet(book, name, columns, rows, items)
        except ValueError as error:
            raise refuse(f"{name}: {error}", field=name, advice="shorten it, or keep the instance as YAML") from None
        _choices(sheet, columns, items, len(rows), data)
    _names(book, instance)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _listed(name: str, data: dict[str, Any]) -> list[dict[str, Any]]:
    if name == HEAD:
        lists = SHEETS.keys() - {HEAD}
        return [{field: value for field, value in data.items() if field not in lists}]
    if name == GROUPS:
        return [{"id": key, "members": members} for key, members in data.get(name, {}).items()]
    if name == CONDITIONS:
        return [{"id": key, **condition} for key, condition in data.get(name, {}).items()]
    return list(data.get(name, ()))


def _sheet(
    book: Workbook,
    name: str,
    columns: Sequence[str],
    rows: Sequence[dict[str, Any]],
    items: tuple[type[BaseModel], ...],
) -> Worksheet:
    sheet: Worksheet = book.create_sheet(name)
    for i, column in enumerate(columns, 1):
        letter = get_column_letter(i)
        cell = sheet.cell(1, i)
        put(cell, column)
        cell.font, cell.fill, cell.alignment = _BOLD, _FILL, Alignment(vertical="top", wrap_text=True)
        text = help_for(column, items)
        cell.comment = Comment(text, "forcegen", height=40 + 18 * (text.count("\n") + 1 + len(text) // 45), width=340)
        if reading_of(column, items) in ("text", "texts"):
            sheet.column_dimensions[letter].number_format = TEXT  # what is typed there stays as it is typed
        longest = max((len(str(row.get(column, ""))) for row in rows), default=0)
        sheet.column_dimensions[letter].width = min(48, max(9, len(column) + 2, longest + 2))
    for line, row in enumerate(rows, 2):
        for i, column in enumerate(columns, 1):
            put(sheet.cell(line, i), row.get(column))
    sheet.freeze_panes = "B2"
    sheet.row_dimensions[1].height = 30
    return sheet


def _choices(
    sheet: Worksheet, columns: Sequence[str], items: tuple[type[BaseModel], ...], rows: int, data: dict[str, Any]
) -> None:
    """Offer what a cell may hold; periods as a suggestion only, for those before the horizon are allowed too."""
    for i, column in enumerate(columns, 1):
        annotations = annotations_at(column, items)
        formula, must = None, True
        if column in _NAMED:
            named = _NAMED[column]
            formula = f"={named}!$A$2:$A${len(data.get(named, ())) + _ROOM}"
        elif words := choices_in(annotations):
            formula = f'"{",".join(words)}"'
        elif any(annotation is bool or bool in _args(annotation) for annotation in annotations):
            formula, must = '"TRUE,FALSE"', False
        elif any(annotation is Period or Period in _args(annotation) for annotation in annotations):
            formula, must = f"={NAMES}!$A$2:$A${_ROOM * 10}", False
        if formula is not None:
            offered = DataValidation("list", formula1=formula, allow_blank=True, showErrorMessage=must)
            offered.error, offered.errorTitle = "Choose one of the list.", column
            offered.add(f"{get_column_letter(i)}2:{get_column_letter(i)}{rows + _ROOM}")
            sheet.add_data_validation(offered)


def _args(annotation: Any) -> list[Any]:
    args = getattr(annotation, "__args__", ())
    metadata_free = [arg for arg in args if arg is not type(None)]
    return [*metadata_free, *(part for arg in metadata_free if not _is_mapping(arg) for part in _args(arg))]


def _is_mapping(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) is dict


def _help(sheet: Worksheet) -> None:
    sheet.title = HELP
    for line, (head, words) in enumerate(WORDS, 1):
        put(sheet.cell(line, 1), head)
        put(sheet.cell(line, 2), words)
        sheet.cell(line, 1).font = Font(bold=True)
        for column in (1, 2):
            sheet.cell(line, column).alignment = Alignment(vertical="top", wrap_text=True)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 90


def _names(book: Workbook, instance: Instance) -> None:
    """Write the periods to choose from on a sheet that is not shown."""
    sheet = book.create_sheet(NAMES)
    put(sheet.cell(1, 1), "periods")
    for t in range(min(instance.horizon.periods, _ROOM * 10)):
        put(sheet.cell(t + 2, 1), str(instance.horizon.label(t)))
    sheet.sheet_state = "hidden"
