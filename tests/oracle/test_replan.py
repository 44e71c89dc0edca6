"""A plan made anew is as good as enumeration finds: changes least for what is lacking, and the other way round."""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.audit import audit
from forcegen.domain.instance import Instance
from forcegen.domain.plan import Plan
from forcegen.mip import Status
from forcegen.planning.replan import replan
from forcegen.planning.solve import Settings
from forcegen.workers import WorkerPool
from tests.oracle.anew import outcomes
from tests.oracle.brute import best
from tests.oracle.generate import SUMS, instance
from tests.oracle.reading import Reading
from tests.oracle.timetables import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = (*SUMS, "nations", "apart", "escort", "either")
BLOCK = 25


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as pool:
        yield pool


def changed(document: dict[str, Any], at: int, rng: Random) -> dict[str, Any]:
    """The document with one or two changes of the kinds that surprise a staff."""
    after, reading = deepcopy(document), Reading(document)
    for _ in range(rng.randint(1, 2)):
        rng.choice((_leave, _leave, _fewer, _excluded, _ceiling, _more, _beds))(after, reading, at, rng)
    return after


def _leave(after: dict[str, Any], reading: Reading, at: int, rng: Random) -> None:
    nation, last = rng.choice(after["nations"])["id"], reading.date(at - 1 + rng.randint(0, 2))
    for k in after["contingents"]:
        if k["nation"] == nation:
            k["until"] = min(k.get("until") or last, last)
            k["ready"] = min(k.get("ready") or k["until"], k["until"])


def _fewer(after: dict[str, Any], reading: Reading, at: int, rng: Random) -> None:
    k = rng.choice(after["contingents"])
    taken = sum(row["units"] for row in after.get("history", ()) if row["contingent"] == k["id"])
    if k.get("units", 0) > taken and not _counted(after):
        k["units"] -= 1


def _excluded(after: dict[str, Any], reading: Reading, at: int, rng: Random) -> None:
    who = {"nations": [rng.choice(after["nations"])["id"]], "sectors": [rng.choice(after["sectors"])["id"]]}
    after.setdefault("rules", []).append({"id": f"X{rng.randint(0, 10**9)}", "kind": "exclude", **who})


def _ceiling(after: dict[str, Any], reading: Reading, at: int, rng: Random) -> None:
    rule = {"id": f"X{rng.randint(0, 10**9)}", "kind": "ceiling", "of": "units", "most": rng.randint(1, 3)}
    after.setdefault("rules", []).append(rule)


def _more(after: dict[str, Any], reading: Reading, at: int, rng: Random) -> None:
    q = rng.choice(after["requirements"])
    if isinstance(q.get("target"), int):
        q["target"] *= 2


def _beds(after: dict[str, Any], reading: Reading, at: int, rng: Random) -> None:
    s = rng.choice(after["sectors"])
    if isinstance(s.get("beds"), int):
        s["beds"] = {reading.date(-1): s["beds"], reading.date(at): s["beds"] // 2}


def _counted(document: dict[str, Any]) -> bool:
    return any(rule["kind"] in ("pin", "bar") for rule in document.get("rules", ()))


def compare(seeds: range, workers: WorkerPool) -> int:
    compared = 0
    for seed in seeds:
        rng = Random(f"replan {seed}")
        document = instance(seed, KINDS)
        known = best(document, ("unmet-target",))
        if not known.feasible:
            continue
        at = rng.randint(0, Reading(document).last - 1)
        after = changed(document, at, rng)
        try:
            possible = outcomes(after, known.tours, at, "unmet-target")
        except TooLarge:
            continue
        changed_instance = Instance.model_validate(after)
        plan = Plan.model_validate({"tours": known.tours})
        settings = Settings(solver=rng.choice(("highs", "cp-sat")), time_limit=60, gap=0, threads=1)
        label = changed_instance.horizon.label(at)
        found = replan(changed_instance, plan, label, frontier=True, settings=settings, workers=workers)
        where = f"seed {seed}, at {at}"
        compared += 1
        if not possible:
            assert found.result.status is Status.INFEASIBLE, where
            continue
        assert found.result.status is Status.OPTIMAL, where
        assert found.plan is not None
        assert audit(changed_instance, found.plan, base=plan, at=at).clean, where
        least = min(value for _, value in possible)
        assert [tier.value for tier in found.result.tiers] == [
            least,
            min(number for number, value in possible if value == least),
        ], where
        for point in found.frontier:
            within = [value for number, value in possible if number <= point.changes]
            assert point.proven, where
            assert point.impossible == (not within), where
            if within:
                assert point.high == min(within), f"{where}, {point.changes} changes"
        first = min(number for number, _ in possible)
        assert min(point.changes for point in found.frontier if not point.impossible) == first, where
    return compared


@pytest.mark.parametrize("first", range(0, 50, BLOCK))
def test_replans_equal_enumeration(first: int, workers: WorkerPool) -> None:
    assert compare(range(first, first + BLOCK), workers) > BLOCK / 2


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("first", range(50, 1000, 50))
def test_replans_equal_enumeration_on_many(first: int, workers: WorkerPool) -> None:
    assert compare(range(first, first + 50), workers) > BLOCK
