"""Calls that are made aside: whoever waits for one goes on when its time is over, and it ends by itself."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_TICK = 0.02


class Aside:
    """One call at a time, each in a thread of its own."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._raised: BaseException | None = None

    def begin(self, call: Callable[[], None]) -> None:
        """Make a call; the one before must be over."""
        self._raised = None
        self._thread = threading.Thread(target=self._run, args=(call,), daemon=True)
        self._thread.start()

    def over(self, until: float, stop: threading.Event | None = None) -> bool:
        """Wait for the call that was begun, but not beyond `until` (as `time.monotonic` gives it) or `stop`.

        Returns whether it is over, or was never begun. What it raised is raised here, once.
        """
        while self._thread is not None and self._thread.is_alive():
            left = until - time.monotonic()
            if left <= 0 or (stop is not None and stop.is_set()):
                return False
            self._thread.join(min(left, _TICK))
        raised, self._raised = self._raised, None
        if raised is not None:
            raise raised
        return True

    def _run(self, call: Callable[[], None]) -> None:
        try:
            call()
        except BaseException as error:
            self._raised = error
