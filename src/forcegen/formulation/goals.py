"""Goals as integer objectives over the columns of the tour formulation."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.rows.coverage import Coverage, weight

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.formulation.frame import Body, Frame
    from forcegen.formulation.rows.family import Ints


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

    def over(self, columns: int) -> Objective:
        """Return the same goal over more columns, which count for nothing."""
        more = np.zeros(columns - len(self.coefficients), dtype=np.int64)
        return Objective(np.concatenate([self.coefficients, more]), self.offset, self.scale)


def unmet_minimum(frame: Frame, parts: list[Coverage]) -> Objective:
    """Priority-weighted troop-periods below the minimum. Tag `unmet-minimum`."""
    return _shortfall(frame, parts, segments=(1, 0))


def unmet_target(frame: Frame, parts: list[Coverage]) -> Objective:
    """Priority-weighted troop-periods below the target, those below the minimum included. Tag `unmet-target`."""
    return _shortfall(frame, parts, segments=(1, 1))


def cost(frame: Frame, parts: list[Coverage]) -> Objective:
    """Cost of the units present inside the horizon. Tag `cost`."""
    costs = frame.by_place(lambda k, s: k.cost_at(s))

    def of_tours(body: Body) -> Ints:
        stay = np.bincount(body.cells.tour, minlength=len(body.tours))
        return np.asarray(costs[body.tours.contingent, body.tours.sector] * stay)

    shortfalls = np.zeros(2 * sum(len(part.periods) for part in parts), dtype=np.int64)
    constant = int((of_tours(frame.running) * frame.running.units).sum())
    return _reduced(np.concatenate([of_tours(frame.columns), shortfalls]), constant, Fraction(1, 1000))


GOALS: dict[str, Callable[[Frame, list[Coverage]], Objective]] = {
    "unmet-minimum": unmet_minimum,
    "unmet-target": unmet_target,
    "cost": cost,
}


def _shortfall(frame: Frame, parts: list[Coverage], segments: tuple[int, int]) -> Objective:
    worth = [weight(part.requirement, frame) * part.unit for part in parts]
    denominator = lcm(*(number.denominator for number in worth))
    whole = [int(number * denominator) for number in worth]
    pieces = [
        np.tile(np.array(segments) * number, len(part.periods)) for number, part in zip(whole, parts, strict=True)
    ]
    tours = np.zeros(len(frame.columns.tours), dtype=np.int64)
    return _reduced(np.concatenate([tours, *pieces]), 0, Fraction(1, denominator))


def _reduced(coefficients: Ints, offset: int, scale: Fraction) -> Objective:
    divisor = gcd(int(np.gcd.reduce(coefficients)) if len(coefficients) else 0, offset) or 1
    return Objective((coefficients // divisor).astype(np.int64), offset // divisor, scale * divisor)
