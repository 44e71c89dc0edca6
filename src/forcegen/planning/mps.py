"""A model from an MPS file as a run of many, with any solver: no theatre, no engine, the same record."""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from forcegen.io.errors import refuse
from forcegen.io.yaml import read_text
from forcegen.mip import Mps, MpsError, read_mps
from forcegen.runs import Identity, Task
from forcegen.solvers import SolveOptions, SolverError, solve

if TYPE_CHECKING:
    import threading
    from fractions import Fraction

    from forcegen.planning.solve import Settings
    from forcegen.solvers import Progress

FUNCTION: Final = "forcegen.planning.mps:run"


def mps_task(
    path: Path, settings: Settings, *, suite: str, shown: str, family: str = "", optimum: float | None = None
) -> Task:
    """Return the run that solves the model in a file; its values are those of the file, or less them if it maximises.

    Raises
    ------
    forcegen.io.errors.InputError
        If the file is no model in whole numbers.
    """
    text = read_text(path, str(path))
    try:
        found = _read(text)
    except MpsError as error:
        raise refuse(str(error), file=str(path), line=error.line or None) from None
    identity = Identity(
        suite=suite,
        instance=path.stem,
        instance_path=shown,
        instance_sha256=hashlib.sha256(text.encode()).hexdigest(),
        scenario="",
        family=family,
        model="mps",
        solver=settings.prover,
        options=json.dumps(dict(settings.options), sort_keys=True),
        formulation="mps",
        seed=settings.seed,
        threads=settings.cores,
        time_limit=float(settings.time_limit),
        memory_limit=settings.memory_limit,
        gap_wanted=float(settings.gap),
    )
    best = None if optimum is None else optimum if found.scale > 0 else -optimum
    payload = {"text": text, "options": dict(settings.options), "solver": settings.prover, "limits": _limits(settings)}
    return Task(identity, found.model.digest(), FUNCTION, payload, best)


def _limits(settings: Settings) -> dict[str, Any]:
    return {
        "time_limit": settings.time_limit,
        "gap": settings.gap,
        "threads": settings.cores,
        "seed": settings.seed,
        "memory_limit_gb": settings.memory_limit,
    }


def run(payload: dict[str, Any], stop: threading.Event) -> dict[str, Any]:
    """Solve, and return the columns of a record that say what came of it."""
    begun = time.monotonic()
    found = _read(payload["text"])
    load, scale = time.monotonic() - begun, abs(found.scale)
    trace: list[tuple[float, str, float | None, float | None]] = []

    def note(news: Progress) -> None:
        trace.append((load + news.seconds, "mps", _float(news.objective, scale), _float(news.bound, scale)))

    limits = payload["limits"] | {"time_limit": max(0.1, payload["limits"]["time_limit"] - load)}
    options = SolveOptions(**limits, native=payload["options"])
    try:
        outcome = solve(found.model, payload["solver"], options, on_progress=note, stop=stop)
    except SolverError as error:
        return {"status": "ERROR", "termination": None, "error": str(error)}
    value, bound = outcome.objective, outcome.bound
    first = next((seconds for seconds, _, incumbent, _ in trace if incumbent is not None), None)
    return {
        "status": outcome.status.name,
        "termination": outcome.termination.name,
        "objective": _float(value, scale),
        "audited": _float(value, scale),
        "bound": _float(bound, scale),
        "objective_exact": _text(value, scale),
        "audited_exact": _text(value, scale),
        "bound_exact": _text(bound, scale),
        "gap": outcome.gap,
        "proven": outcome.status.name in ("OPTIMAL", "INFEASIBLE", "UNBOUNDED"),
        "audit_clean": None if outcome.values is None else found.model.feasible(outcome.values),
        "error": outcome.message if outcome.status.name == "ERROR" else None,
        "limits": "[]",
        "columns": found.model.columns,
        "rows": found.model.rows,
        "nonzeros": found.model.nonzeros,
        "versions": json.dumps({outcome.solver: outcome.version}),
        "seconds_load": load,
        "seconds_build": 0.0,
        "seconds_solve": outcome.seconds,
        "seconds_total": time.monotonic() - begun,
        "first_feasible_seconds": first,
        "trace": json.dumps(trace),
    }


def _read(text: str) -> Mps:
    with tempfile.TemporaryDirectory(prefix="forcegen-") as folder:
        file = Path(folder) / "model.mps"
        file.write_text(text, encoding="utf-8")
        return read_mps(file)


def _float(value: int | None, scale: Fraction) -> float | None:
    return None if value is None else float(value * scale)


def _text(value: int | None, scale: Fraction) -> str | None:
    return None if value is None else str(value * scale)
