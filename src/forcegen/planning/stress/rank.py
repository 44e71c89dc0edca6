"""Ranking what is known as intervals: those that overlap the first of their rank share it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence


class Interval(Protocol):
    """Something that lies between `low` and `high` (None: no upper end), or is worse than all (`infeasible`)."""

    @property
    def low(self) -> Fraction:
        """The lower end."""

    @property
    def high(self) -> Fraction | None:
        """The upper end."""

    @property
    def infeasible(self) -> bool:
        """Whether nothing is left at all."""


_Item = TypeVar("_Item", bound=Interval)


@dataclass(frozen=True)
class Separated:
    """Of so many pairs, in how many one is proven to be larger."""

    pairs: int
    separated: int


def ranked(items: Sequence[_Item]) -> list[tuple[int, _Item]]:
    """Return the items, largest first, with ranks from 1; one that may be as large as the first of a rank shares it."""
    found: list[tuple[int, _Item]] = []
    leader: _Item | None = None
    for position, item in enumerate(sorted(items, key=_size, reverse=True), start=1):
        if leader is not None and not apart(leader, item):
            found.append((found[-1][0], item))
        else:
            leader = item
            found.append((position, item))
    return found


def separated(items: Sequence[Interval]) -> Separated:
    """Return how many pairs of items are apart."""
    pairs = list(combinations(items, 2))
    return Separated(len(pairs), sum(apart(one, other) or apart(other, one) for one, other in pairs))


def apart(larger: Interval, smaller: Interval) -> bool:
    """Return whether one is larger than the other, whatever the true values in the intervals are."""
    if larger.infeasible or smaller.infeasible:
        return larger.infeasible and not smaller.infeasible and smaller.high is not None
    return smaller.high is not None and smaller.high < larger.low


def _size(item: Interval) -> tuple[bool, bool, Fraction, Fraction]:
    return item.infeasible, item.high is None, item.low, item.high or Fraction(0)
