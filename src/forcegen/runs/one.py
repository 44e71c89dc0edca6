"""One run, in this process or in one of its own."""

from __future__ import annotations

import importlib
import platform
import threading
from typing import TYPE_CHECKING, Any, Final

from forcegen.runs import host
from forcegen.runs.record import Record
from forcegen.workers import Ending, Reply, Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.runs.task import Task
    from forcegen.workers import Body, Channel

ATTEMPTS: Final = 3
"""How often a run is made whose process is lost before it is stored as failed."""

_ENTRY = "forcegen.runs.one:enter"
_GRACE = 5.0
# A run ends by itself at its limit; one that has done nothing for so much longer is killed.
_PATIENCE, _AT_LEAST = 2.0, 120.0
_MB = 1e6
_INTERRUPTED, _CRASHED = "INTERRUPTED", "CRASHED"


def run_here(task: Task, stop: threading.Event) -> Record | None:
    """Make a run in this process; None if it was interrupted."""
    return _observed(task, lambda: _guarded(task.function, task.payload, stop), stop)


def run_in(worker: Worker, task: Task, stop: threading.Event) -> Record | None:
    """Make a run in a process, again if that is lost; None if it was interrupted."""
    record: Record | None = None
    for _ in range(ATTEMPTS):
        record = _observed(task, lambda: _called(worker, task, stop), stop)
        if record is None or record.termination != _CRASHED:
            break
    return record


def failed(task: Task, error: str, termination: str | None = _CRASHED) -> Record:
    """Return the record of a run that came to nothing."""
    return _record(task, {"status": "ERROR", "termination": termination, "error": error})


def enter(payload: Body, channel: Channel) -> Body:
    """Make a run in a worker."""
    stop = threading.Event()
    channel.on_stop(stop.set)
    return _function(payload["function"])(payload["payload"], stop)


def _observed(task: Task, make: Callable[[], dict[str, Any]], stop: threading.Event) -> Record | None:
    started, before = host.now(), host.load()
    columns = make()
    if stop.is_set() or columns["termination"] == _INTERRUPTED:
        return None
    return _record(task, {"started": started, "load_before": before, "load_after": host.load()} | columns)


def _record(task: Task, columns: dict[str, Any]) -> Record:
    here: dict[str, Any] = {"cpu": host.processor(), "cores": host.cores(), "python": platform.python_version()}
    given: dict[str, Any] = {"optimum": task.optimum, "best_known": task.best_known, "warm_up": task.warm_up}
    return Record(**vars(task.identity), run=task.run, **given, **(here | columns))


def _guarded(function: str, payload: dict[str, Any], stop: threading.Event) -> dict[str, Any]:
    try:
        return _function(function)(payload, stop)
    except Exception as error:
        return _error(f"{type(error).__name__}: {error}")


def _called(worker: Worker, task: Task, stop: threading.Event) -> dict[str, Any]:
    limit = max(_PATIENCE * task.identity.time_limit, task.identity.time_limit + _AT_LEAST)
    call: Body = {"function": task.function, "payload": task.payload}
    reply = worker.call(_ENTRY, call, time_limit=limit, grace=_GRACE, stop=stop)
    peak = None if reply.peak_memory is None else reply.peak_memory / _MB
    return {"peak_rss_mb": peak} | _answer(reply)


def _answer(reply: Reply) -> dict[str, Any]:
    if reply.ending is Ending.RETURNED:
        assert reply.result is not None
        return {name: value for name, value in reply.result.items() if not name.startswith("@")}
    if reply.ending is Ending.INTERRUPTED:
        return {"status": "NO_SOLUTION", "termination": _INTERRUPTED}
    if reply.ending is Ending.TIMED_OUT:
        return {"status": "NO_SOLUTION", "termination": "TIME_LIMIT", "error": reply.message}
    return _error(reply.message)


def _error(message: str) -> dict[str, Any]:
    return {"status": "ERROR", "termination": _CRASHED, "error": message}


def _function(name: str) -> Callable[[dict[str, Any], threading.Event], dict[str, Any]]:
    module, _, attribute = name.partition(":")
    function: Callable[[dict[str, Any], threading.Event], dict[str, Any]] = getattr(
        importlib.import_module(module), attribute
    )
    return function
