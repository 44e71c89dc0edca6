"""Start a program in a worker and hand over what it prints: a JSON object a line; other lines are passed over."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from forcegen.workers.tree import descendants, kill_all

if TYPE_CHECKING:
    from forcegen.workers import Body, Channel

PYTHON: Final = "python"
"""As the first word of a program: the interpreter that runs us."""


def enter(payload: Body, channel: Channel) -> Body:
    """Run the program to its end, or kill it some time after its limit, which counts from when it says it is ready."""
    started = time.monotonic()
    first, *others = payload["program"]
    command = [sys.executable if first == PYTHON else first, *others, *payload["arguments"]]
    process = subprocess.Popen(
        command, cwd=payload["folder"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, errors="replace"
    )
    killed: list[float] = []

    def end() -> None:
        kill_all(descendants(process.pid))
        process.kill()

    def end_late() -> None:
        killed.append(time.monotonic())
        end()

    channel.on_stop(end)
    killer = threading.Timer(_patience(payload["time_limit"]), end_late)
    ready = started
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            said = _object(line)
            if said is None:
                continue
            now = time.monotonic()
            if "ready" in said and ready == started:
                ready = now
                killer.start()
            channel.send({"said": said, "seconds": now - ready, "load": ready - started})
    killer.cancel()
    ended = killed[0] if killed else time.monotonic()
    return {"code": process.returncode, "late": bool(killed), "seconds": ended - ready}


def _patience(limit: float) -> float:
    """Return the seconds after which a program is killed: a little less than any run may exceed its limit."""
    return limit + max(1.8, 0.045 * limit)


def _object(line: str) -> dict[str, Any] | None:
    try:
        said = json.loads(line, parse_constant=lambda _: None)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
