"""Surprise: what is planned before something becomes known, and what is made of it then; never with hindsight."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from forcegen.io.errors import refuse
from forcegen.io.instance import read_instance
from forcegen.planning.given import given_model, given_plan, given_workers, known_at_first, when_announced
from forcegen.planning.replan import Replan, decision, replan
from forcegen.planning.solve import Settings, solve

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from forcegen.domain.horizon import Period
    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.domain.plan import Plan
    from forcegen.planning.result import Result, TierProgress
    from forcegen.workers import WorkerPool

_BASE_SHARE = 0.4


def surprise(
    instance: Path | str,
    *,
    scenario: Sequence[str],
    plan: Plan | Path | str | None = None,
    at: Period | str | None = None,
    model: Model | str = "coverage",
    changes: int | None = None,
    frontier: bool = False,
    settings: Settings | None = None,
    on_progress: Callable[[TierProgress], None] | None = None,
    stop: threading.Event | None = None,
    workers: WorkerPool | None = None,
) -> tuple[Result | None, Replan | None]:
    """Return the plan made without hindsight, and what is made of it when the surprise becomes known.

    Parameters
    ----------
    instance
        Where it is on disk.
    scenario
        Those without `announced` hold from the start; those with it become known then, the latest of them decides.
    plan
        The plan that there is; made here unless given, without the surprise.
    at
        When it becomes known; as the scenarios say unless given.

    Returns
    -------
    base, anew
        The base is None where a plan is given; the second is None where no base was found.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed, or neither `at` nor a scenario says when.
    """
    begun, settings = time.monotonic(), settings or Settings()
    announced = when_announced(instance, scenario)
    at = at or announced
    if at is None:
        raise refuse("nothing says when the change becomes known", advice="say when: --at PERIOD, or `announced`")
    before = read_instance(instance, () if announced is None else known_at_first(instance, scenario))
    at, after = decision(at, before), read_instance(instance, scenario)
    settings = replace(settings, time_limit=max(1.0, settings.time_limit - (time.monotonic() - begun)))
    return unforeseen(
        before,
        after,
        at,
        scenario=scenario,
        plan=plan,
        model=model,
        changes=changes,
        frontier=frontier,
        settings=settings,
        on_progress=on_progress,
        stop=stop,
        workers=workers,
    )


def unforeseen(
    before: Instance,
    after: Instance,
    at: Period,
    *,
    scenario: Sequence[str] = (),
    plan: Plan | Path | str | None = None,
    model: Model | str = "coverage",
    changes: int | None = None,
    frontier: bool = False,
    settings: Settings | None = None,
    on_progress: Callable[[TierProgress], None] | None = None,
    stop: threading.Event | None = None,
    workers: WorkerPool | None = None,
) -> tuple[Result | None, Replan | None]:
    """Return the same, of instances that are read already: as it was known at first, and as it becomes known.

    Parameters
    ----------
    scenario
        What the answer is called.
    """
    begun, settings = time.monotonic(), settings or Settings()
    with given_workers(workers) as pool:
        base = None
        if plan is None:
            limits = replace(settings, time_limit=settings.time_limit * _BASE_SHARE)
            base = solve(
                before,
                model=given_model(model),
                settings=limits,
                on_progress=on_progress,
                stop=stop,
                workers=pool,
            )
            if base.plan is None:
                return base, None
            plan = base.plan
        left = replace(settings, time_limit=max(1.0, settings.time_limit - (time.monotonic() - begun)))
        anew = replan(
            after,
            given_plan(plan),
            at,
            before=before,
            model=model,
            changes=changes,
            frontier=frontier,
            settings=left,
            on_progress=on_progress,
            stop=stop,
            workers=pool,
        )
    return base, replace(anew, result=_named(anew.result, scenario))


def as_one(base: Result | None, anew: Replan | None) -> Result:
    """Return base and what was made of it as one answer."""
    if anew is None:
        assert base is not None
        words = "no plan was found that does not know the surprise, so there is none to make anew"
        return replace(base, message="; ".join(filter(None, (base.message, words))))
    words = f"made anew in {anew.at} of a plan that did not know; forcegen replan says what changes"
    message = "; ".join(filter(None, (words, anew.result.message)))
    seconds = anew.result.seconds if base is None else base.seconds + anew.result.seconds
    return replace(anew.result, message=message, seconds=seconds)


def _named(result: Result, scenario: Sequence[str]) -> Result:
    """Return the result with the scenarios in it and in its plan."""
    plan = None if result.plan is None else result.plan.model_copy(update={"scenario": tuple(scenario)})
    return replace(result, scenario=tuple(scenario), plan=plan)
