"""Robust: the plan of which most is left in many worlds, on average or in the worst of them."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from forcegen.formulation.tour import Policy
from forcegen.formulation.worlds import SEGMENTS, spread
from forcegen.io.errors import refuse
from forcegen.mip import Status, Termination
from forcegen.planning.given import formulated, given_instance, given_model, given_workers
from forcegen.planning.result import Seconds, Tier
from forcegen.planning.robust.judge import judged
from forcegen.planning.robust.sample import sampled
from forcegen.planning.robust.search import Search
from forcegen.planning.search.auto import KEY as ENGINE
from forcegen.planning.solve import Settings
from forcegen.planning.stress.answers import Desk
from forcegen.planning.stress.cases import only_bars
from forcegen.planning.stress.kept import judged as audited
from forcegen.planning.stress.kept import kept
from forcegen.planning.stress.worlds import chances
from forcegen.solvers.registry import usable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction
    from pathlib import Path

    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.domain.plan import Plan
    from forcegen.planning.result import Result
    from forcegen.planning.robust.judge import Judged
    from forcegen.planning.robust.sample import Sample
    from forcegen.workers import WorkerPool

AIMS: Final = ("expectation", "cvar")
"""What a robust plan makes small: the mean over the worlds, or the mean of the worst tenth of them."""

# Of the time, what a first plan takes, from which both go on; then each has the same time, and the rest is for a bound.
_FIRST, _EACH = 0.15, 0.35


@dataclass(frozen=True)
class Robust:
    """A plan for many worlds, and the plain one beside it.

    Parameters
    ----------
    aim
        `expectation` or `cvar`.
    plain
        The best plan for the instance as it stands.
    result
        The robust plan, audited in the instance as it stands: what it is worth there, and what no plan is better than.
        None where there is no plan.
    draws
        Worlds drawn; None where all that may come were taken, with their probabilities.
    worlds
        How many different ones.
    found, bound
        What the aim is worth for the robust plan in these worlds, audited, and what it is at least for any plan; None
        where nothing is known.
    plain_found
        The same for the plain plan.
    judged
        Both plans in other draws; None where there was no time, or no plan.
    """

    aim: str
    plain: Result
    result: Result | None
    draws: int | None
    worlds: int
    found: Fraction | None
    bound: Fraction | None
    plain_found: Fraction | None
    judged: Judged | None
    seconds: float

    @property
    def proven(self) -> bool:
        """Whether no plan is better in these worlds."""
        return self.found is not None and self.found == self.bound


def robust(
    instance: Instance | Path | str,
    *,
    aim: str = "expectation",
    worlds: int = 50,
    unseen: int = 200,
    model: Model | str = "coverage",
    scenario: Sequence[str] = (),
    settings: Settings | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
    stop: threading.Event | None = None,
    workers: WorkerPool | None = None,
) -> Robust:
    """Return the plan of which most is left when conditions fail, and how it does where neither it nor the plain saw.

    The plan is made for the instance as it stands, and keeps its limits. Then conditions come true or not; tours that a
    world forbids fall away, and nobody reacts. What is then unmet, in the model's first goal, is made small on average
    (`expectation`) or on average over the worst tenth of the worlds (`cvar`).

    Parameters
    ----------
    worlds
        So many draws of the conditions from their probabilities; all worlds where there are no more.
    unseen
        Other draws, on which the plan is compared with the plain one.
    model
        Its first goal counts, which must be one of unmet need.
    settings
        Solver, threads, seed (of the draws too), gap, and the time limit of the searches together. The judgement in
        unseen worlds comes after them.
    on_progress
        Told what is done next, its number, and how many there are.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed, no condition on which something hangs has a probability, or the goal is another.
    forcegen.solvers.SolverError
        If the solver is unknown or not available.
    """
    begun, settings = time.monotonic(), settings or Settings(time_limit=120)
    if settings.solver == ENGINE:
        raise refuse("the engine alone cannot make a robust plan", advice="take the solver auto, which has it too")
    usable(settings.prover)
    instance, model = given_instance(instance, scenario), _goal_of(given_model(model))
    _check(instance, aim, worlds, unseen)
    stop = stop or threading.Event()
    with given_workers(workers) as pool:
        desk = Desk(model, settings, stop, pool, on_progress, 1)
        plain, start = _plain(desk, instance, settings)
        sample = sampled(instance, worlds, settings.seed)
        if plain.plan is None or start is None:
            seconds = time.monotonic() - begun
            return Robust(aim, plain, None, sample.draws, len(sample.states), None, None, None, None, seconds)
        search = _search(desk, instance, sample)
        if only_bars(instance, chances(instance), model):
            search.prove(plain.tiers[0].bound)  # what is left of a plan is worth no more than the whole
        if on_progress is not None:
            on_progress(f"a plan for {len(sample.states)} worlds", 2, 3)
        end = begun + settings.time_limit
        found = search.run(aim, start, settings.time_limit * _EACH, end)
        if on_progress is not None:
            on_progress("both plans in unseen worlds", 3, 3)
        compared = judged(desk, instance, (plain.plan, found.plan), set(sample.states), unseen, settings.seed)
    value, plain_value = (_worth(instance, plan, model, sample, aim) for plan in (found.plan, plain.plan))
    ended = Termination.INTERRUPTED if stop.is_set() else Termination.TIME_LIMIT
    return Robust(
        aim=aim,
        plain=plain,
        result=_result(plain, found.plan, ended, time.monotonic() - begun),
        draws=sample.draws,
        worlds=len(sample.states),
        found=value,
        bound=found.checked(value),
        plain_found=plain_value,
        judged=compared,
        seconds=time.monotonic() - begun,
    )


def _plain(desk: Desk, instance: Instance, settings: Settings) -> tuple[Result, Plan | None]:
    """Return the plain plan, and the one from which it and the robust plan go on for the same time."""
    if desk.tell is not None:
        desk.tell("the plain plan", 1, 3)
    first = desk.solve(instance, settings.time_limit * _FIRST)
    if first.plan is None and first.status is not Status.INFEASIBLE and not desk.stopped:
        first = desk.solve(instance, settings.time_limit * _EACH)
    if first.plan is None or first.status is Status.OPTIMAL or desk.stopped:
        return first, first.plan
    again = desk.solve(instance, settings.time_limit * _EACH, first.plan)
    ends = [tier.bound for tier in (first.tiers[0], again.tiers[0]) if tier.bound is not None]
    best = replace(again.tiers[0], bound=max(ends, default=None))
    return replace(again, tiers=(best,)), first.plan


def _goal_of(model: Model) -> Model:
    """Return the model with its first goal alone."""
    goal = model.goals[0]
    if not set(goal.parts) <= set(SEGMENTS):
        raise refuse(
            f"a robust plan cannot be made for the goal {goal.name}",
            advice=f"give a model whose first goal is one of unmet need: {', '.join(SEGMENTS)}",
        )
    if model.prices:
        raise refuse("a robust plan cannot be made with soft rules", advice="give a model without `soft`")
    return model.model_copy(update={"goals": (goal,), "formulation": "tour"})


def _check(instance: Instance, aim: str, worlds: int, unseen: int) -> None:
    if aim not in AIMS:
        raise refuse(f"no such aim: {aim}", advice=f"one of {', '.join(AIMS)}")
    if worlds < 1 or unseen < 1:
        raise refuse("at least one world must be drawn", advice="give a number of 1 or more")
    if not chances(instance):
        raise refuse("no condition on which something hangs has a probability", advice="give conditions a probability")


def _search(desk: Desk, instance: Instance, sample: Sample) -> Search:
    goal = desk.model.goals[0]
    base = formulated(instance, [goal.name], Policy(goal.parts, desk.model.willing))
    try:
        return Search(desk, base, spread(base, sample.instances(instance), goal.parts), sample)
    except OverflowError as error:
        raise refuse(str(error), advice="use larger units of measure, or rounder probabilities") from None


def _worth(instance: Instance, plan: Plan, model: Model, sample: Sample, aim: str) -> Fraction:
    """Return what the aim is worth for a plan, as the audit finds it in each world."""
    worths = [kept(there, plan, model).value for there in sample.instances(instance)]
    return sample.mean(worths) if aim == "expectation" else sample.cvar(worths)


def _result(plain: Result, plan: Plan, ended: Termination, seconds: float) -> Result:
    """Return a plan as an answer for the instance as it stands; the bound there is the plain plan's."""
    model, tier = plain.model, plain.tiers[0]
    answer = audited(plain.instance, plan, model)
    proven = answer.value == tier.bound
    status, termination = (Status.OPTIMAL, Termination.OPTIMAL) if proven else (Status.FEASIBLE, ended)
    assert plain.plan is not None
    names = ("tours", "leads")
    headed = plain.plan.model_copy(
        update={name: getattr(plan, name) for name in names} | {"status": status.name, "termination": termination.name}
    )
    return replace(
        plain,
        status=status,
        termination=termination,
        tiers=(Tier(tier.name, answer.value, tier.bound, answer.value, answer.value, tier.required, proven),),
        plan=headed,
        audit=answer.audit,
        binding=(),
        seconds=Seconds(0.0, 0.0, seconds, 0.0, seconds),
        base=plain.plan,
        message="",
    )
