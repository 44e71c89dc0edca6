"""The cheapest extra offers: as brute force finds them, and worked by hand."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.__main__ import main
from forcegen.audit import audit
from forcegen.domain.instance import Instance
from forcegen.io.errors import InputError
from forcegen.planning.asks import asks
from forcegen.planning.solve import Settings
from forcegen.report.asks import asks_document, asks_lines
from forcegen.workers import WorkerPool
from tests.oracle.demands import fewest
from tests.oracle.generate import CHOICES, SUMS, instance
from tests.oracle.timetables import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = Settings(solver="highs", time_limit=60, gap=0, threads=1)


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as pool:
        yield pool


def compared(seed: int, kinds: tuple[str, ...], workers: WorkerPool) -> int | None:
    """Assert that the asks of a random instance are what brute force says; None where that is too much work."""
    item, targets, by = instance(seed, kinds), bool(seed % 2), ("units", "troops")[seed // 2 % 2]
    most = 1 + (seed % 3 == 0)
    try:
        gap, price = fewest(item, "unmet-target" if targets else "unmet-minimum", most, by)
    except TooLarge:
        return None
    found = asks(Instance.model_validate(item), targets=targets, most=most, by=by, settings=SETTINGS, workers=workers)  # type: ignore[arg-type]
    if price is None:
        assert found.impossible
        assert found.plan is None
        return 0
    assert found.after == (gap, gap)
    assert (found.found, found.bound) == (price, price)
    assert found.minimal
    assert found.closes is (gap == 0)
    assert found.extended is not None
    assert found.plan is not None
    assert audit(found.extended, found.plan).clean
    assert asks_lines(found)
    assert json.dumps(asks_document(found))
    return len(found.asks)


def test_asks_under_counted_rules_are_the_cheapest(workers: WorkerPool) -> None:
    assert any(compared(seed, SUMS, workers) for seed in range(8))


def test_asks_under_yes_or_no_rules_are_the_cheapest(workers: WorkerPool) -> None:
    assert any(compared(seed, (*CHOICES, "pin", "standby"), workers) for seed in range(105, 114))


@pytest.mark.long
def test_asks_are_the_cheapest_in_many_draws(workers: WorkerPool) -> None:
    kinds = (SUMS, (*CHOICES, "floor"), ("exclude", "only", "pin", "bar", "standby"), (*SUMS, *CHOICES))
    assert sum(bool(compared(seed, kinds[seed % 4], workers)) for seed in range(2000, 2200)) > 40


def document(**lists: Any) -> dict[str, Any]:
    """Two nations of which Alpha and Beta each have one company; a post for two of them, for three months."""
    offer = {"kind": "company", "units": 1, "strength": 100, "fills": {"watch": 100}, "tour": 3, "dwell": 3}
    return {
        "forcegen": 1,
        "name": "posts",
        "horizon": {"start": "2026-01", "periods": 3, "unit": "month"},
        "nations": [{"id": n} for n in ("AAA", "BBB")],
        "roles": [{"id": "watch"}],
        "sectors": [{"id": "hill"}],
        "contingents": [offer | {"id": f"{n}-coy", "nation": n} for n in ("AAA", "BBB")],
        "requirements": [{"id": "Q", "sectors": ["hill"], "roles": ["watch"], "minimum": 300}],
        "rules": [],
    } | lists


def asked(workers: WorkerPool, item: dict[str, Any], **options: Any) -> Any:
    return asks(Instance.model_validate(item), settings=SETTINGS, workers=workers, **options)


def test_any_of_two_nations_would_do(workers: WorkerPool) -> None:
    found = asked(workers, document())
    (ask,) = found.asks
    assert (ask.units, set(ask.nations), ask.first, ask.last) == (1, {"AAA", "BBB"}, "2026-01", "2026-03")
    assert "one more 100-strong company of any of {" in asks_lines(found)[1]


def test_a_nation_at_its_ceiling_is_not_asked(workers: WorkerPool) -> None:
    full = {"id": "P", "kind": "ceiling", "nations": ["AAA"], "most": 100, "of": "troops"}
    (ask,) = asked(workers, document(rules=[full])).asks
    assert ask.nations == ("BBB",)


def test_what_cannot_be_closed_is_said(workers: WorkerPool) -> None:
    found = asked(workers, document(sectors=[{"id": "hill", "beds": 250}]))
    assert (found.closes, found.asks, found.after) == (False, (), (300, 300))
    assert [(x.first, x.last, x.lacks) for x in found.left] == [("2026-01", "2026-03", 100)]
    assert "no offers of this sort close" in "\n".join(asks_lines(found))


def test_every_nation_may_be_asked_for_what_others_offer(workers: WorkerPool) -> None:
    only = document()["contingents"][:1]
    full = {"id": "P", "kind": "ceiling", "nations": ["AAA"], "most": 100, "of": "troops"}
    assert not asked(workers, document(contingents=only, rules=[full])).asks
    (ask,) = asked(workers, document(contingents=only, rules=[full]), wide=True).asks
    assert (ask.nations, ask.units) == (("BBB",), 2)


def test_a_hard_minimum_out_of_reach_is_a_gap_like_others(workers: WorkerPool) -> None:
    hard = document()["requirements"][0] | {"hard": True}
    found = asked(workers, document(requirements=[hard]))
    assert (found.found, found.closes, found.minimal) == (1, True, True)


def test_rules_that_no_offer_helps_are_left_to_explain(workers: WorkerPool) -> None:
    rules = [
        {"id": "P", "kind": "floor", "least": 1000, "of": "troops"},
        {"id": "C", "kind": "ceiling", "most": 500, "of": "troops"},
    ]
    found = asked(workers, document(rules=rules))
    assert found.impossible
    assert asks_lines(found)[0].startswith("No extra offers help")


@pytest.mark.parametrize("lists", [{"contingents": []}, {"requirements": []}, {"contingents": [], "requirements": []}])
def test_empty_lists(lists: dict[str, Any], workers: WorkerPool) -> None:
    found = asked(workers, document(**lists))
    assert not found.asks
    assert found.needed is bool(document(**lists)["requirements"])
    assert asks_lines(found)


def test_a_kind_that_nobody_offers_is_refused(workers: WorkerPool) -> None:
    with pytest.raises(InputError, match="tank"):
        asked(workers, document(), kinds=["tank"])


def test_stopped_at_once_it_says_what_it_has(workers: WorkerPool) -> None:
    stop = threading.Event()
    stop.set()
    found = asked(workers, document(), stop=stop)
    assert asks_lines(found)
    assert json.dumps(asks_document(found))


def test_names_of_any_sort_are_shown_as_they_are(workers: WorkerPool) -> None:
    offers = [k | {"kind": "=1+1<b>", "name": "Côte d'Ivoire"} for k in document()["contingents"]]
    found = asked(workers, document(contingents=offers), kinds=["=1+1<b>"])
    assert "one more 100-strong =1+1<b> of any of" in asks_lines(found)[1]


def test_one_period_and_no_units(workers: WorkerPool) -> None:
    offers = [k | {"units": 0} for k in document()["contingents"]]
    horizon = {"start": "2026-01", "periods": 1, "unit": "month"}
    found = asked(workers, document(contingents=offers, horizon=horizon))
    assert (found.found, found.minimal, {ask.first for ask in found.asks}) == (3, True, {"2026-01"})


def test_nothing_to_ask_for_where_no_unit_may_be(workers: WorkerPool) -> None:
    found = asked(workers, document(), most=0)
    assert (found.asks, found.closes, found.minimal) == ((), False, True)


def test_the_command_prints_one_document(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    line = ["forcegen", "asks", "instances/tutorial", "--threads", "1", "--solver", "highs", "--json"]
    monkeypatch.setattr("sys.argv", line)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["closes"], told["minimal"], told["asked"]) == (True, True, {"found": 3, "bound": 3})


@pytest.mark.long
def test_with_the_engine_beside_the_solver_as_few_units_are_asked_for(
    workers: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forcegen.planning.search.auto.LEAST_TOURS", 0)
    found = asks("instances/tutorial", settings=Settings(threads=2, time_limit=20, gap=0), workers=workers)
    assert (found.found, found.minimal) == (3, True)


def test_what_is_proven_of_gaps_is_said(workers: WorkerPool) -> None:
    found = asks("instances/tutorial", settings=SETTINGS, workers=workers)
    assert not any("least gap" in line for line in asks_lines(found))
    open_ended = replace(found, before=(Fraction(60), Fraction(20)), after=(Fraction(10), None))
    expected = "The least gap possible is between 20 and 60 without and between 0 and 10 with whatever"
    assert any(line.startswith(expected) for line in asks_lines(open_ended))


def test_a_hard_minimum_that_stays_short_is_named() -> None:
    found = asks("instances/infeasible-beds", settings=Settings(solver="highs", time_limit=20, threads=1))
    assert found.plan is not None
    assert found.short == ("kharkiv-line",)
    assert asks_lines(found)[-1] == "The plan passes the audit, but for the hard minimums of kharkiv-line."
    assert asks_document(found)["hard_minimums_unmet"] == ["kharkiv-line"]
