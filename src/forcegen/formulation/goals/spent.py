"""cost, troops: what a plan spends."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.goals.objective import Aim, Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.formulation.frame import Body, Frame
    from forcegen.formulation.rows.family import Ints


def cost(question: Question) -> Aim:
    """Cost of the units present inside the horizon. Tag `cost`."""
    costs = question.frame.by_place(lambda k, s: k.cost_at(s))
    return _spent(question.frame, lambda body: costs[body.tours.contingent, body.tours.sector])


def troops(question: Question) -> Aim:
    """Troop-periods of the units present inside the horizon. Tag `troops`."""
    return _spent(question.frame, lambda body: question.frame.strength[body.tours.contingent])


def _spent(frame: Frame, each: Callable[[Body], Ints]) -> Aim:
    """Return the sum of thousandths a unit and period."""

    def of_tours(body: Body) -> Ints:
        return np.asarray(each(body) * body.stay)

    constant = int((of_tours(frame.running) * frame.running.units).sum())
    return Aim(Fraction(1, 1000), tours=of_tours(frame.columns), constant=constant)
