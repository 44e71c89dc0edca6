"""What the relaxation of one instance proves of all those that only leave something out of it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.tour import Policy
from forcegen.planning.given import formulated
from forcegen.planning.search.proof import Proof
from forcegen.solvers.base import SolveOptions
from forcegen.tours.allowed import allowed_tours
from forcegen.tours.begun import standing

if TYPE_CHECKING:
    from fractions import Fraction

    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan
    from forcegen.mip import Ints, MipModel
    from forcegen.mip.priced import Priced
    from forcegen.planning.stress.answers import Desk
    from forcegen.tours.tours import Tours


FLOOR_SHARE = 0.25
"""Of the time for what it is to bound, what the relaxation may take."""


class Floor:
    """Proven bounds on an instance with some of its tours left out, in milliseconds each.

    The prices that the rows have in the whole instance's relaxation, roundings of covering rows among them, bound it
    without some of its columns too, and are worth less or more there by what those columns and their pools earned.
    """

    def __init__(self, instance: Instance, desk: Desk, seconds: float) -> None:
        goal = desk.model.goals[0]
        policy = Policy(goal.parts, desk.model.willing, None, desk.model.prices)
        self._formulation = formulated(instance, [goal.name], policy)
        objective = self._formulation.objectives[goal.name]
        model = self._formulation.model.with_objective(objective.coefficients, objective.offset)
        self._scale, self._instance = objective.scale, instance
        self._priced = _proven(model, len(self._formulation.frame.columns.tours), desk, seconds)

    def bound(self, case: Instance) -> Fraction | None:
        """Return what no plan for a case is better than; None where nothing follows.

        Parameters
        ----------
        case
            An instance of which every plan is one of the whole instance too, and worth as much there.
        """
        if self._priced is None:
            return None
        gone = np.zeros(self._priced.model.columns, dtype=bool)
        own, left = (self._keys(tours) for tours in (self._formulation.frame.columns.tours, allowed_tours(case)))
        gone[: len(own)] = ~np.isin(own, left)
        found = self._priced.bound(gone)
        return None if found is None else found * self._scale

    def _keys(self, tours: Tours) -> Ints:
        """Return a number for each tour, the same for the same tour."""
        instance = self._instance
        key = tours.contingent * len(instance.sectors) + tours.sector
        key = key * len(instance.roles) + tours.role
        key = key * instance.horizon.periods + tours.start
        longest = max((k.tour_lengths[-1] for k in instance.contingents), default=0)
        return np.asarray(key * (longest + 1) + tours.length)


def floor_anew(instance: Instance, plan: Plan, t: int, desk: Desk, seconds: float) -> Fraction | None:
    """Return what no plan made anew in period `t` is better than; None where nothing follows in the time."""
    goal, model = desk.model.goals[0], desk.model
    policy = Policy(goal.parts, model.willing, plan, model.prices, standing(instance, plan, t))
    formulation = formulated(instance, [goal.name], policy)
    objective = formulation.objectives[goal.name]
    mip = formulation.model.with_objective(objective.coefficients, objective.offset)
    proven = _proven(mip, len(formulation.frame.columns.tours), desk, seconds)
    bound = None if proven is None else proven.bound()
    return None if bound is None else bound * objective.scale


def _proven(model: MipModel, tours: int, desk: Desk, seconds: float) -> Priced | None:
    """Return the prices that prove most of a model in the time."""
    options = SolveOptions(time_limit=max(seconds, 0.1))
    proof = Proof(model, options, lambda bound: None, desk.workers, spare=tours)
    proof.run(seconds, desk.settings.cores, desk.stop or threading.Event())
    return proof.best
