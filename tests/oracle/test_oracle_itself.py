"""The judge judged: cases by hand, plain enumeration with `evaluate`, and what the random instances promise."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice, product
from typing import TYPE_CHECKING, Any

import pytest

from .brute import GOALS, best, evaluate
from .cases import CASES, Case
from .generate import ALL_KINDS, instance
from .reading import Reading
from .statistics import Shares, binds, kinds_of, shares
from .timetables import all_units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .brute import Result

SEEDS = range(150)
MANY = range(300)
Document = dict[str, Any]


@cache
def drawn(seed: int) -> Document:
    return instance(seed)


@cache
def solved(seed: int) -> Result:
    return best(drawn(seed))


@cache
def measured() -> Shares:
    return shares(map(drawn, MANY))


# Cases by hand


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_brute_force_finds_what_was_worked_out_by_hand(case: Case) -> None:
    found = best(case.document, case.goals)
    assert (found.feasible, found.values) == (case.feasible, case.expected_values)


def case_named(name: str) -> Case:
    return next(case for case in CASES if case.name == name)


def tour(start: str, periods: int, **fields: Any) -> Document:
    return {
        "contingent": "AAA-inf",
        "unit": 1,
        "sector": "east",
        "role": "line",
        "start": start,
        "periods": periods,
    } | fields


@pytest.mark.parametrize(
    ("name", "tours", "violations"),
    [
        ("dwell-just-served", [tour("2025-07", 6), tour("2028-01", 6)], []),
        ("dwell-just-served", [tour("2025-07", 6), tour("2027-12", 6)], ["dwell:AAA-inf"]),
        ("dwell-just-served", [tour("2025-07", 6), tour("2025-12", 6)], ["pool:AAA-inf"]),
        ("dwell-just-served", [tour("2025-07", 5)], ["length:AAA-inf"]),
        ("dwell-just-served", [tour("2025-07", 6, unit=2)], ["unit:AAA-inf"]),
        ("dwell-just-served", [tour("2025-06", 6)], ["ready:AAA-inf"]),
        ("dwell-just-served", [tour("2026-01", 6)], ["no-requirement:AAA-inf"]),
        ("returned-before-the-horizon", [tour("2027-05", 6)], []),
        ("returned-before-the-horizon", [tour("2027-04", 6)], ["dwell:AAA-inf"]),
        ("relief-under-a-ceiling", [tour("2025-08", 3, unit=2)], []),
        ("relief-under-a-ceiling", [tour("2025-07", 3, unit=2)], ["ceiling:C"]),
        ("relief-under-a-ceiling", [tour("2025-08", 3)], ["pool:AAA-inf"]),
        ("relief-without-beds", [tour("2025-08", 3, unit=2)], ["beds:east"]),
        ("tour-past-the-horizon", [tour("2025-10", 3)], []),
        ("tour-past-the-horizon", [tour("2025-10", 4)], ["length:AAA-inf", "until:AAA-inf"]),
        ("tour-past-the-horizon", [tour("2025-11", 3)], ["length:AAA-inf", "until:AAA-inf"]),
        ("running-tour-lifts-out", [tour("2025-09", 3, unit=2)], []),
        ("running-tour-lifts-out", [tour("2025-08", 3, unit=2)], ["lift:L"]),
        ("reserve-held-for-a-place", [tour("2025-07", 2, contingent="AAA")], ["no-requirement:AAA"]),
        ("reserve-held-for-a-place", [tour("2025-07", 2, contingent="BBB", sector="rear", role="reserve")], []),
        (
            "reserve-fills-nothing-unnamed",
            [tour("2025-07", 2, contingent="BBB")],
            ["exclude:P", "no-requirement:BBB"],
        ),
        ("reserve-fills-nothing-unnamed", [tour("2025-07", 2, contingent="CCC", sector="rear")], ["fill:CCC"]),
        ("share-of-the-force", [tour("2025-07", 2), tour("2025-07", 2, contingent="BBB-inf")], ["share:S"]),
        ("floor-out-of-reach", [tour("2025-07", 6)], ["floor:F"]),
    ],
)
def test_evaluation_names_the_violation(name: str, tours: list[Document], violations: list[str]) -> None:
    assert evaluate(case_named(name).document, tours)[0] == violations


# Plain enumeration


def every_plan(document: Document) -> Iterator[list[Document]]:
    """Every plan of the document, nothing merged and nothing left out."""
    reading = Reading(document)
    units = all_units(reading, cap=10_000)
    for choice in product(*(unit.timetables for unit in units)):
        served = [unit.tours[i] for unit, timetable in zip(units, choice, strict=True) for i in timetable]
        yield [
            {
                "contingent": p.contingent,
                "unit": p.unit,
                "sector": p.sector,
                "role": p.role,
                "start": reading.date(p.start),
                "periods": p.periods,
            }
            for p in served
        ]


def plainly_best(plans: list[list[Document]], document: Document) -> list[Any] | None:
    judged = (evaluate(document, plan) for plan in plans)
    return min(([values[goal] for goal in GOALS] for violations, values in judged if not violations), default=None)


def test_merging_and_pruning_lose_nothing() -> None:
    compared = 0
    for seed in SEEDS:
        plans = list(islice(every_plan(drawn(seed)), 80))
        if len(plans) < 80:
            found = solved(seed)
            assert (found.values if found.feasible else None) == plainly_best(plans, drawn(seed)), seed
            compared += 1
    assert compared >= 30


@pytest.mark.parametrize("seed", SEEDS)
def test_evaluation_agrees_with_the_best_plan(seed: int) -> None:
    found = solved(seed)
    if found.feasible:
        violations, values = evaluate(drawn(seed), found.tours)
        assert not violations
        assert [values[goal] for goal in GOALS] == found.values


# Random instances


def test_the_same_seed_gives_the_same_instance() -> None:
    assert instance(7) == instance(7)
    assert instance(7) != instance(8)


@pytest.mark.parametrize("kinds", [(), ("share",), ("floor", "lift")])
def test_only_the_kinds_asked_for_are_drawn(kinds: tuple[str, ...]) -> None:
    assert all(kinds_of(instance(seed, kinds)) <= set(kinds) for seed in range(10))


@pytest.mark.parametrize("seed", MANY)
def test_instances_are_valid(seed: int) -> None:
    document = drawn(seed)
    reading = Reading(document)
    names = ["groups", "conditions", "nations", "roles", "sectors", "contingents", "requirements", "rules"]
    ids = [item if isinstance(item, str) else item["id"] for name in names for item in document.get(name) or ()]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in ids)
    for k in reading.contingents:
        assert_valid_contingent(reading, k)
    for requirement in reading.requirements.values():
        asked = [reading.asked(requirement, t) for t in reading.periods]
        assert all(0 <= minimum <= target for minimum, target in asked)
    for rule in document["rules"]:
        assert_valid_rule(document, reading, rule)


def assert_valid_contingent(reading: Reading, k: str) -> None:
    assert reading.handover(k) < reading.lengths(k)[0]
    rows = [row for row in reading.document.get("history", ()) if row["contingent"] == k]
    assert sum(row["units"] for row in rows) <= reading.units(k)
    for row in rows:
        if "returned" in row:
            assert reading.period(row.get("since", row["returned"])) <= reading.period(row["returned"]) <= 0
        else:
            assert reading.period(row["since"]) < 0 <= reading.period(row["ends"])
            assert row["sector"] in reading.sectors
            assert row["role"] in reading.contingents[k]["fills"]


def assert_valid_rule(document: Document, reading: Reading, rule: Document) -> None:
    nations = {nation["id"] for nation in document["nations"]}
    assert set(rule.get("nations", ())) <= nations | set(document.get("groups", ()))
    assert set(rule.get("contingents", ())) <= set(reading.contingents)
    assert set(rule.get("sectors", ())) <= set(reading.sectors)
    assert set(rule.get("zones", ())) <= {sector.get("zone") for sector in reading.sectors.values()}
    assert set(rule.get("roles", ())) <= set(reading.roles)
    assert {*rule.get("if", ()), *rule.get("unless", ())} <= set(document.get("conditions", ()))
    if rule["kind"] == "only":
        assert rule.keys() & {"sectors", "zones", "roles"}
    if rule["kind"] == "share":
        assert rule.keys() & {"nations", "contingents", "each"}
    if rule.get("over") == "horizon":
        assert not isinstance(rule.get("most", rule.get("least")), dict)


def contingents(document: Document) -> list[Document]:
    return list(document["contingents"])


FEATURES: dict[str, Any] = {
    "weeks": lambda d: d["horizon"]["unit"] == "week",
    "nested groups": lambda d: any(member in d["groups"] for group in d.get("groups", {}).values() for member in group),
    "zones": lambda d: any("zones" in rule for rule in d["rules"]),
    "reserve": lambda d: any(role["id"] == "reserve" for role in d["roles"]),
    "worth": lambda d: any(role.get("worth", 1) != 1 for role in d["roles"]),
    "beds of sectors": lambda d: any("beds" in sector for sector in d["sectors"]),
    "supply of sectors": lambda d: any("supply" in sector for sector in d["sectors"]),
    "step values": lambda d: any(isinstance(s.get("beds"), dict) for s in d["sectors"]),
    "presence": lambda d: any("present" in k for k in contingents(d)),
    "tour ranges": lambda d: any(isinstance(k["tour"], dict) for k in contingents(d)),
    "ratio dwell": lambda d: any(isinstance(k["dwell"], dict) for k in contingents(d)),
    "fractional handover": lambda d: any(k.get("handover", 1) != 1 for k in contingents(d)),
    "notice": lambda d: any("notice" in k for k in contingents(d)),
    "ready": lambda d: any("ready" in k for k in contingents(d)),
    "until": lambda d: any("until" in k for k in contingents(d)),
    "cost by place": lambda d: any(isinstance(k.get("cost"), dict) for k in contingents(d)),
    "beds by place": lambda d: any(isinstance(k.get("beds"), dict) for k in contingents(d)),
    "conditional contingents": lambda d: any(k.get("if") or k.get("unless") for k in contingents(d)),
    "conditional requirements": lambda d: any(q.get("if") or q.get("unless") for q in d["requirements"]),
    "conditional rules": lambda d: any(rule.get("if") or rule.get("unless") for rule in d["rules"]),
    "as": lambda d: any("as" in q for q in d["requirements"]),
    "hard": lambda d: any(q.get("hard") for q in d["requirements"]),
    "per km": lambda d: any("per_km" in str(q.get("target")) for q in d["requirements"]),
    "several roles": lambda d: any(len(q.get("roles", ())) > 1 for q in d["requirements"]),
    "all roles": lambda d: any("roles" not in q for q in d["requirements"]),
    "returned": lambda d: any("returned" in row for row in d.get("history", ())),
    "running": lambda d: any("ends" in row for row in d.get("history", ())),
    "each": lambda d: any("each" in rule for rule in d["rules"]),
    "over the horizon": lambda d: any(rule.get("over") == "horizon" for rule in d["rules"]),
    "in sector": lambda d: any(rule.get("in") == "sector" for rule in d["rules"]),
    "counting tours": lambda d: any(rule.get("of") == "tours" for rule in d["rules"]),
    "counting cost": lambda d: any(rule.get("of") == "cost" for rule in d["rules"]),
    "absent lists": lambda d: len(d) < 12,
}


COUNTING = ("each", "over the horizon", "in sector", "counting tours", "counting cost")
"""Forms of rules that count, looked for where only such are drawn."""


@cache
def counted(seed: int) -> Document:
    return instance(seed, ("ceiling", "floor", "share"))


@pytest.mark.parametrize("feature", FEATURES)
def test_every_feature_is_drawn_often(feature: str) -> None:
    draw = counted if feature in COUNTING else drawn
    assert sum(FEATURES[feature](draw(seed)) for seed in MANY) >= len(MANY) // 20


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_kind_of_rule_binds_often(kind: str) -> None:
    """Drawn alone, so that no other rule hides it."""
    bound = (seed for seed in range(120) if binds(instance(seed, (kind,)), kind))
    assert len(list(islice(bound, 30))) == 30


def test_most_instances_are_feasible_and_short_of_something() -> None:
    found = measured()
    assert found.infeasible <= found.seeds // 10
    assert found.short >= found.seeds // 3


def test_brute_force_is_quick() -> None:
    assert measured().seconds < 2  # 0.02 as a rule: nobody waits for it, on the slowest machine
