"""Cases worked by hand: the arithmetic is in each docstring, and the numbers beside it were written before any run."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

UNMET = ["unmet-minimum", "unmet-target"]
ALL = [*UNMET, "cost"]


@dataclass(frozen=True)
class Case:
    """A document, the goals in order, and what the best plan is worth in each."""

    name: str
    document: dict[str, Any]
    goals: list[str]
    expected_values: list[Fraction]
    feasible: bool


def _document(periods: int, start: str = "2025-07", **lists: Any) -> dict[str, Any]:
    """One nation, one sector `east` without limits, the role `line`; lists given replace these."""
    document: dict[str, Any] = {
        "forcegen": 1,
        "name": "case",
        "horizon": {"start": start, "periods": periods, "unit": "month"},
        "groups": {},
        "conditions": {},
        "nations": [{"id": "AAA", "name": "Alpha"}],
        "roles": [{"id": "line", "name": "Line", "measure": "troops", "worth": 1}],
        "sectors": [{"id": "east", "name": "East", "zone": "front", "km": 10}],
        "contingents": [],
        "requirements": [],
        "rules": [],
        "history": [],
    }
    return document | lists


def _contingent(name: str = "AAA-inf", **fields: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"id": name, "nation": "AAA", "kind": "infantry", "strength": 100, "fills": {"line": 100}}
    return base | ({} if "present" in fields else {"units": 1}) | {"tour": 6, "dwell": 24} | fields


def _requirement(name: str = "Q", **fields: Any) -> dict[str, Any]:
    return {"id": name, "sectors": ["east"], "roles": ["line"], "priority": 1} | fields


def _case(name: str, document: dict[str, Any], goals: list[str], *values: int | str, feasible: bool = True) -> Case:
    return Case(name, document, goals, [Fraction(value) for value in values], feasible)


def dwell_just_served() -> Case:
    """Tour 6, dwell 24, first start 2025-07 (period 0): at home from 2026-01, next start 0 + 6 + 24 = 30 = 2028-01.

    The horizon is 36 months, 2025-07 .. 2028-06. 100 are wanted in periods 0 .. 5 (2025-07 .. 2025-12) and 30 .. 35
    (2028-01 .. 2028-06). A tour in each window fills all: nothing unmet, 2 tours x 6 periods x cost 2 = 24.
    """
    first = _requirement("Q1", **{"from": "2025-07"}, until="2025-12", minimum=100)
    second = _requirement("Q2", **{"from": "2028-01"}, until="2028-06", minimum=100)
    document = _document(36, contingents=[_contingent(cost=2)], requirements=[first, second])
    return _case("dwell-just-served", document, ALL, 0, 0, 24)


def dwell_one_month_short() -> Case:
    """As before, but the second window is 2027-12 .. 2028-05 (periods 29 .. 34): the second tour comes a month late.

    Dwell ends in period 29, so from a first start in 0 the next is 30 and leaves period 29 unfilled: 100 unmet.
    Nothing does better: one tour alone leaves 600. Cost 2 tours x 6 periods x 2 = 24.
    """
    first = _requirement("Q1", **{"from": "2025-07"}, until="2025-12", minimum=100)
    second = _requirement("Q2", **{"from": "2027-12"}, until="2028-05", minimum=100)
    document = _document(36, contingents=[_contingent(cost=2)], requirements=[first, second])
    return _case("dwell-one-month-short", document, ALL, 100, 100, 24)


def returned_before_the_horizon() -> Case:
    """At home from 2025-05 (period -2), dwell 24: first start -2 + 24 = 22 = 2027-05.

    100 are wanted from 2027-04 to 2027-06 (periods 21 .. 23). Period 21 cannot be filled: 100 unmet.
    The tour of 22 .. 27 runs past the horizon of 24, so it costs 2 periods x 2 = 4.
    """
    wanted = _requirement(**{"from": "2027-04"}, until="2027-06", minimum=100)
    row = {"contingent": "AAA-inf", "units": 1, "returned": "2025-05"}
    document = _document(24, contingents=[_contingent(cost=2)], requirements=[wanted], history=[row])
    return _case("returned-before-the-horizon", document, ALL, 100, 100, 4)


def half_a_handover() -> Case:
    """Handover 0.5: the first period of a tour counts by 0.5. Tour 3, dwell 1, horizon 4, one unit of 100.

    Minimum 60, target 100 throughout. A tour of 0 .. 2 fills 50, 100, 100, 0: below minimum 10 + 60 = 70; unmet
    50 + 100 = 150. The next start is 4, outside. Starting in 1 fills 0, 50, 100, 100: 60 + 10 = 70 and 150 as well.
    """
    contingent = _contingent(tour=3, dwell=1, handover=Decimal("0.5"))
    document = _document(4, contingents=[contingent], requirements=[_requirement(minimum=60, target=100)])
    return _case("half-a-handover", document, UNMET, 70, 150)


def relief_under_a_ceiling() -> Case:
    """Two units of 100, tour 3, handover 1, dwell 9; ceiling of 100 troops; 200 beds; 100 wanted in 0 .. 3.

    The first unit runs since period -1, until period 1. It counts in 0 and 1 (the handover was period -1). The second
    comes in period 1 in handover: it takes 100 beds (200 in all, just held), counts 0 against the ceiling of 100, and
    fills periods 2 and 3. Nothing is unmet. (Were handover counted by the ceiling, it could start in 2: 100 unmet.)
    Cost: the running tour 2 periods, the relief 3: 5.
    """
    return _case("relief-under-a-ceiling", _relief(beds=200), ALL, 0, 0, 5)


def relief_without_beds() -> Case:
    """As before with 199 beds: in period 1 both do not fit, for beds count handover in full.

    The relief starts in 2 and fills 3: period 2 is unmet, 100. Cost 2 + 3 = 5.
    """
    return _case("relief-without-beds", _relief(beds=199), ALL, 100, 100, 5)


def _relief(beds: int) -> dict[str, Any]:
    ceiling = {"id": "C", "kind": "ceiling", "nations": ["AAA"], "of": "troops", "over": "period", "most": 100}
    running = {"contingent": "AAA-inf", "units": 1, "sector": "east", "role": "line"}
    return _document(
        6,
        sectors=[{"id": "east", "name": "East", "beds": beds}],
        contingents=[_contingent(units=2, tour=3, dwell=9, handover=1, cost=1)],
        requirements=[_requirement(until="2025-10", minimum=100)],
        rules=[ceiling],
        history=[running | {"since": "2025-06", "ends": "2025-08"}],
    )


def overlapping_requirements() -> Case:
    """One unit that fills 80 `line` (worth 1.5) for 2 periods, dwell 2, horizon 2: it counts in full for both.

    Q1 wants 100 `line` in `east`, priority 2: 20 unmet x 2 periods x (2 x 1.5) = 120. Q2 wants 150 in all roles and
    sectors, in troops: 80 x 1.5 = 120, so 30 unmet x 2 periods x 1 = 60. Target sum 180; minimums of 90 and 0 leave
    10 x 2 x 3 = 60. In `west` the unit would count for Q2 only.
    """
    document = _document(
        2,
        roles=[{"id": "line", "name": "Line", "measure": "teams", "worth": Decimal("1.5")}],
        sectors=[{"id": "east", "name": "East"}, {"id": "west", "name": "West"}],
        contingents=[_contingent(fills={"line": 80}, tour=2, dwell=2)],
        requirements=[
            _requirement("Q1", minimum=90, target=100, priority=2),
            {"id": "Q2", "target": 150},
        ],
    )
    return _case("overlapping-requirements", document, UNMET, 60, 180)


def tour_past_the_horizon() -> Case:
    """Horizon 5 (2025-07 .. 2025-11), tour 2 .. 4, dwell 1, last day in theatre 2025-12 (period 5); 100 wanted 3 .. 4.

    Start 4: lengths 2, 3, 4 all end past the horizon, so only 2 exists (4, 5), which ends in period 5 <= until.
    Start 3: 2 ends in period 4, inside; of 3 and 4, which run past, only 3 exists (3 .. 5).
    One tour from 3 fills both periods. Cost 7 a period, 2 periods in the horizon either way: 14.
    """
    return _case("tour-past-the-horizon", _past_horizon("2025-12"), ALL, 0, 0, 14)


def tour_past_until() -> Case:
    """As before, last period in theatre 2025-11 (period 4), only tours of 3 or 4, and ready in 2025-10 (period 3).

    From 3 the tour of 3 would end in period 5, from 4 in period 6: none is allowed. Unmet 2 x 100.
    """
    document = _past_horizon("2025-11")
    document["contingents"][0] |= {"tour": {"min": 3, "max": 4}, "ready": "2025-10"}
    return _case("tour-past-until", document, ALL, 200, 200, 0)


def _past_horizon(until: str) -> dict[str, Any]:
    contingent = _contingent(tour={"min": 2, "max": 4}, dwell=1, until=until, cost=7)
    wanted = _requirement(**{"from": "2025-10"}, until="2025-11", minimum=100)
    return _document(5, contingents=[contingent], requirements=[wanted])


def beds_that_differ_from_strength() -> Case:
    """Six units of 100 for 2 periods. At the front a unit takes 120 beds; the rear is not named, so there it takes 100.

    East (front, 350 beds) holds 2 (240; 3 by strength), so of 300 wanted 100 are unmet: 200 in 2 periods. West (rear,
    299 beds) holds 2, so of 250 wanted 50 are unmet: 100 in 2 periods. In all 300.
    Cost is 3 at the front and, where not named, 0: 2 units x 2 periods x 3 = 12.
    """
    document = _document(
        2,
        sectors=[
            {"id": "east", "name": "East", "zone": "front", "beds": 350},
            {"id": "west", "name": "West", "zone": "rear", "beds": 299},
        ],
        contingents=[_contingent(units=6, tour=2, beds={"front": 120}, cost={"front": 3})],
        requirements=[_requirement("Q1", minimum=300), _requirement("Q2", sectors=["west"], minimum=250)],
    )
    return _case("beds-that-differ-from-strength", document, ALL, 300, 300, 12)


def presence_of_units() -> Case:
    """Presence 4, tour 6, dwell 24, handover 0.5: ceil(4 x (6 + 24) / (6 - 0.5)) = ceil(120 / 5.5) = ceil(21.8) = 22.

    In a horizon of one period, 2300 are wanted; each of 22 units of 100 fills 50: 2300 - 1100 = 1200 unmet.
    """
    contingent = _contingent(present=4, handover=Decimal("0.5"))
    document = _document(1, contingents=[contingent], requirements=[_requirement(minimum=2300)])
    return _case("presence-of-units", document, UNMET, 1200, 1200)


RESERVES: list[dict[str, Any]] = [
    {"id": "line", "name": "Line", "measure": "troops", "worth": 2},
    {"id": "reserve", "name": "Reserve", "measure": "troops", "worth": 1},
]


def reserve_held_for_a_place() -> Case:
    """A reserve in `rear` as `line` in `east`, which BBB may not enter: only AAA's fill of `line` counts.

    AAA: fills line 60, reserve 100; BBB: line 90, reserve 100; CCC: reserve 100 alone, cannot stand in at all.
    Wanted 130 for 2 periods, weight = worth of line 2: (130 - 60) x 2 x 2 = 280. Only AAA goes: cost 2 x 1 = 2.
    """
    document = _reserve_document()
    held = {"sector": "east", "role": "line"}
    wanted = {"id": "Q", "sectors": ["rear"], "roles": ["reserve"], "minimum": 130, "as": held}
    return _case("reserve-held-for-a-place", document | {"requirements": [wanted]}, ALL, 280, 280, 2)


def reserve_fills_nothing_unnamed() -> Case:
    """Only a requirement that names `reserve` is filled by it; line is worth 2, reserve 1. All of it in `rear`.

    Q1 wants 50 line: AAA (60) or BBB (90) does it. Q2 names no role and wants 200 troops: as line AAA brings 120 and
    BBB 180, so both must serve as line (300), for in reserve they would bring it nothing. Q3 wants 110 reserve: only
    CCC is left, with 100: 10 unmet x 2 periods = 20. Q4 names both and wants 400: 120 + 180 + 100 = 400.
    All three go for 2 periods at 1: cost 6.
    """
    requirements = [
        {"id": "Q1", "sectors": ["rear"], "roles": ["line"], "minimum": 50},
        {"id": "Q2", "sectors": ["rear"], "minimum": 200, "priority": 3},
        {"id": "Q3", "sectors": ["rear"], "roles": ["reserve"], "minimum": 110},
        {"id": "Q4", "sectors": ["rear"], "roles": ["line", "reserve"], "minimum": 400},
    ]
    return _case("reserve-fills-nothing-unnamed", _reserve_document() | {"requirements": requirements}, ALL, 20, 20, 6)


def _reserve_document() -> dict[str, Any]:
    fills = {
        "AAA": {"line": 60, "reserve": 100},
        "BBB": {"line": 90, "reserve": 100},
        "CCC": {"reserve": 100},
    }
    return _document(
        2,
        nations=[{"id": n, "name": n} for n in fills],
        roles=RESERVES,
        sectors=[{"id": "east", "name": "East"}, {"id": "rear", "name": "Rear"}],
        contingents=[_contingent(n, nation=n, fills=fills[n], tour=2, cost=1) for n in fills],
        rules=[{"id": "P", "kind": "exclude", "nations": ["BBB"], "sectors": ["east"]}],
    )


def ratio_dwell() -> Case:
    """Dwell is 1.5 times the tour served, rounded up: after 1 period 2, after 2 periods 3, after 3 periods 5.

    Tour 1 .. 3, horizon 7, 100 wanted in periods 0, 1 and 5, 6. Tour 0 .. 1, dwell 3 (2, 3, 4), next start 5: tour
    5 .. 6. Nothing unmet; cost 4. With a dwell of 3 after 2 the fit is exact: 1.5 x 2 = 3.
    """
    return _case("ratio-dwell", _ratio(Decimal("1.5")), ALL, 0, 0, 4)


def ratio_dwell_rounded_up() -> Case:
    """As before with 1.6: after 1 period 2, after 2 periods ceil(3.2) = 4, after 3 periods ceil(4.8) = 5.

    0 .. 1 now allows 6: one of four periods unmet, 100. A tour of 0 alone, dwell 2, next 3: 5 .. 6 follows, also 100
    unmet but 3 periods served, as with 0 .. 1 then 6. Two single tours before 5 (0, 3) cost more. Cost 3.
    """
    return _case("ratio-dwell-rounded-up", _ratio(Decimal("1.6")), ALL, 100, 100, 3)


def _ratio(ratio: Decimal) -> dict[str, Any]:
    contingent = _contingent(tour={"min": 1, "max": 3}, dwell={"ratio": ratio}, cost=1)
    requirements = [
        _requirement("Q1", until="2025-08", minimum=100),
        _requirement("Q2", **{"from": "2025-12"}, until="2026-01", minimum=100),
    ]
    return _document(7, contingents=[contingent], requirements=requirements)


def running_tour_lifts_out() -> Case:
    """A unit runs since 2025-05 until 2025-07 (period 0), so it moves out in period 1; at most 100 move in a period.

    The other unit cannot start in period 1 (100 out + 100 in = 200), but in 0 or 2. 100 are wanted in 1 .. 3, tour 3:
    from 0 it fills 1, 2 and moves out in 3; from 2 it fills 2, 3. Either way one period is unmet: 100. The first unit
    owes 2 periods and could start in 3, where the other one moves out or nothing is unmet: no help.
    Cost: the running tour 1; from 2 the other serves 2 periods inside the horizon of 4 (from 0 it would be 3): 3.
    """
    running = {"contingent": "AAA-inf", "units": 1, "sector": "east", "role": "line"}
    document = _document(
        4,
        contingents=[_contingent(units=2, tour=3, dwell=2, cost=1)],
        requirements=[_requirement(**{"from": "2025-08"}, minimum=100)],
        rules=[{"id": "L", "kind": "lift", "most": 100}],
        history=[running | {"since": "2025-05", "ends": "2025-07"}],
    )
    return _case("running-tour-lifts-out", document, ALL, 100, 100, 3)


def floor_out_of_reach() -> Case:
    """A floor of 2 units in every period of 2 cannot be kept by one unit: infeasible."""
    floor = {"id": "F", "kind": "floor", "of": "units", "least": 2}
    document = _document(2, contingents=[_contingent()], requirements=[_requirement(target=100)], rules=[floor])
    return _case("floor-out-of-reach", document, UNMET, feasible=False)


def share_of_the_force() -> Case:
    """AAA may be at most 500 per mille of the troops; 300 wanted for 2 periods.

    AAA: two units of 100; BBB: one of 60. 1000 x 100 <= 500 x (100 + 60) fails, and AAA alone would be 1000 per mille:
    AAA stays at home. 60 of 300: unmet 240 x 2 = 480. At 625 per mille 1000 x 100 <= 625 x 160 = 100000 holds just.
    """
    return _case("share-of-the-force", _share(500), UNMET, 480, 480)


def share_just_held() -> Case:
    """As before at 625 per mille: one unit of AAA and BBB's: 160 of 300, unmet 140 x 2 = 280."""
    return _case("share-just-held", _share(625), UNMET, 280, 280)


def _share(most: int) -> dict[str, Any]:
    other = _contingent("BBB-inf", nation="BBB", strength=60, fills={"line": 60}, tour=2)
    return _document(
        2,
        nations=[{"id": "AAA", "name": "Alpha"}, {"id": "BBB", "name": "Bravo"}],
        contingents=[_contingent(units=2, tour=2), other],
        requirements=[_requirement(minimum=300)],
        rules=[{"id": "S", "kind": "share", "nations": ["AAA"], "most": most}],
    )


def share_each_sector_of_the_force() -> Case:
    """AAA at most 250 per mille in each sector, of the troops of both sectors: 1000 x 100 <= 250 x 400 holds just.

    200 are wanted in each of two sectors for 2 periods; AAA and BBB have two units of 100. All go: nothing unmet.
    (With a denominator split as well, 1000 x 100 <= 250 x 200 would fail.)
    """
    return _case("share-each-sector-of-the-force", _share_by_sector({"each": "sector"}), UNMET, 0, 0)


def share_in_each_sector() -> Case:
    """AAA at most 250 per mille in each sector by itself: 1000 x 100 <= 250 x 200 fails, so does 100 beside 200.

    1000 x 100 <= 250 x (100 + 200) = 75000 fails; only 100 of 400 would do, but BBB has 200: AAA stays at home.
    BBB alone: 200 of 400 wanted, unmet 200 x 2 periods = 400.
    """
    return _case("share-in-each-sector", _share_by_sector({"in": "sector"}), UNMET, 400, 400)


def _share_by_sector(fields: dict[str, Any]) -> dict[str, Any]:
    rule = {"id": "S", "kind": "share", "nations": ["AAA"], "most": 250}
    return _document(
        2,
        nations=[{"id": "AAA", "name": "Alpha"}, {"id": "BBB", "name": "Bravo"}],
        sectors=[{"id": "east", "name": "East"}, {"id": "west", "name": "West"}],
        contingents=[_contingent(units=2, tour=2), _contingent("BBB-inf", nation="BBB", units=2, tour=2)],
        requirements=[_requirement("Q1", minimum=200), _requirement("Q2", sectors=["west"], minimum=200)],
        rules=[rule | fields],
    )


def target_by_the_kilometre() -> Case:
    """Sectors of 33.333 and 10 km: 2.505 a km is 2.505 x 43.333 = 108.549165, up to 108.55; a unit fills 100.

    Unmet 8.55 in each of 3 periods, priority 0.5: 12.825. The step `2025-08: 3` asks 0 before its first key, then
    3 x 10 = 30 in `east` alone, which is filled.
    """
    document = _document(
        3,
        sectors=[{"id": "east", "name": "East", "km": 10}, {"id": "west", "name": "West", "km": Decimal("33.333")}],
        contingents=[_contingent()],
        requirements=[
            {"id": "Q1", "roles": ["line"], "target": {"per_km": Decimal("2.505")}, "priority": Decimal("0.5")},
            _requirement("Q2", target={"per_km": {"2025-08": 3}}),
        ],
    )
    return _case("target-by-the-kilometre", document, UNMET, 0, "12.825")


def length_of_another_place() -> Case:
    """A tour of 1 or 2 periods, horizon 3. `west` is asked for in period 1, `east` in period 2, nothing of either.

    A floor wants a unit in `east` in period 1. One period there in period 1 touches no requirement of `east`, so it is
    not allowed, though one in `west` is; two from period 1 touch period 2. 2 periods x cost 2 = 4, nothing is unmet.
    """
    sectors = [{"id": name, "name": name.title()} for name in ("east", "west")]
    wanted = [
        _requirement("Q1", **{"from": "2025-09"}, until="2025-09", target=0),
        _requirement("Q2", **{"from": "2025-08"}, until="2025-08", target=0, sectors=["west"]),
    ]
    floor = {"id": "F", "kind": "floor", "sectors": ["east"], "of": "units", "least": 1}
    document = _document(
        3,
        sectors=sectors,
        contingents=[_contingent(tour={"min": 1, "max": 2}, dwell=9, cost=2)],
        requirements=wanted,
        rules=[floor | {"from": "2025-08", "until": "2025-08"}],
    )
    return _case("length-of-another-place", document, ALL, 0, 0, 4)


CASES: list[Case] = [
    dwell_just_served(),
    dwell_one_month_short(),
    returned_before_the_horizon(),
    half_a_handover(),
    relief_under_a_ceiling(),
    relief_without_beds(),
    overlapping_requirements(),
    tour_past_the_horizon(),
    tour_past_until(),
    beds_that_differ_from_strength(),
    presence_of_units(),
    reserve_held_for_a_place(),
    reserve_fills_nothing_unnamed(),
    ratio_dwell(),
    ratio_dwell_rounded_up(),
    running_tour_lifts_out(),
    floor_out_of_reach(),
    share_of_the_force(),
    share_just_held(),
    share_each_sector_of_the_force(),
    share_in_each_sector(),
    target_by_the_kilometre(),
    length_of_another_place(),
]
