"""A pair of tiny theatres for each rule kind: one rule that can just be kept, and one that cannot.

The theatre: two units of AAA and one of BBB, each of 100 troops, and a hard minimum, mostly of 200, in `east`. Without
the rule it is feasible. What keeps the rule, and why nothing keeps the other one, is said beside each pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True)
class Pair:
    """Two documents with one rule of the kind each: `kept` is feasible, `broken` is not."""

    kind: str
    about: str
    kept: Document
    broken: Document

    @property
    def without(self) -> Document:
        """The second theatre, its rule taken away."""
        return self.broken | {"rules": []}


def _theatre(kind: str, fields: Document, minimum: int = 200, sectors: tuple[str, ...] = ("east",)) -> Document:
    offers = [_offer("AAA", units=2, cost=1), _offer("BBB", units=1, cost=2)]
    return {
        "forcegen": 1,
        "name": kind,
        "horizon": {"start": "2025-07", "periods": 2},
        "nations": [{"id": "AAA"}, {"id": "BBB"}],
        "roles": [{"id": "line"}],
        "sectors": [{"id": "east"}, {"id": "west"}],
        "contingents": offers,
        "requirements": [
            {"id": "Q", "sectors": list(sectors), "roles": ["line"], "minimum": minimum, "hard": True},
            {"id": "anywhere", "roles": ["line"], "target": 0},
        ],
        "rules": [{"id": "P", "kind": kind} | fields],
    }


def _offer(nation: str, **fields: Any) -> Document:
    offer = {"id": f"{nation}-inf", "nation": nation, "kind": "infantry", "strength": 100, "fills": {"line": 100}}
    return offer | {"tour": 2, "dwell": 9, "supply": 3} | fields


def _pair(kind: str, about: str, kept: Document, broken: Document, minimum: int = 200) -> Pair:
    return Pair(kind, about, _theatre(kind, kept, minimum), _theatre(kind, broken, minimum))


def _term(term: int) -> Document:
    """Six periods; 200 are wanted in the second and third, and a tour has to touch one of them."""
    document = _theatre("presence", {"nations": ["AAA"], "term": term})
    window = {"from": "2025-08", "until": "2025-09"}
    requirement = document["requirements"][0] | window
    return document | {"horizon": {"start": "2025-07", "periods": 6}, "requirements": [requirement]}


def _apart(sectors: tuple[str, ...]) -> Document:
    return _theatre("apart", {"nations": ["AAA", "BBB"]}, 300, sectors)


PAIRS = [
    # AAA's two units do it alone; BBB's one does not.
    _pair("exclude", "nation", {"nations": ["BBB"]}, {"nations": ["AAA"]}),
    # In force in one period of two is enough: no tour of AAA avoids it.
    _pair(
        "exclude",
        "window",
        {"nations": ["AAA"], "from": "2025-09"},
        {"nations": ["AAA"], "from": "2025-08", "until": "2025-08"},
    ),
    _pair("only", "place", {"nations": ["AAA"], "sectors": ["east"]}, {"nations": ["AAA"], "sectors": ["west"]}),
    # 2 units of 100 are 200.
    _pair("ceiling", "troops", {"most": 200}, {"most": 199}),
    # 2 units of AAA x 2 periods x 1 is the cheapest: 4.
    _pair(
        "ceiling",
        "cost over the horizon",
        {"of": "cost", "over": "horizon", "most": 4},
        {"of": "cost", "over": "horizon", "most": 3},
    ),
    # With 200 in east from 3 units, one nation at least brings 100, and both together need not bring more.
    _pair("ceiling", "each nation", {"each": "nation", "most": 100}, {"each": "nation", "most": 99}),
    # All three units are 300.
    _pair("floor", "troops", {"least": 300}, {"least": 301}),
    # A tour takes both periods and the dwell all that is left: a tour a unit.
    _pair(
        "floor",
        "tours over the horizon",
        {"of": "tours", "over": "horizon", "least": 3},
        {"of": "tours", "over": "horizon", "least": 4},
    ),
    # AAA has to bring 100 at least, beside at most 100 of BBB.
    _pair("share", "force", {"nations": ["AAA"], "most": 500}, {"nations": ["AAA"], "most": 499}),
    _pair(
        "share",
        "sector",
        {"nations": ["AAA"], "in": "sector", "most": 500},
        {"nations": ["AAA"], "in": "sector", "most": 499},
    ),
    # BBB brings 100 of the 200 that are needed at least.
    _pair("lead", "share", {"candidates": ["BBB"], "share": 500}, {"candidates": ["BBB"], "share": 501}),
    # There are two nations.
    _pair("nations", "least", {"least": 2}, {"least": 3}),
    # 300 takes all three units, and so both nations.
    _pair("nations", "most", {"most": 2}, {"most": 1}, minimum=300),
    # AAA cannot bring more than 200, and BBB is not enough without it.
    _pair("presence", "least", {"nations": ["AAA"], "least": 200}, {"nations": ["AAA"], "least": 201}),
    # Two tours of AAA one after the other, from the first period on, beside BBB: four periods, and no more.
    Pair("presence", "term", _term(4), _term(5)),
    # 300 takes both nations: one in each of two sectors, or both in one.
    Pair("apart", "sectors", _apart(("east", "west")), _apart(("east",))),
    # AAA serves in any case, and BBB has 100.
    _pair(
        "escort",
        "least",
        {"nations": ["AAA"], "with": {"nations": ["BBB"]}, "least": 100},
        {"nations": ["AAA"], "with": {"nations": ["BBB"]}, "least": 101},
    ),
    # AAA brings 100 at least, BBB 100 at most.
    _pair(
        "ratio",
        "force",
        {"of": {"nations": ["BBB"]}, "to": {"nations": ["AAA"]}, "least": 1000},
        {"of": {"nations": ["BBB"]}, "to": {"nations": ["AAA"]}, "least": 1001},
    ),
    # 300 takes both contingents.
    _pair(
        "either",
        "most",
        {"sets": [["AAA-inf"], ["BBB-inf"]], "most": 2},
        {"sets": [["AAA-inf"], ["BBB-inf"]], "most": 1},
        minimum=300,
    ),
    # 200 are needed in the first period, so 200 come in it.
    _pair("lift", "most", {"most": 200}, {"most": 199}),
    # A unit takes 3.
    _pair("supply", "most", {"sectors": ["east"], "most": 6}, {"sectors": ["east"], "most": 5}),
    # Of three units two are away.
    _pair("standby", "least", {"least": 100}, {"least": 101}),
    # One of AAA in west leaves one for east, which BBB completes.
    _pair(
        "pin",
        "units",
        {"contingents": ["AAA-inf"], "sectors": ["west"], "units": 1},
        {"contingents": ["AAA-inf"], "sectors": ["west"], "units": 2},
    ),
    # One of AAA is left, which BBB completes; or none.
    _pair("bar", "units", {"contingents": ["AAA-inf"], "units": 1}, {"contingents": ["AAA-inf"], "units": 2}),
]
"""At least one pair a rule kind."""
