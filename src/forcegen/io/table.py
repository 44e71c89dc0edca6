"""Lists in CSV files: dotted columns for nested fields, `;` between the items of a list, YAML in the other cells."""

from __future__ import annotations

import csv
import io as streams
import types
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from forcegen.domain.consistency import did_you_mean
from forcegen.domain.horizon import Period
from forcegen.io.annotations import documents_in
from forcegen.io.errors import InputError, refuse
from forcegen.io.yaml import Trail, Tree, read_text, scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pydantic import BaseModel


def read_table(path: Path, shown: str, items: tuple[type[BaseModel], ...], trail: Trail) -> Tree:
    """Return a CSV file as a list of mappings, with the line of each.

    Parameters
    ----------
    path
        The file; its first row names the fields.
    shown
        How messages name it.
    items
        The documents that a row may be: they say which cells are text and which are lists.
    trail
        Where the list stands in the whole document; the places in the result begin with it.

    Raises
    ------
    InputError
        If the file cannot be read or its rows do not fit its header.
    """
    text = read_text(path, shown)
    reader = csv.reader(streams.StringIO(text, newline=""), strict=True)
    tree, before = Tree([]), 0
    try:
        header = next(reader, None)
        if not header or not any(cell.strip() for cell in header):
            raise refuse("the file has no header", file=shown, line=1, advice="name the fields in the first row")
        if len(header) == 1 and (mark := next((mark for mark in ";\t|" if mark in header[0]), None)):
            message = f"the columns are separated by {mark!r}"
            raise refuse(message, file=shown, line=1, value=header[0], advice="separate them by commas")
        columns = _columns([cell.strip() for cell in header], items, shown)
        tree.places[trail] = (shown, 1)
        before = reader.line_num
        for row in reader:
            line, before = before + 1, reader.line_num
            if any(cell.strip() for cell in row):
                _append(tree, row, columns, (*trail, len(tree.data)), (shown, line))
    except csv.Error as error:
        if "unexpected end" in str(error):
            message = "a quote is opened in this row and never closed"
            raise refuse(message, file=shown, line=before + 1, advice="close it") from None
        raise refuse(f"not CSV: {error}", file=shown, line=reader.line_num, advice="check quotes and commas") from None
    return tree


def _columns(header: list[str], items: tuple[type[BaseModel], ...], shown: str) -> list[tuple[str, str]]:
    known = sorted({field.alias or name for item in items for name, field in item.model_fields.items()})
    for i, column in enumerate(header):
        if column.split(".")[0] not in known:
            advice = did_you_mean(column, known, f"known: {', '.join(known)}")
            message = f"there is no field {column!r}" if column else f"column {i + 1} has no name"
            raise refuse(message, file=shown, line=1, field=column or None, value=column, advice=advice)
        if column in header[:i]:
            message = f"the column {column!r} stands twice"
            raise refuse(message, file=shown, line=1, field=column, value=column, advice="keep one")
    required = set.intersection(
        *({field.alias or name for name, field in item.model_fields.items() if field.is_required()} for item in items)
    )
    present = {column.split(".")[0] for column in header}
    for column in sorted(required - present):
        raise refuse(f"the column {column!r} is missing", file=shown, line=1, field=column, advice="add it")
    return [(column, _reading(column, items)) for column in header]


def _append(tree: Tree, row: list[str], columns: list[tuple[str, str]], trail: Trail, where: tuple[str, int]) -> None:
    shown, line = where
    if len(row) > len(columns):
        message = f"the row has {len(row)} cells, the header {len(columns)}"
        raise refuse(message, file=shown, line=line, value=row[len(columns)], advice="quote cells that hold commas")
    item: dict[str, Any] = {}
    tree.places[trail] = where
    for (column, reading), cell in zip(columns, row, strict=False):
        if cell.strip():
            *parents, name = column.split(".")
            target = item
            for parent in parents:
                if not isinstance(target := target.setdefault(parent, {}), dict):
                    message = f"{parent!r} is given whole and in parts"
                    raise refuse(message, file=shown, line=line, field=column, value=cell, advice="keep one of them")
            if name in target:
                message = f"{name!r} is given whole and in parts"
                raise refuse(message, file=shown, line=line, field=column, value=cell, advice="keep one of them")
            target[name] = _cell(cell.strip(), reading, shown, line, column)
    tree.data.append(item)


def _cell(cell: str, reading: str, shown: str, line: int, column: str) -> Any:
    if reading == "text":
        return cell
    try:
        if reading == "texts":
            return [part.strip() for part in cell.split(";") if part.strip()]
        if reading == "values":
            return [scalar(part) for part in cell.split(";") if part.strip()]
        return scalar(cell)
    except InputError as error:
        message = f"{cell[:60]!r} cannot be read: {error.first.message}"
        raise refuse(message, file=shown, line=line, field=column, value=cell, advice="mend the cell") from None


def _reading(column: str, items: tuple[type[BaseModel], ...]) -> str:
    for item in items:
        for name, field in item.model_fields.items():
            if (field.alias or name) == column:
                return _kind(field.annotation)
            if column.startswith(f"{field.alias or name}."):
                kinds = {_reading(column.split(".", 1)[1], (part,)) for part in documents_in(field.annotation)}
                return "text" if "text" in kinds else "value"
    return "value"


def _kind(annotation: Any) -> str:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kind(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        kinds = {_kind(part) for part in get_args(annotation) if part is not type(None)}
        return kinds.pop() if len(kinds) == 1 else "value"
    if origin is tuple:
        return "texts" if _kind(get_args(annotation)[0]) == "text" else "values"
    if str(origin) == "typing.Literal":
        return "text" if all(isinstance(value, str) for value in get_args(annotation)) else "value"
    return "text" if annotation in (str, Period) else "value"


def table_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a list as the text of a CSV file."""
    stream = streams.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue()
