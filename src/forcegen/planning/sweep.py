"""Sweep: many instances, scenarios, models and solvers, one comparison."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forcegen.audit import audit
from forcegen.domain.plan import Plan
from forcegen.io.errors import refuse
from forcegen.io.instance import read_instance
from forcegen.io.scenario import scenarios_beside
from forcegen.io.validation import validated
from forcegen.io.whole import check_no_instance
from forcegen.io.yaml import parse
from forcegen.planning.given import given_model, known_at_first, when_announced
from forcegen.planning.replan import decision, remembering
from forcegen.planning.result import AuditRefused
from forcegen.planning.run import Surprise, task_of
from forcegen.planning.solve import Settings, without_changes
from forcegen.runs import Cluster, Executor, Here, Processes, Record, Store, make_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from forcegen.audit import Audit
    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.runs import Task

SUITE = "sweep"
_STACK = "+"


@dataclass(frozen=True)
class Difference:
    """What a case's first goal is more than the base's: between `low` and `high`; None where nothing is known."""

    low: Fraction | None
    high: Fraction | None

    @property
    def exact(self) -> bool:
        """Whether it is known exactly."""
        return self.low is not None and self.low == self.high


@dataclass(frozen=True)
class Line:
    """One instance, scenario, model, solver and seed, and what came of it.

    Parameters
    ----------
    run
        The run in the store.
    goal, value, bound, gap, proven
        The model's first goal: audited value, proven bound, relative gap, whether both are equal (or it is proven that
        there is no plan).
    covered
        Share of all troops required that the final plan covers, what is beyond a target not counted; None without plan.
    minimums
        Requirements and periods below their minimum in the final plan; None without.
    difference
        To the same instance, model, solver and seed without scenario; None for that itself.
    announced
        When a surprise among the scenarios becomes known: until then the plan is one that does not know of it, as
        `solve` makes it; None where all is known from the start.
    """

    run: str
    instance: str
    scenario: str
    model: str
    solver: str
    seed: int
    status: str
    termination: str | None
    goal: str
    value: Fraction | None
    bound: Fraction | None
    gap: float | None
    proven: bool
    covered: Fraction | None
    minimums: int | None
    difference: Difference | None
    error: str | None
    announced: str | None


@dataclass(frozen=True)
class Sweep:
    """The comparison.

    Parameters
    ----------
    lines
        Of the runs that are finished, in the order of instances, models, solvers, seeds, scenarios.
    wanted
        How many there are when all are finished.
    contradictions
        Claims of different runs on the same case that cannot both be true; none, unless a solver is wrong.
    """

    lines: tuple[Line, ...]
    wanted: int
    contradictions: tuple[str, ...]
    seconds: float

    @property
    def complete(self) -> bool:
        """Whether every run is finished."""
        return len(self.lines) == self.wanted


@dataclass(frozen=True)
class _Case:
    instance: Instance
    scenario: tuple[str, ...]
    model: Model
    task: Task
    base: str
    surprise: Surprise | None


def sweep(
    instances: Sequence[Path | str],
    folder: Path | str,
    *,
    scenarios: Sequence[str] = (),
    all_scenarios: bool = False,
    models: Sequence[Model | str] = ("rotation",),
    solvers: Sequence[str] = ("auto",),
    seeds: Sequence[int] = (0,),
    settings: Settings | None = None,
    jobs: int = 1,
    cluster: str | None = None,
    on_done: Callable[[Record, int, int], None] | None = None,
    stop: threading.Event | None = None,
) -> Sweep:
    """Solve every combination, and compare.

    Each run is stored in `folder` the moment it is finished. Called again with the same folder, those stored are not
    repeated, however the first call ended.

    Parameters
    ----------
    scenarios
        Each one alone, or several stacked, as in ``a+b``. The instance without any is always there, to compare with.
    all_scenarios
        Every scenario in the instance's folder as well, each one alone.
    settings
        Limits of each solve, on one thread unless it says otherwise; its solver and seed do not count.
    jobs
        How many solves at the same time: 1 in this process, else each in one of its own.
    cluster
        Address of a dask.distributed scheduler, or `local` for one on this machine with `jobs` workers.
    on_done
        Told of each run that is finished now, how many are, and how many there are.
    stop
        Set it to end early; what is finished is compared.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed, or there is nothing to solve.
    forcegen.solvers.SolverError
        If a solver is unknown or not available.
    forcegen.runs.StoreError, forcegen.runs.ClusterError
        If the folder or the cluster cannot be used.
    AuditRefused
        If a stored plan does not pass the audit.
    """
    begun = time.monotonic()
    settings = settings or Settings()
    for solver in solvers:
        replace(settings, solver=solver).ready()
    cases = list(_cases(instances, scenarios, all_scenarios, models, solvers, seeds, settings))
    if not cases:
        raise refuse("there is nothing to solve", advice="name an instance, a model, a solver and a seed")
    executor: Executor = Cluster(cluster, jobs) if cluster else Processes(jobs) if jobs > 1 else Here()
    check_no_instance(folder)
    with Store(folder) as store:
        make_runs((case.task for case in cases), store, executor, stop or threading.Event(), on_done)
        records = {record.run: record for record in store.records()}
    done = [case for case in cases if case.task.run in records]
    lines = tuple(_line(case, records) for case in done)
    return Sweep(lines, len(cases), tuple(_contradictions(done, records)), time.monotonic() - begun)


def _cases(
    instances: Sequence[Path | str],
    scenarios: Sequence[str],
    all_scenarios: bool,
    models: Sequence[Model | str],
    solvers: Sequence[str],
    seeds: Sequence[int],
    settings: Settings,
) -> Iterator[_Case]:
    threads = settings.threads or 1
    given = [without_changes(given_model(model)) for model in models]
    for path in dict.fromkeys(map(str, instances)):
        stacks = _stacks(Path(path), scenarios, all_scenarios)
        read = [(stack, read_instance(path, stack), _surprise(path, stack)) for stack in stacks]
        for model, solver, seed in product(given, dict.fromkeys(solvers), dict.fromkeys(seeds)):
            chosen = replace(settings, solver=solver, seed=seed, threads=threads)
            base = ""
            for stack, instance, surprise in read:
                task = task_of(instance, model, chosen, suite=SUITE, path=path, scenario=stack, surprise=surprise)
                base = base or task.run
                yield _Case(instance, stack, model, task, base, surprise)


def _stacks(instance: Path, scenarios: Sequence[str], all_scenarios: bool) -> list[tuple[str, ...]]:
    """Return the scenarios to lay on an instance, none first."""
    stacks = [(text,) if Path(text).is_file() else tuple(text.split(_STACK)) for text in scenarios]
    if all_scenarios:
        stacks += [(name,) for name in scenarios_beside(instance)]
    return list(dict.fromkeys([(), *stacks]))


def _surprise(path: str, stack: tuple[str, ...]) -> Surprise | None:
    at = when_announced(path, stack)
    if at is None:
        return None
    before = read_instance(path, known_at_first(path, stack))
    return Surprise(before, decision(at, before))


def _line(case: _Case, records: dict[str, Record]) -> Line:
    record = records[case.task.run]
    judged = _judged(case, record)
    base = records.get(case.base)
    return Line(
        run=record.run,
        instance=case.instance.name,
        scenario=_STACK.join(case.scenario),
        model=case.model.model,
        solver=record.solver,
        seed=record.seed,
        status=record.status,
        termination=record.termination,
        goal=case.model.goals[0].name,
        value=_exact(record.audited_exact),
        bound=_exact(record.bound_exact),
        gap=record.gap,
        proven=record.proven,
        covered=None if judged is None else _covered(case.instance, judged),
        minimums=None if judged is None else sum(line.filled < line.minimum for line in judged.coverage),
        difference=None if not case.scenario or base is None else _difference(base, record),
        error=record.error,
        announced=None if case.surprise is None else str(case.surprise.at),
    )


def _judged(case: _Case, record: Record) -> Audit | None:
    """Return what the audit says of a stored plan, which is judged again."""
    if record.plan is None:
        return None
    plan = validated(parse(record.plan, f"{record.run}, plan"), Plan)
    goals = list(dict.fromkeys(part for goal in case.model.goals for part in goal.parts))
    how: dict[str, Any] = {"willing": case.model.willing, "soft": case.model.prices}
    if case.surprise is None or record.base_plan is None:
        judged = audit(case.instance, plan, goals, **how)
    else:
        base, at = validated(parse(record.base_plan, f"{record.run}, base plan"), Plan), case.surprise.at
        instance = remembering(case.instance, case.surprise.before, base, at)
        judged = audit(instance, plan, goals, base=base, at=instance.horizon.index(at), **how)
    if not judged.clean:
        raise AuditRefused(judged.violations)
    return judged


def _covered(instance: Instance, judged: Audit) -> Fraction | None:
    requirements = {requirement.id: requirement for requirement in instance.requirements}
    wanted = had = Fraction(0)
    for line in judged.coverage:
        role = requirements[line.requirement].single_role
        worth = Fraction(1) if role is None else Fraction(instance.role[role].worth)
        wanted += worth * line.target
        had += worth * min(line.filled, line.target)
    return had / wanted if wanted else None


def _difference(base: Record, after: Record) -> Difference:
    """Return the interval; a scenario may also help, so it is not cut at 0."""
    before_value, before_bound = _exact(base.audited_exact), _exact(base.bound_exact)
    value, bound = _exact(after.audited_exact), _exact(after.bound_exact)
    low = None if bound is None or before_value is None else bound - before_value
    high = None if value is None or before_bound is None else value - before_bound
    return Difference(low, high)


def _contradictions(cases: Iterable[_Case], records: dict[str, Record]) -> Iterator[str]:
    """Yield what cannot be: plans better than another run's bound, or where another says that there is none.

    What is proven of a surprise is proven of what is left of one base plan, and each run makes its own.
    """
    same: dict[tuple[str, str], dict[str, Record]] = defaultdict(dict)
    for case in (case for case in cases if case.surprise is None):
        same[case.instance.digest, case.model.digest][case.task.run] = records[case.task.run]
    for runs in same.values():
        plans = [(Fraction(r.audited_exact), r) for r in runs.values() if r.audited_exact is not None]
        if not plans:
            continue
        best, holder = min(plans, key=lambda pair: pair[0])
        for run in runs.values():
            bound = _exact(run.bound_exact)
            if run.status == "INFEASIBLE":
                yield f"{run.solver} (run {run.run}) proves there is no plan, {holder.solver} has one ({holder.run})"
            elif bound is not None and bound > best:
                yield (
                    f"{run.solver} (run {run.run}) proves that no plan is better than {bound}, "
                    f"{holder.solver} has one of {best} ({holder.run})"
                )


def _exact(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
