"""Which tours become columns: one field at a time."""

from __future__ import annotations

from typing import Any

import pytest

from forcegen.domain.instance import Instance
from forcegen.formulation.tour import build
from tests.unit.audit.documents import contingent, document

LINE = {"id": "Q", "roles": ["line"], "sectors": ["east"]}


def columns(requirement: dict[str, Any] | None = None, rules: Any = (), conditions: Any = None, **fields: Any) -> Any:
    """(start, length) of every column of one contingent: horizon 2025-07 .. 2025-12, tours of 3 but for `fields`."""
    item = document(
        contingents=[contingent("POL-inf", **fields)],
        requirements=[LINE | (requirement or {})],
        horizon={"start": "2025-07", "periods": 6},
        rules=list(rules),
        conditions=conditions or {},
    )
    tours = build(Instance.model_validate(item), []).frame.columns.tours
    return sorted(zip(tours.start.tolist(), tours.length.tolist(), strict=True))


def starts(**given: Any) -> list[int]:
    return [start for start, _ in columns(**given)]


def test_every_start_inside_the_horizon_without_limits() -> None:
    assert columns() == [(a, 3) for a in range(6)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"ready": "2025-09"}, [2, 3, 4, 5]),
        ({"ready": "2025-01"}, [0, 1, 2, 3, 4, 5]),
        ({"notice": 4}, [4, 5]),
        ({"notice": 1, "ready": "2025-10"}, [3, 4, 5]),
        ({"until": "2025-10"}, [0, 1]),
        ({"until": "2026-01"}, [0, 1, 2, 3, 4]),  # until is judged beyond the horizon too
        ({"until": "2025-08"}, []),
        ({"units": 0}, []),
    ],
)
def test_starts(fields: dict[str, Any], expected: list[int]) -> None:
    assert starts(**fields) == expected


def test_of_the_lengths_past_the_horizon_only_the_shortest() -> None:
    lengths = {a: [length for start, length in columns(tour={"min": 2, "max": 4}) if start == a] for a in range(6)}
    assert lengths == {0: [2, 3, 4], 1: [2, 3, 4], 2: [2, 3, 4], 3: [2, 3, 4], 4: [2, 3], 5: [2]}


def test_a_contingent_is_active_in_every_period_inside_the_horizon() -> None:
    window = {"backstop": {"holds": {"from": "2025-08", "until": "2025-10"}}}
    assert starts(conditions=window, **{"if": ["backstop"]}) == [1]
    assert starts(conditions=window, unless=["backstop"]) == [4, 5]  # periods past the horizon are not judged


def test_a_requirement_is_active_in_one_period_of_the_tour() -> None:
    assert starts(requirement={"from": "2025-10", "until": "2025-10"}) == [1, 2, 3]
    assert starts(requirement={"from": "2025-12"}) == [3, 4, 5]
    assert starts(requirement={"roles": ["repair"]}) == [0, 1, 2, 3, 4, 5]
    assert starts(requirement={"roles": ["repair"]}, fills={"line": 100}) == []


def test_rules_remove_columns_and_leave_no_rows() -> None:
    exclude = {"id": "P", "kind": "exclude", "nations": ["POL"], "sectors": ["east"], "from": "2025-10"}
    only = {"id": "P", "kind": "only", "nations": ["POL"], "sectors": ["west"], "until": "2025-08"}
    assert starts(rules=[exclude]) == [0]
    assert starts(rules=[only]) == [2, 3, 4, 5]
