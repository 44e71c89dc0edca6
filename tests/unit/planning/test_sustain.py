"""How large a force can be kept up: worked by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.domain.instance import Instance
from forcegen.io.errors import InputError
from forcegen.planning.solve import Settings
from forcegen.planning.steady import steady
from forcegen.planning.sustain import Sustainment, sustain
from forcegen.report.sustainment import sentence, sustainment_document
from forcegen.workers import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Iterator

Item = dict[str, Any]


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as pool:
        yield pool


def theatre(*contingents: Item, target: int = 400, periods: int = 24, **lists: Any) -> Instance:
    """`line` in east wants 400; units of 100 serve 6 months and rest for 24."""
    return Instance.model_validate(
        {
            "forcegen": 1,
            "name": "kept up",
            "horizon": {"start": "2025-07", "periods": periods},
            "nations": [{"id": "AAA"}, {"id": "BBB"}],
            "roles": [{"id": "line"}, {"id": "medical"}],
            "sectors": [{"id": "east"}],
            "contingents": contingents or [contingent()],
            "requirements": [{"id": "Q", "sectors": ["east"], "roles": ["line"], "target": target}],
        }
        | lists
    )


def contingent(name: str = "AAA-inf", **fields: Any) -> Item:
    base = {"id": name, "nation": name[:3], "units": 10, "strength": 100, "fills": {"line": 100}}
    return base | {"tour": 6, "dwell": 24} | fields


def found(instance: Instance, workers: WorkerPool, **asked: Any) -> Sustainment:
    given = {"build_up": 0, "hold": 1, "settings": Settings(threads=1, time_limit=30), "workers": workers}
    return sustain(instance, **(given | asked))


def test_ten_units_of_six_months_in_thirty_keep_up_two(workers: WorkerPool) -> None:
    """10 x 6 / 30 = 2 units on station: 200 of 400. To the horizon of 24 months 2.5 would do: 250 is no whole unit."""
    answer = found(theatre(), workers, factors=["0.5", "0.51", "0.75"])
    assert answer.indefinitely.found <= Fraction(1, 2) <= answer.indefinitely.bound
    assert answer.indefinitely.bound - answer.indefinitely.found <= Fraction(2, 1000)
    assert answer.closed_form == Fraction(1, 2)
    assert [(v.horizon, v.indefinitely) for v in answer.verdicts] == [("yes", "yes"), ("no", "no"), ("no", "no")]
    assert answer.verdicts[0].through == "2027-06"
    assert answer.verdicts[2].through == "2026-12"  # three at a time for 18 months, and one is left
    assert "200 of the 400 troops" in sentence(answer)


def test_handover_is_taken_off_the_tour(workers: WorkerPool) -> None:
    """10 x (6 - 1) / 30 = 1.67 on average, one whole unit for certain."""
    answer = found(theatre(contingent(handover=1)), workers)
    assert answer.closed_form == Fraction(5, 12)
    assert float(answer.indefinitely.found) == pytest.approx(0.25, abs=0.002)
    assert float(answer.indefinitely.bound) == pytest.approx(5 / 12, abs=0.002)


def test_contingents_may_take_turns(workers: WorkerPool) -> None:
    """Half a unit each: neither keeps one up alone, both together may."""
    halves = (contingent(units=5, dwell=54), contingent("BBB-inf", units=5, dwell=54))
    answer = found(theatre(*halves, target=100), workers)
    assert answer.indefinitely.found == 0
    assert float(answer.indefinitely.bound) == pytest.approx(1, abs=0.002)


def test_rules_beds_and_conditions_hold_for_ever_too(workers: WorkerPool) -> None:
    both = (contingent(), contingent("BBB-inf"))
    assert float(found(theatre(*both), workers).indefinitely.found) == pytest.approx(1, abs=0.002)
    for limit in (
        {"rules": [{"id": "P", "kind": "exclude", "nations": ["BBB"]}]},
        {"rules": [{"id": "P", "kind": "ceiling", "most": 200}]},
        {"sectors": [{"id": "east", "beds": {"2025-07": 400, "2027-06": 200}}]},
        {
            "conditions": {"talks": {"holds": {"until": "2026-06"}}},
            "contingents": [both[0], both[1] | {"if": ["talks"]}],
        },
    ):
        answer = found(theatre(*both, **limit), workers)
        assert float(answer.indefinitely.bound) == pytest.approx(0.5, abs=0.002), limit
        assert float(answer.indefinitely.found) == pytest.approx(0.5, abs=0.002), limit


def test_what_would_flip_the_verdict(workers: WorkerPool) -> None:
    """180 wanted of 200: with a fifth fewer units, or a dwell of 29, 160 and 171; beds are not limited."""
    answer = found(theatre(target=180), workers).verdicts[0]
    assert answer.indefinitely == "yes"
    assert answer.tried == ("targets +20 %", "pools -20 %", "dwell +20 %", "beds -20 %")
    assert answer.flips == ("targets +20 %", "pools -20 %", "dwell +20 %")


def test_roles_that_nobody_offers_are_set_aside(workers: WorkerPool) -> None:
    wanted = [{"id": "Q", "roles": ["line"], "target": 100}, {"id": "M", "roles": ["medical"], "target": 5}]
    answer = found(theatre(requirements=wanted), workers)
    assert answer.set_aside == ("medical",)
    assert [line.role for line in answer.roles] == ["line"]
    document = sustainment_document(answer)
    assert document["set_aside"] == ["medical"]
    assert document["closed_form"] == {"factor": 2, "role": "line"}


def test_rules_on_movement_say_nothing_about_a_steady_state() -> None:
    rules = [{"id": "L", "kind": "lift", "most": 0}, {"id": "C", "kind": "ceiling", "most": 9, "over": "horizon"}]
    assert steady(theatre(rules=rules)).left_out == ("L", "C")


@pytest.mark.parametrize(
    ("fields", "asked", "message"),
    [
        ({"requirements": [{"id": "Q", "target": 9}]}, {}, "no requirement names exactly one role"),
        ({}, {"build_up": 24}, "a build-up of 24 leaves nothing"),
    ],
)
def test_what_cannot_be_asked(fields: Item, asked: Item, message: str, workers: WorkerPool) -> None:
    with pytest.raises(InputError, match=message):
        found(theatre(**fields), workers, **asked)
