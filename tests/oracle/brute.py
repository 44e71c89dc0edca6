"""The best plan by enumeration, and the worth of any given plan.

Every limit and every fill is a sum over units present, so a plan is, for all that matters, the vector of those sums.
`best` lists the timetables of each unit and combines, unit by unit, all vectors that can be reached. It leaves out only
vectors that no choice for the remaining units can bring within the limits, and keeps of equal vectors the cheapest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from .aims import MORE_GOALS, aim
from .choices import Watch, watches
from .leads import broken_leads, changes_given
from .meters import Limit, cost, limits, needs
from .reading import Item, Presence, Reading
from .timetables import TooLarge, Unit, all_units
from .vectors import Table, Vectors, distinct_rows, vectors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

GOALS = ("unmet-minimum", "unmet-target", "cost")
CAP = 300_000


@dataclass(frozen=True)
class Result:
    """The optimum tier by tier, and the tours of one plan that attains it."""

    feasible: bool
    values: list[Fraction] = field(default_factory=list)
    tours: list[dict[str, Any]] = field(default_factory=list)


def best(document: Item, goals: Sequence[str] = GOALS, cap: int = CAP) -> Result:
    """The lexicographic optimum at slack 0; raises TooLarge rather than try more than `cap` combinations at a time."""
    reading = Reading(document)
    units = all_units(reading, cap)
    vectors = vectors_of(reading, units, goals)
    sums, steps = _combine(vectors, cap)
    worth = [vectors.worth(goal, sums) for goal in goals]
    order = np.lexsort([value for value, _ in reversed(worth)]) if goals else np.arange(len(sums))
    chosen = next((int(i) for i in order if vectors.kept(sums[i])), None)
    if chosen is None:
        return Result(feasible=False)
    values = [Fraction(int(value[chosen]), factor) for value, factor in worth]
    return Result(True, values, _plan(reading, units, steps, chosen))


@dataclass(frozen=True)
class Terms:
    """What a model says beside goals: weights of one sum, prices of soft rules, whose burdens, the plan to keep to."""

    weighted: Item = field(default_factory=dict)
    soft: Item = field(default_factory=dict)
    willing: Sequence[str] | None = None
    base: Sequence[Item] | None = None


def best_of_any(document: Item, goals: Sequence[str], terms: Terms | None = None, cap: int = CAP) -> Result:
    """The same for any goals, `weighted` among them, plan by plan."""
    terms, reading = terms or Terms(), Reading(document)
    parts = [{g: Fraction(w) for g, w in terms.weighted.items()} if goal == "weighted" else {goal: 1} for goal in goals]
    named = list(dict.fromkeys(g for part in parts for g in part))
    aims = {g: aim(reading, g, terms.base, terms.willing) for g in named if g not in GOALS}
    units = all_units(reading, cap)
    vectors = vectors_of(reading, units, named, aims, {kind: Fraction(x) for kind, x in terms.soft.items()})
    sums, steps = _combine(vectors, cap)
    chosen = [i for i in range(len(sums)) if vectors.kept(sums[i])]
    values = []
    for position, part in enumerate(parts):
        if not chosen:
            return Result(feasible=False)
        worth = {i: sum(w * vectors.value(g, sums[i]) for g, w in part.items()) for i in chosen}
        if position == 0:
            worth = {i: value + vectors.price(sums[i]) for i, value in worth.items()}
        values.append(Fraction(min(worth.values())))
        chosen = [i for i in chosen if worth[i] == values[-1]]
    return Result(True, values, _plan(reading, units, steps, chosen[0]))


def evaluate(
    document: Item, tours: Sequence[Item], leads: Sequence[Item] | None = None
) -> tuple[list[str], dict[str, Fraction]]:
    """The violations of a plan, sorted `kind:id` without repetition, and its value in every goal.

    Without `leads`, those of the plan are still to be found, and `lead` says that there are none.
    """
    reading = Reading(document)
    plan = [presence_of(reading, tour) for tour in tours]
    present = plan + reading.running
    found = {objection for tour in plan for objection in reading.objections(tour)}
    found |= _clashes(reading, plan)
    found |= {limit.name for limit in limits(reading) if not _kept(limit, present)}
    looked = [watch for watch in watches(reading) if leads is None or watch.name != "lead"]
    found |= {watch.name for watch in looked if not _holds(watch, present)}
    found |= set() if leads is None else broken_leads(reading, leads, present)
    values = dict.fromkeys(GOALS, Fraction(0))
    for need in needs(reading):
        filled = sum((need.amount(p) for p in present), Fraction(0))
        below = max(Fraction(0), need.minimum - filled)
        values["unmet-minimum"] += need.weight * below
        values["unmet-target"] += need.weight * max(Fraction(0), need.target - filled)
        if need.hard and below:
            found.add(f"hard:{need.name}")
    values["cost"] = sum(map(cost(reading), present), Fraction(0))
    for goal in MORE_GOALS:
        look = aim(reading, goal)
        values[goal] = look.worth([sum((amount(p) for p in present), Fraction(0)) for amount in look.amounts])
    values["lead-changes"] = Fraction(changes_given(reading, leads or ()))
    return sorted(found), values


# Enumeration


@dataclass(frozen=True)
class Step:
    """For every sum kept after one more unit: the sum it came from, and the timetable that the unit took."""

    parents: NDArray[np.intp]
    taken: NDArray[np.intp]


def _combine(vectors: Vectors, cap: int) -> tuple[Table, list[Step]]:
    """The sums of whole plans within all limits, and how each came about."""
    least, most = _margins(vectors.tables)
    sums = vectors.base[None, :][_hopeful(vectors, vectors.base[None, :], least[0], most[0])]
    steps = []
    for done, (table, names) in enumerate(zip(vectors.tables, vectors.names, strict=True), start=1):
        if len(sums) * len(table) > cap:
            raise TooLarge
        sums, step = _add(vectors, sums, table, names, least[done], most[done])
        steps.append(step)
    return sums, steps


def _margins(tables: Sequence[Table]) -> tuple[list[Any], list[Any]]:
    """What the units from the i-th on add to every column at least, and at most."""
    least: list[Any] = [0]
    most: list[Any] = [0]
    for table in reversed(tables):
        least.insert(0, least[0] + table.min(axis=0))
        most.insert(0, most[0] + table.max(axis=0))
    return least, most


def _hopeful(vectors: Vectors, sums: Table, least: Any, most: Any) -> NDArray[np.bool_]:
    """Which sums can still end within every limit."""
    return np.asarray(((sums + most >= vectors.low) & (sums + least <= vectors.high)).all(axis=1))


def _add(
    vectors: Vectors, sums: Table, table: Table, names: NDArray[np.intp], least: Any, most: Any
) -> tuple[Table, Step]:
    """Every sum with every timetable of one more unit."""
    found, parents, taken = [], [], []
    for row, name in zip(table, names, strict=True):
        more = np.minimum(sums + row, vectors.clip)
        kept = np.flatnonzero(_hopeful(vectors, more, least, most))
        found.append(more[kept])
        parents.append(kept)
        taken.append(np.full(kept.size, name))
    distinct, first = distinct_rows(np.concatenate(found))
    return distinct, Step(np.concatenate(parents)[first], np.concatenate(taken)[first])


def _plan(reading: Reading, units: Sequence[Unit], steps: Sequence[Step], last: int) -> list[dict[str, Any]]:
    tours: list[Presence] = []
    for unit, step in zip(reversed(units), reversed(steps), strict=True):
        tours += [unit.tours[i] for i in unit.timetables[step.taken[last]]]
        last = int(step.parents[last])
    return [_as_document(reading, tour) for tour in sorted(tours, key=lambda p: (p.contingent, p.unit, p.start))]


# Evaluation


def presence_of(reading: Reading, tour: Item) -> Presence:
    """A tour of a plan, its start counted in periods."""
    start = reading.period(tour["start"])
    return Presence(tour["contingent"], tour["unit"], tour["sector"], tour["role"], start, tour["periods"])


def _as_document(reading: Reading, tour: Presence) -> dict[str, Any]:
    return {
        "contingent": tour.contingent,
        "unit": tour.unit,
        "sector": tour.sector,
        "role": tour.role,
        "start": reading.date(tour.start),
        "periods": tour.periods,
    }


def _kept(limit: Limit, present: Sequence[Presence]) -> bool:
    total = sum((limit.amount(p) for p in present), Fraction(0))
    return (limit.low is None or total >= limit.low) and (limit.high is None or total <= limit.high)


def _holds(watch: Watch, present: Sequence[Presence]) -> bool:
    return watch.holds([sum((amount(p) for p in present), Fraction(0)) for amount in watch.amounts])


def _clashes(reading: Reading, plan: Sequence[Presence]) -> set[str]:
    """`pool` where one unit would be in two places at once, `dwell` where it leaves home too early."""
    found = set()
    for k, u in {(tour.contingent, tour.unit) for tour in plan}:
        own = sorted((p for p in plan if (p.contingent, p.unit) == (k, u)), key=lambda p: (p.start, p.periods))
        if own[0].start < reading.first_starts.get((k, u), own[0].start):
            away = any(p.leaves > own[0].start for p in reading.running if (p.contingent, p.unit) == (k, u))
            found.add(f"pool:{k}" if away else f"dwell:{k}")
        for former, latter in pairwise(own):
            if latter.start < former.leaves:
                found.add(f"pool:{k}")
            elif latter.start < reading.next_start(former):
                found.add(f"dwell:{k}")
    return found
