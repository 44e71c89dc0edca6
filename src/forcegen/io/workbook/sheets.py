"""The sheets of an instance: what their rows may be, and their usual columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from pydantic import Field

from forcegen.domain.base import Document, Id, Sourced
from forcegen.domain.condition import Condition
from forcegen.domain.horizon import Horizon
from forcegen.domain.instance import Version
from forcegen.domain.values import PerKm
from forcegen.io.annotations import documents_in
from forcegen.io.lists import LISTS

if TYPE_CHECKING:
    from pydantic import BaseModel


class Head(Sourced):
    """The instance's own fields: the one row of the sheet `instance`."""

    forcegen: Version = Field(description="Version of this format: 1.")
    name: str = Field(min_length=1, description="Name of the instance.")
    horizon: Horizon


class Group(Document):
    """A named set of nations: a row of the sheet `groups`."""

    id: Id = Field(description="Name of the group.")
    members: tuple[Id, ...] = Field(description="Nations and other groups.")


class NamedCondition(Condition):
    """A condition with its name: a row of the sheet `conditions`."""

    id: Id = Field(description="Name of the condition, as `if` and `unless` write it.")


HEAD, GROUPS, CONDITIONS = "instance", "groups", "conditions"
HELP, NAMES = "help", "_names"
SHEETS: dict[str, tuple[type[BaseModel], ...]] = {
    HEAD: (Head,),
    **LISTS,
    GROUPS: (Group,),
    CONDITIONS: (NamedCondition,),
}
_FIRST = ("forcegen", "id", "kind", "contingent", "name")
_LAST = ("if", "unless", "negotiable", "penalty", "source", "basis", "note")


def columns_for(sheet: str, roles: list[str]) -> list[str]:
    """Return the usual columns of a sheet: what names an item first, where its figures come from last.

    `fills` has a column for each role.
    """
    items = SHEETS[sheet]
    fields: dict[str, list[Any]] = {}
    for item in items:
        for name, info in item.model_fields.items():
            fields.setdefault(info.alias or name, []).append(info.annotation)
    middle = [name for name in fields if name not in _FIRST + _LAST]
    ordered = [*(name for name in _FIRST if name in fields), *middle, *(name for name in _LAST if name in fields)]
    return [column for name in ordered for column in _columns(name, fields[name], roles)]


def _columns(name: str, annotations: list[Any], roles: list[str]) -> list[str]:
    if name == "fills":
        return [f"fills.{role}" for role in roles if "." not in role]
    parts: dict[str, None] = {}
    whole = False
    for annotation in annotations:
        documents = [found for found in documents_in(annotation) if found is not PerKm]
        whole |= not documents or bool(_plain(annotation))
        for document in documents:
            parts |= {f"{name}.{info.alias or field}": None for field, info in document.model_fields.items()}
    return [*([name] if whole else []), *parts]


def _plain(annotation: Any) -> list[Any]:
    """Return what an annotation names beside documents and None."""
    if isinstance(annotation, type):
        document = issubclass(annotation, Document)
        return [] if document or annotation is type(None) else [annotation]
    return [found for part in get_args(annotation) for found in _plain(part)]
