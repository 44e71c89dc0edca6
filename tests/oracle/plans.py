"""Every plan of a tiny instance, told by what it is worth in one goal and by some sums over its tours."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from .aims import Aim
from .brute import CAP, _combine
from .reading import Reading
from .timetables import all_units
from .vectors import vectors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .meters import Amount
    from .reading import Item


@dataclass(frozen=True)
class Told:
    """A plan's value in the goal, and its sums."""

    value: Fraction
    sums: tuple[Fraction, ...]


def every_plan(document: Item, goal: str, amounts: Sequence[Amount], cap: int = CAP) -> list[Told]:
    """All plans that keep all limits, those that are told alike once; history is part of the sums."""
    reading = Reading(document)
    aim = Aim(list(amounts), lambda sums: Fraction(0))
    vectors = vectors_of(reading, all_units(reading, cap), [goal], {"told": aim})
    sums, _ = _combine(vectors, cap)
    part = vectors.aimed["told"][1]
    return [Told(vectors.value(goal, row), tuple(vectors.exact(row, part))) for row in sums if vectors.kept(row)]
