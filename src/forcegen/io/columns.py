"""Lists in tables: dotted columns for nested fields, `;` between the items of a list, YAML in the other cells."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from forcegen.domain.consistency import did_you_mean
from forcegen.domain.horizon import Period
from forcegen.io.annotations import documents_in
from forcegen.io.errors import InputError, refuse
from forcegen.io.yaml import Trail, Tree, Where, scalar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

Reading = Literal["text", "texts", "values", "value"]
Place = Callable[[int, int | None], Where]  # of a row, or of the cell in one of its columns


@dataclass(frozen=True)
class Columns:
    """The columns of a table, how their cells are read, and where they stand: `place(row, column)`.

    Rows count from 1, the header being the first; columns from 0.
    """

    names: tuple[str, ...]
    readings: tuple[Reading, ...]
    place: Place

    def append(self, tree: Tree, row: Sequence[str], line: int, trail: Trail) -> None:
        """Add to a tree's list the item that a row of texts stands for.

        Raises
        ------
        InputError
            If the row does not fit the header, or a cell cannot be read.
        """
        if len(row) > len(self.names):
            message = f"the row has {len(row)} cells, the header {len(self.names)}"
            raise refused(
                message, self.place(line, None), value=row[len(self.names)], advice="quote cells that hold commas"
            )
        item: dict[str, Any] = {}
        tree.places[trail] = self.place(line, None)
        for i, (column, cell) in enumerate(zip(self.names, row, strict=False)):
            self._register(tree, (*trail, *column.split(".")), line, i)
            if cell.strip():
                self._put(item, column, cell, self.readings[i], self.place(line, i))
        tree.data.append(item)

    def _register(self, tree: Tree, trail: Trail, line: int, column: int) -> None:
        where = self.place(line, column)
        if len(where) == 3:  # a row of a CSV file has one place
            tree.places[trail] = where
            tree.places.setdefault(trail[:-1], where)

    def _put(self, item: dict[str, Any], column: str, cell: str, reading: Reading, where: Where) -> None:
        *parents, name = column.split(".")
        target = item
        for parent in parents:
            if not isinstance(target := target.setdefault(parent, {}), dict):
                message = f"{parent!r} is given whole and in parts"
                raise refused(message, where, field=column, value=cell, advice="keep one of them")
        if name in target:
            message = f"{name!r} is given whole and in parts"
            raise refused(message, where, field=column, value=cell, advice="keep one of them")
        target[name] = _cell(cell.strip(), reading, where, column)


def refused(message: str, where: Where, **more: Any) -> InputError:
    """Return the error for a single fault at a place of a table."""
    file, line, *cell = where
    return refuse(message, file=file, line=line, cell=cell[0] if cell else None, **more)


def columns_of(header: Sequence[str], items: tuple[type[BaseModel], ...], place: Place) -> Columns:
    """Return the columns that a header names.

    Raises
    ------
    InputError
        If a name is no field of the items, stands twice, or a field that all items need is missing.
    """
    known = sorted({field.alias or name for item in items for name, field in item.model_fields.items()})
    for i, column in enumerate(header):
        if column.split(".")[0] not in known:
            advice = did_you_mean(column, known, f"known: {', '.join(known)}")
            message = f"there is no field {column!r}" if column else f"column {i + 1} has no name"
            raise refused(message, place(1, i), field=column or None, value=column, advice=advice)
        if column in header[:i]:
            message = f"the column {column!r} stands twice"
            raise refused(message, place(1, i), field=column, value=column, advice="keep one")
    required = set.intersection(
        *({field.alias or name for name, field in item.model_fields.items() if field.is_required()} for item in items)
    )
    present = {column.split(".")[0] for column in header}
    for column in sorted(required - present):
        raise refused(f"the column {column!r} is missing", place(1, None), field=column, advice="add it")
    return Columns(tuple(header), tuple(reading_of(column, items) for column in header), place)


def annotations_at(column: str, items: tuple[type[BaseModel], ...]) -> list[Any]:
    """Return what the items' fields at a dotted column may hold, an annotation for each item that has it."""
    name, _, rest = column.partition(".")
    found: list[Any] = []
    for item in items:
        for field, info in item.model_fields.items():
            if (info.alias or field) == name:
                found += _within(info.annotation, rest) if rest else [info.annotation]
    return found


def _within(annotation: Any, rest: str) -> list[Any]:
    """Return what stands at a dotted name in a field: of a document, or of a mapping whose keys are free."""
    return [*annotations_at(rest, tuple(documents_in(annotation))), *([] if "." in rest else _mapped(annotation))]


def _mapped(annotation: Any) -> list[Any]:
    if get_origin(annotation) is dict:
        return [get_args(annotation)[1]]
    return [found for part in get_args(annotation) if get_origin(annotation) is not tuple for found in _mapped(part)]


def reading_of(column: str, items: tuple[type[BaseModel], ...]) -> Reading:
    """Return how the cells of a column are read: as text, texts, YAML values, or one YAML value."""
    kinds = {_kind(annotation) for annotation in annotations_at(column, items)}
    return kinds.pop() if len(kinds) == 1 else "value"


def _kind(annotation: Any) -> Reading:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kind(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        kinds = {_kind(part) for part in get_args(annotation) if part is not type(None)}
        return kinds.pop() if len(kinds) == 1 else "value"
    if origin is tuple:
        return "texts" if _kind(get_args(annotation)[0]) == "text" else "values"
    if origin is Literal:
        return "text" if all(isinstance(value, str) for value in get_args(annotation)) else "value"
    return "text" if annotation in (str, Period) else "value"


def _cell(cell: str, reading: Reading, where: Where, column: str) -> Any:
    if reading == "text":
        return cell
    try:
        if reading == "texts" and not cell.startswith("["):  # no identifier does: a list as YAML writes it
            return [part.strip() for part in cell.split(";") if part.strip()]
        if reading == "values":
            return [scalar(part) for part in cell.split(";") if part.strip()]
        return scalar(cell)
    except InputError as error:
        message = f"{cell[:60]!r} cannot be read: {error.first.message}"
        raise refused(message, where, field=column, value=cell, advice="mend the cell") from None
