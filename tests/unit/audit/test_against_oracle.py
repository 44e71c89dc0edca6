"""Random plans, most of them not allowed: the audit and the independent judge agree on all of them."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tests.oracle.brute import evaluate
from tests.oracle.cases import CASES
from tests.oracle.generate import CHOICES, instance
from tests.oracle.reading import Reading
from tests.oracle.timetables import all_units
from tests.unit.audit.documents import judge

if TYPE_CHECKING:
    from forcegen.audit import Audit

Item = dict[str, Any]
PLANS = 8  # of each instance


def anything(random: Random, reading: Reading) -> Item:
    """A tour that names what exists, and little else that is right."""
    k = random.choice(sorted(reading.contingents))
    lengths = reading.lengths(k)
    return {
        "contingent": k,
        "unit": random.randint(1, reading.units(k) + 1),
        "sector": random.choice(sorted(reading.sectors)),
        "role": random.choice(sorted(reading.contingents[k]["fills"])),
        "start": reading.date(random.randint(-1, reading.last)),
        "periods": random.randint(max(1, lengths[0] - 1), lengths[-1] + 1),
    }


def timetables(random: Random, reading: Reading) -> list[Item]:
    """Some units, each with a timetable that it may have by itself."""
    tours = []
    for unit in all_units(reading, 100_000):
        if random.random() < 0.7:
            tours += [unit.tours[i] for i in random.choice(unit.timetables)]
    return [
        {
            "contingent": p.contingent,
            "unit": p.unit,
            "sector": p.sector,
            "role": p.role,
            "start": reading.date(p.start),
            "periods": p.periods,
        }
        for p in tours
    ]


def plans(random: Random, reading: Reading) -> list[list[Item]]:
    """Plans of any tours, of timetables of units, and of both."""
    if not reading.contingents:
        return [[]]
    found = []
    for _ in range(PLANS):
        tours = timetables(random, reading) if random.random() < 0.7 else []
        if not tours or random.random() < 0.3:
            tours = tours + [anything(random, reading) for _ in range(random.randint(1, 3))]
        found.append(tours)
    return found


def leads(random: Random, reading: Reading) -> list[Item]:
    """Leads of sectors that lead rules speak of, one after another, now and then with a gap."""
    found = []
    for s in sorted({s for rule in reading.rules.values() if rule["kind"] == "lead" for s in reading.places(rule)}):
        nations, t = [row["id"] for row in reading.document["nations"]], 0
        nation = random.choice(nations)
        while t < reading.last:
            last = min(reading.last - 1, t + random.randint(0, reading.last))
            if random.random() < 0.9:
                found.append({"sector": s, "nation": nation, "from": reading.date(t), "until": reading.date(last)})
            nation, t = random.choice(nations), last + 1
    return found


def families(found: Audit) -> set[str]:
    """What the audit objects to, in the words that the judge uses."""
    one = {"overlap": "pool", "role": "fill", "requirement": "no-requirement", "start": "ready", "notice": "ready"}
    kinds = {("supply-rule" if v.kind == "supply" and v.rule else v.kind) for v in found.violations}
    return {one.get(kind, kind) for kind in kinds}


@pytest.mark.parametrize("seed", range(50))
def test_random_plans(seed: int) -> None:
    compare_plans(seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(50, 500))
def test_many_random_plans(seed: int) -> None:
    compare_plans(seed)


def compare_plans(seed: int) -> None:
    compare_plans_of(instance(seed), seed)
    compare_plans_of(instance(seed, CHOICES), seed)


def compare_plans_of(document: Item, seed: int) -> None:
    random, reading = Random(seed), Reading(document)
    for tours in plans(random, reading):
        given = leads(random, reading)
        names, values = evaluate(document, tours, given)
        found = judge(document, *tours, leads=given)
        assert found.goals == values
        assert families(found) == {name.split(":")[0] for name in names}, found.violations
        assert {v.rule for v in found.violations if v.rule} == _rules(names, document)


def _rules(names: list[str], document: Item) -> set[str]:
    kinds = {rule["kind"] for rule in document["rules"]} | {"supply-rule"}
    objections = (name.split(":", 1) for name in names)
    return {name for kind, name in objections if kind in kinds and (kind != "supply" or name not in _sectors(document))}


def _sectors(document: Item) -> set[str]:
    return {sector["id"] for sector in document["sectors"]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cases_worked_by_hand(case: Any) -> None:
    for tours in plans(Random(0), Reading(case.document)):
        names, values = evaluate(case.document, tours)
        found = judge(case.document, *tours)
        assert found.goals == values
        assert families(found) == {name.split(":")[0] for name in names}
