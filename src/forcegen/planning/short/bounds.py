"""What the relaxation of one instance proves of those that are a step wider."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.tour import Policy
from forcegen.mip.priced import Priced
from forcegen.planning.given import formulated
from forcegen.solvers.base import SolveOptions
from forcegen.solvers.prices import prices

if TYPE_CHECKING:
    from fractions import Fraction

    from forcegen.domain.instance import Instance
    from forcegen.mip import MipModel
    from forcegen.planning.stress.answers import Desk


class Widened:
    """Proven bounds on an instance with other limits, without a solve.

    The prices that the rows have in the relaxation of one instance bound any other that has rows of the same names:
    closely where only sides differ (a unit, a bed, a slot more), loosely where tours are new or rows are gone.
    """

    def __init__(self, instance: Instance, desk: Desk, seconds: float) -> None:
        self._desk = desk
        model, _ = self._formulated(instance)
        options = SolveOptions(time_limit=max(seconds, 0.1), threads=desk.settings.cores, relax=True)
        found = prices(model, options, stop=desk.stop, pool=desk.workers)
        names = _rows(model)
        self._prices = {} if found is None else dict(zip(names, found.price.tolist(), strict=True))

    def bound(self, case: Instance) -> Fraction | None:
        """Return what no plan for an instance is better than; None where nothing follows."""
        if not self._prices:
            return None
        model, scale = self._formulated(case)
        price = np.array([self._prices.get(name, 0.0) for name in _rows(model)])
        found = Priced.of(model, price).bound()
        return None if found is None else found * scale

    def _formulated(self, instance: Instance) -> tuple[MipModel, Fraction]:
        goal, model = self._desk.model.goals[0], self._desk.model
        formulation = formulated(instance, [goal.name], Policy(goal.parts, model.willing, None, model.prices))
        objective = formulation.objectives[goal.name]
        return formulation.model.with_objective(objective.coefficients, objective.offset), objective.scale


def _rows(model: MipModel) -> list[str]:
    assert model.names is not None
    return model.names().rows
