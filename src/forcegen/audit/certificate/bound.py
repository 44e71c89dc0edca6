"""What prices prove: a bound on a goal from instance and prices alone, in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.audit.certificate.book import Book
from forcegen.audit.certificate.lines import BILLION
from forcegen.audit.certificate.timetable import Costs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forcegen.domain.certificate import Certificate, GoalPrices
    from forcegen.domain.instance import Instance

LIMIT = "limit(unmet-minimum)"


@dataclass(frozen=True)
class Certified:
    """A goal's bound as it is claimed and as prices prove it, for plans whose unmet minimum is at most `most`."""

    goal: str
    claimed: Fraction
    proven: Fraction
    most: Fraction | None

    @property
    def holds(self) -> bool:
        """Whether no more is claimed than is proven."""
        return self.claimed <= self.proven


def certified(instance: Instance, certificate: Certificate) -> tuple[Certified, ...]:
    """Return each goal's bound, recomputed from the instance and the prices."""
    book = Book(instance)
    return tuple(_certified(book, goal) for goal in certificate.goals)


def proven(book: Book, goal: str, prices: Mapping[str, Fraction], most: Fraction | None = None) -> Fraction:
    """Return what no plan is worth less than, whatever the prices are.

    Every unit takes its cheapest timetable, every shortfall its cheaper end, each row counts its price times its side.
    A row that is not known, or whose price has the wrong sign, counts nothing.

    Parameters
    ----------
    goal
        unmet-minimum or unmet-target.
    prices
        Of rows by name, in the goal's measure for one of what the row counts; rounded to billionths here.
    most
        What unmet-minimum is at most in the plans that are meant.
    """
    costs, total = Costs(book), 0
    earned: dict[tuple[str, int, int], int] = {}
    for name, price in prices.items():
        row, amount = book.row(name), int(price * BILLION)
        if row is None or amount * row.sense <= 0:
            continue
        total += amount * row.side
        costs.add(row, amount)
        if row.lacking is not None:
            earned[row.lacking] = earned.get(row.lacking, 0) + amount
    strict = max(0, -int(prices.get(LIMIT, Fraction(0)) * BILLION)) if most is not None else 0
    total += costs.least() + _shortfalls(book, goal, earned, strict)
    return Fraction(total, BILLION**2) - (Fraction(strict, BILLION) * most if most is not None else 0)


def _shortfalls(book: Book, goal: str, earned: Mapping[tuple[str, int, int], int], strict: int) -> int:
    """Return what shortfalls cost at least: each part is nothing or all, whichever is cheaper; rounded down."""
    total = 0
    for i, (q, need) in enumerate(book.needs.items()):
        for t in range(book.periods):
            least, wanted = book.lacking(q, t)
            low, high = earned.get(("minimum", i, t), 0), earned.get(("target", i, t), 0)
            if not (low or high):
                continue
            weight = need.weight
            below = weight * (BILLION + strict) - low - high
            beyond = (weight * BILLION if goal == "unmet-target" else 0) - high
            room = 0 if need.requirement.hard else least
            total += min(0, _floor(below * room)) + min(0, _floor(beyond * (wanted - least)))
    return total


def _floor(value: Fraction | int) -> int:
    return value if isinstance(value, int) else value.numerator // value.denominator


def _certified(book: Book, goal: GoalPrices) -> Certified:
    most = None if goal.most is None else Fraction(goal.most)
    prices = {name: Fraction(price) for name, price in goal.prices.items()}
    return Certified(goal.name, Fraction(goal.bound), proven(book, goal.name, prices, most), most)
