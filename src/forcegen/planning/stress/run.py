"""Stress: what each nation's refusal and each condition's failure costs, and what else may come."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forcegen.io.errors import refuse
from forcegen.planning.alternatives import alternatives
from forcegen.planning.given import given_foreseen, given_model, given_workers
from forcegen.planning.solve import Settings, without_changes
from forcegen.planning.stress.answers import LEAST, Answer, Desk, answered
from forcegen.planning.stress.assumptions import Shaken, shaken
from forcegen.planning.stress.candidates import Comparison, Made, compare, made_for
from forcegen.planning.stress.floor import FLOOR_SHARE, Floor
from forcegen.planning.stress.losses import Loss, losses, singles
from forcegen.planning.stress.pairs import Pair, pairs
from forcegen.planning.stress.rank import Separated, separated
from forcegen.planning.stress.surprise import Surprise, surprises
from forcegen.planning.stress.worlds import Outlook, outlook
from forcegen.solvers.registry import usable

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.planning.result import Result
    from forcegen.workers import WorkerPool

_BASE_SHARE = 0.25
# How the time that is left is shared by what is asked for.
_WEIGHTS = {
    "losses": 3.0,
    "pairs": 3.0,
    "surprise": 3.0,
    "assumptions": 1.0,
    "draws": 3.0,
    "alternatives": 1.0,
    "plans": 1.0,
}
# Plans nearly as good as the plain one that are compared with it, and what each may lose of all that is required.
_ALTERNATIVES, _WITHIN = 4, "0.02"


@dataclass(frozen=True)
class Stress:
    """The base, and what each nation and condition is worth, those whose loss costs most first.

    Parameters
    ----------
    pairs, surprises, assumptions
        Where they were asked for; else empty.
    outlook, candidates
        Where draws were asked for and there was an answer; else None.
    """

    base: Result
    losses: tuple[Loss, ...]
    seconds: float
    pairs: tuple[Pair, ...] = ()
    surprises: tuple[Surprise, ...] = ()
    assumptions: tuple[Shaken, ...] = ()
    outlook: Outlook | None = None
    candidates: Comparison | None = None

    def of_kind(self, kind: str) -> tuple[Loss, ...]:
        """Return the losses of nations, or of conditions."""
        return tuple(loss for loss in self.losses if loss.kind == kind)

    def separated(self, kind: str) -> Separated:
        """Return how many pairs of losses of a kind are proven to differ."""
        return separated(self.of_kind(kind))


def stress(
    instance: Instance | Path | str,
    *,
    model: Model | str = "coverage",
    scenario: Sequence[str] = (),
    pairs: bool = False,
    surprise: bool = False,
    assumptions: bool = False,
    draws: int = 0,
    unseen: int = 200,
    jobs: int = 1,
    settings: Settings | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
    stop: threading.Event | None = None,
    workers: WorkerPool | None = None,
) -> Stress:
    """Return what is lost in the model's first goal without each nation that serves, and without each condition.

    Every loss is an interval, [bound without - value with, value without - bound with], cut at 0: it holds whatever the
    best plans are.

    Parameters
    ----------
    pairs
        Every pair of nations too.
    surprise
        Each nation too as it leaves by surprise in its worst period, and the plan is made anew from then on.
    assumptions
        Groups of assumed numbers too: density, pools, dwell and beds, each 20 % up and down.
    draws
        So many draws of the conditions from their probabilities too, and candidate plans on others, `unseen` of them.
    jobs
        How many solves at a time; they share the threads.
    settings
        Solver, threads, seed (of the draws too), gap, and the time limit of all solves together, a quarter of it for
        the base.
    on_progress
        Told what is solved next, its number, and how many there are.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed, or draws are asked for where no condition has a probability.
    forcegen.solvers.SolverError
        If the solver is unknown or not available.
    """
    begun, settings = time.monotonic(), settings or Settings(time_limit=300)
    usable(settings.prover)
    instance = given_foreseen(instance, scenario)
    if draws and not any(condition.probability is not None for condition in instance.conditions.values()):
        raise refuse("no condition has a probability to draw from", advice="give conditions a probability")
    asked = {"losses": True, "pairs": pairs, "surprise": surprise, "assumptions": assumptions}
    asked |= {"draws": draws > 0, "alternatives": draws > 0, "plans": draws > 0}
    with given_workers(workers) as pool:
        desk = Desk(_first_goal(given_model(model)), settings, stop, pool, on_progress, jobs)
        question = _Question(desk, instance, settings, begun, [name for name, wanted in asked.items() if wanted])
        return question.run(draws, unseen)


class _Question:
    """One stress, part by part."""

    def __init__(self, desk: Desk, instance: Instance, settings: Settings, begun: float, asked: list[str]) -> None:
        self._desk, self._instance, self._settings = desk, instance, settings
        self._begun, self._asked = begun, asked
        self._deadline = begun + settings.time_limit

    def run(self, draws: int, unseen: int) -> Stress:
        """Return what is known when all parts that are asked for are done, or time is over, or nobody wants more."""
        result = self._desk.solve(self._instance, self._settings.time_limit * _BASE_SHARE)
        base, desk, seed = answered(result), self._desk, self._settings.seed
        until = self._until("losses")
        floor = (
            None
            if base.proven or desk.stopped
            else Floor(self._instance, desk, (until - time.monotonic()) * FLOOR_SHARE)
        )
        base = base if floor is None else base.at_least(floor.bound(self._instance))
        found = singles(desk, self._instance, base, floor, until)
        told = Stress(result, losses(found, base, desk.model), 0.0)
        if "pairs" in self._asked:
            told = replace(told, pairs=pairs(desk, self._instance, base, floor, found, self._until("pairs")))
        if "surprise" in self._asked:
            told = replace(told, surprises=surprises(desk, self._instance, base, self._until("surprise")))
        if "assumptions" in self._asked:
            told = replace(told, assumptions=shaken(desk, self._instance, base, self._until("assumptions")))
        if "draws" in self._asked:
            ahead = outlook(desk, self._instance, base, draws, seed, self._until("draws"))
            plans = [*self._nearby(base), *made_for(ahead.worlds)]
            ranked = compare(desk, self._instance, plans, unseen, seed, self._until("plans"))
            told = replace(told, outlook=ahead, candidates=ranked)
        return replace(told, seconds=time.monotonic() - self._begun)

    def _nearby(self, base: Answer) -> list[Made]:
        """Return the plain plan, and those nearly as good that differ most from it."""
        desk, seconds = self._desk, self._until("alternatives") - time.monotonic()
        made = [] if base.plan is None else [Made("plain", base.plan)]
        if desk.stopped or seconds < LEAST or not made:
            return made
        if desk.tell is not None:
            desk.tell("plans nearly as good", 1, 1)
        near = alternatives(
            self._instance,
            count=_ALTERNATIVES,
            loss=_WITHIN,
            model=desk.model,
            settings=replace(self._settings, time_limit=seconds),
            stop=desk.stop,
            workers=desk.workers,
        )
        return made + [Made(f"alternative {i}", plan.plan) for i, plan in enumerate(near.plans, start=1)]

    def _until(self, part: str) -> float:
        """Return when a part must be done: what is left is shared with those after it."""
        later = self._asked[self._asked.index(part) :]
        now = time.monotonic()
        return now + (self._deadline - now) * _WEIGHTS[part] / sum(_WEIGHTS[name] for name in later)


def _first_goal(model: Model) -> Model:
    """Return the model with its first goal alone, without the goal `changes`, for there is no plan to stay close to."""
    return model.model_copy(update={"goals": without_changes(model).goals[:1]})
