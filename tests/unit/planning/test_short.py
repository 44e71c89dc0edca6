"""Why short: each step's gain is the difference of two optima, and nothing is said that is not known."""

from __future__ import annotations

import json
import threading
from fractions import Fraction
from io import StringIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from rich.console import Console

from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.io.errors import InputError
from forcegen.planning.short import Relief, short
from forcegen.planning.short.bounds import Widened
from forcegen.planning.short.candidates import Candidates
from forcegen.planning.short.reach import Reach
from forcegen.planning.short.steps import dwell_shorter, unit_more
from forcegen.planning.short.worth import gain, in_order
from forcegen.planning.solve import Settings
from forcegen.planning.stress.answers import Answer, Desk
from forcegen.report.short import short_document, short_tables
from forcegen.workers import WorkerPool
from tests.oracle.brute import best
from tests.oracle.generate import CHOICES, SUMS, instance
from tests.oracle.timetables import TooLarge
from tests.unit.audit.documents import contingent, document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from forcegen.planning.short import Step, WhyShort

EXACT = Settings(time_limit=600, gap=0, threads=1)


def one_goal(name: str) -> Model:
    return Model.model_validate({"model": "m", "goals": [{"minimise": name}]})


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as pool:
        yield pool


def plain(instance: Instance) -> dict[str, Any]:
    return instance.model_dump(mode="json", by_alias=True, exclude_none=True)


def shown(found: WhyShort) -> str:
    text = StringIO()
    Console(width=200, file=text).print(short_tables(found))
    return text.getvalue()


def compare(seed: int, kinds: tuple[str, ...], goal: str, workers: WorkerPool) -> list[str]:
    """Compare all that is said with brute force; return the kinds of steps that were worth something."""
    item = instance(seed, kinds)
    known = best(item, [goal])
    whole = Instance.model_validate(item)
    found = short(whole, model=one_goal(goal), settings=EXACT, workers=workers)
    if not known.feasible:
        assert found.shortages == ()
        return []
    assert found.base.tiers[0].found == known.values[0]
    worth: list[str] = []
    for shortage in found.shortages:
        for relief in (*shortage.reliefs, *shortage.pairs):
            wider = whole
            for step in relief.steps:
                wider = step.change(wider)
            try:
                after = best(plain(wider), [goal])
            except TooLarge:
                continue
            expected = known.values[0] - after.values[0]
            assert (relief.low, relief.high) == (expected, expected), (seed, relief.steps)
            worth += [step.kind for step in relief.steps] if expected else []
        assert not shortage.pairs or not any(relief.helps for relief in shortage.reliefs)
    return worth


def test_gains_are_those_that_brute_force_finds(workers: WorkerPool) -> None:
    worth: list[str] = []
    for seed in range(8):
        worth += compare(seed, SUMS, "unmet-target", workers)
    for seed in range(8, 11):
        worth += compare(seed, CHOICES, "unmet-minimum", workers)
    assert {"unit", "caveat", "rule"} <= set(worth)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_gains_are_those_that_brute_force_finds_on_many(workers: WorkerPool) -> None:
    worth: list[str] = []
    for seed in range(11, 150):
        kinds, goal = (SUMS, CHOICES)[seed % 2], ("unmet-target", "unmet-minimum")[seed % 3 == 0]
        worth += compare(seed, kinds, goal, workers)
    assert set(worth) == {"unit", "dwell", "caveat", "beds", "supply", "lift", "ceiling", "rule"}


def small(**lists: Any) -> Instance:
    """Two Polish battalions, and three hundred asked for in the east."""
    asked = {"id": "R", "sectors": ["east"], "roles": ["line"], "target": 300, "until": "2025-09"}
    return Instance.model_validate(
        document(**({"contingents": [contingent("POL-inf")], "requirements": [asked]} | lists))
    )


def told(found: WhyShort, kind: str) -> list[tuple[Step, Fraction, Fraction | None]]:
    (shortage,) = found.shortages
    return [(r.steps[0], r.low, r.high) for r in shortage.reliefs if r.steps[0].kind == kind]


def test_a_unit_more_is_worth_what_it_fills(workers: WorkerPool) -> None:
    found = short(small(), settings=EXACT, workers=workers)
    (shortage,) = found.shortages
    assert (shortage.total, len(shortage.unmet), shortage.able) == (300, 3, ("POL-inf",))
    assert [(s.id, low, high) for s, low, high in told(found, "unit")] == [("POL-inf", 300, 300)]
    assert [limit.name for limit in shortage.binding] == ["POL-inf"]
    assert shortage.reliefs[0].own == 300
    assert shortage.pairs == ()


def test_where_no_single_step_helps_pairs_are_tried(workers: WorkerPool) -> None:
    """A third battalion has no bed, and the bed that is missing has no battalion."""
    beds = [{"id": "east", "zone": "front", "beds": 280}, {"id": "west", "zone": "rear"}]
    found = short(small(sectors=beds), settings=EXACT, workers=workers)
    (shortage,) = found.shortages
    assert all(relief.high == 0 for relief in shortage.reliefs)
    first = shortage.pairs[0]
    assert {step.kind for step in first.steps} == {"unit", "beds"}
    assert (first.low, first.high, first.own, first.rank) == (300, 300, 300, 1)
    assert "No single step helps" in shown(found)


def test_a_requirement_that_nobody_may_serve_says_so(workers: WorkerPool) -> None:
    kept_out = [{"id": "K", "kind": "exclude", "nations": ["POL"], "sectors": ["east"]}]
    found = short(small(rules=kept_out), settings=EXACT, workers=workers)
    (shortage,) = found.shortages
    assert shortage.able == ()
    assert [(s.id, low) for s, low, _ in told(found, "caveat")] == [("K", 600)]
    assert "no contingent may serve it" in shown(found)
    nobody = short(small(contingents=[]), settings=EXACT, workers=workers)
    assert nobody.shortages[0].reliefs == nobody.shortages[0].pairs == ()
    assert "no contingent may serve it" in shown(nobody)


def test_nothing_short_and_nothing_asked(workers: WorkerPool) -> None:
    for lists in ({"requirements": []}, {"requirements": [{"id": "all", "target": 100, "until": "2025-08"}]}):
        found = short(small(**lists), settings=EXACT, workers=workers)
        assert found.shortages == ()
        assert "No requirement is left short" in shown(found)
    met = short(small(**lists), requirements=["all"], settings=EXACT, workers=workers)
    assert met.shortages[0].unmet == {}
    assert "all is met in full" in shown(met)


def test_an_unknown_requirement_is_refused(workers: WorkerPool) -> None:
    with pytest.raises(InputError, match="no requirement 'Q'"):
        short(small(), requirements=["Q"], workers=workers)


def test_where_no_plan_is_possible_there_is_no_answer(workers: WorkerPool) -> None:
    asked = {"id": "R", "sectors": ["east"], "roles": ["line"], "minimum": 900, "hard": True}
    found = short(small(requirements=[asked]), settings=EXACT, workers=workers)
    assert (found.shortages, found.base.plan) == ((), None)
    assert short_document(found)["status"] == "INFEASIBLE"


def test_interrupted_it_says_what_was_not_solved(workers: WorkerPool) -> None:
    stop = threading.Event()
    found = short(small(), settings=EXACT, on_progress=lambda what, i, of: stop.set(), stop=stop, workers=workers)
    (shortage,) = found.shortages
    assert shortage.pairs == ()
    assert not all(relief.solved for relief in shortage.reliefs)
    assert "not solved" in shown(found)


def test_hostile_names_stay_text_in_tables_and_data(workers: WorkerPool) -> None:
    rules = [
        {"id": "K", "name": "[red]=1+1<b>Côte d'Ivoire", "kind": "exclude", "nations": ["POL"], "until": "2025-07"}
    ]
    found = short(small(rules=rules), settings=EXACT, workers=workers)
    assert "[red]=1+1<b>Côte d'Ivoire" in shown(found)
    assert "[red]=1+1<b>Côte d'Ivoire" in json.dumps(short_document(found), ensure_ascii=False)


@pytest.mark.parametrize("ratio", ["1", "0.5", "1.7", "0.333", "2.999"])
def test_a_dwell_by_ratio_is_cut_by_one_period_after_the_longest_tour(ratio: str) -> None:
    item = small(contingents=[contingent("POL-inf", tour={"min": 2, "max": 7}, dwell={"ratio": ratio})])
    before = item.contingents[0]
    step = dwell_shorter("POL", [before], "month")
    assert step is not None
    after = step.change(item).contingents[0]
    assert after.dwell_after(7) == before.dwell_after(7) - 1
    assert all(after.dwell_after(served) <= before.dwell_after(served) for served in range(2, 8))


def test_a_presence_keeps_its_pool_where_dwell_is_cut() -> None:
    item = small(contingents=[contingent("POL-inf", units=None, present=1, dwell=9)])
    (before,) = item.contingents
    step = dwell_shorter("POL", [before], "month")
    assert step is not None
    assert step.change(item).contingents[0].pool == before.pool
    assert unit_more(before).change(item).contingents[0].pool == before.pool + 1
    assert dwell_shorter("POL", [before.model_copy(update={"dwell": 0})], "month") is None


def test_a_reserve_counts_only_those_who_could_be_sent() -> None:
    asked = {"id": "R", "roles": ["reserve"], "as": {"sector": "east", "role": "line"}, "target": 100}
    no = [{"id": "K", "kind": "exclude", "nations": ["DEU"], "sectors": ["east"], "roles": ["line"]}]
    item = small(contingents=[contingent("POL-inf"), contingent("DEU-inf")], requirements=[asked], rules=no)
    assert list(Reach(item).able(item.requirements[0], np.ones(12, dtype=bool))) == ["POL-inf"]


@pytest.mark.parametrize("seed", range(6))
def test_prices_of_the_base_bound_every_step(seed: int, workers: WorkerPool) -> None:
    item = instance(seed, SUMS)
    whole = Instance.model_validate(item)
    widened = Widened(whole, Desk(one_goal("unmet-target"), EXACT, None, workers, None, 1), 60)
    candidates = Candidates(whole, ())
    steps = [step for q in whole.requirements for step in candidates.steps(candidates.asked(q, all_periods(whole)))]
    for wider in (whole, *(step.change(whole) for step in dict.fromkeys(steps))):
        bound = widened.bound(wider)
        known = best(plain(wider), ["unmet-target"])
        assert bound is None or not known.feasible or bound <= known.values[0]


def test_prices_are_close_where_only_a_side_differs(workers: WorkerPool) -> None:
    desk = Desk(one_goal("unmet-target"), EXACT, None, workers, None, 1)
    widened = Widened(small(), desk, 60)
    assert widened.bound(small()) == 300
    assert widened.bound(unit_more(small().contingents[0]).change(small())) == 0


def all_periods(instance: Instance) -> Any:
    return np.ones(instance.horizon.periods, dtype=bool)


def answer(bound: int | None, found: int | None) -> Answer:
    ends = (None if x is None else Fraction(x) for x in (bound, found))
    return Answer(*ends, None, None, False, True, None)


def test_gains_are_intervals_cut_at_nothing() -> None:
    assert gain(answer(90, 100), answer(50, 60)) == (30, 50)
    assert gain(answer(90, 100), answer(80, 95)) == (0, 20)
    assert gain(answer(None, 100), answer(None, 60)) == (0, None)


def test_gains_that_overlap_share_a_rank_and_the_unsolved_have_none() -> None:
    ends = [(5, 9), (8, 12), (0, 4), (0, None)]
    reliefs = [
        Relief(
            (unit_more(small().contingents[0]),),
            Fraction(low),
            None if high is None else Fraction(high),
            None,
            None,
            True,
            high is not None,
        )
        for low, high in ends
    ]
    assert [(r.rank, r.low) for r in in_order(reliefs)] == [(1, 8), (1, 5), (3, 0), (0, 0)]


def test_of_one_rank_what_was_found_comes_first() -> None:
    step = unit_more(small().contingents[0])
    bounded = Relief((step,), Fraction(0), Fraction(50), None, None, True, solved=False)
    nothing = Relief((step,), Fraction(0), Fraction(40), Fraction(0), Fraction(0), True, solved=True)
    some = Relief((step,), Fraction(0), Fraction(30), Fraction(20), Fraction(5), True, solved=True)
    assert [(r.rank, r.found) for r in in_order([bounded, nothing, some])] == [(1, 20), (1, 0), (1, None)]
