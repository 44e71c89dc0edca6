"""How large a force can be kept up: worked by hand."""

from __future__ import annotations

import csv
import io
import json
import threading
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from forcegen.domain.horizon import Period
from forcegen.domain.instance import Instance
from forcegen.io.errors import InputError
from forcegen.planning.sizes import Sizes, sizes_of
from forcegen.planning.solve import Settings
from forcegen.planning.steady import steady
from forcegen.planning.sustain import Sustainment, sustain
from forcegen.report.html import sustain_page
from forcegen.report.sustainment import sentence, sustainment_document, sustainment_files, sustainment_tables
from forcegen.workers import WorkerPool
from tests.oracle.generate import ALL_KINDS, instance
from tests.oracle.meters import needs
from tests.oracle.plans import every_plan
from tests.oracle.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

Item = dict[str, Any]
EXACT = Settings(threads=1, time_limit=30)


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as pool:
        yield pool


def theatre(*contingents: Item, target: int = 400, periods: int = 24, **lists: Any) -> Instance:
    """`line` in east wants 400; units of 100 serve 6 months and rest for 24."""
    return Instance.model_validate(
        {
            "forcegen": 1,
            "name": "kept up",
            "horizon": {"start": "2025-07", "periods": periods},
            "nations": [{"id": "AAA"}, {"id": "BBB"}],
            "roles": [{"id": "line"}, {"id": "medical"}],
            "sectors": [{"id": "east"}],
            "contingents": contingents or [contingent()],
            "requirements": [{"id": "Q", "sectors": ["east"], "roles": ["line"], "target": target}],
        }
        | lists
    )


def contingent(name: str = "AAA-inf", **fields: Any) -> Item:
    base = {"id": name, "nation": name[:3], "units": 10, "strength": 100, "fills": {"line": 100}}
    return base | {"tour": 6, "dwell": 24} | fields


def found(instance: Instance, workers: WorkerPool, **asked: Any) -> Sustainment:
    given = {"build_up": 0, "hold": 1, "settings": EXACT, "workers": workers}
    return sustain(instance, **(given | asked))


@pytest.fixture(scope="module")
def ten(workers: WorkerPool) -> Sustainment:
    return found(theatre(), workers, factors=["0.5", "0.51", "0.75"])


def test_ten_units_of_six_months_in_thirty_keep_up_two(ten: Sustainment) -> None:
    """10 x 6 / 30 = 2 units on station: 200 of 400. To the horizon of 24 months 2.5 would do: 250 is no whole unit."""
    answer = ten
    assert answer.indefinitely.found <= Fraction(1, 2) <= answer.indefinitely.bound
    assert answer.indefinitely.bound - answer.indefinitely.found <= Fraction(2, 1000)
    assert answer.closed_form == Fraction(1, 2)
    assert [(v.horizon, v.indefinitely) for v in answer.verdicts] == [("yes", "yes"), ("no", "no"), ("no", "no")]
    assert answer.verdicts[0].through == "2027-06"
    assert answer.verdicts[2].through == "2026-12"  # three at a time for 18 months, and one is left
    assert [v.dry for v in answer.verdicts] == [None, "2027-01", "2027-01"]
    assert "Of the 400 troops that all roles ask for, 200 can be held to the horizon" in sentence(answer)


def test_the_curve_says_how_much_is_held_how_long(ten: Sustainment) -> None:
    """Ten at a time for 6 months, five for 12, three for 18, two for 24: each unit serves once in this horizon."""
    curve = ten.curve
    assert [point.held for point in curve] == list(range(1, 25))
    for months, units in ((6, 10), (12, 5), (18, 3), (24, 2)):
        point = curve[months - 1]
        assert point.factor.found == Fraction(units, 4)
        assert point.factor.bound - point.factor.found <= Fraction(units, 4) / 200


def test_a_force_is_asked_about_in_troops(workers: WorkerPool) -> None:
    """A third of what is wanted is no decimal, and is meant exactly."""
    answer = found(theatre(target=300), workers, forces=[200], factors=["0.5"])
    assert [(v.troops, v.horizon) for v in answer.verdicts] == [(150, "yes"), (200, "yes")]
    assert answer.verdicts[1].factor == Fraction(2, 3)


def test_what_would_flip_the_verdict_to_the_horizon(workers: WorkerPool) -> None:
    """220 wanted, which is three units of ten; 12 units would hold that for 24 months, and so would a shorter dwell."""
    answer = found(theatre(target=220), workers).verdicts[0]
    assert (answer.horizon, answer.horizon_tried) == (
        "no",
        ("targets -20 %", "pools +20 %", "dwell -20 %", "beds +20 %"),
    )
    assert answer.horizon_flips == ("targets -20 %", "pools +20 %")


def test_pools_that_are_pinned_can_be_shaken(workers: WorkerPool) -> None:
    rules = [{"id": "P", "kind": "pin", "contingents": ["AAA-inf"], "units": 2, "until": "2025-12"}]
    answer = found(theatre(contingent(units=2), contingent("BBB-inf"), target=100, rules=rules), workers).verdicts[0]
    assert "pools -20 %" in answer.tried


def test_a_stop_keeps_what_was_found(workers: WorkerPool) -> None:
    stop = threading.Event()

    def enough(words: str) -> None:
        if words == "month by month":
            stop.set()

    answer = found(theatre(), workers, stop=stop, on_progress=enough)
    assert answer.horizon.found == Fraction(1, 2)
    assert len(answer.verdicts) == 1


def test_the_tables_and_files_have_the_same_figures(ten: Sustainment) -> None:
    answer = ten
    stream = io.StringIO()
    Console(file=stream, width=120).print(sustainment_tables(answer, curve=True))
    for words in ("Is it realistic?", "no (proven)", "2027-01", "What is?", "The largest force held"):
        assert words in stream.getvalue()
    files = sustainment_files(answer)
    assert sorted(files) == ["curve.csv", "sustain.json", "verdicts.csv"]
    rows = list(csv.DictReader(io.StringIO(files["curve.csv"])))
    assert [(row["period"], row["held"]) for row in rows][-1] == ("2027-06", "24")
    assert float(rows[-1]["troops_found"]) == 200
    assert [row["horizon"] for row in csv.DictReader(io.StringIO(files["verdicts.csv"]))] == ["yes", "no", "no"]
    assert json.loads(files["sustain.json"])["curve"][-1]["factor_found"] == 0.5


def test_the_page_shows_the_curve_and_names_as_text(ten: Sustainment) -> None:
    hostile = ten.instance.model_copy(update={"name": "=1+1 <b>Côte d'Ivoire</b>"})
    text = sustain_page(replace(ten, instance=hostile))
    assert "=1+1 &lt;b&gt;Côte d'Ivoire" in text
    assert "<b>Côte" not in text
    for words in ("Is it realistic?", "no plan holds more (proven)", "asked: 300", "2026-12"):
        assert words in text
    assert "http:" not in text.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("seed", range(10))
def test_brute_force_holds_as_much_as_is_said(seed: int, workers: WorkerPool) -> None:
    agrees_with_brute_force(seed, workers)


@pytest.mark.long
def test_many_draws_agree_with_brute_force(workers: WorkerPool) -> None:
    assert sum(agrees_with_brute_force(seed, workers) for seed in range(100, 250)) > 100


def agrees_with_brute_force(seed: int, workers: WorkerPool) -> bool:
    """Compare the curve with all plans; tell whether there was anything to compare."""
    item = instance(seed, ALL_KINDS)
    given = Instance.model_validate(item)
    build_up = seed % 2
    try:
        answer = found(given, workers, build_up=build_up, hold="0.9", factors=[], settings=EXACT)
    except InputError:
        return False
    sizes = sizes_of(given, build_up, Fraction(9, 10))
    asked = sizes.through(given, Fraction(1), given.horizon.periods - 1)
    document = asked.model_dump(mode="json", by_alias=True, exclude_none=True)
    totals = [need for need in needs(Reading(document)) if need.name.startswith("total-") and need.target]
    dates = [when for q in asked.requirements if q.id.startswith("total-") for when in dates_of(sizes, q.roles)]
    plans = every_plan(document, "unmet-target", [need.amount for need in totals])
    for point in answer.curve:
        until = given.horizon.index(Period.parse(point.period))
        held = [
            min(got / amount for got, (t, amount) in zip(plan.sums, dates, strict=True) if t <= until) for plan in plans
        ]
        most = max(held, default=Fraction(0))
        assert point.factor.found <= most <= point.factor.bound
        assert point.factor.bound - point.factor.found <= Fraction(1, 100) * max(1, most)
    return True


def test_handover_is_taken_off_the_tour(workers: WorkerPool) -> None:
    """10 x (6 - 1) / 30 = 1.67 on average, one whole unit for certain."""
    answer = found(theatre(contingent(handover=1)), workers, factors=[])
    assert answer.closed_form == Fraction(5, 12)
    assert float(answer.indefinitely.found) == pytest.approx(0.25, abs=0.002)
    assert float(answer.indefinitely.bound) == pytest.approx(5 / 12, abs=0.002)


def test_contingents_may_take_turns(workers: WorkerPool) -> None:
    """Half a unit each: neither keeps one up alone, both together do, half of 60 months each."""
    halves = (contingent(units=5, dwell=54), contingent("BBB-inf", units=5, dwell=54))
    answer = found(theatre(*halves, target=100), workers, factors=[])
    assert answer.indefinitely.found == 1
    assert float(answer.indefinitely.bound) == pytest.approx(1, abs=0.002)


def test_a_relief_needs_beds_for_both_during_the_handover(workers: WorkerPool) -> None:
    """With beds for one unit nobody can hand over: half of the time somebody is not ready. With two there is room."""
    one = contingent(handover=1, tour=2, dwell=2)
    for beds, held in ((100, 0), (200, 1)):
        answer = found(theatre(one, target=100, sectors=[{"id": "east", "beds": beds}]), workers, factors=[])
        assert answer.indefinitely.found == held


def test_what_a_cycle_says_nothing_about_is_not_said_to_be_kept_up(workers: WorkerPool) -> None:
    pinned = [{"id": "P", "kind": "pin", "contingents": ["AAA-inf"], "units": 1}]
    answer = found(theatre(contingent(handover=1), rules=pinned), workers, factors=[])
    assert answer.indefinitely.found == 0
    assert answer.indefinitely.bound > 0


def test_rules_beds_and_conditions_hold_for_ever_too(workers: WorkerPool) -> None:
    both = (contingent(), contingent("BBB-inf"))
    assert float(found(theatre(*both), workers, factors=[]).indefinitely.found) == pytest.approx(1, abs=0.002)
    for limit in (
        {"rules": [{"id": "P", "kind": "exclude", "nations": ["BBB"]}]},
        {"rules": [{"id": "P", "kind": "ceiling", "most": 200}]},
        {"sectors": [{"id": "east", "beds": {"2025-07": 400, "2027-06": 200}}]},
        {
            "conditions": {"talks": {"holds": {"until": "2026-06"}}},
            "contingents": [both[0], both[1] | {"if": ["talks"]}],
        },
    ):
        answer = found(theatre(*both, **limit), workers, factors=[])
        assert float(answer.indefinitely.bound) == pytest.approx(0.5, abs=0.002), limit
        assert float(answer.indefinitely.found) == pytest.approx(0.5, abs=0.002), limit


def test_what_would_flip_the_verdict(workers: WorkerPool) -> None:
    """180 wanted of 200: with a fifth fewer units, or a dwell of 29, 160 and 171; beds are not limited."""
    answer = found(theatre(target=180), workers).verdicts[0]
    assert answer.indefinitely == "yes"
    assert answer.tried == ("targets +20 %", "pools -20 %", "dwell +20 %", "beds -20 %")
    assert answer.flips == ("targets +20 %", "pools -20 %", "dwell +20 %")


def test_roles_that_nobody_offers_are_set_aside(workers: WorkerPool) -> None:
    wanted = [{"id": "Q", "roles": ["line"], "target": 100}, {"id": "M", "roles": ["medical"], "target": 5}]
    answer = found(theatre(requirements=wanted), workers, factors=[])
    assert answer.set_aside == ("medical",)
    assert [line.role for line in answer.roles] == ["line"]
    document = sustainment_document(answer)
    assert document["set_aside"] == ["medical"]
    assert document["closed_form"] == {"factor": 2, "role": "line"}


def test_rules_on_movement_say_nothing_about_a_steady_state() -> None:
    rules = [{"id": "L", "kind": "lift", "most": 0}, {"id": "C", "kind": "ceiling", "most": 9, "over": "horizon"}]
    assert steady(theatre(rules=rules)).left_out == ("L", "C")


@pytest.mark.parametrize(
    ("fields", "asked", "message"),
    [
        ({"requirements": [{"id": "Q", "target": 9}]}, {}, "no requirement names exactly one role"),
        ({}, {"build_up": 24}, "a build-up of 24 leaves nothing"),
    ],
)
def test_what_cannot_be_asked(fields: Item, asked: Item, message: str, workers: WorkerPool) -> None:
    with pytest.raises(InputError, match=message):
        found(theatre(**fields), workers, **asked)


def dates_of(sizes: Sizes, roles: tuple[str, ...] | None) -> list[tuple[int, Fraction]]:
    """Return the periods in which a total asks for something, and what counts as held of it."""
    assert roles is not None
    targets = enumerate(sizes.wanted[roles[0]].targets)
    return [(t, sizes.hold * Fraction(target)) for t, target in targets if t >= sizes.build_up and target]


@pytest.mark.long
def test_200_000_50_000_and_40_000_are_not_realistic_on_the_reference_theatre(workers: WorkerPool) -> None:
    answer = sustain(
        "instances/ukraine-2025",
        forces=[40_000, 50_000, 200_000, 8_000],
        settings=Settings(time_limit=200),
        workers=workers,
    )
    *large, small = answer.verdicts
    assert {(v.horizon, v.indefinitely, v.flips, v.horizon_flips) for v in large} == {("no", "no", (), ())}
    assert {(len(v.tried), len(v.horizon_tried)) for v in large} == {(4, 4)}
    assert small.horizon == "yes"
    assert answer.horizon.found < answer.horizon.bound < answer.closed_form
    assert 0 < answer.indefinitely.found < answer.indefinitely.bound <= answer.closed_form
    sizes = [point.factor.found for point in answer.curve]
    assert sizes == sorted(sizes, reverse=True)
