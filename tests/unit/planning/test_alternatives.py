"""Plans nearly as good as the best, far from each other: compared with all plans of tiny instances."""

from __future__ import annotations

import threading
from collections import Counter
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.io.errors import InputError
from forcegen.planning.alternatives import Alternatives, alternatives
from forcegen.planning.nearby import Place
from forcegen.planning.solve import Settings
from forcegen.workers import WorkerPool
from tests.oracle.brute import evaluate
from tests.oracle.generate import ALL_KINDS, instance
from tests.oracle.plans import Told, every_plan
from tests.oracle.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.oracle.meters import Amount

Item = dict[str, Any]
GOAL = Model.model_validate({"model": "m", "goals": [{"minimise": "unmet-target"}]})
EXACT = Settings(time_limit=300, gap=0, threads=1)


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as pool:
        yield pool


def places(item: Item) -> list[Place]:
    nations = [n["id"] for n in item["nations"]]
    sectors, roles = ([x["id"] for x in item[name]] for name in ("sectors", "roles"))
    return [Place(*place) for place in product(nations, sectors, roles)]


def serving(item: Item, place: Place) -> Amount:
    reading = Reading(item)

    def amount(p: Any) -> Fraction:
        if p.history or (reading.contingents[p.contingent]["nation"], p.sector, p.role) != place:
            return Fraction(0)
        return reading.amount(p.contingent, "strength") * sum(p.holds(t) for t in reading.periods)

    return amount


def apart(first: tuple[Fraction, ...], second: tuple[Fraction, ...]) -> Fraction:
    pairs = list(zip(first, second, strict=True))
    return min(sum(max(Fraction(0), a - b) for a, b in pairs), sum(max(Fraction(0), b - a) for a, b in pairs))


def farthest(within: list[Told], former: list[tuple[Fraction, ...]]) -> Fraction:
    return max(min(apart(told.sums, other) for other in former) for told in within)


def served(found: Alternatives, every: list[Place]) -> list[tuple[Fraction, ...]]:
    return [tuple(plan.served.get(place, Fraction(0)) for place in every) for plan in found.plans]


def check(seed: int, workers: WorkerPool, kinds: tuple[str, ...] = ALL_KINDS) -> Counter[str]:
    """Compare with brute force, and count what was seen."""
    item, loss = instance(seed, kinds), Fraction(1, 10)
    every = places(item)
    told = every_plan(item, "unmet-target", [serving(item, place) for place in every])
    found = alternatives(
        Instance.model_validate(item), count=4, loss="0.1", model=GOAL, settings=EXACT, workers=workers
    )
    if not told:
        assert found.plans == ()
        return Counter(infeasible=1)
    best, required = min(plan.value for plan in told), found.base.tiers[0].required
    assert found.plans[0].goals == {"unmet-target": best}
    limit = best + loss * (required or best)
    assert found.limits == {"unmet-target": limit}
    within = [plan for plan in told if plan.value <= limit]
    rows = served(found, every)
    for plan, row in zip(found.plans, rows, strict=True):
        document = plan.plan.document()
        violations, values = evaluate(item, document["tours"], document.get("leads", []))
        assert violations == []
        assert plan.audit.clean
        assert values["unmet-target"] == plan.goals["unmet-target"] <= limit
        assert row in {other.sums for other in within}
    assert found.differences == tuple(tuple(apart(a, b) for b in rows) for a in rows)
    for j, plan in enumerate(found.plans[1:], start=1):
        assert plan.proven
        assert plan.difference == min(found.differences[j][:j]) == farthest(within, rows[:j])
    assert found.exhausted == (len(rows) < 4)
    if found.exhausted:
        assert farthest(within, rows) == 0
    common = {place for i, place in enumerate(every) if all(row[i] for row in rows)}
    assert {line.place for line in found.shared} == common
    for line in found.shared:
        needed = all(plan.sums[every.index(line.place)] for plan in within)
        assert line.needed == ("yes" if needed else "no")
    assert not any(place in plan.served for plan in found.plans for place in found.unused)
    return Counter(plans=len(rows), **{f"needed-{line.needed}": 1 for line in found.shared})


@pytest.mark.parametrize("seed", range(12))
def test_every_plan_is_as_far_from_the_others_as_brute_force_can_bring_it(seed: int, workers: WorkerPool) -> None:
    check(seed, workers)


@pytest.mark.long
def test_many_draws_agree_with_brute_force(workers: WorkerPool) -> None:
    seen: Counter[str] = Counter()
    for seed in range(100, 300):
        seen += check(seed, workers)
    assert min(seen["plans"] - 200, seen["needed-yes"], seen["needed-no"]) > 20


def theatre(*nations: str, **lists: Any) -> Instance:
    """`line` in east wants 100 for six months; each nation has one unit of 100 that can give that."""
    contingents = [
        {"id": f"{n}-inf", "nation": n, "units": 1, "strength": 100, "fills": {"line": 100}, "tour": 6, "dwell": 6}
        for n in nations
    ]
    return Instance.model_validate(
        {
            "forcegen": 1,
            "name": "any of them",
            "horizon": {"start": "2025-07", "periods": 6},
            "nations": [{"id": n} for n in nations],
            "roles": [{"id": "line"}],
            "sectors": [{"id": "east"}],
            "contingents": contingents,
            "requirements": [{"id": "Q", "sectors": ["east"], "roles": ["line"], "target": 100}],
        }
        | lists
    )


def found(item: Instance, workers: WorkerPool, **asked: Any) -> Alternatives:
    return alternatives(item, **({"model": GOAL, "loss": 0, "settings": EXACT, "workers": workers} | asked))


def test_any_of_three_nations_gives_three_plans_and_no_fourth(workers: WorkerPool) -> None:
    answer = found(theatre("AAA", "BBB", "CCC"), workers)
    assert [plan.difference for plan in answer.plans] == [None, 600, 600]
    assert answer.exhausted
    assert answer.shared == ()
    assert answer.unused == ()
    first, second = (next(iter(plan.served)).nation for plan in answer.plans[:2])
    exchange = answer.exchanges[0]
    assert (exchange.plan, exchange.sector, exchange.role) == (2, "east", "line")
    assert (exchange.less, exchange.more) == (((first, 600),), ((second, 600),))


def test_a_nation_without_a_substitute_is_needed_by_every_plan(workers: WorkerPool) -> None:
    bar = [{"id": "P", "kind": "exclude", "nations": ["BBB"]}]
    answer = found(theatre("AAA", "BBB", rules=bar), workers)
    assert len(answer.plans) == 1
    assert answer.exhausted
    assert [(line.place, line.least, line.needed) for line in answer.shared] == [(("AAA", "east", "line"), 600, "yes")]


def test_twins_of_one_nation_and_troops_on_top_make_no_difference(workers: WorkerPool) -> None:
    """A second contingent of the same nation may replace the first, or come beside it."""
    twin = {"nation": "AAA", "units": 1, "strength": 100, "fills": {"line": 100}, "tour": 6, "dwell": 6}
    answer = found(theatre("AAA", contingents=[twin | {"id": "AAA-1"}, twin | {"id": "AAA-2"}]), workers)
    assert len(answer.plans) == 1
    assert answer.exhausted


def test_every_goal_of_a_model_is_kept_within_the_loss(workers: WorkerPool) -> None:
    """BBB costs a tenth more than AAA: it is an alternative at a loss of a tenth, and none at less."""
    model = Model.model_validate({"model": "m", "goals": [{"minimise": "unmet-target"}, {"minimise": "cost"}]})
    item = theatre("AAA", "BBB").model_dump(mode="json", by_alias=True, exclude_none=True)
    for contingent, cost in zip(item["contingents"], (10, 11), strict=True):
        contingent["cost"] = cost
    dear = Instance.model_validate(item)
    assert len(found(dear, workers, model=model, loss="0.09").plans) == 1
    answer = found(dear, workers, model=model, loss="0.1")
    assert [plan.goals["cost"] for plan in answer.plans] == [60, 66]
    assert answer.limits == {"unmet-target": 60, "cost": 66}


def test_without_requirements_or_with_one_plan_asked_there_is_one_plan(workers: WorkerPool) -> None:
    empty = found(theatre("AAA", requirements=[]), workers)
    assert [plan.served for plan in empty.plans] == [{}]
    assert empty.exhausted
    assert empty.shared == empty.unused == empty.exchanges == ()
    one = found(theatre("AAA", "BBB"), workers, count=1)
    assert (len(one.plans), one.exhausted) == (1, False)


def test_no_plan_at_all_gives_no_alternatives(workers: WorkerPool) -> None:
    hard = [{"id": "Q", "sectors": ["east"], "roles": ["line"], "minimum": 300, "target": 300, "hard": True}]
    answer = found(theatre("AAA", "BBB", requirements=hard), workers)
    assert answer.plans == ()
    assert answer.base.status.name == "INFEASIBLE"


def test_a_stop_keeps_what_was_found(workers: WorkerPool) -> None:
    stop = threading.Event()

    def enough(words: str) -> None:
        if words == "plan 3 of 5":
            stop.set()

    answer = found(theatre("AAA", "BBB", "CCC"), workers, stop=stop, on_progress=enough)
    assert len(answer.plans) == 2
    assert not answer.exhausted


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"count": 0}, "0 plans were asked for"),
        ({"loss": "-0.1"}, "a loss of -0.1 was allowed"),
        ({"loss": float("nan")}, "a loss of nan was allowed"),
    ],
)
def test_what_cannot_be_asked(asked: Item, message: str, workers: WorkerPool) -> None:
    with pytest.raises(InputError, match=message):
        found(theatre("AAA"), workers, **asked)


@pytest.mark.long
def test_the_reference_theatre_has_a_plan_that_replaces_much_of_the_best(workers: WorkerPool) -> None:
    limits = Settings(time_limit=60)
    answer = alternatives("instances/ukraine-2025", count=2, settings=limits, workers=workers)
    first, second = answer.plans
    assert second.audit.clean
    assert second.goals["unmet-target"] <= answer.limits["unmet-target"]
    assert second.difference is not None
    assert second.bound is None or second.difference <= second.bound
    assert second.difference > sum(first.served.values()) / 10
