"""What a refusal costs: exact where both are proven, an interval that holds where they are not."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from forcegen.audit import audit
from forcegen.domain.horizon import Period
from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.domain.plan import Plan
from forcegen.io.errors import InputError
from forcegen.io.instance import read_instance
from forcegen.planning.given import given_model
from forcegen.planning.replan import replan
from forcegen.planning.solve import Settings, first_goal, solve
from forcegen.planning.stress import stress, without_nation
from forcegen.planning.stress.answers import Desk
from forcegen.planning.stress.bootstrap import mean, tail
from forcegen.planning.stress.cases import Case, only_bars, only_less, serving, with_conditions
from forcegen.planning.stress.floor import Floor, floor_anew
from forcegen.planning.stress.kept import kept
from forcegen.planning.stress.mended import mended
from forcegen.planning.stress.pause import Pause
from forcegen.planning.stress.rank import apart, ranked, separated
from forcegen.planning.stress.surprise import withdrawn, worst_period
from forcegen.planning.stress.worlds import chances, drawn, quantile, world_instance
from forcegen.report.losses import ranking, stress_document, stress_tables
from forcegen.workers import WorkerPool
from tests.oracle.brute import best
from tests.oracle.generate import CHOICES, SUMS, instance
from tests.unit.audit.documents import contingent, document, tour

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from forcegen.planning.stress import Stress

GOAL = Model.model_validate({"model": "m", "goals": [{"minimise": "unmet-target"}]})


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as pool:
        yield pool


def plain(instance: Instance) -> dict[str, Any]:
    return instance.model_dump(mode="json", by_alias=True, exclude_none=True)


@pytest.mark.parametrize("seed", range(12))
def test_losses_are_those_that_brute_force_finds(seed: int, workers: WorkerPool) -> None:
    item = instance(seed, SUMS)
    known = best(item, ["unmet-target"])
    settings = Settings(time_limit=300, gap=0, threads=1)
    if not known.feasible:
        pytest.skip("no plan to lose anything of")
    found = stress(Instance.model_validate(item), model=GOAL, settings=settings, workers=workers)
    for loss in found.losses:
        if loss.kind == "nation":
            document = plain(without_nation(Instance.model_validate(item), loss.id))
        else:
            held = {loss.id: item["conditions"][loss.id] | {"holds": False}}
            document = item | {"conditions": item["conditions"] | held}
        after = best(document, ["unmet-target"])
        assert loss.infeasible == (not after.feasible)
        if after.feasible:
            # A condition that fails may also help: a rule falls away. That is no loss.
            expected = max(Fraction(0), after.values[0] - known.values[0])
            assert (loss.low, loss.high) == (expected, expected)


def test_those_who_give_nothing_are_left_out(workers: WorkerPool) -> None:
    item = document(
        contingents=[contingent("POL-inf"), contingent("DEU-inf", units=0)],
        conditions={"talks": {"holds": False}, "mandate": {"holds": {"from": "2025-09"}}},
        rules=[{"id": "P", "kind": "pin", "contingents": ["POL-inf"], "units": 1, "until": "2025-08"}],
    )
    found = stress(Instance.model_validate(item), model=GOAL, settings=Settings(gap=0, threads=1), workers=workers)
    assert {(loss.kind, loss.id) for loss in found.losses} == {("nation", "POL"), ("condition", "mandate")}
    assert stress_document(found)["base"] == {"found": 0, "bound": 0, "required": 0}


EXACT = Settings(time_limit=600, gap=0, threads=1)


@pytest.mark.parametrize(
    ("seed", "kinds"), [*((seed, SUMS) for seed in range(8)), *((seed, CHOICES) for seed in range(4))]
)
def test_pairs_are_those_that_brute_force_finds(seed: int, kinds: tuple[str, ...], workers: WorkerPool) -> None:
    item = instance(seed, kinds)
    known = best(item, ["unmet-target"])
    if not known.feasible:
        pytest.skip("no plan to lose anything of")
    whole = Instance.model_validate(item)
    found = stress(whole, model=GOAL, pairs=True, settings=EXACT, workers=workers)
    for pair in found.pairs:
        after, *alone = (
            best(plain(without_nation(whole, *ids)), ["unmet-target"]) for ids in (pair.ids, pair.ids[:1], pair.ids[1:])
        )
        assert not pair.infeasible or not after.feasible
        if after.feasible:
            expected = max(Fraction(0), after.values[0] - known.values[0])
            assert pair.low <= expected <= (expected if pair.high is None else pair.high)
            assert pair.exact or not pair.solved
            if all(single.feasible for single in alone):
                more = after.values[0] - alone[0].values[0] - alone[1].values[0] + known.values[0]
                low, high = pair.more
                assert (more if low is None else low) <= more <= (more if high is None else high)
        elif pair.solved:
            assert pair.infeasible


@pytest.mark.parametrize("seed", range(6))
def test_worlds_are_worth_what_brute_force_finds(seed: int, workers: WorkerPool) -> None:
    item = instance(seed, ("ceiling", "exclude", "floor"))
    chance = {name: condition | {"probability": 0.5} for name, condition in item.get("conditions", {}).items()}
    if not chance:
        pytest.skip("no condition to draw")
    item |= {"conditions": chance}
    whole = Instance.model_validate(item)
    found = stress(whole, model=GOAL, draws=20, unseen=10, settings=EXACT, workers=workers)
    assert found.outlook is not None
    assert sum(world.drawn for world in found.outlook.worlds) == 20
    shares = []
    for world in found.outlook.worlds:
        there = world_instance(whole, frozenset(world.true), chances(whole))
        after = best(plain(there), ["unmet-target"])
        assert world.solved
        assert world.infeasible == (not after.feasible)
        if after.feasible:
            assert world.bound == world.found == after.values[0]
        assert world.covered is not None
        assert world.covered[0] == world.covered[1]
        shares += [world.covered[0]] * world.drawn
    median = next(line for line in found.outlook.coverage if line.share == Fraction(1, 2))
    assert median.low == median.high == sorted(shares)[9]
    assert found.outlook.mean == (sum(shares) / 20,) * 2


def theatre(**lists: Any) -> Instance:
    """Two nations, of which one stands on a vote; a hundred are wanted in the east, all the time."""
    wanted = {"id": "Q", "sectors": ["east"], "roles": ["line"], "minimum": 100, "target": 200}
    given = {
        "horizon": {"start": "2025-07", "periods": 3},
        "contingents": [contingent("POL-inf", units=1), contingent("DEU-inf", units=1, **{"if": ["vote"]})],
        "conditions": {"vote": {"holds": True, "probability": 0.5}},
        "requirements": [wanted],
    }
    return Instance.model_validate(document(**(given | lists)))


def test_a_plan_is_worth_what_the_world_leaves_of_it(workers: WorkerPool) -> None:
    found = stress(theatre(), model=GOAL, draws=40, settings=EXACT, workers=workers)
    plan = found.base.plan
    assert plan is not None
    failed = world_instance(theatre(), frozenset(), chances(theatre()))
    rest = kept(failed, plan, GOAL)
    assert {tour.contingent for tour in rest.plan.tours} == {"POL-inf"}
    assert rest.value == 300
    assert not rest.broken
    # The plan made without the vote is of no more use where it passes: one plan is as good or better in each world.
    assert found.candidates is not None
    assert [(plan.name, plan.rank) for plan in found.candidates.candidates] == [
        ("plain", 1),
        ("if nothing comes true", 2),
    ]
    plain_, other = found.candidates.candidates
    assert other.mean.value == other.tail.value == plain_.tail.value == 300
    assert 0 < plain_.mean.low < plain_.mean.value < plain_.mean.high < 300
    # Every one of the 200 draws is of a world that was drawn before, for there are but two.
    assert (found.candidates.draws, found.candidates.distinct, found.candidates.known) == (200, 2, 200)


def test_what_the_rest_of_a_plan_breaks_is_told(workers: WorkerPool) -> None:
    floor = {"id": "F", "kind": "floor", "least": 200, "of": "troops"}
    found = stress(theatre(rules=[floor]), model=GOAL, draws=40, settings=EXACT, workers=workers)
    assert found.outlook is not None
    assert found.outlook.worst is not None
    assert found.outlook.worst.infeasible
    assert found.candidates is not None
    plain_ = found.candidates.candidates[0]
    assert 0.4 < plain_.broken < 0.6


def test_damage_is_told(workers: WorkerPool) -> None:
    lead = {"id": "L", "kind": "lead", "sectors": ["east"], "candidates": ["DEU"], "share": 400}
    found = stress(theatre(rules=[lead]), model=GOAL, settings=EXACT, workers=workers)
    nations = {loss.id: loss for loss in found.of_kind("nation")}
    without = nations["DEU"].damage
    assert without is not None
    assert (without.minimums, without.gap, without.leads) == (3, 3, 3)  # nobody else may lead, so nobody may come
    assert nations["POL"].damage is not None
    assert (nations["POL"].damage.minimums, nations["POL"].damage.leads) == (0, 0)
    assert ranking(found) == "Losing DEU costs most: 100.0% of what is required."


def test_assumptions_change_the_goal_by_what_is_worked_by_hand(workers: WorkerPool) -> None:
    found = stress(theatre(), model=GOAL, assumptions=True, settings=EXACT, workers=workers)
    changes = {(line.group, line.way): (line.low, line.high) for line in found.assumptions}
    assert changes["density", "up"] == (120, 120)  # 240 wanted, 200 there, three periods
    assert changes["density", "down"] == (0, 0)
    assert changes["pools", "up"] == changes["pools", "down"] == (0, 0)  # one unit each, rounded
    assert changes["dwell", "up"] == changes["beds", "down"] == (0, 0)


def test_side_by_side_finds_the_same(workers: WorkerPool) -> None:
    one, two = (
        stress(theatre(), model=GOAL, pairs=True, draws=10, jobs=jobs, settings=EXACT, workers=workers)
        for jobs in (1, 2)
    )
    assert told(one) == told(two)


def told(found: Stress) -> Any:
    return {key: value for key, value in stress_document(found).items() if key != "seconds"}


def test_what_was_found_is_kept_when_nobody_wants_more(workers: WorkerPool) -> None:
    stop = threading.Event()

    def heard(what: str, number: int, of: int) -> None:
        if number == 2:
            stop.set()

    found = stress(
        theatre(), model=GOAL, pairs=True, draws=5, settings=EXACT, on_progress=heard, stop=stop, workers=workers
    )
    assert [loss.solved for loss in found.losses].count(False) >= 1
    assert all(loss.high is None or loss.low <= loss.high for loss in found.losses)
    assert len(found.pairs) == 1
    assert found.candidates is None
    assert stress_tables(found)


def test_a_theatre_without_anybody() -> None:
    empty = Instance.model_validate(document(contingents=[], conditions={}))
    found = stress(empty, model=GOAL, pairs=True, assumptions=True, settings=EXACT)
    assert (found.losses, found.pairs) == ((), ())
    assert "No nation has a tour to lose." in ranking(found)
    assert stress_tables(found)


def test_draws_without_probabilities_are_refused() -> None:
    with pytest.raises(InputError, match="no condition has a probability"):
        stress(Instance.model_validate(document()), draws=5)


def test_hostile_names_are_shown_as_they_are(workers: WorkerPool) -> None:
    given = theatre(conditions={"vote": {"holds": True, "probability": 0.5, "name": "=1+1 [bold]<b>Côte d'Ivoire"}})
    assert stress_tables(stress(given, model=GOAL, draws=3, settings=EXACT, workers=workers))


def test_pins_of_others_stay_when_a_nation_goes() -> None:
    pin = {"id": "P", "kind": "pin", "nations": ["POL", "DEU"], "units": 1}
    left = without_nation(theatre(rules=[pin]), "POL").rules[0]
    assert (left.contingents, left.nations) == (("DEU-inf",), None)
    assert without_nation(theatre(rules=[pin]), "POL", "DEU").rules == ()


@dataclass(frozen=True)
class Ends:
    """A loss with its name."""

    name: str
    low: Fraction
    high: Fraction | None
    infeasible: bool = False


def ends(name: str, low: int, high: int | None, infeasible: bool = False) -> Ends:
    return Ends(name, Fraction(low), None if high is None else Fraction(high), infeasible)


def test_overlapping_intervals_share_a_rank() -> None:
    given = [ends("C", 0, 5), ends("A", 10, 20), ends("B", 8, 12), ends("X", 0, None, True), ends("D", 0, 9)]
    assert [(item.name, rank) for rank, item in ranked(given)] == [("X", 1), ("A", 2), ("B", 2), ("D", 4), ("C", 4)]
    assert (separated(given).pairs, separated(given).separated) == (10, 4 + 2 + 1)
    assert not apart(ends("X", 0, None, True), ends("unknown", 3, None))


def test_quantiles_and_tails() -> None:
    figures = [Fraction(x) for x in range(1, 11)]
    assert [quantile(figures, Fraction(q, 20)) for q in (0, 1, 10, 19, 20)] == [1, 1, 5, 10, 10]
    assert tail(np.arange(25.0)) == (24 + 23 + 22) / 3
    assert mean(np.arange(25.0)) == 12


def test_draws_are_the_same_for_the_same_seed() -> None:
    chance = {"a": Fraction(0), "b": Fraction(1), "c": Fraction(1, 2)}
    first = drawn(chance, 500, "worlds 1")
    assert first == drawn(chance, 500, "worlds 1") != drawn(chance, 500, "unseen 1")
    assert all("a" not in state and "b" in state for state in first)
    assert 200 < sum("c" in state for state in first) < 300


@pytest.mark.parametrize("seed", range(10))
def test_the_floor_is_below_what_brute_force_finds(seed: int, workers: WorkerPool) -> None:
    item = instance(seed, SUMS)
    if not best(item, ["unmet-target"]).feasible:
        pytest.skip("no plan, no prices")
    whole = Instance.model_validate(item)
    floor = Floor(whole, Desk(GOAL, EXACT, None, workers, None, 1), 30)
    cases = [without_nation(whole, n) for n in serving(whole) if only_less(whole, n, GOAL)]
    cases += [with_conditions(whole, {n: False}) for n in whole.conditions if only_bars(whole, [n], GOAL)]
    for case in (whole, *cases):
        known, bound = best(plain(case), ["unmet-target"]), floor.bound(case)
        assert bound is not None
        assert not known.feasible or bound <= known.values[0]


def test_the_floor_knows_what_a_nation_brings(workers: WorkerPool) -> None:
    given = theatre(conditions={"vote": {"holds": True}})
    floor = Floor(given, Desk(GOAL, EXACT, None, workers, None, 1), 30)
    assert floor.bound(given) == 0
    one, failed, both = map(
        floor.bound,
        (
            without_nation(given, "POL"),
            with_conditions(given, {"vote": False}),
            without_nation(given, "POL", "DEU"),
        ),
    )
    # Worth 300, 300 and 600; prices at the margin of the whole may prove less of what is left when much is gone.
    assert None not in (one, failed, both)
    assert 200 <= one <= 300
    assert 200 <= failed <= 300
    assert 400 < both <= 600


def test_who_is_asked_for_or_away_is_not_only_less() -> None:
    pin = {"id": "P", "kind": "pin", "nations": ["POL"], "units": 1}
    assert only_less(theatre(), "POL", GOAL)
    assert not only_less(theatre(rules=[pin]), "POL", GOAL)
    assert only_less(theatre(rules=[pin]), "DEU", GOAL)
    running = {
        "contingent": "POL-inf",
        "units": 1,
        "sector": "east",
        "role": "line",
        "since": "2025-06",
        "ends": "2025-07",
    }
    assert not only_less(theatre(history=[running]), "POL", GOAL)
    assert only_bars(theatre(), ["vote"], GOAL)
    assert not only_bars(theatre(rules=[pin | {"unless": ["vote"]}]), ["vote"], GOAL)


def test_a_plan_is_mended_by_dropping_tours(workers: WorkerPool) -> None:
    share = {"id": "S", "kind": "share", "nations": ["POL"], "most": 500}
    whole = theatre(rules=[share], contingents=[contingent("POL-inf"), contingent("DEU-inf"), contingent("FRA-inf")])
    plan = Plan.model_validate({"tours": [tour("POL-inf"), tour("DEU-inf"), tour("POL-inf", unit=2), tour("FRA-inf")]})
    case = without_nation(whole, "FRA")
    rest = kept(case, plan, GOAL)
    assert rest.broken == 3  # two thirds of the troops are Polish then, in each of three periods
    better = mended(case, rest, GOAL, EXACT, stop=None, workers=workers)
    assert better is not None
    assert sorted(tour.contingent for tour in better.plan.tours) == ["DEU-inf", "POL-inf"]
    floor = {"id": "F", "kind": "floor", "nations": ["FRA"], "of": "units", "least": 1}
    case = without_nation(theatre(rules=[floor], contingents=list(whole.contingents)), "FRA")
    assert mended(case, kept(case, plan, GOAL), GOAL, EXACT, stop=None, workers=workers) is None
    floor |= {"nations": ["FRA", "DEU"], "least": 2, "until": "2025-07"}
    case = without_nation(theatre(rules=[floor], contingents=list(whole.contingents)), "FRA")
    better = mended(case, kept(case, plan, GOAL), GOAL, EXACT, stop=None, workers=workers)
    assert better is not None  # the second German unit joins
    assert [tour.contingent for tour in better.plan.tours].count("DEU-inf") == 2


def leaving(**lists: Any) -> Instance:
    """A hundred are wanted for six months: POL serves from the first on; DEU could after two months of notice."""
    given = {
        "horizon": {"start": "2025-07", "periods": 6},
        "contingents": [
            contingent("POL-inf", units=1, tour=6, dwell=0),
            contingent("DEU-inf", units=1, tour=2, dwell=0, notice=2),
        ],
        "requirements": [{"id": "Q", "sectors": ["east"], "roles": ["line"], "minimum": 100, "from": "2025-09"}],
    }
    return Instance.model_validate(document(**(given | lists)))


def test_the_worst_period_opens_the_largest_gap_before_anybody_could_come() -> None:
    plan = Plan.model_validate({"tours": [tour("POL-inf", periods=6)]})
    found = audit(leaving(), plan, [])
    assert worst_period(leaving(), plan, found, "POL") == 2  # 200 in its two months, and in those after: the first
    assert worst_period(leaving(), plan, found, "DEU") == 0  # never more than nothing
    both = Plan.model_validate({"tours": [*plan.tours, tour("DEU-inf", start="2025-09", periods=2)]})
    assert worst_period(leaving(), both, audit(leaving(), both, []), "POL") == 4


def test_who_leaves_by_surprise_costs_what_is_worked_by_hand(workers: WorkerPool) -> None:
    weighted = Model.model_validate(
        {"model": "m", "goals": [{"weighted": {"unmet-target": 1, "cost": "0.001"}}]}
    )  # so that DEU stays at home in the base
    asked = leaving(
        contingents=[
            contingent("POL-inf", units=1, tour=6, dwell=0),
            contingent("DEU-inf", units=1, tour=2, dwell=0, notice=2, cost=10),
        ]
    )
    found = stress(asked, model=weighted, surprise=True, settings=EXACT, workers=workers)
    assert [(item.nation, item.at) for item in found.surprises] == [("POL", "2025-09")]
    item = found.surprises[0]
    # Gone in September and October; from November on DEU serves, one tour of two months, at 10 a month.
    assert item.exact
    assert item.low == 200 + Fraction(2 * 10, 1000)
    assert item.damage is not None
    assert (item.damage.minimums, item.damage.gap, item.damage.leads) == (2, 2, 0)
    assert (item.uncovered, item.changes, item.broken_off) == (2, 2, 1)
    assert item.proven
    assert stress_document(found)["surprises"][0]["at"] == "2025-09"
    assert stress_tables(found)


def test_a_rule_that_nobody_can_keep_after_a_surprise_is_set_aside_as_long_as_it_takes(workers: WorkerPool) -> None:
    asked = leaving(
        contingents=[
            contingent("POL-inf", units=1, tour=6, dwell=0),
            contingent("DEU-inf", units=1, tour=3, dwell=0, ready="2025-08", until="2025-10"),
        ],
        requirements=[{"id": "Q", "sectors": ["east"], "roles": ["line"], "target": 200, "from": "2025-09"}],
        rules=[{"id": "half", "kind": "share", "nations": ["DEU"], "most": 500}],
    )
    found = stress(asked, model=GOAL, surprise=True, settings=EXACT, workers=workers)
    item = next(item for item in found.surprises if item.nation == "POL")
    # DEU is on tour until October and all that is left of the force in September and October.
    assert item.at == "2025-09"
    assert item.pause == Pause(("half",), Period.parse("2025-11"))
    assert not item.infeasible
    assert item.exact
    assert item.low == 400
    document = next(line for line in stress_document(found)["surprises"] if line["nation"] == "POL")
    assert document["set_aside"] == {"rules": ["half"], "until": "2025-11"}
    assert stress_tables(found)


def test_who_leaves_is_asked_for_no_more() -> None:
    pin = {"id": "P", "kind": "pin", "nations": ["POL", "DEU"], "units": 1}
    running = {
        "contingent": "POL-inf",
        "units": 1,
        "sector": "east",
        "role": "line",
        "since": "2025-05",
        "ends": "2025-10",
    }
    given = leaving(rules=[pin], history=[running])
    later = withdrawn(given, "POL", 2)
    assert [(rule.id, rule.contingents, rule.until) for rule in later.rules] == [
        ("P", ("DEU-inf",), None),
        ("P.", ("POL-inf",), "2025-08"),
    ]
    assert (later.history[0].ends, later.contingent["POL-inf"].until) == ("2025-08", "2025-08")
    assert withdrawn(given, "POL", 0).history == ()
    unready = leaving(contingents=[contingent("POL-inf", ready="2025-10")])
    assert withdrawn(unready, "POL", 2).contingent["POL-inf"].until == "2025-08"
    assert later.contingent["DEU-inf"] == given.contingent["DEU-inf"]


TUTORIAL = "instances/tutorial"
EXACT = Settings(solver="highs", time_limit=30, gap=0, threads=1)


@pytest.mark.parametrize(("nation", "t"), [("ARD", 1), ("CAL", 2), ("BRE", 3)])
def test_the_relaxation_of_what_is_left_bounds_what_is_made_anew(nation: str, t: int, workers: WorkerPool) -> None:
    model, given = first_goal(given_model("coverage")), read_instance(TUTORIAL, ())
    plan = solve(given, model=model, settings=EXACT, workers=workers).plan
    assert plan is not None
    after = withdrawn(given, nation, t)
    at = given.horizon.label(t)
    new = replan(after, plan, at, before=given, model=model, settings=EXACT, workers=workers).result
    found = new.tiers[0].found
    assert found is not None
    bound = floor_anew(new.instance, plan, t, Desk(model, EXACT, None, workers, None, 1), 20.0)
    assert bound is not None
    assert 0 < bound <= found


def test_the_engine_alone_finds_plans_where_bounds_come_from_elsewhere(
    workers: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forcegen.planning.stress.answers.LEAST_TOURS", 0)
    model, given = first_goal(given_model("coverage")), read_instance(TUTORIAL, ())
    case = Case("without CAL", without_nation(given, "CAL"))
    desk = Desk(model, Settings(threads=1), None, workers, None, 1)
    solve(given, model=model, settings=Settings(solver="engine", work=1), workers=workers)  # its worker has loaded
    until = time.monotonic() + 4
    (searched,) = desk.answers([case], Plan(tours=()), until, elsewhere=[0])
    exact = solve(case.instance, model=model, settings=EXACT, workers=workers).tiers[0].found
    assert searched.found == exact
    assert searched.bound == 0  # the engine proves nothing
    assert searched.audit is not None
    assert searched.audit.clean
