"""A small instance document, and short ways to write tours and to audit them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forcegen.audit import audit
from forcegen.domain.instance import Instance
from forcegen.domain.plan import Plan

if TYPE_CHECKING:
    from forcegen.audit import Audit

Item = dict[str, Any]


def document(**lists: Any) -> Item:
    """Two nations with two battalions of 100 each, tour 3, dwell 2; `east` and `west`; nothing limits but asks for all.

    The horizon is 2025-07 .. 2026-06.
    """
    return {
        "forcegen": 1,
        "name": "small",
        "horizon": {"start": "2025-07", "periods": 12},
        "nations": [{"id": "POL", "army": 1000}, {"id": "DEU", "active": 2000}, {"id": "FRA"}],
        "roles": [{"id": "line"}, {"id": "repair", "measure": "teams", "worth": 20, "frees": 0.5}, {"id": "reserve"}],
        "sectors": [{"id": "east", "zone": "front"}, {"id": "west", "zone": "rear"}],
        "contingents": [contingent("POL-inf"), contingent("DEU-inf")],
        "requirements": [{"id": "all"}, {"id": "held", "roles": ["reserve"]}],
    } | lists


def contingent(name: str, **fields: Any) -> Item:
    """Two units of 100, tour 3, dwell 2."""
    fills = {"line": 100, "repair": 4, "reserve": 100}
    base = {"id": name, "nation": name[:3], "units": 2, "strength": 100, "fills": fills, "tour": 3, "dwell": 2}
    return base | fields


def tour(
    name: str = "POL-inf",
    start: str = "2025-07",
    sector: str = "east",
    role: str = "line",
    unit: int = 1,
    periods: int = 3,
) -> Item:
    """One tour of a plan."""
    return {"contingent": name, "unit": unit, "sector": sector, "role": role, "start": start, "periods": periods}


def judge(instance: Item, *tours: Item, **header: Any) -> Audit:
    """Audit a plan of these tours."""
    return audit(Instance.model_validate(instance), Plan.model_validate({"tours": tours} | header))


def kinds(found: Audit) -> list[str]:
    """The kinds of all violations, in order, each once."""
    return list(dict.fromkeys(v.kind for v in found.violations))


def messages(found: Audit) -> list[str]:
    """What all violations say."""
    return [v.message for v in found.violations]


def changed(item: Item, **fields: Any) -> Item:
    """The small instance with fields of POL-inf changed."""
    return document(contingents=[contingent("POL-inf") | item | fields, contingent("DEU-inf")])
