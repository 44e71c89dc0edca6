"""What cannot hold together: the known conflicts, and random ones judged by brute force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forcegen.domain.instance import Instance
from forcegen.planning.auto import Engine
from forcegen.planning.explain import explain
from forcegen.planning.relax import Part, keeping, parts
from forcegen.planning.solve import Settings
from forcegen.report.explanation import explanation_document, explanation_lines
from forcegen.workers import WorkerPool
from tests.oracle.brute import best
from tests.oracle.generate import instance

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = Settings(threads=1, time_limit=60)


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
    lines = explanation_lines(found)
    assert lines[0] == f"No plan exists. These {len(conflict)} things cannot hold together:"
    assert explanation_document(found)["conflict"][0]["words"] in lines[1]


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


def infeasible(kinds: tuple[str, ...], number: int) -> Iterator[dict[str, Any]]:
    """Random documents without a plan, made so by a harsher copy of their rules and requirements."""
    seed = 0
    while number:
        document = instance(seed, kinds)
        hard = [q | {"hard": True} for q in document["requirements"]]
        seed += 1
        if not best(document | {"requirements": hard}).feasible:
            number -= 1
            yield document | {"requirements": hard}


def with_all_offers(document: dict[str, Any], kept: list[Part]) -> bool:
    """Whether brute force finds a plan that keeps these parts, with the offers as they are."""
    item = Instance.model_validate(document)
    offers = [part for part in parts(item) if part.kind == "offers"]
    relaxed = keeping(item, [*(part for part in kept if part.kind != "offers"), *offers])
    return best(relaxed.model_dump(mode="json", by_alias=True, exclude_none=True)).feasible


@pytest.mark.parametrize("kinds", [("ceiling", "exclude"), ("pin", "bar"), ("floor", "share"), ("lift", "escort")])
def test_random_conflicts_are_conflicts_and_irreducible(kinds: tuple[str, ...], workers: WorkerPool) -> None:
    for document in infeasible(kinds, 8):
        found = explain(Instance.model_validate(document), settings=SETTINGS, workers=workers)
        assert found.feasible is False
        assert found.proven_minimal
        conflict = list(found.conflict)
        assert not with_all_offers(document, conflict)
        if not any(part.kind == "offers" for part in conflict):
            continue  # without offers in it, units beyond those offered may be needed to keep the rest
        others = {part.id for part in parts(Instance.model_validate(document)) if part.kind == "offers"}
        if {part.id for part in conflict if part.kind == "offers"} == others:
            assert all(
                with_all_offers(document, [other for other in conflict if other != part])
                for part in conflict
                if part.kind != "offers"
            )


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
