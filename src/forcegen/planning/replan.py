"""Replan: from a plan and an instance that has changed in a period, the past kept, as few changes as it takes."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from forcegen.domain.horizon import Period
from forcegen.domain.model import Goal
from forcegen.io.errors import refuse
from forcegen.planning.diff import PlanDiff, compared
from forcegen.planning.frontier import Point, frontier_of
from forcegen.planning.given import given_instance, given_model, given_plan, given_workers
from forcegen.planning.left import served
from forcegen.planning.relax import with_lists
from forcegen.planning.solve import Settings, solve

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.domain.plan import Plan, Tour
    from forcegen.planning.result import Result, TierProgress
    from forcegen.workers import WorkerPool

CHANGES = "changes"
_FIRST_SHARE = 0.5


@dataclass(frozen=True)
class BrokenOff:
    """A tour that had begun and that the changed instance ends early: so many periods are left of those planned."""

    tour: Tour
    periods: int

    def __str__(self) -> str:
        """Return it in words."""
        t = self.tour
        where = f"{t.contingent} unit {t.unit} in {t.sector} as {t.role} from {t.start}"
        return f"broken off: {where} after {self.periods} of {t.periods}"


@dataclass(frozen=True)
class Replan:
    """A plan made anew.

    Parameters
    ----------
    at
        The period of the decision.
    base
        The plan that was.
    result
        The new plan, audited, with what is proven of it.
    broken
        Tours that had begun and cannot go on.
    diff
        What differs between the two plans; None where there is no new one.
    frontier
        Fewest changes against what is lacking; empty unless asked for.
    """

    at: Period
    base: Plan
    result: Result
    broken: tuple[BrokenOff, ...]
    diff: PlanDiff | None
    frontier: tuple[Point, ...]
    seconds: float

    @property
    def plan(self) -> Plan | None:
        """The new plan."""
        return self.result.plan

    @property
    def changes(self) -> int | None:
        """How many tours changed."""
        tier = next((tier for tier in self.result.tiers if tier.name == CHANGES), None)
        return None if tier is None or tier.value is None else int(tier.value)


def replan(
    instance: Instance | Path | str,
    plan: Plan | Path | str,
    at: Period | str,
    *,
    scenario: Sequence[str] = (),
    before: Instance | None = None,
    model: Model | str = "coverage",
    changes: int | None = None,
    frontier: bool = False,
    settings: Settings | None = None,
    on_progress: Callable[[TierProgress], None] | None = None,
    stop: threading.Event | None = None,
    workers: WorkerPool | None = None,
) -> Replan:
    """Return a plan for an instance that has changed, made anew in a period from a plan that there was.

    What starts before `at` is past: it stays, and ends early only where the changed instance no longer lets a unit
    serve. New tours start after notice, counted from `at`; those of the plan keep their dates unless they are changed.
    After the goals of the model the fewest changes are sought, unless the model says where they come
    (docs/semantics.md, section 9).

    Parameters
    ----------
    instance
        The changed instance, or where it is on disk.
    scenario
        What changed, where the instance is read from disk.
    before
        The instance as it was: what the plan needs of it and the changed one no longer knows is taken from there, and
        leaves at `at`. Where the instance is read from disk, it is the same without the scenarios.
    changes
        At most so many tours change; those that are broken off or no longer allowed among them.
    frontier
        Also trade changes against the first goal of the model; half of the time goes into it.
    settings
        Solver and limits; the time limit is for everything.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed, the period is outside the horizon, or the plan names what neither instance knows.
    """
    since, settings = time.monotonic(), settings or Settings()
    settings.ready()
    plan, after = given_plan(plan), given_instance(instance, scenario)
    before = before if before is not None or instance is after else given_instance(instance, ())
    at = decision(at, after)
    after = remembering(after, before, plan, at)
    t = after.horizon.index(at)
    asked = with_changes(given_model(model))
    with given_workers(workers) as pool:

        def answer(model: Model, most: int | None, seconds: float, start: Plan | None = None) -> Result:
            limits = replace(settings, time_limit=max(0.1, seconds))
            return solve(
                after,
                model=model,
                settings=limits,
                start=plan,
                at=at,
                hint=start,
                most_changes=most,
                on_progress=on_progress,
                stop=stop,
                workers=pool,
            )

        result = answer(asked, changes, settings.time_limit * (_FIRST_SHARE if frontier else 1))
        deadline = since + settings.time_limit
        points = tuple(frontier_of(result, answer, deadline, stop)) if frontier else ()
    past = [tour for tour in plan.tours if after.horizon.index(tour.start) < t]
    broken = tuple(BrokenOff(tour, n) for tour, n in served(after, past, t) if n < tour.periods)
    difference = None if result.plan is None else compared(after, plan, result.plan, at=t)
    return Replan(at, plan, result, broken, difference, points, time.monotonic() - since)


def with_changes(model: Model) -> Model:
    """Return the model with the goal `changes` last, unless it has it."""
    if any(CHANGES in goal.parts for goal in model.goals):
        return model
    return model.model_copy(update={"goals": (*model.goals, Goal(minimise=CHANGES))})


def decision(at: Period | str, instance: Instance) -> Period:
    """Return the period of a decision.

    Raises
    ------
    forcegen.io.errors.InputError
        If it is none, or outside the horizon.
    """
    horizon = instance.horizon
    try:
        period = Period.parse(at)
    except ValueError as error:
        raise refuse(str(error), field="at", value=str(at), advice="name a period of the horizon") from None
    if period.unit != horizon.unit or not 0 <= horizon.index(period) < horizon.periods:
        span = f"{horizon.start} to {horizon.label(horizon.periods - 1)}"
        raise refuse(f"{period} is not in the horizon", field="at", value=str(period), advice=f"name one of {span}")
    return period


def remembering(after: Instance, before: Instance | None, plan: Plan, at: Period) -> Instance:
    """Return the changed instance with what the plan's past needs of the instance before; it has left by `at`."""
    gone: dict[str, list[Any]] = {"nations": [], "roles": [], "sectors": [], "contingents": []}
    last = Period.of(at.ordinal - 1, at.unit)
    for tour in plan.tours:
        if tour.start.unit != after.horizon.unit:
            raise refuse(f"the plan has a tour from {tour.start}, the horizon's unit is {after.horizon.unit}")
        for name, key in (("roles", tour.role), ("sectors", tour.sector), ("contingents", tour.contingent)):
            if any(item.id == key for item in (*getattr(after, name), *gone[name])):
                continue
            item = None if before is None else getattr(before, name[:-1]).get(key)
            if item is None:
                advice = "give the instance that the plan was made for"
                raise refuse(f"the plan names {key!r}, which is not among the {name}", value=key, advice=advice)
            if name == "contingents":
                roles = {role.id for role in (*after.roles, *gone["roles"])}
                fills = {role: fill for role, fill in item.fills.items() if role in roles}
                item = item.model_copy(update={"until": last, "fills": fills, "if_": (), "unless": ()})
            gone[name].append(item)
            if name == "contingents" and item.nation not in after.nation:
                assert before is not None
                if before.nation[item.nation] not in gone["nations"]:
                    gone["nations"].append(before.nation[item.nation])
    if not any(gone.values()):
        return after
    return with_lists(after, **{name: (*getattr(after, name), *items) for name, items in gone.items()})
