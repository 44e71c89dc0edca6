"""What every question is given: documents or where they are on disk, workers or none, figures that may be too large."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from forcegen.formulation.tour import build
from forcegen.io.errors import refuse
from forcegen.io.instance import read_instance
from forcegen.io.model import read_model
from forcegen.io.plan import read_plan
from forcegen.io.scenario import read_scenario
from forcegen.planning.written import check_room
from forcegen.workers import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forcegen.domain.horizon import Period
    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.domain.plan import Plan
    from forcegen.formulation.tour import Formulation, Policy


def given_instance(instance: Instance | Path | str, scenario: Sequence[str]) -> Instance:
    """Return an instance; scenarios are laid on one that is read from disk."""
    return read_instance(instance, scenario) if isinstance(instance, Path | str) else instance


def given_foreseen(instance: Instance | Path | str, scenario: Sequence[str]) -> Instance:
    """Return an instance of which all is known before anything is decided, for questions that have no later.

    Raises
    ------
    forcegen.io.errors.InputError
        If a scenario becomes known only later: an answer that knows it from the start would be hindsight.
    """
    refuse_hindsight(scenario, when_announced(instance, scenario))
    return given_instance(instance, scenario)


def refuse_hindsight(scenario: Sequence[str], at: Period | None) -> None:
    """Refuse scenarios that become known only in a period; None: all are known before anything is decided.

    Raises
    ------
    forcegen.io.errors.InputError
        If there is such a period.
    """
    if at is not None:
        message = f"{' + '.join(scenario)} becomes known in {at} only; this question knows all from the start"
        advice = "ask forcegen solve, replan or stress --surprise, or take `announced` out of the scenario"
        raise refuse(message, field="announced", value=str(at), advice=advice)


def when_announced(instance: Instance | Path | str, scenario: Sequence[str]) -> Period | None:
    """Return when the last of the scenarios becomes known; None where all are known before anything is decided."""
    if not isinstance(instance, Path | str):
        return None
    said = (read_scenario(name, Path(instance)).announced for name in scenario)
    return max((period for period in said if period is not None), key=lambda period: period.ordinal, default=None)


def known_at_first(instance: Path | str, scenario: Sequence[str]) -> tuple[str, ...]:
    """Return those of the scenarios that are known before anything is decided."""
    return tuple(name for name in scenario if when_announced(instance, [name]) is None)


def given_plan(plan: Plan | Path | str) -> Plan:
    """Return a plan."""
    return read_plan(plan) if isinstance(plan, Path | str) else plan


def given_model(model: Model | str) -> Model:
    """Return a model; a text is the name of one that is shipped, or a file."""
    return read_model(model) if isinstance(model, str) else model


@contextmanager
def given_workers(workers: WorkerPool | None) -> Iterator[WorkerPool]:
    """Lend the workers that are given, which stay open; or some that end with the block."""
    if workers is not None:
        yield workers
        return
    with WorkerPool() as own:
        yield own


def formulated(
    instance: Instance, goals: Sequence[str], policy: Policy | None = None, formulation: str = "tour"
) -> Formulation:
    """Return an instance as a model, in the `tour`, the `compact` or the `ring` formulation.

    Raises
    ------
    forcegen.io.errors.InputError
        If figures are too large to be counted exactly, or the model is too large for this machine.
    """
    if formulation == "tour":
        check_room(instance)
    try:
        return build(instance, goals, policy, formulation)
    except OverflowError as error:
        raise refuse(str(error), advice="use larger units of measure") from None
