"""What an entry point in a worker talks through."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.workers.frames import Body, FrameWriter


class Channel:
    """One call's line to the parent: send messages, hear of a request to stop.

    An entry point is a function of ``(payload, channel)`` that returns a mapping of JSON and arrays.
    """

    def __init__(self, writer: FrameWriter, call: int) -> None:
        self._writer = writer
        self._call = call
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []

    def send(self, message: Body) -> None:
        """Send a message (JSON and arrays) to the parent; any thread may."""
        self._writer.write("message", self._call, message)

    def stopped(self) -> bool:
        """Tell whether the parent has asked this call to stop."""
        return self._stop.is_set()

    def wait_stopped(self, seconds: float) -> bool:
        """Wait up to `seconds` for a request to stop; tell whether there is one."""
        return self._stop.wait(seconds)

    def on_stop(self, callback: Callable[[], None]) -> None:
        """Run `callback`, in another thread, when the parent asks to stop; at once if it already has."""
        with self._lock:
            if not self._stop.is_set():
                self._callbacks.append(callback)
                return
        callback()

    def request_stop(self) -> None:
        """Tell the entry point to stop."""
        with self._lock:
            self._stop.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()
