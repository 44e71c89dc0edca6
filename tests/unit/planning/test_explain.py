"""What cannot hold together: the known conflicts, and random ones judged by brute force."""

from __future__ import annotations

import threading
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.domain.instance import Instance
from forcegen.io.instance import read_instance
from forcegen.planning.explain import explain
from forcegen.planning.relax import Part, keeping, parts
from forcegen.planning.search.auto import Engine
from forcegen.planning.solve import Settings
from forcegen.report.explanation import explanation_document, explanation_lines
from forcegen.workers import WorkerPool
from tests.oracle.brute import best
from tests.oracle.generate import instance
from tests.oracle.timetables import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SETTINGS = Settings(threads=1, time_limit=60)
KINDS = (
    ("ceiling", "exclude"),
    ("pin", "bar"),
    ("floor", "share"),
    ("lift", "escort"),
    ("only", "ratio"),
    ("lead", "nations"),
    ("presence", "apart"),
    ("either", "standby"),
)
# Units beyond its own that a nation has where its offers are set aside, and how many plans at a time are listed then.
SPARE, CAP = (0, 1, 3, 8), 30_000


PARAGRAPHS = {
    "infeasible-beds": (
        "No plan exists, for two things cannot hold together. Kharkiv has 600 beds from January 2026 and 400 from "
        "April 2026 (basis: assumed; note: a camp is lost in April). At least 500 troops are required in Kharkiv in "
        "the role \u201cPresence behind the line\u201d, from February 2026 until June 2026 (basis: assumed). If any "
        "one of the two gives way, the other can be kept."
    ),
    "infeasible-politics": (
        "No plan exists, for three things cannot hold together. Units of Romania may serve only in Romania hub, or not "
        "at all, throughout (source: invented; basis: assumed; note: serves at home only). At least 1 unit must serve "
        "in Rzeszow hub (Poland) in the role \u201cLogistics\u201d in each month, from March 2026 on (source: "
        "invented; basis: assumed; note: at least one battalion at the main hub). No unit of Poland may serve "
        "anywhere, throughout (source: invented; basis: assumed; note: stays out altogether). If any one of the three "
        "gives way, the other two can be kept."
    ),
}


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as pool:
        yield pool


@pytest.mark.parametrize(
    ("name", "conflict"),
    [
        ("infeasible-beds", {("beds", "kharkiv"), ("requirement", "kharkiv-line")}),
        ("infeasible-politics", {("rule", "hub-manned"), ("rule", "POL-out"), ("rule", "ROU-at-home")}),
    ],
)
def test_conflicts_whose_cause_is_known(name: str, conflict: set[tuple[str, str]], workers: WorkerPool) -> None:
    found = explain(f"instances/{name}", settings=SETTINGS, workers=workers)
    assert found.feasible is False
    assert found.proven_minimal
    assert {(part.kind, part.id) for part in found.conflict} == conflict
    lines, document = explanation_lines(found), explanation_document(found)
    assert document["paragraph"] == PARAGRAPHS[name] == " ".join(lines[:2])
    assert lines[3 : 3 + len(conflict)] == [f"  - {part['words']}" for part in document["conflict"]]


def test_counting_says_where_when_and_by_how_much(workers: WorkerPool) -> None:
    found = explain("instances/infeasible-beds", settings=SETTINGS, workers=workers)
    assert [str(count) for count in found.counts] == [
        "kharkiv-line asks for 500 in 2026-04 to 2026-06; at most 400 could be there: the beds of kharkiv"
    ]


def test_where_there_is_a_plan_there_is_nothing_to_explain(workers: WorkerPool) -> None:
    found = explain("instances/tutorial", settings=SETTINGS, workers=workers)
    assert (found.feasible, found.conflict, found.counts) == (True, (), ())
    assert explanation_lines(found) == ["A plan exists: no hard rule or requirement contradicts the others."]


def test_out_of_time_it_says_so() -> None:
    found = explain("instances/infeasible-politics", settings=Settings(time_limit=0.0))
    assert found.feasible is None
    assert not found.proven_minimal
    assert "Time ran out" in explanation_lines(found)[0]


def test_the_engine_is_not_waited_for_where_the_solver_answers_at_once(
    workers: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It took its share of the time in every check, and where there is no plan it finds none."""
    monkeypatch.setattr(Engine, "improve", lambda *given, **named: pytest.fail("the engine was asked"))
    assert explain("instances/infeasible-politics", settings=SETTINGS, workers=workers).proven_minimal


def test_progress_is_told_and_a_stop_keeps_the_parts_not_yet_ruled_out(workers: WorkerPool) -> None:
    told: list[tuple[int, int]] = []
    found = explain(
        "instances/infeasible-politics",
        settings=SETTINGS,
        on_progress=lambda *news: told.append(news),
        workers=workers,
    )
    assert told[0] == (1, len(parts(read_instance("instances/infeasible-politics"))))
    assert told[-1] == (found.checks, len(found.conflict))
    assert [left for _, left in told] == sorted((left for _, left in told), reverse=True)
    stop = threading.Event()

    def stopped(checks: int, left: int) -> None:
        if checks == 4:
            stop.set()

    ended = explain("instances/infeasible-politics", settings=SETTINGS, on_progress=stopped, stop=stop, workers=workers)
    assert (ended.feasible, ended.proven_minimal, ended.checks) == (False, False, 4)
    assert set(found.conflict) < set(ended.conflict)
    assert len(ended.conflict) < told[0][1]
    assert "There may be fewer" in explanation_lines(ended)[1]


def infeasible(kinds: tuple[str, ...], number: int, *, by_rules: bool) -> Iterator[dict[str, Any]]:
    """Random documents whose requirements, all hard, leave no plan; by rules, where they do without the rules."""
    seed = 0
    while number:
        document = instance(seed, kinds)
        document |= {"requirements": [q | {"hard": True} for q in document["requirements"]]}
        seed += 1
        if not best(document, ()).feasible and (not by_rules or best(document | {"rules": []}, ()).feasible):
            number -= 1
            yield document


def can_be_kept(document: dict[str, Any], kept: Sequence[Part]) -> bool | None:
    """Whether brute force finds a plan that keeps these parts; who offers none of them has units to spare.

    None if there are too many plans to list before one is found.
    """
    item = Instance.model_validate(document)
    relaxed = keeping(item, kept).model_dump(mode="json", by_alias=True, exclude_none=True)
    free = {k.nation for k in item.contingents if k.pool} - {part.id for part in kept if part.kind == "offers"}
    try:
        return any(
            best(relaxed | {"contingents": offered(item, relaxed, free, spare)}, (), CAP).feasible
            for spare in (SPARE if free else (0,))
        )
    except TooLarge:
        return None


def offered(item: Instance, relaxed: dict[str, Any], free: set[str], spare: int) -> list[dict[str, Any]]:
    """The contingents of a relaxed document, those of free nations with so many units beyond their own."""
    return [
        row | {"units": item.contingent[row["id"]].pool + spare} if row["nation"] in free and row["units"] else row
        for row in relaxed["contingents"]
    ]


def test_random_conflicts_are_conflicts_and_irreducible(workers: WorkerPool) -> None:
    """All parts cannot be kept; without each in turn the others can: by brute force on the instance relaxed."""
    conflicts = irreducible = with_rules = 0
    for kinds, by_rules in product(KINDS, (False, True)):
        for document in infeasible(kinds, 2, by_rules=by_rules):
            found = explain(Instance.model_validate(document), settings=SETTINGS, workers=workers)
            assert (found.feasible, found.proven_minimal) == (False, True)
            together = can_be_kept(document, found.conflict)
            others = [can_be_kept(document, [q for q in found.conflict if q != part]) for part in found.conflict]
            assert not together
            assert False not in others
            conflicts += together is False
            irreducible += all(others)
            with_rules += all(others) and any(part.kind == "rule" for part in found.conflict)
    assert conflicts >= 24
    assert irreducible >= 20
    assert with_rules >= 10


def test_beds_and_supply_of_nothing_are_limits_too() -> None:
    document = instance(0)
    document["sectors"] = [sector | {"beds": 0, "supply": 0} for sector in document["sectors"]]
    item = Instance.model_validate(document)
    assert {part.kind for part in parts(item)} >= {"beds", "supply"}
    assert all(sector.beds is None and sector.supply is None for sector in keeping(item, []).sectors)


def test_every_part_kept_is_the_instance_itself() -> None:
    for seed in range(10):
        item = Instance.model_validate(instance(seed))
        assert keeping(item, parts(item)).model_dump() == item.model_dump()
