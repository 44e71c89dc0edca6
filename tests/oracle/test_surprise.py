"""What a nation costs that leaves by surprise is what enumeration of all plans made anew finds."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.planning.solve import Settings
from forcegen.planning.stress import stress
from forcegen.workers import WorkerPool
from tests.oracle.anew import outcomes
from tests.oracle.generate import SUMS, instance
from tests.oracle.reading import Reading
from tests.oracle.timetables import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

GOAL = Model.model_validate({"model": "m", "goals": [{"minimise": "unmet-target"}]})
KINDS = tuple(kind for kind in SUMS if kind != "pin")  # a pin ends with those who leave: worked by hand elsewhere
BLOCK = 8


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as pool:
        yield pool


def gone(document: dict[str, Any], nation: str, at: int) -> dict[str, Any]:
    """The document in which a nation gives nothing from a period on."""
    after, last = deepcopy(document), Reading(document).date(at - 1)
    own = [k for k in after["contingents"] if k["nation"] == nation]
    for k in own:
        k["until"] = min(k.get("until") or last, last)
        k["ready"] = min(k.get("ready") or last, last)
    there, ids = [], {k["id"] for k in own}
    for row in after.get("history", ()):
        if row["contingent"] not in ids or "ends" not in row:
            there.append(row)
        elif at > 0:
            there.append(row | {"ends": min(row["ends"], last)})
    return after | {"history": there}


def compare(seeds: range, workers: WorkerPool) -> int:
    """Compare what is said of each nation's leaving with enumeration; returns how many leave something to plan."""
    compared = 0
    for seed in seeds:
        document = instance(seed, KINDS)
        given = Instance.model_validate(document)
        settings = Settings(solver="highs", time_limit=600, gap=0, threads=1)
        found = stress(given, model=GOAL, surprise=True, settings=settings, workers=workers)
        plan = found.base.plan
        if plan is None:
            assert not found.surprises
            continue
        tours = plan.model_dump(mode="json")["tours"]
        serving = {given.contingent[tour["contingent"]].nation for tour in tours}
        assert {item.nation for item in found.surprises} == serving
        for item in found.surprises:
            at = Reading(document).period(str(item.at))
            try:
                possible = outcomes(gone(document, item.nation, at), tours, at, "unmet-target")
            except TooLarge:
                continue
            where = f"seed {seed}, {item.nation} leaves at {item.at}"
            if not possible:
                assert item.infeasible or item.pause is not None, where
                continue
            least = min(value for _, value in possible)
            base = found.base.tiers[0].value
            assert item.pause is None, where
            assert item.proven, where
            assert item.exact, where
            assert item.low == max(0, least - base), where
            assert item.changes == min(number for number, value in possible if value == least), where
            compared += 1
    return compared


@pytest.mark.parametrize("first", range(0, 16, BLOCK))
def test_surprises_equal_enumeration(first: int, workers: WorkerPool) -> None:
    assert compare(range(first, first + BLOCK), workers) >= BLOCK / 2


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("first", range(16, 304, 24))
def test_surprises_equal_enumeration_on_many(first: int, workers: WorkerPool) -> None:
    assert compare(range(first, first + 24), workers) >= 12
