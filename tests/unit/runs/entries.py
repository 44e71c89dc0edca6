"""Functions that runs name."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import threading


def doubles(payload: dict[str, Any], stop: threading.Event) -> dict[str, Any]:
    """Return twice a number, and leave a mark that it was asked."""
    del stop
    if "marks" in payload:
        (Path(payload["marks"]) / f"{payload['number']}-{time.monotonic_ns()}").touch()
    return {"status": "OPTIMAL", "termination": "OPTIMAL", "audited": 2.0 * payload["number"], "proven": True}


def dies_first(payload: dict[str, Any], stop: threading.Event) -> dict[str, Any]:
    """Kill the process, or what runs it, the first time; double the second time."""
    mark = Path(payload["mark"])
    if not mark.exists():
        mark.touch()
        os.kill(os.getppid() if payload.get("parent") else os.getpid(), signal.SIGKILL)
        time.sleep(30)
    return doubles(payload, stop)


def dies(payload: dict[str, Any], stop: threading.Event) -> dict[str, Any]:
    """Kill the process whenever asked."""
    del payload, stop
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def fails(payload: dict[str, Any], stop: threading.Event) -> dict[str, Any]:
    """Raise."""
    raise RuntimeError(f"no {payload['number']}")


def waits(payload: dict[str, Any], stop: threading.Event) -> dict[str, Any]:
    """Wait until stopped, and say so."""
    Path(payload["mark"]).touch()
    stopped = stop.wait(60)
    return {"status": "FEASIBLE", "termination": "INTERRUPTED" if stopped else "OPTIMAL"}
