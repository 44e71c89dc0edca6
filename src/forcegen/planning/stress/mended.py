"""The best that can be had by dropping some of a plan's tours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forcegen.domain.plan import Plan
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
    from forcegen.planning.solve import Settings
    from forcegen.planning.stress.kept import Kept
    from forcegen.workers import WorkerPool


def mended(
    instance: Instance,
    rest: Plan,
    model: Model,
    settings: Settings,
    *,
    stop: threading.Event | None,
    workers: WorkerPool,
) -> Kept | None:
    """Return a plan that keeps all limits with no other tours than those of the rest of one; None where none is found.

    Parameters
    ----------
    settings
        Its time limit is for the search; the model is small, for few columns are left in it.
    """
    goal = model.goals[0]
    formulation = formulated(instance, [goal.name], Policy(goal.parts, model.willing, None, model.prices))
    tours, values = len(formulation.frame.columns.tours), encode(formulation, rest)
    objective = formulation.objectives[goal.name]
    mip = formulation.model.with_objective(objective.coefficients, objective.offset)
    upper = mip.upper.copy()
    upper[:tours] = values[:tours]
    options = SolveOptions(
        time_limit=settings.time_limit,
        gap=0.001,
        threads=settings.cores,
        seed=settings.seed,
        memory_limit_gb=settings.memory_limit,
    )
    found = run_solver(replace(mip, upper=upper), settings.prover, options, stop=stop, pool=workers)
    if found.values is None:
        return None
    plan = Plan(tours=decode(formulation, found.values), leads=decode_leads(formulation, found.values))
    answer = judged(instance, plan, model)
    return None if answer.broken else answer
