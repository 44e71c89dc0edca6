"""Check a store of runs: what must not be, each finding with the runs to be made again."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from forcegen.bench.measures import allowed_overrun, fraction, plain, question, usable
from forcegen.planning.peer import UNSUPPORTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    import pandas as pd

Kind = Literal["audit", "bound", "status", "optimum", "limit"]
Run = dict[str, Any]


@dataclass(frozen=True)
class Finding:
    """Something that must not be.

    Parameters
    ----------
    kind
        `audit`: a plan breaks a rule, or is worse than its solver said; `bound`: a plan is better than a bound allows;
        `status`: two claims cannot both be true; `optimum`: a published optimum is contradicted; `limit`: a run took
        more than it was given.
    message
        What, in a sentence.
    runs
        The runs to be made again.
    """

    kind: Kind
    message: str
    runs: tuple[str, ...]


@dataclass(frozen=True)
class Checked:
    """What a check found: failures, and runs that ended with an error, which are none but never count as solved.

    A peer that cannot express a problem is neither.
    """

    runs: int
    failures: tuple[Finding, ...]
    errors: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """Whether there is no failure."""
        return not self.failures

    @property
    def rerun(self) -> tuple[str, ...]:
        """The runs that the failures name, each once."""
        return tuple(dict.fromkeys(run for finding in self.failures for run in finding.runs))


def check_runs(frame: pd.DataFrame) -> Checked:
    """Return what must not be among runs, given with the columns of `forcegen.runs.record`."""
    runs = plain(frame)
    by_question: dict[tuple[Any, ...], list[Run]] = defaultdict(list)
    for run in runs:
        if not run.get("base_plan"):  # what is made anew of a run's own plan is a question of its own
            by_question[question(run)].append(run)
    failures = [finding for run in runs for finding in (*_audit(run), *_limits(run), *_optimum(run), *_known(run))]
    for same in by_question.values():
        failures += [*_bounds(same), *_statuses(same)]
    wrong = [run for run in runs if run["error"] and run["termination"] != UNSUPPORTED]
    errors = [Finding("status", f"{_said(run)}: {run['error']}", (run["run"],)) for run in wrong]
    return Checked(len(runs), tuple(failures), tuple(errors))


def _audit(run: Run) -> Iterator[Finding]:
    if run["audit_clean"] is not None and not run["audit_clean"]:
        broken = json.loads(run["violations"] or "[]")
        what = broken[0] if broken else "no reason is stored"
        more = f", and {len(broken) - 1} more" if len(broken) > 1 else ""
        yield Finding("audit", f"{_said(run)}: its plan breaks a rule: {what}{more}", (run["run"],))
    said, found = fraction(run["objective_exact"]), fraction(run["audited_exact"])
    if said is not None and found is not None and found > said:
        message = f"{_said(run)}: its plan is worth {found}, and its solver said {said}"
        yield Finding("audit", message, (run["run"],))


def _limits(run: Run) -> Iterator[Finding]:
    total, limit = run["seconds_total"], run["time_limit"]
    if total is not None and total > limit + allowed_overrun(limit):
        yield Finding("limit", f"{_said(run)}: it took {total:.1f} s of {limit:g} s", (run["run"],))
    peak, most = run["peak_rss_mb"], run["memory_limit"]
    if peak is not None and most is not None and peak > 1.1 * 1000 * most:
        yield Finding("limit", f"{_said(run)}: it took {peak / 1000:.2f} GB of {most:g} GB", (run["run"],))


def _optimum(run: Run) -> Iterator[Finding]:
    optimum = fraction(run["optimum"])
    if optimum is None:
        return
    found, bound = fraction(run["audited_exact"]), fraction(run["bound_exact"])
    name, runs = _said(run), (run["run"],)
    if run["status"] == "INFEASIBLE":
        yield Finding("optimum", f"{name}: INFEASIBLE, and {optimum} is published", runs)
    if usable(run) and found is not None and found < optimum:
        yield Finding("optimum", f"{name}: its plan is worth {found}, and the published optimum is {optimum}", runs)
    elif bound is not None and bound > optimum:
        yield Finding("optimum", f"{name}: its bound is {bound}, and the published optimum is {optimum}", runs)
    elif bool(run["proven"]) and found is not None and found != optimum:
        yield Finding("optimum", f"{name}: {found} is said to be proven, and the published optimum is {optimum}", runs)


def _known(run: Run) -> Iterator[Finding]:
    """Compare a run with the value of a plan that was known before it."""
    known, bound = fraction(run["best_known"]), fraction(run["bound_exact"])
    if known is None:
        return
    if run["status"] == "INFEASIBLE":
        yield Finding("status", f"{_said(run)}: INFEASIBLE, and a plan worth {known} is known", (run["run"],))
    if bound is not None and bound > known:
        message = f"{_said(run)}: its bound is {bound}, and a plan worth {known} is known"
        yield Finding("bound", message, (run["run"],))


@dataclass(frozen=True)
class _Goal:
    name: str
    found: Fraction | None
    bound: Fraction | None
    limit: Fraction | None
    value: Fraction | None


def _goals(run: Run) -> list[_Goal]:
    listed = json.loads(run["goals"] or "[]")
    fields = ("found", "bound", "limit", "value")
    goals = [_Goal(goal["name"], *(fraction(goal.get(name)) for name in fields)) for goal in listed]
    if goals:
        return goals
    found = fraction(run["audited_exact"])
    return [_Goal("", found, fraction(run["bound_exact"]), None, found)]


def _bounds(runs: Sequence[Run]) -> Iterator[Finding]:
    """Compare every plan with every bound that was proven under limits which the plan keeps."""
    goals = {run["run"]: _goals(run) for run in runs}
    for prover in runs:
        for i, goal in enumerate(goals[prover["run"]]):
            if goal.bound is None:
                continue
            caps = [earlier.limit for earlier in goals[prover["run"]][:i]]
            worst = _best_within(runs, goals, i, goal.name, caps)
            if worst is not None and worst[0] < goal.bound:
                value, run = worst
                name = f" of {goal.name}" if goal.name else ""
                message = (
                    f"{_said(run)}: its plan is worth {value}{name}, below the bound {goal.bound} of {_said(prover)}"
                )
                yield Finding("bound", message, tuple(dict.fromkeys((run["run"], prover["run"]))))


def _best_within(
    runs: Sequence[Run], goals: dict[str, list[_Goal]], i: int, name: str, caps: Sequence[Fraction | None]
) -> tuple[Fraction, Run] | None:
    """Return the best value of the i-th goal among plans that keep these caps on the goals before it."""
    best: tuple[Fraction, Run] | None = None
    for run in runs:
        own = goals[run["run"]]
        if not usable(run) or i >= len(own) or own[i].name != name:
            continue
        ended = own[i].found if _keeps([goal.limit for goal in own[:i]], caps) else None
        final = own[i].value if _keeps([goal.value for goal in own[:i]], caps) else None
        for value in (ended, final):
            if value is not None and (best is None or value < best[0]):
                best = value, run
    return best


def _keeps(values: Sequence[Fraction | None], caps: Sequence[Fraction | None]) -> bool:
    return all(value is not None and cap is not None and value <= cap for value, cap in zip(values, caps, strict=True))


def _statuses(runs: Sequence[Run]) -> Iterator[Finding]:
    planned = [run for run in runs if usable(run)]
    impossible = [run for run in runs if run["status"] == "INFEASIBLE"]
    endless = [run for run in runs if run["status"] == "UNBOUNDED"]
    for run in impossible:
        for other in planned[:1]:
            message = f"{_said(run)}: INFEASIBLE, and {_said(other)} has a plan that keeps every rule"
            yield Finding("status", message, (run["run"], other["run"]))
        for other in endless[:1]:
            yield Finding(
                "status", f"{_said(run)}: INFEASIBLE, and {_said(other)}: UNBOUNDED", (run["run"], other["run"])
            )
    bounded = [run for run in planned if fraction(run["bound_exact"]) is not None]
    for run in endless:
        for other in bounded[:1]:
            message = f"{_said(run)}: UNBOUNDED, and {_said(other)} has a bound"
            yield Finding("status", message, (run["run"], other["run"]))


def _said(run: Run) -> str:
    scenario = f"+{run['scenario']}" if run["scenario"] else ""
    return f"run {run['run']} ({run['instance']}{scenario}, {run['model']}, {run['solver']}, seed {run['seed']})"
