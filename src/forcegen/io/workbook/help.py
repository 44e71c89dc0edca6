"""What the header cells of an instance's workbook say of their columns, and the words on its first sheet."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic_core import PydanticUndefined

from forcegen.domain.horizon import Period
from forcegen.io.annotations import documents_in
from forcegen.io.columns import annotations_at, reading_of

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

WORDS = (
    ("This workbook is an instance", "a valid INSTANCE for every command: forcegen solve FILE.xlsx"),
    ("One sheet a list", "one row an item; rest the pointer on a header to read what its column means"),
    ("Rows and columns", "blank rows are skipped; the order of the columns is free; headers keep their names"),
    ("Names", "identifiers have letters, digits, '.', '_' and '-' only; the columns `name` take any text"),
    ("Several in one cell", "separated by ; as in DEU;POL"),
    ("Periods", "2025-07 (month) or 2025-W27 (week); first and last are both included"),
    ("Figures that change", "{2025-07: 2000, 2025-10: 7500}: each holds until the next"),
    ("A density", "{per_km: 12.5}, in `minimum` and `target`"),
    ("Figures by place", "{kharkiv: 5, rear: 3}, by sector or zone, in `cost` and `beds`"),
    ("An offer", "a row of `contingents`; what one unit counts for stands under fills.ROLE"),
    ("A caveat", "a row of `rules`: kind exclude with nations and zones, for one"),
    ("Formulas", "are refused, never run; texts such as =1+1 are kept as text"),
    ("Your own sheets", "let their names begin with _ and they are left alone"),
)

_PLAIN = {
    "id": "What other sheets call it; no two items of a sheet share one.",
    "name": "What people call it.",
    "units": "How many units.",
    "army": "Soldiers in the army, by which the burden is shared.",
    "active": "Soldiers in all forces; stands in where the army is not known.",
    "tour.min": "The shortest tour, in periods.",
    "tour.max": "The longest tour, in periods.",
    "dwell.ratio": "Dwell as so many times the tour just served.",
    "as.sector": "Counts only those who could be sent to this sector.",
    "as.role": "Counts at what they would fill in this role.",
    "priority": "What is lacking counts so many times.",
    "penalty.once": "What setting the rule aside costs in a repair.",
    "penalty.per": "What each unit of its violation costs in a repair.",
    "probability": "How likely it is to come true, from 0 to 1.",
    **{name: f"The id of a row of `{name}s`." for name in ("nation", "contingent", "sector", "role")},
}
"""What columns mean whose fields need no description of their own."""


def help_for(column: str, items: tuple[type[BaseModel], ...]) -> str:
    """Return what a column means, how its cells are written, and which kinds of rule have it."""
    name = column.split(".")[0]
    holders = [item for item in items if _field(item, name) is not None]
    described = [info.description for item in holders if (info := _described(item, column)) and info.description]
    lines = list(dict.fromkeys(described)) or ([_PLAIN[column]] if column in _PLAIN else [])
    annotations = annotations_at(column, items)
    lines.append(how(column, annotations, items))
    if len(items) > 1 and len(holders) < len(items):
        kinds = [str(get_args(item.model_fields["kind"].annotation)[0]) for item in holders]
        lines.append(f"For rules of kind {', '.join(kinds)}.")
    first = _field(holders[0], name) if holders else None
    if first is not None and "." not in column and all(_required(item, name) for item in holders):
        lines.append("Must be given." if len(holders) == len(items) else "These must give it.")
    elif first is not None and "." not in column and first.default not in (None, (), "", PydanticUndefined):
        default = str(first.default).lower() if isinstance(first.default, bool) else first.default
        lines.append(f"Unless given: {default}.")
    return "\n".join(lines)


def how(column: str, annotations: list[Any], items: tuple[type[BaseModel], ...]) -> str:
    """Return in a sentence how a cell is written."""
    plain = {part for annotation in annotations for part in _parts(annotation)}
    choices = choices_in(annotations)
    if choices:
        return f"One of {', '.join(choices)}."
    if reading_of(column, items) == "texts":
        return "Names, separated by ;."
    if column == "at":
        return "Two numbers, separated by ;."
    if column == "sets":
        return "Sets such as [A, B], separated by ;."
    ways = []
    ways += ["true or false"] if bool in plain else []
    ways += ["a number"] if plain & {int} or "Decimal" in {getattr(part, "__name__", "") for part in plain} else []
    if any(get_origin(part) is dict for part in plain):
        ways.append("{2025-07: 1, 2025-10: 2}" if Period in plain else "{place: 1, other: 2}")
    ways += ["{per_km: 1}"] if any(part.__name__ == "PerKm" for a in annotations for part in documents_in(a)) else []
    ways += ["a period, 2025-07 or 2025-W27"] if Period in plain and not ways else []
    text = " or ".join(ways or ["text"])
    return f"{text[0].upper()}{text[1:]}."


def choices_in(annotations: list[Any]) -> list[str]:
    """Return the words that a cell may hold where nothing else may; empty where anything else may too."""
    found: dict[str, None] = {}
    for annotation in annotations:
        if not documents_in(annotation):
            words = _words(annotation)
            if words is None:
                return []
            found |= dict.fromkeys(words)
    return list(found)


def _words(annotation: Any) -> list[str] | None:
    origin = get_origin(annotation)
    if origin is Literal:
        return [str(value) for value in get_args(annotation)]
    if origin is Annotated:
        return _words(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        parts = [_words(part) for part in get_args(annotation) if part is not type(None)]
        return None if None in parts else [word for part in parts for word in part or ()]
    return None


def _parts(annotation: Any) -> list[Any]:
    return [annotation, *(part for arg in get_args(annotation) for part in _parts(arg))]


def _field(item: type[BaseModel], name: str) -> FieldInfo | None:
    return next((info for field, info in item.model_fields.items() if (info.alias or field) == name), None)


def _described(item: type[BaseModel], column: str) -> FieldInfo | None:
    """Return the field at a dotted column: that of the document within, or of the mapping around."""
    name, _, rest = column.partition(".")
    field = _field(item, name)
    if field is None or not rest:
        return field
    within = [_field(part, rest) for part in documents_in(field.annotation)]
    return next((info for info in within if info is not None), field)


def _required(item: type[BaseModel], name: str) -> bool:
    field = _field(item, name)
    return field is not None and field.is_required()
