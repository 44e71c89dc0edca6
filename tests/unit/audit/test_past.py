"""A plan made anew: what was past is in it, what is new keeps notice."""

from __future__ import annotations

from typing import Any

from forcegen.audit import audit
from forcegen.domain.instance import Instance
from forcegen.domain.plan import Plan
from tests.unit.audit.documents import changed, tour

AT = 3


def anew(base: list[dict[str, Any]], *tours: dict[str, Any], **fields: Any) -> list[str]:
    """The kinds of violations of a plan made anew of another in period 3, 2025-10."""
    item, plan, before = changed({}, **fields), {"tours": tours}, {"tours": base}
    found = audit(Instance.model_validate(item), Plan.model_validate(plan), base=Plan.model_validate(before), at=AT)
    return [v.kind for v in found.violations]


def test_what_had_begun_is_kept() -> None:
    begun = tour(start="2025-09")
    assert anew([begun], begun) == []
    assert anew([begun]) == ["past"]
    assert anew([], begun) == ["past"]
    assert anew([begun], tour(start="2025-09", periods=1)) == ["past"]


def test_what_is_new_starts_after_notice_but_for_what_was_decided() -> None:
    soon, later = tour(start="2025-11"), tour(start="2025-12")
    assert anew([], later, notice=2) == []
    assert anew([], soon, notice=2) == ["notice"]
    assert anew([soon], soon, notice=2) == []
