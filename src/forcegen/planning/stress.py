"""Stress: what each nation's refusal and each condition's failure costs."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from forcegen.domain.rules import Bar, Pin
from forcegen.domain.scope import scope_of
from forcegen.planning.given import given_instance, given_model, given_workers
from forcegen.planning.relax import with_lists
from forcegen.planning.solve import Settings, solve
from forcegen.solvers.registry import usable
from forcegen.tours.tours import allowed_tours

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.planning.result import Result, Tier
    from forcegen.workers import WorkerPool

_BASE_SHARE = 0.25
_LEAST = 2.0


@dataclass(frozen=True)
class Loss:
    """What is lost without one nation or condition, in the model's first goal.

    Parameters
    ----------
    kind, id
        A nation that gives nothing from the start, or a condition that never holds.
    low, high
        The true loss lies between them; None for no upper end (no plan was found, or none exists).
    rank
        From 1; losses whose intervals overlap that of the first of their rank share it.
    short
        Requirements and periods below their minimum in the plan that was found, beyond those of the base; None without.
    infeasible
        Whether no plan keeps the hard rules and requirements any more (proven).
    """

    kind: Literal["nation", "condition"]
    id: str
    low: Fraction
    high: Fraction | None
    rank: int
    short: int | None
    infeasible: bool

    @property
    def exact(self) -> bool:
        """Whether the loss is known exactly."""
        return self.low == self.high


@dataclass(frozen=True)
class Stress:
    """The base, and what each nation and condition is worth, those whose loss costs most first."""

    base: Result
    losses: tuple[Loss, ...]
    seconds: float


def stress(
    instance: Instance | Path | str,
    *,
    model: Model | str = "coverage",
    scenario: Sequence[str] = (),
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
    settings
        Solver, threads, seed, gap, and the time limit of all solves together, a quarter of it for the base.
    on_progress
        Told what is solved next, its number, and how many there are.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed.
    forcegen.solvers.SolverError
        If the solver is unknown or not available.
    """
    begun, settings = time.monotonic(), settings or Settings(time_limit=300)
    usable(settings.prover)
    instance = given_instance(instance, scenario)
    model = given_model(model)
    model = model.model_copy(update={"goals": model.goals[:1]})
    deadline = begun + settings.time_limit
    with given_workers(workers) as pool:

        def answer(case: Instance, seconds: float, start: Result | None = None) -> Result:
            limits = replace(settings, time_limit=max(seconds, _LEAST))
            return solve(
                case, model=model, settings=limits, stop=stop, workers=pool, start=start.plan if start else None
            )

        base = answer(instance, settings.time_limit * _BASE_SHARE)
        found: list[Loss] = []
        cases = list(_cases(instance))
        for number, (kind, name, case) in enumerate(cases):
            if stop is not None and stop.is_set():
                break
            if on_progress is not None:
                on_progress(name, number + 1, len(cases))
            left = (deadline - time.monotonic()) / (len(cases) - number)
            found.append(_loss(kind, name, base, answer(case, left, base)))
    return Stress(base, _ranked(found), time.monotonic() - begun)


def _cases(instance: Instance) -> Iterator[tuple[Literal["nation", "condition"], str, Instance]]:
    """Yield the instance without each nation that has a tour, and without each condition that ever holds."""
    tours = allowed_tours(instance)
    serving = {instance.contingents[k].nation for k in set(tours.contingent.tolist())}
    for nation in instance.nations:
        if nation.id in serving:
            yield "nation", nation.id, without_nation(instance, nation.id)
    for name, condition in instance.conditions.items():
        if condition.holds is not False:
            failed = condition.model_copy(update={"holds": False})
            yield "condition", name, with_lists(instance, conditions=instance.conditions | {name: failed})


def without_nation(instance: Instance, nation: str) -> Instance:
    """Return the instance without any unit of a nation; pins and bars of its contingents go with them."""
    gone = {k.id for k in instance.contingents if k.nation == nation}
    return with_lists(
        instance,
        contingents=tuple(
            k.model_copy(update={"units": 0, "present": None}) if k.id in gone else k for k in instance.contingents
        ),
        history=tuple(row for row in instance.history if row.contingent not in gone),
        rules=tuple(
            rule
            for rule in instance.rules
            if not (isinstance(rule, Pin | Bar) and scope_of(rule, instance).contingents & gone)
        ),
    )


def _loss(kind: Literal["nation", "condition"], name: str, base: Result, after: Result) -> Loss:
    before, now = base.tiers[0], after.tiers[0]
    infeasible = after.status.name == "INFEASIBLE"
    low = _difference(now.bound, before.found)
    high = None if infeasible else _upper(before, now)
    return Loss(kind, name, low, high, 0, _short(base, after), infeasible)


def _difference(value: Fraction | None, less: Fraction | None) -> Fraction:
    return Fraction(0) if value is None or less is None else max(Fraction(0), value - less)


def _upper(before: Tier, now: Tier) -> Fraction | None:
    return None if now.found is None or before.bound is None else max(Fraction(0), now.found - before.bound)


def _short(base: Result, after: Result) -> int | None:
    if base.audit is None or after.audit is None:
        return None
    before, now = (
        {(line.requirement, line.period) for line in audit.coverage if line.filled < line.minimum}
        for audit in (base.audit, after.audit)
    )
    return len(now - before)


def _ranked(losses: Sequence[Loss]) -> tuple[Loss, ...]:
    """Return the losses, largest first; one that may be as large as the first of a rank shares it."""

    def size(loss: Loss) -> tuple[bool, bool, Fraction, Fraction]:
        return loss.infeasible, loss.high is None, loss.low, loss.high or Fraction(0)

    ranked: list[Loss] = []
    leader: Loss | None = None
    for position, loss in enumerate(sorted(losses, key=size, reverse=True), start=1):
        tied = leader is not None and not loss.infeasible and not leader.infeasible and _may_reach(loss, leader)
        both = leader is not None and loss.infeasible and leader.infeasible
        rank = ranked[-1].rank if tied or both else position
        leader = leader if tied or both else loss
        ranked.append(replace(loss, rank=rank))
    return tuple(ranked)


def _may_reach(loss: Loss, leader: Loss) -> bool:
    return loss.high is None or loss.high >= leader.low
