"""One run as one row: who it is, what came of it, how large it was, how long it took, and where."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final


@dataclass(frozen=True)
class Identity:
    """What is solved, and how.

    Parameters
    ----------
    suite
        The suite, or `sweep`.
    instance, instance_path, instance_sha256
        The instance's name; where it was read, or how it was drawn; the hash of its content, scenario included.
    scenario
        Scenarios in their order with `+` between them; empty for none.
    family
        What instances are grouped by; empty for nothing.
    model
        The model's name.
    solver
        `auto`, or a solver's name, or a peer's.
    options
        JSON: options of the solver's own, by name; `alone` if it has neither engine nor greedy plan beside it; of a
        peer, its `program`; of a surprise, when it is `announced`, and the hash of the instance `before` that.
    formulation
        How the model is written; `peer` where somebody else's program writes its own.
    threads
        Threads that the solver is given.
    time_limit, memory_limit
        Seconds for all goals, from the start to the last plan; GB for the solver, None for no limit.
    gap_wanted
        Relative gap with which to be content.
    """

    suite: str
    instance: str
    instance_path: str
    instance_sha256: str
    scenario: str
    family: str
    model: str
    solver: str
    options: str
    formulation: str
    seed: int
    threads: int
    time_limit: float
    memory_limit: float | None
    gap_wanted: float


@dataclass(frozen=True)
class Record(Identity):
    """A row of the store. None: not known, or there is none.

    Objective, bound and gap are those of the first goal; `goals` has all of them.

    Parameters
    ----------
    run
        Name of the run: the same for the same task, so that a finished one is never repeated.
    status, termination
        `OPTIMAL`, `FEASIBLE`, `INFEASIBLE`, `UNBOUNDED`, `NO_SOLUTION`, `ERROR`; and why it ended: `OPTIMAL`, `GAP`,
        `TIME_LIMIT`, `MEMORY_LIMIT`, `CRASHED`, `NUMERIC`; `UNSUPPORTED` where a peer cannot express the problem. A run
        that was interrupted is never stored.
    objective, audited, bound
        The first goal's value as the solver has it, as the audit finds it when the goal's search ends, and the best
        bound on it, as floats.
    objective_exact, audited_exact, bound_exact
        The same as texts of fractions, such as `1201/2`.
    gap
        ``|audited - bound| / max(|audited|, 1)``.
    proven
        Whether the first goal's audited value equals its bound, or it is proven that there is no plan, or no best one.
    optimum
        The published optimum of the first goal.
    best_known
        The best value known before the run, as the text of a fraction; of the first goal.
    audit_clean, violations
        Whether the audit found nothing, and JSON: its messages. None without a plan.
    error
        What failed.
    plan
        The final plan as YAML.
    base_plan
        The plan of which it was made anew when a surprise became known, as YAML; None where nothing is a surprise.
    limits
        JSON: pairs of a goal and the text of the fraction that it may not exceed in the goals after it. Bounds of a
        later goal are comparable between runs with equal caps on all earlier ones; the first goal's always are.
    goals
        JSON: a list with name, found, bound, limit, gap, proven, value and required of each goal; numbers as texts of
        fractions, gap as a float.
    columns, rows, nonzeros
        Size of the model that was solved.
    seconds_load, seconds_build, seconds_solve, seconds_audit, seconds_total
        Wall time of the run inside its process; the total is from the run's beginning there to its end.
    cpu_seconds
        Processor time of the run and all processes that it started; None where these live on.
    peak_rss_mb
        Most resident memory of the process tree, in MB (1e6 bytes), as far as seen.
    first_feasible_seconds
        From the run's beginning to the first plan.
    trace
        JSON: a list of [seconds, goal, incumbent, bound], numbers as floats, null while unknown.
    cpu, cores
        The processor's name; cores that the run's process may use.
    load_before, load_after
        The machine's load average over a minute.
    versions
        JSON: of the product, Python and every solver that took part.
    started
        ISO 8601 in UTC.
    reference_seconds
        What the reference solve took when it was last repeated before this run.
    warm_up
        Whether the run only warms the machine up; it does not count.
    """

    run: str
    status: str
    termination: str | None = None
    objective: float | None = None
    audited: float | None = None
    bound: float | None = None
    objective_exact: str | None = None
    audited_exact: str | None = None
    bound_exact: str | None = None
    gap: float | None = None
    proven: bool = False
    optimum: float | None = None
    best_known: str | None = None
    audit_clean: bool | None = None
    violations: str | None = None
    error: str | None = None
    plan: str | None = None
    base_plan: str | None = None
    limits: str | None = None
    goals: str | None = None
    columns: int | None = None
    rows: int | None = None
    nonzeros: int | None = None
    seconds_load: float | None = None
    seconds_build: float | None = None
    seconds_solve: float | None = None
    seconds_audit: float | None = None
    seconds_total: float | None = None
    cpu_seconds: float | None = None
    peak_rss_mb: float | None = None
    first_feasible_seconds: float | None = None
    trace: str | None = None
    cpu: str | None = None
    cores: int | None = None
    load_before: float | None = None
    load_after: float | None = None
    python: str | None = None
    versions: str | None = None
    started: str | None = None
    reference_seconds: float | None = None
    warm_up: bool = False

    def row(self) -> dict[str, Any]:
        """Return the values by column, in the order of `COLUMNS`."""
        return {name: getattr(self, name) for name in COLUMNS}


COLUMNS: Final[dict[str, str]] = {
    name: kind.removesuffix(" | None")
    for name, kind in sorted(((f.name, str(f.type)) for f in fields(Record)), key=lambda item: item[0] != "run")
}
"""The store's columns in their order, `run` first, and their types: `str`, `float`, `int` or `bool`."""
