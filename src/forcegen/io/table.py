"""Lists in CSV files."""

from __future__ import annotations

import csv
import io as streams
from typing import TYPE_CHECKING

from forcegen.io.columns import columns_of
from forcegen.io.errors import refuse
from forcegen.io.yaml import Trail, Tree, read_text

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
    return parse_table(read_text(path, shown), shown, items, trail)


def parse_table(text: str, shown: str, items: tuple[type[BaseModel], ...], trail: Trail) -> Tree:
    """Return the text of a CSV file as a list of mappings, as `read_table` does.

    Raises
    ------
    InputError
        If its rows do not fit its header.
    """
    reader = csv.reader(streams.StringIO(text, newline=""), strict=True)
    tree, before = Tree([]), 0
    try:
        header = next(reader, None)
        if not header or not any(cell.strip() for cell in header):
            raise refuse("the file has no header", file=shown, line=1, advice="name the fields in the first row")
        if len(header) == 1 and (mark := next((mark for mark in ";\t|" if mark in header[0]), None)):
            message = f"the columns are separated by {mark!r}"
            raise refuse(message, file=shown, line=1, value=header[0], advice="separate them by commas")
        columns = columns_of([cell.strip() for cell in header], items, lambda line, _: (shown, line))
        tree.places[trail] = (shown, 1)
        before = reader.line_num
        for row in reader:
            line, before = before + 1, reader.line_num
            if any(cell.strip() for cell in row):
                columns.append(tree, row, line, (*trail, len(tree.data)))
    except csv.Error as error:
        if "unexpected end" in str(error):
            message = "a quote is opened in this row and never closed"
            raise refuse(message, file=shown, line=before + 1, advice="close it") from None
        raise refuse(f"not CSV: {error}", file=shown, line=reader.line_num, advice="check quotes and commas") from None
    return tree


def table_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a list as the text of a CSV file."""
    stream = streams.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue()
