"""Events that are set where others are."""

from __future__ import annotations

import threading
import time

_TICK = 0.02


class Either(threading.Event):
    """Set where it is set itself, or another one is; clearing it leaves the other as it is."""

    def __init__(self, other: threading.Event) -> None:
        super().__init__()
        self._other = other

    def is_set(self) -> bool:
        """Tell whether either is set."""
        return super().is_set() or self._other.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until either is set, but no longer than so many seconds; tell whether one is."""
        ends = None if timeout is None else time.monotonic() + timeout
        while not self.is_set():
            left = _TICK if ends is None else min(_TICK, ends - time.monotonic())
            if left <= 0:
                return False
            super().wait(left)
        return True


class Asked(Either):
    """What a call of a worker looks at: set where enough is known; setting it, as Ctrl-C does, asks all to stop."""

    def __init__(self, enough: threading.Event, stop: threading.Event) -> None:
        super().__init__(enough)
        self._stop = stop

    def set(self) -> None:
        """Ask all to stop."""
        self._stop.set()
