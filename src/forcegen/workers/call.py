"""Waiting for the end of one call, whichever comes first."""

from __future__ import annotations

import contextlib
import queue
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forcegen.workers.frames import PEAK_MEMORY, Body, FrameError
from forcegen.workers.reply import Ending, Reply
from forcegen.workers.tree import tree_memory

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from forcegen.workers.worker import _Process

_TICK = 0.05
_MEMORY_EVERY = 0.2


@dataclass(frozen=True)
class Limits:
    """When a call must end; times as `time.monotonic` gives them."""

    begun: float
    time_limit: float | None
    grace: float
    memory_limit: int | None
    stop: threading.Event | None


class Call:
    """One call that is under way."""

    def __init__(self, process: _Process, number: int, limits: Limits, on_message: Callable[[Body], None]) -> None:
        self._process = process
        self._number = number
        self._limits = limits
        self._on_message = on_message
        self._asked_at: float | None = None
        self._interrupted = False
        self._memory_at = limits.begun
        self._peak = 0

    def wait(self) -> Reply:
        """Deliver messages until the call ends; kill the process where it must be."""
        while True:
            try:
                frame = self._process.frames.get(timeout=_TICK)
            except queue.Empty:
                pass
            else:
                if frame is None:
                    return self._crashed()
                reply = self._take(*frame)
                if reply is not None:
                    return reply
            ending = self._overdue()
            if ending is not None:
                return self._killed(ending)

    def _take(self, kind: str, number: int, body: Body) -> Reply | None:
        if number != self._number:
            return None
        if kind == "message":
            self._on_message(body)
            return None
        if kind == "refused":
            raise FrameError(body["message"])
        if kind == "raised":
            return self._reply(Ending.RAISED, message=body["message"], traceback=body["traceback"])
        self._peak = max(self._peak, body.pop(PEAK_MEMORY) or 0)
        return self._reply(Ending.RETURNED, result=body)

    def _overdue(self) -> Ending | None:
        now, limits = time.monotonic(), self._limits
        if now - self._memory_at >= _MEMORY_EVERY:
            self._memory_at = now
            used = tree_memory(self._process.pid)
            self._peak = max(self._peak, used)
            if limits.memory_limit is not None and used > limits.memory_limit:
                return Ending.OUT_OF_MEMORY
        if self._asked_at is None:
            self._interrupted = limits.stop is not None and limits.stop.is_set()
            late = limits.time_limit is not None and now - limits.begun >= limits.time_limit
            if self._interrupted or late:
                self._asked_at = now
                self._process.send("stop", self._number, {})
        elif now - self._asked_at >= limits.grace:
            return Ending.INTERRUPTED if self._interrupted else Ending.TIMED_OUT
        return None

    def _killed(self, ending: Ending) -> Reply:
        self._process.kill()
        # What it had said before is not lost.
        while True:
            try:
                frame = self._process.frames.get(timeout=1.0)
            except queue.Empty:
                break
            if frame is None:
                break
            if frame[0] == "message" and frame[1] == self._number:
                self._on_message(frame[2])
        messages = {
            Ending.TIMED_OUT: f"did not stop within {self._limits.grace:g} s after its time limit and was killed",
            Ending.INTERRUPTED: f"did not stop within {self._limits.grace:g} s when asked and was killed",
            Ending.OUT_OF_MEMORY: f"used {self._peak:,} bytes of memory and was killed",
        }
        return self._reply(ending, message=messages[ending])

    def _crashed(self) -> Reply:
        self._process.kill()
        code = self._process.exit_code()
        return self._reply(Ending.CRASHED, message=f"the worker process ended with {_cause(code)}", exit_code=code)

    def _reply(
        self,
        ending: Ending,
        *,
        result: Body | None = None,
        message: str = "",
        traceback: str = "",
        exit_code: int | None = None,
    ) -> Reply:
        return Reply(
            ending=ending,
            result=result,
            asked=self._asked_at is not None,
            message=message,
            traceback=traceback,
            exit_code=exit_code,
            stderr=self._process.stderr(),
            seconds=time.monotonic() - self._limits.begun,
            peak_memory=self._peak or None,
        )


def _cause(code: int | None) -> str:
    if code is None:
        return "an unknown cause"
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"
