"""What the grids show and what can be written into them: the lists of an instance as rows of text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from forcegen.web.theatre import shown, typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forcegen.web.edits import Edits


@dataclass(frozen=True)
class Sheet:
    """One grid: the list it shows, its columns, and which of them can be written into."""

    list: str
    title: str
    words: str
    fixed: tuple[str, ...]
    open: tuple[str, ...]


SHEETS = (
    Sheet(
        "contingents",
        "Offers",
        "Units and tours of each contingent. A tour is 6 or {min: 4, max: 6}; dwell is 24 or {ratio: 3}.",
        ("id", "nation", "kind"),
        ("units", "present", "strength", "tour", "dwell", "handover", "notice", "ready", "until"),
    ),
    Sheet(
        "requirements",
        "Requirements",
        "An amount is 1200, {2025-07: 800, 2026-01: 1200} or {per_km: 12.5}.",
        ("id", "sectors", "roles"),
        ("minimum", "target", "priority", "from", "until"),
    ),
    Sheet(
        "sectors",
        "Places",
        "Beds and supply: a number, or steps such as {2025-07: 2000, 2025-10: 7500}.",
        ("id", "name", "zone"),
        ("beds", "supply", "km"),
    ),
)
RULE_FIXED = ("id", "kind", "nations", "contingents", "where", "roles")
RULE_OPEN = ("most", "least", "units")
_EITHER = {"units": "present", "present": "units"}
NATION_FIXED = ("id", "name", "army", "contingents")


def rows(sheet: Sheet, data: Mapping[str, Any], edits: Edits) -> list[dict[str, Any]]:
    """Return a sheet's rows; `touched` names the columns that were edited."""
    found = []
    for item in items_of(data, sheet.list):
        name = str(item.get("id"))
        row: dict[str, Any] = {column: shown(item.get(column)) for column in (*sheet.fixed, *sheet.open)}
        found.append({**row, **_edited(sheet.list, name, sheet.open, edits)})
    return found


def rule_rows(data: Mapping[str, Any], edits: Edits) -> list[dict[str, Any]]:
    """Return all rules, those that were added here at the end, and whether each is kept."""
    found = []
    for item in (*items_of(data, "rules"), *edits.rules):
        name = str(item.get("id"))
        row = {column: shown(item.get(column)) for column in (*RULE_FIXED, *RULE_OPEN)}
        row["where"] = ", ".join(filter(None, (shown(item.get("sectors")), shown(item.get("zones")))))
        touched = _edited("rules", name, RULE_OPEN, edits)
        found.append({**row, **touched, "kept": name not in edits.dropped})
    return found


def nation_rows(data: Mapping[str, Any], edits: Edits) -> list[dict[str, Any]]:
    """Return nations, how many contingents each offers, and whether it takes part."""
    offers: dict[str, int] = {}
    for item in items_of(data, "contingents"):
        offers[str(item.get("nation"))] = offers.get(str(item.get("nation")), 0) + 1
    return [
        {
            "id": str(item.get("id")),
            "name": shown(item.get("name")),
            "army": shown(item.get("army")),
            "contingents": offers.get(str(item.get("id")), 0),
            "takes part": item.get("id") not in edits.left,
            "touched": ["takes part"] if item.get("id") in edits.left else [],
        }
        for item in items_of(data, "nations")
    ]


def written_into(edits: Edits, listed: str, item: str, column: str, text: Any, data: Mapping[str, Any]) -> Edits:
    """Return edits with what was written into a cell; writing back what stood there takes the edit away.

    Of units and present an offer has one: writing one empties the other, and emptying it brings back what stood there.

    Raises
    ------
    forcegen.io.errors.InputError
        If it is not YAML.
    """
    value = typed(text)
    original = next((one for one in items_of(data, listed) if one.get("id") == item), {})
    edits = _with(edits, (listed, item, column), value, original)
    other = _EITHER.get(column) if listed == "contingents" else None
    if other is None:
        return edits
    return _with(edits, (listed, item, other), original.get(other) if value is None else None, original)


def _with(edits: Edits, cell: tuple[str, str, str], value: Any, original: Mapping[str, Any]) -> Edits:
    """Return edits with a cell's value; without an edit of it where that is what stood there."""
    if shown(value) == shown(original.get(cell[2])):
        return replace(edits, cells={other: old for other, old in edits.cells.items() if other != cell})
    return edits.cell(cell, value)


def items_of(data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the items of a list in an instance's plain data; what is malformed is left out."""
    listed = data.get(name)
    return [item for item in (listed if isinstance(listed, list) else []) if isinstance(item, dict)]


def stance(data: Mapping[str, Any], edits: Edits, kind: str, scope: Mapping[str, Any]) -> dict[str, Any]:
    """Return a new rule with a name that is not taken; absent parts of its scope are left out."""
    taken = {str(item.get("id")) for item in (*items_of(data, "rules"), *edits.rules)}
    number = next(n for n in range(1, len(taken) + 2) if f"page-{n}" not in taken)
    given = {key: value for key, value in scope.items() if value not in (None, "", [], ())}
    return {"id": f"page-{number}", "kind": kind, **given, "source": "made on the page", "basis": "assumed"}


def _edited(listed: str, name: str, columns: Iterable[str], edits: Edits) -> dict[str, Any]:
    mine = {column: edits.cells[listed, name, column] for column in columns if (listed, name, column) in edits.cells}
    return {**{column: shown(value) for column, value in mine.items()}, "touched": list(mine)}
