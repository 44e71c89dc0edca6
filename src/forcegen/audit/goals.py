"""The values of goals: one function each, in one table."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.audit.coverage import BILLION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from forcegen.audit.coverage import Need
    from forcegen.audit.presence import Theatre


def unmet_minimum(found: Sequence[Need], theatre: Theatre) -> Fraction:
    """Sum over requirements and periods of weight x below_minimum."""
    return _weighted((need.weight, sum(need.below_minimum)) for need in found)


def unmet_target(found: Sequence[Need], theatre: Theatre) -> Fraction:
    """Sum over requirements and periods of weight x unmet."""
    return _weighted((need.weight, sum(need.unmet)) for need in found)


def cost(found: Sequence[Need], theatre: Theatre) -> Fraction:
    """Sum over units present and periods of the horizon of cost at the place, handover in full."""
    return Fraction(sum(p.station.cost * len(theatre.inside(p)) for p in theatre.presences), 1000)


def required_minimum(found: Sequence[Need]) -> Fraction:
    """Return `unmet-minimum` with nothing filled."""
    return _weighted((need.weight, sum(need.minimum)) for need in found)


def required_target(found: Sequence[Need]) -> Fraction:
    """Return `unmet-target` with nothing filled."""
    return _weighted((need.weight, sum(need.target)) for need in found)


GOALS: Mapping[str, Callable[[Sequence[Need], Theatre], Fraction]] = {
    "unmet-minimum": unmet_minimum,
    "unmet-target": unmet_target,
    "cost": cost,
}
REQUIRED: Mapping[str, Callable[[Sequence[Need]], Fraction]] = {
    "unmet-minimum": required_minimum,
    "unmet-target": required_target,
}


def _weighted(terms: Iterable[tuple[Fraction, int]]) -> Fraction:
    return sum((weight * Fraction(billionths, BILLION) for weight, billionths in terms), Fraction(0))
