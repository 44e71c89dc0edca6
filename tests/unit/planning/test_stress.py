"""What a refusal costs: exact where both are proven, an interval that holds where they are not."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.planning.solve import Settings
from forcegen.planning.stress import Loss, _ranked, stress, without_nation
from forcegen.report.losses import stress_document
from forcegen.workers import WorkerPool
from tests.oracle.brute import best
from tests.oracle.generate import SUMS, instance
from tests.unit.audit.documents import contingent, document

if TYPE_CHECKING:
    from collections.abc import Iterator

GOAL = Model.model_validate({"model": "m", "goals": [{"minimise": "unmet-target"}]})


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as pool:
        yield pool


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
            other = without_nation(Instance.model_validate(item), loss.id)
            document = other.model_dump(mode="json", by_alias=True, exclude_none=True)
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
    assert stress_document(found)["base"] == {"found": 0, "bound": 0}


def loss(name: str, low: int, high: int | None, infeasible: bool = False) -> Loss:
    return Loss("nation", name, Fraction(low), None if high is None else Fraction(high), 0, None, infeasible)


def test_overlapping_intervals_share_a_rank() -> None:
    given = [loss("C", 0, 5), loss("A", 10, 20), loss("B", 8, 12), loss("X", 0, None, True), loss("D", 0, 9)]
    assert [(item.id, item.rank) for item in _ranked(given)] == [("X", 1), ("A", 2), ("B", 2), ("D", 4), ("C", 4)]
