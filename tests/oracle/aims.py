"""Goals beyond unmet need and cost: the sums that each looks at, and its value."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from .leads import fewest_commands, lead_rules, look_at
from .meters import needs
from .reading import NOTHING
from .timetables import all_tours

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .meters import Amount
    from .reading import Item, Reading

MORE_GOALS = ("worst-shortfall", "troops", "excess", "peak-lift", "burden-gap", "lead-changes")


@dataclass(frozen=True)
class Aim:
    """`worth`, told the sum of each of `amounts` over units present, says what the goal is worth."""

    amounts: list[Amount]
    worth: Callable[[Sequence[Fraction]], Fraction]


def aim(reading: Reading, goal: str, base: Sequence[Item] | None = None, willing: Sequence[str] | None = None) -> Aim:
    """One of the goals here; `lead-changes` is worth what the best leads make of it."""
    if goal == "changes":
        return _changes(reading, base or ())
    if goal == "burden-gap":
        return _burden(reading, willing)
    return AIMS[goal](reading)


def _worst(reading: Reading) -> Aim:
    asked = [need for need in needs(reading) if need.target > 0]

    def worth(filled: Sequence[Fraction]) -> Fraction:
        lacking = (max(NOTHING, n.target - has) / n.target for n, has in zip(asked, filled, strict=True))
        return Fraction(ceil(1000 * max(lacking, default=NOTHING)))

    return Aim([need.amount for need in asked], worth)


def _excess(reading: Reading) -> Aim:
    asked = list(needs(reading))

    def worth(filled: Sequence[Fraction]) -> Fraction:
        beyond = (n.weight * max(NOTHING, has - n.target) for n, has in zip(asked, filled, strict=True))
        return sum(beyond, NOTHING)

    return Aim([need.amount for need in asked], worth)


def _troop_periods(reading: Reading) -> Amount:
    return lambda p: reading.amount(p.contingent, "strength") * sum(p.holds(t) for t in reading.periods)


def _troops(reading: Reading) -> Aim:
    return Aim([_troop_periods(reading)], lambda sums: sums[0])


def _peak(reading: Reading) -> Aim:
    def moved(t: int) -> Amount:
        return lambda p: ((p.start == t) + (p.leaves == t)) * reading.amount(p.contingent, "strength")

    return Aim([moved(t) for t in reading.periods], lambda sums: max(sums))


def _burden(reading: Reading, willing: Sequence[str] | None) -> Aim:
    soldiers = {row["id"]: row.get("army") or row.get("active") or 0 for row in reading.document["nations"]}
    if willing is None:
        nations = sorted({reading.contingents[tour.contingent]["nation"] for tour in all_tours(reading)})
    else:
        nations = sorted(reading.nations_of(willing))
    nations = [n for n in nations if soldiers[n]]
    served = _troop_periods(reading)

    def of(n: str) -> Amount:
        return lambda p: served(p) if reading.contingents[p.contingent]["nation"] == n else NOTHING

    def worth(sums: Sequence[Fraction]) -> Fraction:
        borne = [10**6 * total / soldiers[n] for n, total in zip(nations, sums, strict=True)]
        return Fraction(ceil(max(borne)) - floor(min(borne)) if len(borne) > 1 else 0)

    return Aim([of(n) for n in nations], worth)


def _leads(reading: Reading) -> Aim:
    looks = [look_at(reading, s) for s in sorted(reading.sectors) if lead_rules(reading, s)]

    def worth(sums: Sequence[Fraction]) -> Fraction:
        values, total = iter(sums), 0
        for look in looks:
            fewest = fewest_commands(reading, look.s, look.states([next(values) for _ in look.amounts]))
            total += 10**6 if fewest is None else fewest
        return Fraction(total)

    return Aim([amount for look in looks for amount in look.amounts], worth)


def _changes(reading: Reading, base: Sequence[Item]) -> Aim:
    """Of each place, the larger number of tours less those that are equal."""
    tours = Counter((t["contingent"], t["sector"], t["role"], reading.period(t["start"]), t["periods"]) for t in base)
    old = Counter[tuple[Any, ...]]()
    for tour, count in tours.items():
        old[tour[:3]] += count
    others = {(k, s, r) for k, item in reading.contingents.items() for s in reading.sectors for r in item["fills"]}
    places, known = sorted({*others, *old}), sorted(tours)

    def at(*place: Any) -> Amount:
        return lambda p: Fraction(not p.history and (p.contingent, p.sector, p.role) == place)

    def same(*tour: Any) -> Amount:
        key = tour
        return lambda p: Fraction(not p.history and (p.contingent, p.sector, p.role, p.start, p.periods) == key)

    def worth(sums: Sequence[Fraction]) -> Fraction:
        new, equal = dict(zip(places, sums, strict=False)), Counter[tuple[Any, ...]]()
        for tour, count in zip(known, sums[len(places) :], strict=True):
            equal[tour[:3]] += min(int(count), tours[tour])
        return sum((max(new[place], Fraction(old[place])) - equal[place] for place in places), NOTHING)

    return Aim([at(*place) for place in places] + [same(*tour) for tour in known], worth)


AIMS: dict[str, Callable[[Reading], Aim]] = {
    "worst-shortfall": _worst,
    "troops": _troops,
    "excess": _excess,
    "peak-lift": _peak,
    "lead-changes": _leads,
}
