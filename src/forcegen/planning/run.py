"""One solve as a run of many: from plain JSON to the columns of a record."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from forcegen.domain.horizon import Period
from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.io.errors import InputError
from forcegen.io.plan import plan_text
from forcegen.planning.result import AuditRefused, TierProgress
from forcegen.planning.solve import Settings, solve
from forcegen.planning.surprise import as_one, unforeseen
from forcegen.runs import Identity, Task
from forcegen.solvers.base import SolverError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from forcegen.planning.result import Result, Tier

FUNCTION: Final = "forcegen.planning.run:run"
_LEAST = 0.1
# A solver that failed may still have left a plan.
_FAILED = frozenset({"CRASHED", "NUMERIC"})


@dataclass(frozen=True)
class Surprise:
    """The instance as it is known at first, and when the rest becomes known."""

    before: Instance
    at: Period


def task_of(
    instance: Instance,
    model: Model,
    settings: Settings,
    *,
    suite: str,
    path: str = "",
    scenario: tuple[str, ...] = (),
    family: str = "",
    optimum: float | None = None,
    best_known: str | None = None,
    warm_up: bool = False,
    surprise: Surprise | None = None,
) -> Task:
    """Return the run that solves an instance, on which the scenarios named already lie.

    Parameters
    ----------
    surprise
        Where some of them become known only later.
    """
    identity = Identity(
        suite=suite,
        instance=instance.name,
        instance_path=path,
        instance_sha256=instance.digest,
        scenario="+".join(scenario),
        family=family,
        model=model.model,
        solver=settings.solver,
        options=json.dumps(_marks(settings, surprise) | dict(settings.options), sort_keys=True),
        formulation=model.formulation,
        seed=settings.seed,
        threads=settings.cores,
        time_limit=float(settings.time_limit),
        memory_limit=settings.memory_limit,
        gap_wanted=float(settings.gap),
    )
    payload = {
        "instance": _dumped(instance),
        "instance_sha256": instance.digest,
        "model": model.model_dump(mode="json", by_alias=True, exclude_none=True),
        "settings": vars(settings) | {"threads": settings.cores, "options": dict(settings.options)},
        "scenario": list(scenario),
    }
    if surprise is not None:
        payload |= {"before": _dumped(surprise.before), "at": str(surprise.at)}
    return Task(identity, model.digest, FUNCTION, payload, optimum, warm_up, best_known)


def _marks(settings: Settings, surprise: Surprise | None) -> dict[str, Any]:
    """Return what distinguishes a run beside the solver's own options."""
    marks: dict[str, Any] = {"alone": True} if settings.alone else {}
    return marks if surprise is None else marks | {"announced": str(surprise.at), "before": surprise.before.digest}


def _dumped(instance: Instance) -> dict[str, Any]:
    return instance.model_dump(mode="json", by_alias=True, exclude_none=True)


def run(payload: dict[str, Any], stop: threading.Event) -> dict[str, Any]:
    """Solve, and return the columns of a record that say what came of it."""
    begun, used = time.monotonic(), processor_time()
    instance = Instance.model_validate(payload["instance"])
    model = Model.model_validate(payload["model"])
    if instance.digest != payload["instance_sha256"]:
        return {"status": "ERROR", "termination": None, "error": "the instance that arrived is not the one sent"}
    load = time.monotonic() - begun
    settings = Settings(**payload["settings"])
    settings = replace(settings, time_limit=max(_LEAST, settings.time_limit - load))
    trace: list[tuple[float, str, float | None, float | None]] = []

    def note(news: TierProgress) -> None:
        trace.append((round(load + news.seconds, 4), news.goal, _float(news.incumbent), _float(news.bound)))

    try:
        result = _solved(payload, instance, model, settings, note, stop)
    except AuditRefused as error:
        columns = _refused(str(error), [violation.message for violation in error.violations])
    except (InputError, SolverError) as error:
        columns = {"status": "ERROR", "termination": None, "error": str(error)}
    else:
        columns = _columns(result, load, tuple(payload["scenario"]))
        _close(trace, result, load)
    first = next((seconds for seconds, _, incumbent, _ in trace if incumbent is not None), None)
    return columns | {
        "seconds_load": load,
        "seconds_total": time.monotonic() - begun,
        "cpu_seconds": processor_time() - used,
        "first_feasible_seconds": first,
        "trace": json.dumps(trace),
    }


def _solved(
    payload: dict[str, Any],
    instance: Instance,
    model: Model,
    settings: Settings,
    tell: Callable[[TierProgress], None],
    stop: threading.Event,
) -> Result:
    """Return the answer; to a surprise without hindsight, as `solve` gives it."""
    if "at" not in payload:
        return solve(instance, model=model, settings=settings, on_progress=tell, stop=stop)
    before, at = Instance.model_validate(payload["before"]), Period.parse(payload["at"])
    answer = unforeseen(before, instance, at, model=model, settings=settings, on_progress=tell, stop=stop)
    return as_one(*answer)


def _columns(result: Result, load: float, scenario: tuple[str, ...]) -> dict[str, Any]:
    first, seconds = result.tiers[0], result.seconds
    settled = result.status.name in ("INFEASIBLE", "UNBOUNDED")
    plan = None if result.plan is None else result.plan.model_copy(update={"scenario": scenario})
    return {
        "status": result.status.name,
        "termination": result.termination.name,
        "objective": _float(first.said),
        "audited": _float(first.found),
        "bound": _float(first.bound),
        "objective_exact": exact(first.said),
        "audited_exact": exact(first.found),
        "bound_exact": exact(first.bound),
        "gap": _float(first.gap),
        "proven": settled or first.proven,
        "audit_clean": None if result.audit is None else result.audit.clean,
        "violations": None if result.audit is None else json.dumps([v.message for v in result.audit.violations]),
        "error": result.message if result.status.name == "ERROR" or result.termination.name in _FAILED else None,
        "plan": None if plan is None else plan_text(plan),
        "base_plan": None if result.base is None or result.at is None else plan_text(result.base),
        "limits": json.dumps([[tier.name, exact(tier.limit)] for tier in result.tiers[:-1]]),
        "goals": json.dumps([_goal(tier) for tier in result.tiers]),
        **vars(result.size),
        "seconds_build": seconds.build,
        "seconds_solve": seconds.solve,
        "seconds_audit": seconds.audit,
        "versions": json.dumps(result.versions, sort_keys=True),
    }


def _goal(tier: Tier) -> dict[str, Any]:
    told = {name: exact(getattr(tier, name)) for name in ("found", "bound", "limit", "value", "required")}
    return {"name": tier.name, **told, "gap": _float(tier.gap), "proven": tier.proven}


def _close(trace: list[tuple[float, str, float | None, float | None]], result: Result, load: float) -> None:
    """End the trace with what is known at the end, which may be more than was told under way."""
    last = result.tiers[-1]
    trace.append((round(load + result.seconds.total, 4), last.name, _float(last.found), _float(last.bound)))


def _refused(message: str, violations: list[str]) -> dict[str, Any]:
    columns = {"status": "ERROR", "termination": None, "error": message}
    return columns | {"audit_clean": False, "violations": json.dumps(violations)}


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def exact(value: Fraction | None) -> str | None:
    """Return a number as exact text."""
    return None if value is None else str(Fraction(value))


def processor_time() -> float:
    """Return the seconds of processor time of this process and of all ended ones that it started."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
