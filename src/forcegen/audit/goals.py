"""The values of goals: one function each, in one table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import TYPE_CHECKING

from forcegen.audit.commands import commands
from forcegen.audit.coverage import BILLION
from forcegen.audit.derive import burdens
from forcegen.audit.willing import willing_nations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from forcegen.audit.coverage import Need
    from forcegen.audit.presence import Theatre
    from forcegen.domain.plan import Plan


@dataclass(frozen=True)
class Case:
    """What a goal may look at: coverage, presences, the plan, the plan it is compared with, and who is willing."""

    needs: Sequence[Need]
    theatre: Theatre
    plan: Plan
    base: Plan | None
    willing: Sequence[str] | None


def unmet_minimum(case: Case) -> Fraction:
    """Sum over requirements and periods of weight x below_minimum."""
    return _weighted((need.weight, sum(need.below_minimum)) for need in case.needs)


def unmet_target(case: Case) -> Fraction:
    """Sum over requirements and periods of weight x unmet."""
    return _weighted((need.weight, sum(need.unmet)) for need in case.needs)


def worst_shortfall(case: Case) -> Fraction:
    """The largest, over requirements and periods with a target, of 1000 x unmet / target, rounded up."""
    shares = (
        -(-1000 * lacking // wanted)
        for need in case.needs
        for lacking, wanted in zip(need.unmet, need.target, strict=True)
        if wanted
    )
    return Fraction(max(shares, default=0))


def changes(case: Case) -> Fraction:
    """Tours added and dropped against the base, after matching on contingent, sector and role, equal ones first."""
    if case.base is None:
        raise ValueError("the goal changes needs a plan to compare with")
    before, after = (
        Counter((t.contingent, t.sector, t.role, t.start, t.periods) for t in plan.tours)
        for plan in (case.base, case.plan)
    )
    equal, old, new = (Counter[tuple[str, ...]]() for _ in range(3))
    for tours, count in ((before & after, equal), (before, old), (after, new)):
        for tour, number in tours.items():
            count[tour[:3]] += number
    return Fraction(sum(max(old[place], new[place]) - equal[place] for place in old | new))


def burden_gap(case: Case) -> Fraction:
    """The largest burden per 1,000 soldiers, in thousandths rounded up, less the smallest, rounded down."""
    nations = willing_nations(case.theatre.instance, case.willing)
    borne = [b.per_thousand for b in burdens(case.theatre) if b.nation in nations and b.per_thousand is not None]
    if len(borne) < 2:
        return Fraction(0)
    return Fraction(max(0, ceil(1000 * max(borne)) - floor(1000 * min(borne))))


def cost(case: Case) -> Fraction:
    """Sum over units present and periods of the horizon of cost at the place, handover in full."""
    return Fraction(sum(p.station.cost * len(case.theatre.inside(p)) for p in case.theatre.presences), 1000)


def troops(case: Case) -> Fraction:
    """Sum over units present and periods of the horizon of strength, handover in full."""
    return Fraction(sum(p.station.strength * len(case.theatre.inside(p)) for p in case.theatre.presences), 1000)


def lead_changes(case: Case) -> Fraction:
    """Successive commands of different nations, that of history included, over all sectors."""
    total = 0
    for sector in case.theatre.instance.sectors:
        nations = [command.nation for command in commands(case.theatre, sector.id)]
        total += sum(former != latter for former, latter in pairwise(nations))
    return Fraction(total)


def peak_lift(case: Case) -> Fraction:
    """The largest, over periods, of the strength of the tours that start in it and of those that have just left."""
    moved = dict.fromkeys(range(len(case.theatre.labels)), 0)
    for p in case.theatre.presences:
        for t in (p.start, p.leaves):
            if t in moved:
                moved[t] += p.station.strength
    return Fraction(max(moved.values()), 1000)


def excess(case: Case) -> Fraction:
    """Sum over requirements and periods of weight x what is filled beyond the target."""
    return _weighted(
        (need.weight, sum(max(0, has - wanted) for has, wanted, on in _filled(need) if on)) for need in case.needs
    )


def required_minimum(found: Sequence[Need]) -> Fraction:
    """Return `unmet-minimum` with nothing filled."""
    return _weighted((need.weight, sum(need.minimum)) for need in found)


def required_target(found: Sequence[Need]) -> Fraction:
    """Return `unmet-target` with nothing filled."""
    return _weighted((need.weight, sum(need.target)) for need in found)


GOALS: Mapping[str, Callable[[Case], Fraction]] = {
    "unmet-minimum": unmet_minimum,
    "unmet-target": unmet_target,
    "worst-shortfall": worst_shortfall,
    "changes": changes,
    "burden-gap": burden_gap,
    "cost": cost,
    "troops": troops,
    "lead-changes": lead_changes,
    "peak-lift": peak_lift,
    "excess": excess,
}
REQUIRED: Mapping[str, Callable[[Sequence[Need]], Fraction]] = {
    "unmet-minimum": required_minimum,
    "unmet-target": required_target,
}


def _filled(need: Need) -> Iterable[tuple[int, int, bool]]:
    return zip(need.filled, need.target, need.active, strict=True)


def _weighted(terms: Iterable[tuple[Fraction, int]]) -> Fraction:
    return sum((weight * Fraction(billionths, BILLION) for weight, billionths in terms), Fraction(0))
