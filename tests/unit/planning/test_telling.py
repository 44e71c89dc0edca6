"""Conflicts as paragraphs: every kind of rule and part in a sentence, with names, window and source."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from forcegen.domain.instance import Instance
from forcegen.domain.rules import KINDS, AnyRule
from forcegen.planning.relax import parts
from forcegen.planning.telling import Phrases, conflict_paragraph, rule_sentence

DOCUMENT: dict[str, Any] = {
    "forcegen": 1,
    "name": "told",
    "horizon": {"start": "2026-01", "periods": 6},
    "groups": {"north": ["NOR", "SWE"]},
    "conditions": {"un": {"holds": True, "name": "a mandate"}},
    "nations": [{"id": "NOR", "name": "Norway"}, {"id": "SWE"}, {"id": "CIV", "name": "C\u00f4te d'Ivoire"}],
    "roles": [{"id": "line", "name": "=1+1"}, {"id": "med", "name": "Field hospital", "measure": "beds"}],
    "sectors": [
        {"id": "east", "name": "<b>East</b>", "zone": "front", "km": 10, "beds": 1200, "source": "a map"},
        {"id": "west", "zone": "front", "supply": {"2026-01": 1, "2026-03": 20.5}},
    ],
    "contingents": [
        {"id": "N1", "nation": "NOR", "name": "First", "units": 2, "strength": 100, "fills": {"line": 100}}
        | {"tour": 2, "dwell": 2, "source": "a speech", "basis": "reported"},
        {"id": "N2", "nation": "NOR", "units": 1, "strength": 50, "fills": {"med": 20}, "tour": 2, "dwell": 2}
        | {"source": "a speech", "note": "on call"},
        {"id": "C1", "nation": "CIV", "units": 0, "strength": 50, "fills": {"med": 20}, "tour": 2, "dwell": 2},
    ],
    "requirements": [
        {"id": "Q", "sectors": ["east"], "roles": ["med"], "minimum": 40, "hard": True, "until": "2026-02"},
        {"id": "D", "sectors": ["east"], "roles": ["line"], "minimum": {"per_km": 4}, "hard": True, "unless": ["un"]}
        | {"as": {"sector": "east", "role": "line"}},
    ],
}
SAID = [
    ({"kind": "exclude"}, "no unit may serve anywhere, throughout"),
    (
        {"kind": "exclude", "nations": ["CIV", "north"], "roles": ["line", "med"], "from": "2026-03"},
        "no unit of C\u00f4te d'Ivoire and the group north may serve in the roles \u201c=1+1\u201d and "
        "\u201cField hospital\u201d, from March 2026 on",
    ),
    (
        {"kind": "only", "contingents": ["N1"], "sectors": ["east"], "zones": ["rear"], "until": "2026-05"},
        "units of First may serve only in <b>East</b> and in the zone rear, or not at all, until May 2026",
    ),
    (
        {"kind": "ceiling", "nations": ["NOR"], "most": {"2026-01": 100, "2026-04": 50}, "each": "sector"},
        "at most 100 troops from January 2026 and 50 from April 2026 of Norway may serve in each month, "
        "for each sector by itself, throughout",
    ),
    (
        {"kind": "ceiling", "of": "cost", "most": 2000, "over": "horizon"},
        "the units that serve may cost at most 2,000 summed over the months, throughout",
    ),
    (
        {"kind": "floor", "of": "tours", "least": 1, "sectors": ["west"], "if": ["un"], "from": "2026-01"},
        "at least 1 tour must begin in west in each month, from January 2026 on, while \u201ca mandate\u201d holds",
    ),
    (
        {"kind": "share", "nations": ["SWE"], "most": 333, "in": "sector"},
        "the troops of SWE may be at most 33.3 % of the troops in each sector, throughout",
    ),
    (
        {"kind": "lead", "sectors": ["east"], "candidates": ["NOR", "SWE"], "share": 400, "term": 2, "roles": ["med"]},
        "every sector in <b>East</b> that holds troops must have one lead nation from among Norway and SWE, which "
        "supplies at least 40 % of its troops, which leads for at least 2 months, and which alone serves in the role "
        "\u201cField hospital\u201d, throughout",
    ),
    (
        {"kind": "nations", "least": 2, "most": 3, "zones": ["front"]},
        "wherever troops serve in the zone front, their nations must number at least 2 and at most 3, throughout",
    ),
    (
        {"kind": "presence", "nations": ["NOR"], "least": 200, "term": 3},
        "a nation with troops of Norway in a sector must bring at least 200 troops or none and must stay for at least "
        "3 months, throughout",
    ),
    (
        {"kind": "apart", "nations": ["NOR", "CIV"]},
        "no two nations among Norway and C\u00f4te d'Ivoire may have troops in one sector at the same time, throughout",
    ),
    (
        {"kind": "escort", "nations": ["CIV"], "with": {"nations": ["NOR"], "roles": ["line"]}, "least": 50},
        "units of C\u00f4te d'Ivoire may serve in a sector only while at least 50 troops of Norway in the role "
        "\u201c=1+1\u201d are there, throughout",
    ),
    (
        {"kind": "ratio", "of": {"roles": ["med"]}, "to": {"nations": ["NOR"]}, "least": 50, "each": "sector"},
        "for every 1,000 troops of Norway there must be at least 50 troops in the role \u201cField hospital\u201d, "
        "in each sector by itself, throughout",
    ),
    (
        {"kind": "either", "sets": [["N1", "N2"], ["C1"]], "most": 1},
        "of the sets of contingents (First and N2) and (C1) at most 1 may serve at all, throughout",
    ),
    (
        {"kind": "lift", "sectors": ["east"], "most": 300},
        "at most 300 troops may move in or out in <b>East</b> in one month, throughout",
    ),
    (
        {"kind": "supply", "sectors": ["east", "west"], "most": 1},
        "units in <b>East</b> and west together can be supplied with at most 1 tonne a day, throughout",
    ),
    ({"kind": "standby", "nations": ["NOR"], "least": 100}, "at least 100 troops of Norway must stay ready at home"),
    (
        {"kind": "pin", "contingents": ["N1"], "units": 1, "sectors": ["east"]},
        "at least 1 unit of each contingent, First, must serve in <b>East</b>, throughout",
    ),
    (
        {"kind": "bar", "nations": ["NOR"], "units": 2},
        "2 units of each contingent among those of Norway may not serve anywhere, throughout",
    ),
]


@pytest.mark.parametrize(("fields", "said"), SAID, ids=[f"{fields['kind']}-{i}" for i, (fields, _) in enumerate(SAID)])
def test_every_kind_of_rule_is_a_sentence(fields: dict[str, Any], said: str) -> None:
    rule: Any = TypeAdapter(AnyRule).validate_python({"id": "P", **fields})
    assert rule_sentence(rule, Phrases(Instance.model_validate(DOCUMENT))).startswith(said)


def test_no_kind_is_left_out() -> None:
    assert {fields["kind"] for fields, _ in SAID} == set(KINDS)


def test_limits_offers_and_requirements_are_told_with_their_sources() -> None:
    item = Instance.model_validate(DOCUMENT)
    assert conflict_paragraph(item, parts(item), minimal=True) == (
        "No plan exists, for five things cannot hold together. Norway offers no more than 2 units of First (100 people "
        "each) and 1 unit of N2 (50 people each) (source: a speech; basis: reported; note: on call). West can be "
        "supplied with 1 tonne from January 2026 and 20.5 from March 2026 a day. <b>East</b> has 1,200 beds (source: a "
        "map). At least 40 beds are required in <b>East</b> in the role \u201cField hospital\u201d, until February "
        "2026. At least 4 troops a kilometre that could be sent to <b>East</b> as \u201c=1+1\u201d are required in "
        "<b>East</b> in the role \u201c=1+1\u201d, throughout, unless \u201ca mandate\u201d holds. If any one of the "
        "five gives way, the other four can be kept."
    )


def test_one_part_none_and_many_nations() -> None:
    item = Instance.model_validate(DOCUMENT)
    last = parts(item)[-1:]
    assert conflict_paragraph(item, [], minimal=True) == ""
    assert conflict_paragraph(item, last, minimal=True).startswith("No plan exists, for one thing cannot be kept")
    assert conflict_paragraph(item, last, minimal=False).endswith("the search ended before that was proven.")
    assert Phrases(item).nations(["SWE"] * 9) == "SWE, SWE, SWE, SWE, SWE, SWE and 3 others"
