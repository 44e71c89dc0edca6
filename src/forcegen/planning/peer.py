"""Somebody else's program as a run of many: given an instance, a model and limits, its plan is judged by our audit.

The contract is in docs/questions/bench.md: PROGRAM INSTANCE MODEL FOLDER --time-limit SEC --gap REL --threads N
--seed N.
"""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import dataclass, field
from fractions import Fraction
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from forcegen.audit import audit
from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.io.errors import InputError
from forcegen.io.folder import instance_files
from forcegen.io.plan import plan_text, read_plan
from forcegen.io.whole import write_whole
from forcegen.io.yaml import written
from forcegen.planning.run import exact, processor_time
from forcegen.runs import Identity, Task
from forcegen.workers import Ending, Worker

if TYPE_CHECKING:
    import threading

    from forcegen.domain.plan import Plan
    from forcegen.workers import Body, Reply

FUNCTION: Final = "forcegen.planning.peer:run"
FORMULATION: Final = "peer"
"""What a run of a peer has for a formulation."""
UNSUPPORTED: Final = "UNSUPPORTED"
"""How a run ends whose peer cannot express the problem."""

_ENTRY = "forcegen.planning.program:enter"
_PLANNED = ("OPTIMAL", "FEASIBLE")
_STATUSES = (*_PLANNED, "INFEASIBLE", "NO_SOLUTION", UNSUPPORTED)
# Until a program is ready, and until one that is asked to stop has been killed.
_START_SECONDS, _GRACE = 120.0, 2.0
# By how much a solver's word, a float, may be wrong.
_TOLERANCE = Fraction(1, 10**6)


@dataclass(frozen=True)
class Peer:
    """A program to compare with: its name, its words, and the folder in which it is started."""

    name: str
    program: tuple[str, ...]
    folder: Path


def peer_task(
    peer: Peer,
    instance: Instance,
    model: Model,
    *,
    seed: int,
    threads: int,
    time_limit: float,
    memory_limit: float | None,
    gap: float,
    suite: str,
    path: str = "",
    scenario: tuple[str, ...] = (),
    family: str = "",
    optimum: float | None = None,
    best_known: str | None = None,
    warm_up: bool = False,
) -> Task:
    """Return the run in which a peer solves an instance, on which the scenarios named already lie."""
    identity = Identity(
        suite=suite,
        instance=instance.name,
        instance_path=path,
        instance_sha256=instance.digest,
        scenario="+".join(scenario),
        family=family,
        model=model.model,
        solver=peer.name,
        options=json.dumps({"program": list(peer.program)}),
        formulation=FORMULATION,
        seed=seed,
        threads=threads,
        time_limit=float(time_limit),
        memory_limit=memory_limit,
        gap_wanted=float(gap),
    )
    limits = {"time-limit": time_limit, "gap": gap, "threads": threads, "seed": seed}
    payload = {
        "instance": instance.model_dump(mode="json", by_alias=True, exclude_none=True),
        "instance_sha256": instance.digest,
        "model": model.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True),
        "program": list(peer.program),
        "folder": str(peer.folder),
        "limits": limits,
        "memory_limit": memory_limit,
        "scenario": list(scenario),
    }
    return Task(identity, model.digest, FUNCTION, payload, optimum, warm_up, best_known)


def run(payload: dict[str, Any], stop: threading.Event) -> dict[str, Any]:
    """Let the program solve, and return the columns of a record that say what came of it."""
    used = processor_time()
    instance = Instance.model_validate(payload["instance"])
    model = Model.model_validate(payload["model"])
    if instance.digest != payload["instance_sha256"]:
        return _error("the instance that arrived is not the one sent")
    with tempfile.TemporaryDirectory(prefix="forcegen-") as home:
        folder = Path(home)
        write_whole(instance_files(instance), folder / "instance")
        write_whole({"model.yaml": written(payload["model"])}, folder)
        (folder / "answer").mkdir()
        heard = _Heard(model.goals[0].name)
        reply = _started(payload, folder, heard, stop)
        if reply.ending is Ending.INTERRUPTED or stop.is_set():
            return {"status": "NO_SOLUTION", "termination": "INTERRUPTED"}
        answer = heard.answer or {}
        if answer.get("status") not in _STATUSES:
            return _without_answer(reply, heard) | heard.times() | {"cpu_seconds": processor_time() - used}
        try:
            plan = read_plan(folder / "answer") if answer["status"] in _PLANNED else None
        except InputError as error:
            return _error(f"its plan cannot be read: {error}") | heard.times()
    columns = _judged(instance, model, plan, answer, payload)
    return columns | heard.times() | {"cpu_seconds": processor_time() - used}


def _started(payload: dict[str, Any], folder: Path, heard: _Heard, stop: threading.Event) -> Reply:
    limits, memory = payload["limits"], payload["memory_limit"]
    options = [word for name, value in limits.items() for word in (f"--{name}", str(value))]
    places = [str(folder / "instance"), str(folder / "model.yaml"), str(folder / "answer")]
    call: Body = {"program": payload["program"], "arguments": [*places, *options], "folder": payload["folder"]}
    with Worker() as worker:
        return worker.call(
            _ENTRY,
            call | {"time_limit": limits["time-limit"]},
            time_limit=_START_SECONDS + 2 * limits["time-limit"],
            grace=_GRACE,
            memory_limit=None if memory is None else int(memory * 1e9),
            on_message=heard.hear,
            stop=stop,
        )


@dataclass
class _Heard:
    """What a program has said, and when: seconds count from when it was ready."""

    goal: str
    trace: list[tuple[float, str, float | None, float | None]] = field(default_factory=list)
    answer: dict[str, Any] | None = None
    load: float = 0.0
    total: float | None = None

    def hear(self, message: Body) -> None:
        """Take what it says."""
        said: dict[str, Any] = message["said"]
        seconds = float(message["seconds"])
        if "ready" in said:
            self.load = float(message["load"])
        elif "status" in said:
            self.answer, self.total = said, seconds
        else:
            when = _number(said.get("seconds"))
            found, bound = _number(said.get("found")), _number(said.get("bound"))
            self.trace.append((round(seconds if when is None else min(when, seconds), 4), self.goal, found, bound))

    def times(self) -> dict[str, Any]:
        """Return the columns that say how long things took."""
        build = _number((self.answer or {}).get("build"))
        solve = None if self.total is None or build is None else max(0.0, self.total - build)
        trace = sorted(self.trace, key=lambda point: point[0])
        return {
            "seconds_load": self.load,
            "seconds_build": build,
            "seconds_solve": solve,
            "seconds_total": self.total,
            "first_feasible_seconds": next((point[0] for point in trace if point[2] is not None), None),
            "trace": json.dumps(trace),
        }


def _without_answer(reply: Reply, heard: _Heard) -> dict[str, Any]:
    """Return what is known of a program that did not end as it should."""
    if reply.ending is Ending.OUT_OF_MEMORY:
        return {"status": "NO_SOLUTION", "termination": "MEMORY_LIMIT", "error": reply.message}
    result = reply.result or {}
    if reply.ending is Ending.TIMED_OUT or result.get("late"):
        heard.total = float(result.get("seconds") or reply.seconds)
        return {"status": "NO_SOLUTION", "termination": "TIME_LIMIT"}
    if heard.answer is not None:
        return _error(f"it ended with the status {heard.answer['status']!r}, which is none of {', '.join(_STATUSES)}")
    last = " ".join(reply.stderr[-1:])
    how = reply.message or f"it ended with exit code {result.get('code')} and without an answer"
    return _error(f"{how}: {last}" if last else how)


def _judged(
    instance: Instance, model: Model, plan: Plan | None, answer: dict[str, Any], payload: dict[str, Any]
) -> dict[str, Any]:
    """Return the columns of an answer, its plan judged by the audit."""
    goal, gap = model.goals[0].name, payload["limits"]["gap"]
    begun = time.monotonic()
    judged = None if plan is None else audit(instance, plan, [goal])
    clean = judged is not None and judged.clean
    found = judged.goals[goal] if judged is not None and judged.clean else None
    bound = _bound(answer, found)
    proven = answer["status"] == "INFEASIBLE" or (found is not None and bound == found)
    header = {"scenario": tuple(payload["scenario"]), "instance": instance.name, "model": model.model}
    goals = [{"name": goal, "found": exact(found), "bound": exact(bound), "limit": None, "value": exact(found)}]
    return {
        **_status(answer, found, bound, gap),
        "audited": None if found is None else float(found),
        "audited_exact": exact(found),
        "bound": None if bound is None else float(bound),
        "bound_exact": exact(bound),
        "gap": None if found is None or bound is None else float(abs(found - bound) / max(abs(found), Fraction(1))),
        "proven": proven,
        "audit_clean": None if judged is None else clean,
        "violations": None if judged is None else json.dumps([v.message for v in judged.violations]),
        "plan": None if plan is None else plan_text(plan.model_copy(update=header)),
        "limits": "[]",
        "goals": json.dumps(goals),
        "columns": answer.get("columns"),
        "rows": answer.get("rows"),
        "seconds_audit": time.monotonic() - begun,
        "versions": json.dumps(answer.get("versions", {}), sort_keys=True),
    }


def _status(answer: dict[str, Any], found: Fraction | None, bound: Fraction | None, gap: float) -> dict[str, Any]:
    """Return status and termination: optimal is what the audit's value and the bound bear out."""
    claim = answer["status"]
    if claim == UNSUPPORTED:
        return _error(f"it cannot say {answer.get('message') or 'this'}", UNSUPPORTED)
    if claim == "INFEASIBLE":
        return {"status": claim, "termination": "OPTIMAL"}
    if found is None:
        return {"status": "NO_SOLUTION", "termination": "NUMERIC" if claim in _PLANNED else "TIME_LIMIT"}
    if bound == found:
        return {"status": "OPTIMAL", "termination": "OPTIMAL"}
    near = bound is not None and found - bound <= Fraction(gap) * max(abs(found), Fraction(1))
    if claim == "OPTIMAL" and not near:
        return {"status": "FEASIBLE", "termination": "NUMERIC"}
    return {"status": "FEASIBLE", "termination": "GAP" if near else "TIME_LIMIT"}


def _bound(answer: dict[str, Any], found: Fraction | None) -> Fraction | None:
    """Return the bound, a float's error below what is said and at least 0; of a plan said to be optimal, its value."""
    said = _number(answer.get("bound"))
    if said is None:
        return None
    exact = Fraction(said)
    error = _TOLERANCE * max(abs(exact), Fraction(1))
    if answer["status"] == "OPTIMAL" and found is not None and abs(found - exact) <= error:
        return found
    # No goal is below 0.
    return max((exact - error).limit_denominator(10**9), Fraction(0))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value)


def _error(message: str, termination: str | None = None) -> dict[str, Any]:
    return {"status": "ERROR", "termination": termination, "error": message}
