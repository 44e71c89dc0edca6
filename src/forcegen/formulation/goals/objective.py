"""What a goal is made of: coefficients on a model's columns, and columns and rows of its own where it needs some."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forcegen.domain.plan import Plan
    from forcegen.formulation.frame import Frame
    from forcegen.formulation.rows.coverage import Coverage
    from forcegen.formulation.rows.family import Ints, Rows
    from forcegen.formulation.rows.lead import Leads


@dataclass(frozen=True, eq=False)
class Objective:
    """A goal as a row vector: its value is `scale * (coefficients @ x + offset)`.

    Parameters
    ----------
    coefficients : int64[columns]
        Whole numbers without a common divisor.
    offset : int
        The constant part.
    scale
        What one stands for.
    """

    coefficients: Ints
    offset: int
    scale: Fraction


@dataclass(frozen=True, eq=False)
class Question:
    """What a goal may look at.

    Parameters
    ----------
    parts
        Every requirement's rows; their shortfall columns follow the tours.
    leads
        The columns of leads, None where no rule asks for leads; they follow the shortfalls.
    willing
        The nations between which `burden-gap` is measured; None for those that may serve.
    base
        The plan that `changes` compares with.
    """

    frame: Frame
    parts: list[Coverage]
    leads: Leads | None
    willing: Sequence[str] | None
    base: Plan | None

    @property
    def tours(self) -> int:
        """Number of tour columns."""
        return len(self.frame.columns.tours)

    @property
    def shortfalls(self) -> int:
        """Number of shortfall columns."""
        return 2 * sum(len(part.periods) for part in self.parts)


@dataclass(frozen=True, eq=False)
class Aim:
    """A goal before it is part of a model; its value is `scale * (all coefficients + constant)`.

    Parameters
    ----------
    scale
        What one stands for.
    tours : int64[tours], optional
        Coefficients on the tours.
    shortfalls : int64[shortfalls], optional
        Coefficients on below_minimum and below_target of each coverage row in turn.
    rows
        Rows with columns of the goal's own.
    own : int64[own columns], optional
        Coefficients on these.
    """

    scale: Fraction
    tours: Ints | None = None
    shortfalls: Ints | None = None
    rows: Rows | None = None
    own: Ints | None = None
    constant: int = 0

    def objective(self, columns: int, tours: int, first_own: int) -> Objective:
        """Return the goal over all columns of a model in which its own begin at `first_own`."""
        coefficients = np.zeros(columns, dtype=np.int64)
        for first, part in ((0, self.tours), (tours, self.shortfalls), (first_own, self.own)):
            if part is not None:
                coefficients[first : first + len(part)] = part
        return reduced(coefficients, self.constant, self.scale)


def reduced(coefficients: Ints, offset: int, scale: Fraction) -> Objective:
    """Return an objective without a common divisor."""
    divisor = gcd(int(np.gcd.reduce(coefficients, initial=0)), offset) or 1
    return Objective((coefficients // divisor).astype(np.int64), offset // divisor, scale * divisor)


def combined(terms: Sequence[tuple[Fraction, Objective]]) -> Objective:
    """Return a weighted sum of goals over the same columns.

    Raises
    ------
    OverflowError
        If its coefficients are too large to be counted exactly.
    """
    scales = [weight * term.scale for weight, term in terms]
    denominator = lcm(*(scale.denominator for scale in scales))
    factors = [int(scale * denominator) for scale in scales]
    largest = sum(
        f * int(np.abs(term.coefficients).max(initial=0)) for f, (_, term) in zip(factors, terms, strict=True)
    )
    if largest >= 2**53:
        raise OverflowError("the weights of the goals differ too much to be counted exactly")
    coefficients = sum(f * term.coefficients for f, (_, term) in zip(factors, terms, strict=True))
    offset = sum(f * term.offset for f, (_, term) in zip(factors, terms, strict=True))
    return reduced(np.asarray(coefficients, dtype=np.int64), offset, Fraction(1, denominator))
