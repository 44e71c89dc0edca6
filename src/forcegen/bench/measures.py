"""What each run of a store comes to: one row a run, ready for scores and pictures."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forcegen.bench.score import Floats, primal_integral, relative_gap, time_to_within
from forcegen.planning.peer import FORMULATION, UNSUPPORTED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd

QUESTION: Final = ("instance_sha256", "scenario", "model")
"""What must be alike for two values to be values of the same thing."""
TERMS: Final = ("time_limit", "memory_limit", "gap_wanted")
"""What must be alike as well for two runs to be compared."""
WITHIN: Final = 0.01
"""How near to the best known value counts as near."""
_ENTRANT: Final = ("options", "formulation", "threads")


def allowed_overrun(time_limit: float) -> float:
    """Return the seconds by which a run may exceed its limit: solvers do, by a little."""
    return max(2.0, 0.05 * time_limit)


def fraction(text: object) -> Fraction | None:
    """Return the fraction that a text or number of the store says; None if it says nothing."""
    return None if text is None else Fraction(str(text))


def entrants(runs: Sequence[dict[str, Any]]) -> list[str]:
    """Return what competes in each run: its solver, and of options, formulation and threads what differs; or a peer."""
    ours = [run for run in runs if run["formulation"] != FORMULATION]
    differs = [column for column in _ENTRANT if len({run[column] for run in ours}) > 1]
    return [
        f"{run['solver']}, peer"
        if run["formulation"] == FORMULATION
        else ", ".join(filter(None, (run["solver"], *(_said(column, run[column]) for column in differs))))
        for run in runs
    ]


def measures(frame: pd.DataFrame, distrusted: Collection[str] = ()) -> pd.DataFrame:
    """Return one row a run that counts, with what scores are made of.

    Parameters
    ----------
    frame
        Runs, with the columns of `forcegen.runs.record`.
    distrusted
        Runs that count as failures whatever they claim.

    Returns
    -------
    DataFrame
        Columns: `run, suite, family, problem, terms, instance, scenario, model, entrant, seed, status, termination,
        solved, seconds, limit, best, value, bound, own_gap, primal_gap, dual_gap, first, within, integral, build,
        solve, peak, failed, refused`. Seconds are NaN for what never happened. `best` is the published optimum, else
        the best value known before the runs, else the best audited one of the store; `within` is the time to within one
        per cent of it; `own_gap` is between a run's own plan and bound; `refused` is a run whose peer cannot express
        the problem. A gap is 1 while there is no plan, or no bound, and NaN where no plan is known at all. Values and
        bounds are those of the first goal.
    """
    import pandas as pd

    counting = frame[~frame["warm_up"].astype(bool)].reset_index(drop=True)
    known = best_known(counting[~counting["run"].isin(list(distrusted))])
    runs = plain(counting)
    rows = []
    for run, name, entrant in zip(runs, _problem_names(runs), entrants(runs), strict=True):
        rows.append(
            {
                "run": run["run"],
                "suite": run["suite"],
                "family": run["family"] or "other",
                "problem": name,
                "terms": _terms(run),
                "instance": run["instance"],
                "scenario": run["scenario"] or "",
                "model": run["model"],
                "entrant": entrant,
                "seed": run["seed"],
                "status": run["status"],
                "termination": run["termination"],
                **_measured(run, known.get(question(run), float("nan")), run["run"] in distrusted),
            }
        )
    return pd.DataFrame(rows, columns=_COLUMNS)


def plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as mappings, None where nothing is known."""
    return [
        {str(name): None if value is None or value != value else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def question(run: dict[str, Any]) -> tuple[Any, ...]:
    """Return what a run is about."""
    return tuple(run[column] or "" for column in QUESTION)


def usable(run: dict[str, Any]) -> bool:
    """Tell whether a run ended with a plan that the audit found clean."""
    return bool(run["audit_clean"]) and fraction(run["audited_exact"]) is not None


def solved(run: dict[str, Any]) -> bool:
    """Tell whether a run did in its limit what was asked: all goals within the gap, or proof that there is no plan."""
    seconds = _number(run["seconds_total"])
    if run["error"] or not seconds <= run["time_limit"] + allowed_overrun(run["time_limit"]):
        return False
    if run["status"] in ("INFEASIBLE", "UNBOUNDED"):
        return bool(run["termination"] == "OPTIMAL")
    done = run["status"] == "OPTIMAL" or (run["status"] == "FEASIBLE" and run["termination"] == "GAP")
    return done and usable(run)


def best_known(frame: pd.DataFrame) -> dict[tuple[Any, ...], float]:
    """Return the best known value of each question.

    It is the published one, else what was known before the runs, else the least that an audit found in them; NaN where
    there is none.
    """
    found: dict[tuple[Any, ...], float] = {}
    before: dict[tuple[Any, ...], float] = {}
    published: dict[tuple[Any, ...], float] = {}
    for run in plain(frame):
        key = question(run)
        found.setdefault(key, float("nan"))
        if np.isfinite(_number(run["optimum"])):
            published[key] = float(run["optimum"])
        if (known := fraction(run["best_known"])) is not None:
            before[key] = min(float(known), before.get(key, float("inf")))
        if usable(run):
            found[key] = float(np.fmin(found[key], float(fraction(run["audited_exact"]) or 0)))
    return found | before | published


def trace(run: dict[str, Any]) -> tuple[Floats, Floats, Floats]:
    """Return seconds, incumbents and bounds of the first goal; NaN while unknown.

    Incumbents are a solver's word. They count only if the run ended with a clean plan, none as better than the audit
    found that plan to be, and the plan itself is the last of them.
    """
    points: list[list[Any]] = json.loads(run["trace"] or "[]")
    goals = json.loads(run["goals"] or "[]")
    first = goals[0]["name"] if goals else (points[0][1] if points else None)
    own = sorted((point for point in points if point[1] == first), key=lambda point: float(point[0]))
    found = fraction(run["audited_exact"]) if usable(run) else None
    end = float(np.fmin(_number(run["seconds_total"]), run["time_limit"]))
    seconds = np.array([*(min(float(point[0]), end) for point in own), end])
    words = np.array([_number(point[2]) for point in own])
    values = np.append(np.maximum(words, _number(found)), _number(found))
    bounds = np.array([*(_number(point[3]) for point in own), _number(fraction(run["bound_exact"]))])
    return seconds, np.fmin.accumulate(values), np.fmax.accumulate(bounds)


def _measured(run: dict[str, Any], best: float, distrusted: bool) -> dict[str, Any]:
    seconds, values, bounds = trace(run)
    if distrusted:
        values, bounds = np.full(len(values), np.nan), np.full(len(values), np.nan)
    done = solved(run) and not distrusted
    reached = np.maximum(values, best)  # better than what was known before is no further from it
    first = float(np.fmin(time_to_within(seconds, values, best, 1.0), _number(run["first_feasible_seconds"])))
    planned = bool((~np.isnan(values)).any())
    nothing = np.isnan(best)
    value, bound = (_last(numbers) for numbers in (values, bounds))
    return {
        "solved": done,
        "seconds": _number(run["seconds_total"]),
        "limit": float(run["time_limit"]),
        "best": best,
        "value": value,
        "bound": bound,
        "own_gap": float(relative_gap(value, bound)),
        "primal_gap": float("nan") if nothing else float(relative_gap(np.maximum(value, best), best)),
        "dual_gap": float("nan") if nothing else float(relative_gap(bound, best)),
        "first": first if planned else float("nan"),
        "within": time_to_within(seconds, reached, best, WITHIN),
        "integral": float("nan") if nothing else primal_integral(seconds, reached, best, run["time_limit"]),
        "build": _number(run["seconds_build"]),
        "solve": _number(run["seconds_solve"]),
        "peak": _number(run["peak_rss_mb"]),
        "failed": distrusted or bool(run["error"]) or run["status"] == "ERROR",
        "refused": run["termination"] == UNSUPPORTED,
    }


_COLUMNS = [
    *("run", "suite", "family", "problem", "terms", "instance", "scenario", "model", "entrant", "seed"),
    *("status", "termination", "solved", "seconds", "limit", "best", "value", "bound", "own_gap", "primal_gap"),
    *("dual_gap", "first", "within", "integral", "build", "solve", "peak", "failed", "refused"),
]


def _problem_names(runs: Sequence[dict[str, Any]]) -> list[str]:
    """Return a name for each run's problem, made distinct by the start of its hash where two would share one."""
    names = [f"{run['instance']}{'+' + run['scenario'] if run['scenario'] else ''}, {run['model']}" for run in runs]
    digests = [str(run["instance_sha256"]) for run in runs]
    alike: dict[str, set[str]] = {}
    for name, digest in zip(names, digests, strict=True):
        alike.setdefault(name, set()).add(digest)
    return [
        name if len(alike[name]) == 1 else f"{name} ({digest[:6]})" for name, digest in zip(names, digests, strict=True)
    ]


def _terms(run: dict[str, Any]) -> str:
    memory = _number(run["memory_limit"])
    return f"{run['time_limit']:g} s, gap {run['gap_wanted']:g}" + (f", {memory:g} GB" if np.isfinite(memory) else "")


def _said(column: str, value: Any) -> str:
    if column == "options":
        options = json.loads(value or "{}").items()
        return " ".join(name if setting is True else f"{name}={setting}" for name, setting in options)
    if column == "threads":
        return f"{value} thread{'' if value == 1 else 's'}"
    return str(value)


def _number(value: object) -> float:
    return float("nan") if value is None else float(value)  # type: ignore[arg-type]


def _last(numbers: Sequence[float] | Floats) -> float:
    known = np.asarray(numbers)[~np.isnan(numbers)]
    return float(known[-1]) if known.size else float("nan")
