"""An instance as the files of a folder: instance.yaml, and its long lists in CSV files beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forcegen.io.lists import LISTS
from forcegen.io.rows import rows_of
from forcegen.io.table import parse_table, table_text
from forcegen.io.workbook.sheets import columns_for
from forcegen.io.yaml import forbidden, parse, written

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance

_IN_TABLES = ("nations", "sectors", "contingents", "requirements")


def instance_files(instance: Instance) -> dict[str, str]:
    """Return file names and texts; `read_instance` gives the instance back equal.

    A list goes into a CSV file where that keeps it as it is; what a cell would lose, such as blanks at a text's end,
    leaves its list in instance.yaml.
    """
    document = instance.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    order = {"forcegen": None, "name": None, "horizon": None}
    document = {name: document[name] for name in [*order, *(name for name in document if name not in order)]}
    files: dict[str, str] = {}
    for name in _IN_TABLES:
        listed = document.get(name)
        if listed and (text := _table(name, listed)) is not None:
            files[f"{name}.csv"] = text
            document[name] = f"{name}.csv"
    return {"instance.yaml": written(document), **files}


def _table(name: str, listed: list[dict[str, Any]]) -> str | None:
    """Return a list as CSV; None where it would not come back as it is."""
    items = LISTS[name]
    roles = list(dict.fromkeys(role for item in listed for role in item.get("fills", ())))
    names, rows = rows_of(listed, items, columns_for(name, roles))
    names = [column for column in names if any(column in row for row in rows)]
    text = table_text(names, ([_text(row.get(column)) for column in names] for row in rows))
    if forbidden(text):
        return None
    back = parse_table(text, name, items, (name,)).data
    return text if back == parse(written(listed), name).data else None


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
