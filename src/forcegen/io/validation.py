"""From pydantic's findings to messages with file, line, field, value and advice."""

from __future__ import annotations

import re
from collections.abc import Sized
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from forcegen.domain.consistency import Inconsistent, did_you_mean
from forcegen.io.annotations import documents_in
from forcegen.io.errors import Fault, InputError

if TYPE_CHECKING:
    from forcegen.io.yaml import Trail, Tree

Doc = TypeVar("Doc", bound=BaseModel)

_ADVICE = {
    "string_type": "write text; put quotes around what looks like a number or true",
    "string_pattern_mismatch": "identifiers have letters, digits, '.', '_' and '-' only",
    "number": "write a number such as 12 or 0.5",
    "number_places": "round it",
    "number_size": "use a larger unit",
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "bool_type": "write true or false",
    "tuple_type": "write a list: [a, b]",
    "dict_type": "write fields: {name: value}",
    "model_type": "write fields: {name: value}",
    "model_attributes_type": "write fields: {name: value}",
    "period": "correct the date",
    "greater_than": "correct the number",
    "greater_than_equal": "correct the number",
    "less_than": "correct the number",
    "less_than_equal": "correct the number",
    "too_short": "add what is missing",
    "too_long": "remove what is too much",
    "string_too_short": "write it out",
    "string_too_long": "shorten it",
    "horizon_number": "write one number for the whole horizon",
    "only": "name where they may serve",
    "share": "name them",
    "pin": "name them",
    "bar": "name them",
    "standby": "leave them out",
    "nations": "correct the numbers",
    "presence": "add one of them",
    "penalty": "keep one of them",
    "goal_twice": "keep one of the two",
    "goal": "keep one of them",
    "weighted": "keep the sum, or give goals in their order",
}
_MESSAGES = {
    "string_type": "text is needed",
    "string_pattern_mismatch": "{value!r} is not an identifier",
    "int_type": "a whole number is needed",
    "int_from_float": "a whole number is needed",
    "bool_type": "true or false is needed",
    "tuple_type": "a list is needed",
    "dict_type": "a mapping is needed",
    "model_type": "a mapping is needed",
    "model_attributes_type": "a mapping is needed",
    "greater_than": "{value} is not above {gt}",
    "greater_than_equal": "{value} is below {ge}",
    "less_than": "{value} is not below {lt}",
    "less_than_equal": "{value} is above {le}",
    "too_short": "{min_length} or more entries are needed, not {actual_length}",
    "too_long": "{max_length} or fewer entries are allowed, not {actual_length}",
    "string_too_short": "the text is empty",
    "string_too_long": "the text has more than {max_length} characters",
    "literal_error": "{value!r} is not {expected}",
    "union_tag_invalid": "{value!r} is not {expected}",
}
_NEEDED = {  # messages that end with what stands there instead
    "number",
    "number_places",
    "number_size",
    "period",
    "string_type",
    "int_type",
    "int_from_float",
    "bool_type",
    "tuple_type",
    "dict_type",
    "model_type",
    "model_attributes_type",
}


def validated(tree: Tree, document: type[Doc]) -> Doc:
    """Return the document that plain data stand for.

    Raises
    ------
    InputError
        With every fault, in the order of the file.
    """
    try:
        return document.model_validate(tree.data)
    except ValidationError as error:
        details = [detail for detail in error.errors(include_url=False) if not _echoes(detail)]
        # First that a field is misspelt, then that it is missing.
        details.sort(key=lambda detail: detail["type"] != "extra_forbidden")
        faults = [fault for detail in details for fault in _faults(detail, tree, document)]
        faults.sort(key=lambda fault: 0 if fault.cell else fault.line or 0)  # rows of several sheets: as they come
        raise InputError(tuple(dict.fromkeys(faults))) from None


def _echoes(detail: Any) -> bool:
    """Return whether a list is called too short only because entries of it were refused, which is told by itself."""
    wanted = detail.get("ctx", {}).get("min_length")
    return detail["type"] == "too_short" and isinstance(detail["input"], Sized) and len(detail["input"]) >= wanted


def _faults(detail: Any, tree: Tree, document: type[BaseModel]) -> list[Fault]:
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, Inconsistent):
        return [
            _fault(tree, problem.path, problem.message, problem.value, problem.advice) for problem in cause.problems
        ]
    kind, value, location = detail["type"], detail["input"], detail["loc"]
    trail, name = _trail(location, tree.data), str(location[-1]) if location else ""
    owner = f"{value['id']}: " if isinstance(value, dict) and isinstance(value.get("id"), str) else ""
    if kind == "missing":
        message = "an entry is missing" if isinstance(location[-1], int) else f"{owner}the field {name!r} is missing"
        return [_fault(tree, trail, message, None, "add it")]
    if kind == "extra_forbidden":
        known = _fields_at(document, location[:-1])
        advice = did_you_mean(name, known, f"known: {', '.join(sorted(known))}")
        return [_fault(tree, trail, f"there is no field {name!r}", _short(value), advice)]
    if kind == "union_tag_not_found":
        return [_fault(tree, trail, f"{owner}the field 'kind' is missing", None, "say which kind of rule it is")]
    context, advice = dict(detail.get("ctx", {})), _ADVICE.get(kind, "correct it")
    if kind == "union_tag_invalid":
        value, trail = value.get("kind") if isinstance(value, dict) else value, (*trail, "kind")
        context["expected"] = "one of " + context["expected_tags"]
        advice = _nearest(value, context["expected_tags"])
    elif kind == "literal_error":
        several = " or " in context["expected"]
        advice = _nearest(value, context["expected"]) if several else f"write {context['expected']}"
        context["expected"] = ("one of " if several else "") + context["expected"]
    context |= {"value": _short(value), "name": name}
    message = _MESSAGES[kind].format(**context) if kind in _MESSAGES else owner + detail["msg"]
    if kind in _NEEDED:
        message += ", and nothing is there" if value is None else f", not {_quoted(value)}"
    return [_fault(tree, trail, message, _short(value), advice)]


def _nearest(value: Any, expected: str) -> str:
    """Return advice from pydantic's list of what it expected, such as `'a', 'b' or 'c'`."""
    return did_you_mean(str(value), re.findall(r"'([^']*)'", expected), "choose one of them")


def _fault(tree: Tree, trail: Trail, message: str, value: Any, advice: str) -> Fault:
    file, line, *cell = tree.where(trail) or (None, None)
    value = value if isinstance(value, str | int | float | bool | None) else str(value)
    return Fault(message, file, line, _written(trail), value, advice, str(cell[0]) if cell else None)


def _trail(location: tuple[str | int, ...], data: Any) -> Trail:
    """Drop from pydantic's location the names of union members, which are not in the data."""
    trail: list[str | int] = []
    for part in location:
        listed = isinstance(data, list) and isinstance(part, int) and part < len(data)
        if listed or (isinstance(data, dict) and part in data):
            data = data[part]
            trail.append(part)
    return tuple(trail)


def _written(trail: Trail) -> str | None:
    text = ""
    for part in trail:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or None


def _short(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= 60 else value[:57] + "..."
    if isinstance(value, int | bool | None):
        return value
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _quoted(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(_short(value)) if isinstance(value, str) else str(_short(value))


def _fields_at(document: type[BaseModel], location: tuple[str | int, ...]) -> set[str]:
    candidates: list[Any] = [document]
    for part in location:
        following: list[Any] = []
        for candidate in candidates:
            for name, field in candidate.model_fields.items():
                if part in (name, field.alias):
                    following += documents_in(field.annotation)
        if following:
            candidates = following
        elif isinstance(part, str):
            tagged = [c for c in candidates if str(c.model_fields.get("kind", "")).find(f"'{part}'") >= 0]
            candidates = tagged or candidates
    return {field.alias or name for candidate in candidates for name, field in candidate.model_fields.items()}
