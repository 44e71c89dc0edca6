"""What a visitor changes: kept as one overlay, so that the command line reads what the page makes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from forcegen.io.yaml import written

if TYPE_CHECKING:
    from collections.abc import Mapping

Cell = tuple[str, str, str]
"""A list, an identifier and a field."""


@dataclass(frozen=True)
class Edits:
    """Changes of an instance, beside its own scenarios.

    Parameters
    ----------
    conditions
        Those that are made to hold, or not to.
    cells
        New values as plain data; None takes the field away.
    rules
        Rules that are added, as plain data.
    dropped
        Identifiers of the instance's rules that are set aside.
    left
        Nations that leave.
    """

    conditions: Mapping[str, bool] = field(default_factory=dict)
    cells: Mapping[Cell, Any] = field(default_factory=dict)
    rules: tuple[Mapping[str, Any], ...] = ()
    dropped: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is changed."""
        return any((self.conditions, self.cells, self.rules, self.dropped, self.left))

    def condition(self, name: str, holds: bool | None) -> Edits:
        """Return these with a condition that holds or does not; None leaves it as the instance has it."""
        rest = {key: value for key, value in self.conditions.items() if key != name}
        return replace(self, conditions=rest if holds is None else {**rest, name: holds})

    def cell(self, cell: Cell, value: Any) -> Edits:
        """Return these with a field's value."""
        return replace(self, cells={**self.cells, cell: value})

    def with_rule(self, rule: Mapping[str, Any]) -> Edits:
        """Return these with one more rule."""
        return replace(self, rules=(*self.rules, rule))

    def without_rule(self, name: str) -> Edits:
        """Return these without a rule, be it added here or the instance's own."""
        kept = tuple(rule for rule in self.rules if rule["id"] != name)
        if len(kept) < len(self.rules):
            return replace(self, rules=kept)
        return replace(self, dropped=tuple(dict.fromkeys((*self.dropped, name))))

    def rule_again(self, name: str) -> Edits:
        """Return these with one of the instance's own rules kept again."""
        return replace(self, dropped=tuple(rule for rule in self.dropped if rule != name))

    def nation(self, name: str, leaves: bool) -> Edits:
        """Return these with a nation that leaves, or stays after all."""
        rest = tuple(nation for nation in self.left if nation != name)
        return replace(self, left=(*rest, name) if leaves else rest)


def overlay(edits: Edits, name: str = "what-if") -> dict[str, Any]:
    """Return edits as a scenario's plain data."""
    document: dict[str, Any] = {"forcegen": 1, "scenario": name, "name": "Made on the page"}
    lists: dict[str, list[dict[str, Any]]] = {
        "set": [
            {"list": listed, "where": {"id": item}, "field": column, "value": value}
            for (listed, item, column), value in edits.cells.items()
        ],
        "remove": [{"list": "rules", "where": {"id": rule}} for rule in edits.dropped],
        "add": [{"list": "rules", "item": dict(rule)} for rule in edits.rules],
    }
    document |= {key: value for key, value in lists.items() if value}
    if edits.conditions:
        document["conditions"] = dict(edits.conditions)
    if edits.left:
        document["withdraw"] = [{"nation": nation} for nation in edits.left]
    return document


def overlay_text(edits: Edits, name: str = "what-if") -> str:
    """Return edits as a scenario's YAML."""
    return written(overlay(edits, name))
