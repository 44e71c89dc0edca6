"""One tiny instance for each row family, rule kind and goal: small enough to check its LP file by hand."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]


def document(*contingents: Document, periods: int = 3, **lists: Any) -> Document:
    """July 2025 on; `east` and the role `line`; in every period 50 of `line` at least and 150 if possible."""
    return {
        "forcegen": 1,
        "name": "golden",
        "horizon": {"start": "2025-07", "periods": periods},
        "nations": [{"id": "AAA"}, {"id": "BBB"}],
        "roles": [{"id": "line"}],
        "sectors": [{"id": "east"}],
        "contingents": list(contingents) or [contingent()],
        "requirements": [{"id": "Q", "roles": ["line"], "minimum": 50, "target": 150}],
    } | lists


def contingent(name: str = "AAA-inf", **fields: Any) -> Document:
    """Two units of 100 that serve 2 periods and rest for 1."""
    base = {"id": name, "nation": name[:3], "units": 2, "strength": 100, "fills": {"line": 100}, "tour": 2, "dwell": 1}
    return base | fields


def rule(kind: str, **fields: Any) -> list[Document]:
    """The one rule `P` of an instance."""
    return [{"id": "P", "kind": kind} | fields]


TWO_SECTORS = [{"id": "east"}, {"id": "west"}]
BOTH = (contingent(), contingent("BBB-eng", strength=60, fills={"line": 40}, units=1))
RUNNING = {"contingent": "AAA-inf", "units": 1, "since": "2025-06", "ends": "2025-07", "sector": "east", "role": "line"}

INSTANCES: dict[str, Document] = {
    # 1 or 2 periods, dwell as long as the tour; one unit, home since June after 2 periods, is free in August.
    "pool": document(
        contingent(units=3, tour={"min": 1, "max": 2}, dwell={"ratio": 1}),
        periods=4,
        history=[{"contingent": "AAA-inf", "units": 1, "returned": "2025-06"}],
    ),
    # In the compact formulation: two like units; handover takes the first period; west is left by the end of August.
    "timetable": document(
        contingent(tour={"min": 2, "max": 3}, handover=1, until="2025-09"),
        sectors=TWO_SECTORS,
        rules=rule("exclude", sectors=["west"], **{"from": "2025-09"}),
    ),
    # Half of the first period is handover; a fill of 200 is cut to the 120 that are lacking; `hard` in August only.
    "coverage": document(
        contingent(handover=0.5, fills={"line": 200}),
        requirements=[
            {"id": "Q1", "roles": ["line"], "minimum": 60, "target": 120},
            {"id": "Q2", "roles": ["line"], "minimum": 100, "from": "2025-08", "until": "2025-08", "hard": True},
        ],
    ),
    "beds": document(contingent(beds={"east": 120}), sectors=[{"id": "east", "beds": 300}], history=[RUNNING]),
    "supply": document(contingent(supply=1.5), sectors=[{"id": "east", "supply": {"2025-07": 2, "2025-09": 3.5}}]),
    # In handover, a unit does not count against a ceiling on troops.
    "ceiling": document(contingent(handover=0.5), rules=rule("ceiling", of="troops", most=150)),
    "floor": document(contingent(handover=0.5), rules=rule("floor", of="units", least=1, **{"from": "2025-08"})),
    "share": document(*BOTH, rules=rule("share", nations=["BBB"], most=250)),
    "lift": document(contingent(), rules=rule("lift", most=150), history=[RUNNING]),
    "hub": document(contingent(supply=2), rules=rule("supply", most=3, until="2025-08")),
    # At least a quarter of BBB's 60 for the 100 of AAA, in east alone.
    "ratio": document(
        *BOTH, rules=rule("ratio", of={"contingents": ["BBB-eng"]}, to={"nations": ["AAA"]}, least=250, each="sector")
    ),
    # One of two units is home since June and rests in July; from August on both are ready.
    "standby": document(
        contingent(),
        history=[{"contingent": "AAA-inf", "units": 1, "returned": "2025-07"}],
        rules=rule("standby", least={"2025-07": 100, "2025-08": 150}),
    ),
    "pin": document(
        contingent(), sectors=TWO_SECTORS, rules=rule("pin", contingents=["AAA-inf"], units=1, sectors=["east"])
    ),
    "bar": document(
        contingent(), history=[RUNNING], rules=rule("bar", contingents=["AAA-inf"], units=1, until="2025-08")
    ),
    "nations": document(*BOTH, rules=rule("nations", least=2, most=3, until="2025-08")),
    # 200 beds hold two units of AAA, but only one of them in August.
    "apart": document(
        *BOTH, sectors=[{"id": "east", "beds": {"2025-07": 200, "2025-08": 100, "2025-09": 200}}], rules=rule("apart")
    ),
    "presence": document(contingent(tour=1), rules=rule("presence", least=150, term=2)),
    "escort": document(*BOTH, rules=rule("escort", nations=["BBB"], least=100, **{"with": {"nations": ["AAA"]}})),
    "either": document(*BOTH, history=[RUNNING], rules=rule("either", sets=[["AAA-inf"], ["BBB-eng"]], most=1)),
    # AAA leads since June and must until August; only the lead may be `line`.
    "lead": document(
        *BOTH,
        leads=[{"sector": "east", "nation": "AAA", "since": "2025-06"}],
        rules=rule("lead", share=500, term=3, roles=["line"]),
    ),
    "exclude": document(sectors=TWO_SECTORS, rules=rule("exclude", nations=["AAA"], sectors=["west"])),
    "only": document(
        *BOTH, sectors=TWO_SECTORS, rules=rule("only", nations=["AAA"], sectors=["west"], **{"from": "2025-08"})
    ),
    "unmet-minimum": document(contingent(units=1)),
    "unmet-target": document(contingent(units=1)),
    "cost": document(contingent(units=1, cost={"east": 2.5}), history=[RUNNING]),
    # 1000 below a target of 150, of which a running unit gives 100 in July.
    "worst-shortfall": document(contingent(), history=[RUNNING]),
    "troops": document(contingent(units=1), history=[RUNNING]),
    # 200 for a target of 150: fill beyond it is not clipped here.
    "excess": document(contingent(units=1, fills={"line": 200})),
    "peak-lift": document(*BOTH, history=[RUNNING]),
    "burden-gap": document(*BOTH, nations=[{"id": "AAA", "army": 2000}, {"id": "BBB", "active": 500}]),
    # Against a base of one tour from July, and one of a contingent that is not offered any more.
    "changes": document(contingent(units=1)),
    "lead-changes": document(
        *BOTH,
        leads=[{"sector": "east", "nation": "AAA", "since": "2025-06"}],
        rules=rule("lead", candidates=["AAA", "BBB"]),
    ),
}

BASE = {
    "tours": [
        {"contingent": k, "unit": 1, "sector": "east", "role": "line", "start": "2025-07", "periods": 2}
        for k in ("AAA-inf", "AAA-old")
    ]
}
"""The plan that `changes` compares with."""
SOFT = {"soft": {"share": 2.5, "lift": 1}}
"""Prices of rules in the variant `soft`."""

COMPACT = "timetable"
"""The row family that only the compact formulation has."""

VARIANTS: dict[str, Document] = {
    # A running unit of BBB in east costs 3 a month; over August and September 20 are left to AAA, 17 of 20 to BBB.
    "ceiling-each-over-horizon": document(
        contingent(cost=4),
        contingent("BBB-eng", cost=3, units=2),
        rules=rule("ceiling", of="cost", over="horizon", each="nation", most=20, **{"from": "2025-08"}),
        history=[RUNNING | {"contingent": "BBB-eng", "ends": "2025-08"}],
    ),
    "soft": document(
        *BOTH,
        rules=[*rule("share", nations=["BBB"], most=250, until="2025-08"), *rule("lift", id="L", most=150)],
    ),
    "share-in-sector": document(
        *BOTH, sectors=TWO_SECTORS, rules=rule("share", each="nation", most=500, until="2025-07", **{"in": "sector"})
    ),
    # Two nations could be there, and one may.
    "nations-most": document(*BOTH, rules=rule("nations", most=1)),
    # Held in west for east: what counts is the fill of `line`, 40, until August, when a rule closes east.
    "coverage-as": document(
        contingent(fills={"line": 40, "reserve": 100}),
        roles=[{"id": "line"}, {"id": "reserve"}],
        sectors=TWO_SECTORS,
        requirements=[
            {
                "id": "Q",
                "sectors": ["west"],
                "roles": ["reserve"],
                "target": 60,
                "as": {"sector": "east", "role": "line"},
            }
        ],
        rules=rule("exclude", nations=["AAA"], sectors=["east"], **{"from": "2025-08"}),
    ),
}
"""Further forms of the same families."""
