"""From a workbook to plain data with the place of each cell; nothing in it is evaluated."""

from __future__ import annotations

import datetime
import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forcegen.domain.consistency import did_you_mean
from forcegen.domain.horizon import Period
from forcegen.io.columns import Columns, annotations_at, columns_of, refused
from forcegen.io.errors import InputError, refuse
from forcegen.io.workbook.package import checked, malformed, package
from forcegen.io.workbook.sheets import CONDITIONS, GROUPS, HEAD, HELP, SHEETS
from forcegen.io.yaml import Trail, Tree, Where
from forcegen.spreadsheet import unescaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

MOST_CELLS = 1_000_000
MOST_ROWS = 2**20
_ENDINGS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_RETYPE = "format the cell as text and write it again"
_Row = list[Any]


def is_workbook(path: Path | str) -> bool:
    """Return whether a file's ending says that it is a workbook, if perhaps one that cannot be read."""
    return Path(path).suffix.lower() in _ENDINGS


def read_workbook(path: Path | str) -> Tree:
    """Return the instance in a workbook as plain data with places, not yet validated.

    Raises
    ------
    InputError
        If it is no workbook, holds sheets or columns that are not the instance's, or formulas.
    """
    return _tree(package(Path(path), str(path)), str(path))


def workbook_tree(raw: bytes, shown: str) -> Tree:
    """Return the instance in a workbook's bytes as `read_workbook` does; messages call the workbook what is `shown`.

    Raises
    ------
    InputError
        As `read_workbook` does.
    """
    return _tree(checked(raw, shown), shown)


def _tree(raw: bytes, shown: str) -> Tree:
    from openpyxl import load_workbook  # here: most commands read none, and it takes a while to load

    grids = {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl leaves out: pictures, validations
            book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
            for title, name in _named(book.sheetnames, shown).items():
                grids[name] = _grid(book[title], name, shown)
    except InputError:
        raise
    except Exception:  # openpyxl raises whatever the part that it reads makes of a broken file
        raise malformed(shown) from None
    tree = Tree({}, {(): (shown, 1)})
    for name, grid in grids.items():
        _take(tree, name, grid, shown)
    return tree


def _named(titles: Sequence[str], shown: str) -> dict[str, str]:
    """Return the sheets to read, their titles and names; other people's begin with `_`."""
    found: dict[str, str] = {}
    for title in titles:
        name = title.strip().lower()
        if name == HELP or name.startswith("_"):
            continue
        if name not in SHEETS:
            advice = did_you_mean(name, SHEETS, f"known: {', '.join(SHEETS)}; or let its name begin with _")
            raise refuse(f"there is no list {title!r}", file=shown, value=title, advice=advice)
        if name in found.values():
            raise refuse(f"the sheet {name!r} stands twice", file=shown, value=title, advice="keep one")
        found[title] = name
    if HEAD not in found.values():
        message = f"the workbook has no sheet {HEAD!r}"
        raise refuse(message, file=shown, advice="begin with one that forcegen export has written")
    return found


def _grid(sheet: Any, name: str, shown: str) -> list[_Row]:
    """Return a sheet's cells, row by row, without what is empty at their ends."""
    sheet.reset_dimensions()  # what a file says of its size may be wrong
    rows: list[_Row] = []
    count = 0
    for number, cells in enumerate(sheet.iter_rows(), 1):
        count += len(cells)
        if count > MOST_CELLS or number > MOST_ROWS:
            message = f"the sheet {name!r} has more than {MOST_CELLS:,} cells or {MOST_ROWS:,} rows"
            raise refuse(message, file=shown, advice="remove what is not the instance's")
        row = list(cells)
        while row and (row[-1].value is None or (row[-1].data_type == "s" and not row[-1].value.strip())):
            row.pop()
        rows.append(row)
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _take(tree: Tree, name: str, grid: list[_Row], shown: str) -> None:
    """Add a sheet to the instance."""
    if not grid:
        return
    items = SHEETS[name]
    if not grid[0]:
        raise refuse("the sheet has no header", file=shown, line=1, cell=f"{name}!A1", advice="name its fields there")
    header, kept = _header(grid, name, shown)
    place = _Place(shown, name, kept)
    columns = columns_of(header, items, place)
    listed = Tree([])
    for line, row in enumerate(grid[1:], 2):
        cells = [row[i] if i < len(row) else None for i in kept]
        if any(cell is not None and cell.value is not None for cell in cells):
            texts = [_text(c, h, items, place(line, i)) for i, (c, h) in enumerate(zip(cells, header, strict=True))]
            _append(columns, listed, texts, line)
    if name == HEAD:
        _head(tree, listed, place)
    elif name in (GROUPS, CONDITIONS):
        _mapping(tree, name, listed, place)
    else:
        tree.data[name] = listed.data
        tree.places[(name,)] = (shown, 1, f"{name}!A1")
        tree.places.update({(name, *trail): where for trail, where in listed.places.items()})


class _Place:
    """Where a row or a cell stands: `contingents!B7`."""

    def __init__(self, shown: str, sheet: str, kept: list[int]) -> None:
        self.shown, self.sheet, self.kept = shown, sheet, kept

    def __call__(self, line: int, column: int | None) -> Where:
        return self.shown, line, f"{self.sheet}!{_letters(self.kept[column or 0])}{line}"


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def _header(grid: list[_Row], name: str, shown: str) -> tuple[list[str], list[int]]:
    """Return the names of the fields, and the columns they stand in; a column without anything in it is none."""
    width = max(map(len, grid))
    place = _Place(shown, name, list(range(width)))
    filled: dict[int, int] = {}  # the first row of each column that holds anything
    for line, row in enumerate(grid, 1):
        for i, cell in enumerate(row):
            if cell.value is not None:
                filled.setdefault(i, line)
    header, kept = [], []
    for i in range(width):
        cell = grid[0][i] if i < len(grid[0]) else None
        text = "" if cell is None else unescaped(_text(cell, "", (), place(1, i)).strip())
        if text:
            header.append(text)
            kept.append(i)
            continue
        if i in filled:
            where = place(filled[i], i)
            raise refused(f"column {_letters(i)} has no name", where, advice="name its field in the first row")
    return header, kept


def _append(columns: Columns, listed: Tree, texts: list[str], line: int) -> None:
    """Add a row; what is escaped stands for itself again only now, its blank ends safe."""
    plain = [t if r == "text" else unescaped(t) for t, r in zip(texts, columns.readings, strict=True)]
    columns.append(listed, plain, line, (len(listed.data),))
    item = listed.data[-1]
    if not item:
        listed.data.pop()
        return
    for column, reading in zip(columns.names, columns.readings, strict=True):
        if reading == "text":
            *parents, name = column.split(".")
            holder = item
            for parent in parents:
                holder = holder.get(parent) if isinstance(holder, dict) else None
            if isinstance(holder, dict) and isinstance(holder.get(name), str):
                holder[name] = unescaped(holder[name])


def _text(cell: Any, column: str, items: tuple[type[BaseModel], ...], where: Where) -> str:
    """Return what a cell of a CSV file would hold in its place."""
    value, kind = (None, "n") if cell is None else (cell.value, cell.data_type)
    if value is None:
        return ""
    if kind == "f":
        shown = str(getattr(value, "text", value))[:60]
        message = f"the cell holds a formula, {shown!r}"
        raise refused(message, where, field=column or None, value=shown, advice="write its value instead; none is run")
    if kind == "e":
        raise refused(f"the cell holds the error {value}", where, field=column or None, value=value, advice="mend it")
    if isinstance(value, bool):
        return str(value).upper() if _is_text(column, items) else str(value).lower()
    if isinstance(value, datetime.datetime | datetime.date):
        return _period(value, column, items, where)
    if isinstance(value, datetime.time | datetime.timedelta):
        message = f"{column}: the spreadsheet has made a time of the day of this, {value}"
        raise refused(message, where, field=column, value=str(value), advice=_RETYPE)
    if isinstance(value, float):
        return f"{int(value)}" if value.is_integer() else f"{value:.15g}"  # as spreadsheets show it
    return str(value)


def _is_text(column: str, items: tuple[type[BaseModel], ...]) -> bool:
    return any(str in _parts(annotation) for annotation in annotations_at(column, items))


def _parts(annotation: Any) -> list[Any]:
    args = getattr(annotation, "__args__", ())
    return [annotation, *(part for arg in args for part in _parts(arg))]


def _period(value: datetime.date, column: str, items: tuple[type[BaseModel], ...], where: Where) -> str:
    """Return the month of which a spreadsheet has made its first day."""
    day = value.date() if isinstance(value, datetime.datetime) else value
    if not any(Period in _parts(annotation) for annotation in annotations_at(column, items)):
        message = f"{column}: the spreadsheet has made a date of this, {day}"
        raise refused(message, where, field=column, value=str(day), advice=_RETYPE)
    return f"{day:%Y-%m}" if day.day == 1 else str(day)


def _head(tree: Tree, listed: Tree, place: _Place) -> None:
    if len(listed.data) != 1:
        where = listed.places.get((1,)) or place(2, None)
        raise refused(f"the sheet has {len(listed.data)} rows of fields", where, advice="keep one")
    tree.data.update(listed.data[0])
    tree.places.update({trail[1:]: where for trail, where in listed.places.items() if len(trail) > 1})


def _mapping(tree: Tree, name: str, listed: Tree, place: _Place) -> None:
    """Add what is a mapping by name in the document, and a list in the workbook."""
    mapping: dict[str, Any] = {}
    for i, item in enumerate(listed.data):
        where = listed.places[i, "id"]
        key = item.pop("id", None)
        if key is None or key in mapping:
            message = "the field 'id' is missing" if key is None else f"the name {key!r} stands twice"
            advice = "add it" if key is None else "keep one of the two"
            raise refused(message, where, field=name, value=key, advice=advice)
        mapping[key] = item.get("members", []) if name == GROUPS else item
        skipped: Trail = (i, "members") if name == GROUPS else (i,)
        for trail, spot in listed.places.items():
            if trail[: len(skipped)] == skipped:
                tree.places[(name, key, *trail[len(skipped) :])] = spot
    tree.data[name] = mapping
    tree.places[(name,)] = place(1, None)
