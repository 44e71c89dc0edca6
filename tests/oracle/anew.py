"""Plans made anew, by enumeration: the past stays, notice counts from the decision, the rest is free."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from .aims import aim
from .brute import CAP, _combine, presence_of
from .reading import Item, Presence, Reading
from .timetables import TooLarge, Unit, all_tours
from .vectors import vectors_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

OF_THE_POST = ("role:", "condition:", "exclude:", "only:")
AT_LARGE = ("exclude", "only", "either")


def outcomes(document: Item, base: Sequence[Item], at: int, goal: str) -> set[tuple[int, Fraction]]:
    """Return every pair of changes and worth that a plan made anew can have; raises TooLarge."""
    reading = Reading(silent(document, at))
    units = _units(reading, base, at)
    aims = {"changes": aim(reading, "changes", base)}
    vectors = vectors_of(reading, units, [goal, "changes"], aims, {})
    sums, _ = _combine(vectors, CAP)
    return {(int(vectors.value("changes", line)), vectors.value(goal, line)) for line in sums if vectors.kept(line)}


def silent(document: Item, at: int) -> dict[str, Any]:
    """Return the document with nothing asked before a period that the past could break."""
    reading = Reading(document)
    rules = [_later(reading, rule, at) if _per_period(rule) else rule for rule in document.get("rules", ())]
    requirements = []
    for q in document.get("requirements", ()):
        if q.get("hard") and at > 0:
            requirements += [_earlier(reading, q, at), _later(reading, q, at)]
        else:
            requirements.append(q)
    kept = [q for q in requirements if not _never(reading, q)]
    return {**document, "rules": [rule for rule in rules if not _never(reading, rule)], "requirements": kept}


def _per_period(rule: Item) -> bool:
    """Whether the past can break a rule; what forbids places is not asked of tours that have begun, only of fills."""
    return rule["kind"] not in AT_LARGE and rule.get("over") != "horizon"


def _later(reading: Reading, item: Item, at: int) -> Item:
    begins = at if item.get("from") is None else max(at, reading.period(item["from"]))
    return {**item, "from": reading.date(begins)}


def _earlier(reading: Reading, item: Item, at: int) -> Item:
    ends = at - 1 if item.get("until") is None else min(at - 1, reading.period(item["until"]))
    return {**item, "id": f"{item['id']}.past", "hard": False, "until": reading.date(ends)}


def _never(reading: Reading, item: Item) -> bool:
    first, last = item.get("from"), item.get("until")
    return first is not None and last is not None and reading.period(first) > reading.period(last)


def _units(reading: Reading, base: Sequence[Item], at: int) -> list[Unit]:
    plan = [presence_of(reading, tour) for tour in base]
    past = [p for p in plan if p.start < at]
    served = {p: _leaves(reading, p, at) for p in past}
    for k in reading.contingents:
        here = [p for p in past if p.contingent == k and served[p] > at]
        given = sum(p.contingent == k and p.leaves > at for p in reading.running)
        for p in sorted(here, key=lambda p: -p.unit)[: max(0, len(here) + given - reading.units(k))]:
            served[p] = at
    decided = Counter(p for p in plan if p.start >= at)
    allowed = [tour for tour in all_tours(reading) if tour.start >= at]
    found = []
    numbers = {(k, u) for k in reading.contingents for u in range(1, reading.units(k) + 1)}
    for k, u in sorted(numbers | {(p.contingent, p.unit) for p in past}):
        own = [
            Presence(k, u, p.sector, p.role, p.start, served[p] - p.start)
            for p in sorted(past, key=lambda p: p.start)
            if (p.contingent, p.unit) == (k, u)
        ]
        notice = int(reading.contingents[k].get("notice", 0))
        may = [
            tour
            for x in allowed
            if x.contingent == k and u <= reading.units(k)
            for tour in [Presence(k, u, x.sector, x.role, x.start, x.periods)]
            if tour.start >= at + notice or decided[tour]
        ]
        free = max([reading.first_starts.get((k, u), 0), *(reading.next_start(p) for p in own)])
        found.append(_unit(reading, own, [tour for tour in may if tour.start >= free]))
    return sorted(found, key=lambda unit: len(unit.timetables))


def _unit(reading: Reading, own: list[Presence], may: list[Presence]) -> Unit:
    tours, begun = [*own, *may], tuple(range(len(own)))
    timetables = [begun]
    for timetable in timetables:
        last = tours[timetable[-1]] if len(timetable) > len(own) else None
        earliest = reading.next_start(last) if last is not None else 0
        timetables += [(*timetable, i) for i in range(len(own), len(tours)) if tours[i].start >= earliest]
        if len(timetables) > 2000:
            raise TooLarge
    return Unit(tours, timetables)


def _leaves(reading: Reading, tour: Presence, at: int) -> int:
    """The first period from `at` on in which the unit may no longer be there, or in which its tour is over."""
    contingent = reading.contingents[tour.contingent]
    for t in range(at, tour.leaves):
        if contingent.get("until") is not None and t > reading.period(contingent["until"]):
            return t
        if t < reading.last:
            here = Presence(tour.contingent, tour.unit, tour.sector, tour.role, t, 1)
            if tour.role not in contingent["fills"]:
                return t
            if any(name.startswith(OF_THE_POST) for name in reading.objections(here)):
                return t
    return tour.leaves
