"""Rows of a store made by hand."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

_IDENTITY: dict[str, Any] = {
    "suite": "tiny",
    "instance": "hill",
    "instance_path": "instances/hill",
    "instance_sha256": "aa",
    "scenario": "",
    "family": "small",
    "model": "coverage",
    "solver": "highs",
    "options": "{}",
    "formulation": "tour",
    "seed": 0,
    "threads": 1,
    "time_limit": 60.0,
    "memory_limit": None,
    "gap_wanted": 0.0,
}
_OUTCOME: dict[str, Any] = {
    "status": "OPTIMAL",
    "termination": "OPTIMAL",
    "optimum": None,
    "best_known": None,
    "audit_clean": True,
    "violations": "[]",
    "error": None,
    "plan": None,
    "base_plan": None,
    "limits": "[]",
    "goals": None,
    "columns": 10,
    "rows": 5,
    "nonzeros": 30,
    "seconds_load": 0.1,
    "seconds_build": 0.2,
    "seconds_solve": 3.0,
    "seconds_audit": 0.1,
    "seconds_total": 4.0,
    "cpu_seconds": 4.0,
    "peak_rss_mb": 200.0,
    "first_feasible_seconds": 1.0,
    "trace": "[]",
    "cpu": "any",
    "cores": 2,
    "load_before": 0.1,
    "load_after": 0.2,
    "python": "3.11",
    "versions": "{}",
    "started": "2026-01-01T00:00:00Z",
    "reference_seconds": 1.0,
    "warm_up": False,
}


def row(run: str, found: int | None = 10, bound: int | None = 10, **others: Any) -> dict[str, Any]:
    """A run that found a plan worth `found` and proved `bound`, with other columns as they are given."""
    done: dict[str, Any] = {"run": run, **_IDENTITY, **_OUTCOME}
    for name, number in (("objective", found), ("audited", found), ("bound", bound)):
        done[name] = None if number is None else float(number)
        done[f"{name}_exact"] = None if number is None else str(number)
    known = found is not None and bound is not None
    done["gap"] = abs(found - bound) / max(abs(found), 1) if known else None  # type: ignore[operator]
    done["proven"] = known and found == bound
    if not done["proven"]:
        done |= {"status": "FEASIBLE", "termination": "TIME_LIMIT", "seconds_total": 60.0}
    if found is None:
        done |= {"status": "NO_SOLUTION", "audit_clean": None, "violations": None, "first_feasible_seconds": None}
    return done | others


def goals(*tiers: tuple[int, int, int, int]) -> str:
    """What is stored of goals: found, bound, limit and final value of each."""
    names = ("unmet-minimum", "unmet-target", "cost")
    fields = ("found", "bound", "limit", "value")
    return json.dumps(
        [
            {"name": name, **{field: str(n) for field, n in zip(fields, tier, strict=True)}}
            for name, tier in zip(names, tiers, strict=False)
        ]
    )


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows))
