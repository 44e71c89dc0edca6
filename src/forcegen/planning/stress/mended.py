"""The best that can be had by dropping some of a plan's tours, and adding some where a rule asks for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.plan import Plan
from forcegen.domain.scope import scope_of
from forcegen.formulation.decode import decode, decode_leads, encode
from forcegen.formulation.tour import Policy
from forcegen.planning.given import formulated
from forcegen.planning.stress.kept import judged
from forcegen.solvers import SolveOptions
from forcegen.solvers import solve as run_solver

if TYPE_CHECKING:
    import threading

    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.formulation.tour import Formulation
    from forcegen.mip import Ints
    from forcegen.planning.solve import Settings
    from forcegen.planning.stress.kept import Kept
    from forcegen.workers import WorkerPool

_ASKING = ("floor", "pin", "ratio", "escort")
"""Kinds of rules that ask for more of something."""


def mended(
    instance: Instance,
    rest: Kept,
    model: Model,
    settings: Settings,
    *,
    stop: threading.Event | None,
    workers: WorkerPool,
) -> Kept | None:
    """Return a plan that keeps all limits, made of the rest of one and of little else; None where none is found.

    Parameters
    ----------
    rest
        What is left of a plan; where it has too little for a rule, tours in that rule's scope may be added.
    settings
        Its time limit is for the search; the model is small, for few columns are left in it.
    """
    goal = model.goals[0]
    formulation = formulated(instance, [goal.name], Policy(goal.parts, model.willing, None, model.prices))
    objective = formulation.objectives[goal.name]
    mip = formulation.model.with_objective(objective.coefficients, objective.offset)
    most = _most(formulation, rest)
    left = np.flatnonzero(most > 0)
    options = SolveOptions(
        time_limit=settings.time_limit,
        gap=0.001,
        threads=settings.cores,
        seed=settings.seed,
        memory_limit_gb=settings.memory_limit,
    )
    found = run_solver(replace(mip, upper=most).with_columns(left), settings.prover, options, stop=stop, pool=workers)
    if found.values is None:
        return None
    values = np.zeros(mip.columns, dtype=np.int64)
    values[left] = found.values
    plan = Plan(tours=decode(formulation, values), leads=decode_leads(formulation, values))
    answer = judged(instance, plan, model)
    return None if answer.broken else answer


def _most(formulation: Formulation, rest: Kept) -> Ints:
    """Return how often each tour may be taken: as in the rest, or freely where a rule asks for more; int64[columns]."""
    tours, instance = formulation.frame.columns.tours, formulation.frame.instance
    upper, most = formulation.model.upper, formulation.model.upper.copy()
    most[: len(tours)] = encode(formulation, rest.plan)[: len(tours)]
    lacking = {violation.rule for violation in rest.audit.violations if violation.kind in _ASKING}
    for rule in instance.rules:
        if rule.id in lacking:
            scope = scope_of(rule, instance)
            who, where, what = (
                np.array([item.id in names for item in items], dtype=bool)
                for items, names in (
                    (instance.contingents, scope.contingents),
                    (instance.sectors, scope.sectors),
                    (instance.roles, scope.roles),
                )
            )
            asked = np.flatnonzero(who[tours.contingent] & where[tours.sector] & what[tours.role])
            most[asked] = upper[asked]
    return most
