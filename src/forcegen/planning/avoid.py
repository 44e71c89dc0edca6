"""Whether a plan within the loss can do without what all plans found share."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from forcegen.formulation.decode import settled
from forcegen.mip import Status
from forcegen.planning.search.auto import Engine
from forcegen.planning.search.either import Asked, Either
from forcegen.planning.search.pair import Pair

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forcegen.mip import Ints, MipModel
    from forcegen.planning.nearby import Found, Nearby, Place

Answer = Literal["yes", "no", "open"]

_LEAST = 0.5


def avoidable(nearby: Nearby, found: Sequence[Found], deadline: float) -> dict[Place, Answer]:
    """Return for each place that all plans use whether every plan within the loss does.

    A place is taken away and the first goal minimised: a plan within its limit says no, a bound above it says yes.
    A plan that is found settles every place that it does without. The largest places come first.
    """
    least = np.min([item.served for item in found], axis=0)
    shared = [int(c) for c in np.argsort(-least, kind="stable") if least[c] > 0]
    answers: dict[int, Answer] = {}
    for number, cell in enumerate(shared):
        if cell in answers:
            continue
        left = (deadline - time.monotonic()) / (len(shared) - number)
        witness = _cut(nearby, found, cell)
        if witness is None and left > 0 and not nearby.stop.is_set():
            answer, witness = _without(nearby, found[0].values, cell, max(_LEAST, left))
            answers[cell] = answer
        if witness is not None:
            answers |= {c: "no" for c in shared if not witness.served[c]}
    return {nearby.places[c]: answers.get(c, "open") for c in shared}


def _cut(nearby: Nearby, found: Sequence[Found], cell: int) -> Found | None:
    """Return a plan that was found, less its tours in a cell, if that is within the loss."""
    for item in found:
        values = _less(nearby, item.values, cell)
        if nearby.model.feasible(values):
            return nearby.found(values)
    return None


def _less(nearby: Nearby, values: Ints, cell: int) -> Ints:
    taken = values.copy()
    taken[: len(nearby.cells.cell)][nearby.cells.cell == cell] = 0
    return settled(nearby.formulation, taken)


def _without(nearby: Nearby, values: Ints, cell: int, seconds: float) -> tuple[Answer, Found | None]:
    """Return whether every plan within the loss uses a cell, and one that does not."""
    goal, enough = nearby.goals[0], Either(nearby.stop)
    model, limit = _closed(nearby.without_limit(goal), nearby, cell), nearby.side(goal)
    start = _less(nearby, values, cell)

    def hear(_: float, value: int | None, bound: int | None) -> None:
        if (value is not None and value <= limit) or (bound is not None and bound > limit):
            enough.set()

    pair = Pair(
        Engine(replace(nearby.formulation, model=model), nearby.goals),
        goal,
        model,
        nearby.settings.prover,
        nearby.settings.second,
        replace(nearby.options(seconds, start if model.feasible(start) else None), gap=0.0),
        hear,
        Asked(enough, nearby.stop),
        nearby.workers,
    )
    outcome = pair.run(lambda: None)
    if pair.best is not None and model.value(pair.best) <= limit:
        return "no", nearby.found(pair.best)
    refuted = outcome.status is Status.INFEASIBLE or (outcome.bound is not None and outcome.bound > limit)
    return ("yes" if refuted else "open"), None


def _closed(model: MipModel, nearby: Nearby, cell: int) -> MipModel:
    """Return the model without the tours of a cell."""
    upper = model.upper.copy()
    upper[: len(nearby.cells.cell)][nearby.cells.cell == cell] = 0
    return replace(model, upper=upper)
