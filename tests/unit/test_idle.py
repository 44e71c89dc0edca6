"""What takes no part is named, with the reason, before any model is built."""

from __future__ import annotations

from typing import Any

import pytest

from forcegen.domain.instance import Instance
from forcegen.formulation.frame import Frame
from forcegen.tours.idle import idle
from tests.oracle.generate import instance
from tests.unit.audit.documents import changed, contingent, document


def lines(item: dict[str, Any]) -> list[str]:
    return [str(part) for part in idle(Instance.model_validate(item))]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"units": 0}, "POL-inf: it has no units"),
        ({"fills": {"medical": 1}}, "POL-inf: no requirement asks for medical in any period"),
        ({"if": ["talks"]}, "POL-inf: its conditions never hold (talks)"),
        ({"ready": "2026-07"}, "POL-inf: it is first ready in 2026-07, after the horizon"),
        ({"until": "2025-08"}, "POL-inf: no tour fits between its dates, its conditions and what is required"),
    ],
)
def test_a_contingent_that_can_serve_nowhere(fields: dict[str, Any], reason: str) -> None:
    roles = [*document()["roles"], {"id": "medical"}]
    named = [{"id": "all", "roles": ["line", "repair"]}, {"id": "held", "roles": ["reserve"]}]
    item = changed({}, **fields) | {"conditions": {"talks": {"holds": False}}, "roles": roles, "requirements": named}
    assert reason in lines(item)


def test_a_contingent_that_rules_exclude() -> None:
    rules = [
        {"id": "P1", "kind": "exclude", "nations": ["POL"], "sectors": ["east"], "source": "Sejm"},
        {"id": "P2", "kind": "only", "contingents": ["POL-inf"], "sectors": ["east"]},
    ]
    found = idle(Instance.model_validate(document(rules=rules)))
    assert [(str(part), part.rules) for part in found] == [("POL-inf: excluded everywhere by P1, P2", ("P1", "P2"))]
    assert lines(document(rules=rules[:1])) == []


def test_requirements_that_nobody_can_fill_and_sectors_without_demand() -> None:
    wanted = [
        {"id": "all", "sectors": ["east"], "roles": ["line"]},
        {"id": "sick", "roles": ["repair"], "sectors": ["east"], "target": 4},
        {"id": "later", "roles": ["line"], "sectors": ["east"], "from": "2027-01"},
    ]
    item = document(requirements=wanted, contingents=[contingent("POL-inf", fills={"line": 100})])
    assert lines(item) == [
        "sick: nobody can fill it: no contingent fills repair",
        "later: it is not active in any period of the horizon",
        "west: no requirement asks for anything there in any period",
    ]
    barred = [{"id": "P", "kind": "exclude", "roles": ["repair"]}]
    assert "sick: nobody can fill it: rules, dates or conditions keep out DEU-inf" in lines(
        document(requirements=wanted, contingents=[contingent("DEU-inf")], rules=barred)
    )


@pytest.mark.parametrize("seed", range(60))
def test_exactly_those_without_a_tour_are_idle(seed: int) -> None:
    item = Instance.model_validate(instance(seed))
    serving = {item.contingents[k].id for k in Frame(item).columns.tours.contingent}
    found = [part.subject for part in idle(item) if part.kind == "contingent"]
    assert found == [k.id for k in item.contingents if k.id not in serving]
