"""Items of a list as rows of a table: what `columns` reads, written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forcegen.io.columns import reading_of
from forcegen.io.yaml import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

Cells = dict[str, Any]


def rows_of(
    listed: Sequence[dict[str, Any]], items: tuple[type[BaseModel], ...], columns: Sequence[str]
) -> tuple[list[str], list[Cells]]:
    """Return columns and rows: numbers and flags as they are, everything else as text.

    Parameters
    ----------
    listed
        Items as plain data.
    columns
        The usual ones; those that items need beside them are added before the first of their field, or at the end.
    """
    names = list(columns)
    rows = [_cells(item, items, names) for item in listed]
    for row in rows:
        for column in row:
            if column not in names:
                field = column.split(".")[0]
                position = next((i for i, name in enumerate(names) if name.split(".")[0] == field), len(names))
                names.insert(position, column)
    return names, rows


def _cells(item: dict[str, Any], items: tuple[type[BaseModel], ...], columns: Sequence[str]) -> Cells:
    cells: Cells = {}
    for field, value in item.items():
        parts = {f"{field}.{key}": part for key, part in value.items()} if isinstance(value, dict) else {}
        spread = bool(parts) and all(column in columns for column in parts)
        for column, part in parts.items() if spread else [(field, value)]:
            cells[column] = _cell(part, reading_of(column, items))
    return cells


def _cell(value: Any, reading: str) -> Any:
    if isinstance(value, bool | int | float) and reading != "text":
        return value
    if reading == "text" and isinstance(value, str):
        return value
    if reading == "texts" and value:
        return ";".join(value)
    if reading == "values" and value:
        return ";".join(_yaml(part) for part in value)
    return _yaml(value)


def _yaml(value: Any) -> str:
    return written(value, flow=True).removesuffix("\n").removesuffix("\n...")
