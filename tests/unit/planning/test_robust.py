"""Robust plans: equal to brute force over all plans and all worlds, judged on other draws, refused where unknown."""

from __future__ import annotations

import json
import threading
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from forcegen.audit import audit
from forcegen.cli import load
from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.io.errors import InputError
from forcegen.planning.robust import robust
from forcegen.planning.robust.sample import sampled
from forcegen.planning.solve import Settings
from forcegen.planning.stress.kept import kept
from forcegen.planning.stress.worlds import world_instance
from forcegen.report.robust import robust_document, verdict
from forcegen.workers import WorkerPool
from tests.oracle.generate import instance
from tests.oracle.meters import needs
from tests.oracle.plans import every_plan
from tests.oracle.reading import Reading
from tests.unit.audit.documents import contingent, document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tests.oracle.meters import Amount

GOAL = Model.model_validate({"model": "m", "goals": [{"minimise": "unmet-target"}]})
CHANCES = {"backstop": 0.5, "mandate": 0.8}
EXACT = Settings(time_limit=120, gap=0, threads=1)


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as pool:
        yield pool


def conditional(seed: int) -> dict[str, Any] | None:
    """A tiny document with two conditions, on one of which each contingent but the first hangs."""
    item = instance(seed, ("ceiling", "exclude", "floor"))
    names = tuple(CHANCES)
    known = item.get("conditions", {})
    conditions = {name: {"holds": True, **known.get(name, {}), "probability": p} for name, p in CHANCES.items()}
    contingents = []
    for i, k in enumerate(item["contingents"]):
        free = i > 0 and not {"if", "unless"} & set(k)
        contingents.append(k | ({"if": [names[i % 2]]} if free else {}))
    return item | {"conditions": conditions, "contingents": contingents}


def worlds_of(item: dict[str, Any]) -> list[tuple[Fraction, dict[str, Any]]]:
    """All worlds in which conditions on which something hangs come true or not, with their probabilities."""
    things = [*item["contingents"], *item["requirements"], *item.get("rules", ())]
    named = {name for thing in things for name in (*thing.get("if", ()), *thing.get("unless", ()))}
    open_ = [name for name in item["conditions"] if name in named]
    result = []
    for picks in product((True, False), repeat=len(open_)):
        chance, conditions = Fraction(1), dict(item["conditions"])
        for name, true in zip(open_, picks, strict=True):
            p = Fraction(str(conditions[name]["probability"]))
            chance *= p if true else 1 - p
            conditions[name] = conditions[name] | {"holds": (conditions[name]["holds"] or True) if true else False}
        result.append((chance, item | {"conditions": conditions}))
    return result


def brute(item: dict[str, Any]) -> tuple[Fraction | None, Fraction | None]:
    """The least mean and the least CVaR at a tenth, over every plan and every world."""
    worlds = [(chance, Reading(there)) for chance, there in worlds_of(item)]
    amounts, parts = [], []
    for _, reading in worlds:
        own = list(needs(reading))
        parts.append(own)
        amounts += [left(reading, need.amount) for need in own]
    means, tails = [], []
    for told in every_plan(item, "unmet-target", amounts):
        sums, values = iter(told.sums), []
        for own in parts:
            filled = [next(sums) for _ in own]
            lacking = [n.weight * max(Fraction(0), n.target - x) for n, x in zip(own, filled, strict=True)]
            values.append(sum(lacking, Fraction(0)))
        chances = [chance for chance, _ in worlds]
        means.append(sum((p * v for p, v in zip(chances, values, strict=True)), Fraction(0)))
        tails.append(worst_tenth(chances, values))
    return min(means, default=None), min(tails, default=None)


def left(reading: Reading, amount: Amount) -> Amount:
    """What a tour adds where a world leaves it; history stays."""
    return lambda p: amount(p) if p in reading.running or not reading.objections(p) else Fraction(0)


def worst_tenth(chances: Sequence[Fraction], values: Sequence[Fraction]) -> Fraction:
    """The mean of the largest values over a tenth of the probability."""
    rest, total = Fraction(1, 10), Fraction(0)
    for value, chance in sorted(zip(values, chances, strict=True), reverse=True):
        total += min(rest, chance) * value
        rest -= min(rest, chance)
    return total * 10


@pytest.mark.parametrize("aim", ["expectation", "cvar"])
@pytest.mark.parametrize("seed", range(8))
def test_no_plan_is_better_over_all_worlds(seed: int, aim: str, workers: WorkerPool) -> None:
    item = conditional(seed)
    expected = brute(item)[aim == "cvar"]
    whole = Instance.model_validate(item)
    if not any(set(k.if_) | set(k.unless) for k in whole.contingents):
        pytest.skip("nothing hangs on a condition")
    found = robust(whole, aim=aim, worlds=4, unseen=3, model=GOAL, settings=EXACT, workers=workers)
    if expected is None:
        assert found.result is None
        return
    assert found.draws is None
    assert found.found == found.bound == expected
    assert found.proven
    assert found.result is not None
    assert audit(whole, found.result.plan, []).clean


def theatre(**lists: Any) -> Instance:
    """Two requirements for a hundred each; one nation is sure, the other hangs on a vote."""
    given = {
        "horizon": {"start": "2025-07", "periods": 3},
        "sectors": [{"id": "east", "name": "East"}, {"id": "west", "name": "West"}],
        "contingents": [contingent("POL-inf", units=1), contingent("DEU-inf", units=1, **{"if": ["vote"]})],
        "conditions": {"vote": {"holds": True, "probability": 0.5}},
        "requirements": [
            {"id": "Q", "sectors": ["east"], "roles": ["line"], "target": 100, "priority": 3},
            {"id": "R", "sectors": ["west"], "roles": ["line"], "target": 100},
        ],
    }
    return Instance.model_validate(document(**(given | lists)))


@pytest.mark.parametrize("aim", ["expectation", "cvar"])
def test_the_sure_nation_serves_where_it_counts(aim: str, workers: WorkerPool) -> None:
    found = robust(theatre(), aim=aim, unseen=20, model=GOAL, settings=EXACT, workers=workers)
    assert found.result is not None
    assert found.result.plan is not None
    assert {tour.contingent for tour in found.result.plan.tours if tour.sector == "east"} == {"POL-inf"}
    # Three periods: nothing is unmet with the vote, a hundred of priority 1 without.
    assert found.found == (150 if aim == "expectation" else 300)
    assert found.judged is not None
    assert found.judged.mean.robust.value <= found.judged.mean.plain.value
    assert verdict(found)
    assert json.loads(json.dumps(robust_document(found)))["proven"]


def test_the_worth_told_is_that_of_the_audit_in_each_world(workers: WorkerPool) -> None:
    whole = theatre()
    found = robust(whole, unseen=1, model=GOAL, settings=EXACT, workers=workers)
    sample = sampled(whole, 50, 0)
    assert sample.draws is None
    assert found.result is not None
    assert found.result.plan is not None
    worths = [kept(there, found.result.plan, GOAL).value for there in sample.instances(whole)]
    assert found.found == sample.mean(worths)


def test_draws_where_all_worlds_are_too_many() -> None:
    sample = sampled(theatre(), 1, 0)
    assert sample.draws == 1
    assert sum(sample.weights) == 1
    assert world_instance(theatre(), sample.states[0], {"vote": Fraction(1, 2)})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: {"instance": theatre(conditions={"vote": {"holds": True}})}, "probability"),
        (lambda: {"aim": "median"}, "no such aim"),
        (lambda: {"settings": Settings("engine")}, "engine alone"),
        (lambda: {"worlds": 0}, "at least one world"),
        (lambda: {"model": "cheapest"}, "unmet need"),
        (lambda: {"model": GOAL.model_copy(update={"soft": {"share": 1}})}, "soft"),
    ],
)
def test_what_cannot_be_asked_is_refused(change: Callable[[], dict[str, Any]], words: str, workers: WorkerPool) -> None:
    given = {"instance": theatre(), "model": GOAL, "settings": EXACT} | change()
    with pytest.raises(InputError, match=words):
        robust(given.pop("instance"), workers=workers, **given)


@pytest.mark.parametrize(
    "lists",
    [
        {"requirements": []},
        {"horizon": {"start": "2025-07", "periods": 1}},
        {"contingents": [contingent("DEU-inf", units=0, **{"if": ["vote"]})]},
    ],
)
def test_odd_theatres_have_plans(lists: dict[str, Any], workers: WorkerPool) -> None:
    found = robust(theatre(**lists), aim="cvar", unseen=2, model=GOAL, settings=EXACT, workers=workers)
    assert found.proven
    assert found.result is not None


def test_an_interrupted_search_keeps_its_plan(workers: WorkerPool) -> None:
    stop = threading.Event()

    def tell(what: str, number: int, of: int) -> None:
        if number == 2 and of == 3:
            stop.set()

    found = robust(theatre(), unseen=5, model=GOAL, settings=EXACT, on_progress=tell, stop=stop, workers=workers)
    assert found.result is not None
    assert found.judged is None
    assert "stopped" in verdict(found)


def test_the_command_writes_both_plans(tmp_path: Path) -> None:
    theatre_file, out = tmp_path / "theatre.yaml", tmp_path / "out"
    theatre_file.write_text(theatre().model_dump_json(by_alias=True, exclude_none=True), encoding="utf-8")
    asked = [
        "solve",
        str(theatre_file),
        "--robust",
        "expectation",
        "--unseen",
        "5",
        "--report",
        str(tmp_path / "p.html"),
    ]
    ended = CliRunner().invoke(load(), [*asked, "--time-limit", "20", "--threads", "1", "-o", str(out), "--json"])
    assert ended.exit_code == 0, ended.output
    told = json.loads(ended.stdout)
    assert told["judged"]["draws"] == 5
    assert {"plan.yaml", "plain.yaml", "robust.json", "result.json"} <= {file.name for file in out.iterdir()}
    assert "robust plan" in (tmp_path / "p.html").read_text(encoding="utf-8")
