"""The engine as an entry point of a worker."""

from __future__ import annotations

import itertools
import threading
import time
from typing import TYPE_CHECKING

from forcegen.engine.search import CHUNK, search
from forcegen.engine.task import task
from forcegen.engine.wire import unpack

if TYPE_CHECKING:
    from forcegen.engine.wire import Ints
    from forcegen.workers import Body, Channel

_BETWEEN_PLANS = 0.2


def run(payload: Body, channel: Channel) -> Body:
    """Search until the deadline or for so many moves; send better plans as `taken`, int64[columns].

    Returns whether the task was understood. With `work`, every better plan is sent, so that what is made of them does
    not hang on the clock.
    """
    model, crew, leading = unpack(payload)
    what = task(model, payload["worth"], crew, payload["period"], payload["defined"], payload["ignored"], leading)
    if what is None:
        return {"understood": False}
    begun, deadline, work = time.monotonic(), payload["deadline"], payload.get("work")
    looks = itertools.count()
    mailbox = _Mailbox(channel, _BETWEEN_PLANS if work is None else 0)

    def progress() -> float:
        mailbox.look()
        now = (time.monotonic() - begun) / max(deadline - begun, 1e-9)
        if channel.stopped() or now >= 1:
            return 1.0
        return float(now if work is None else next(looks) * CHUNK / max(work, 1))

    search(
        what,
        seed=payload["seed"],
        threads=payload["threads"],
        progress=progress,
        better=mailbox.put,
        start=payload.get("start"),
    )
    mailbox.flush()
    return {"understood": True}


class _Mailbox:
    """Sends plans, not more often than a person could look at them; the last is always sent."""

    def __init__(self, channel: Channel, between: float) -> None:
        self._channel, self._between = channel, between
        self._lock, self._sent_at = threading.Lock(), 0.0
        self._waiting: Ints | None = None

    def put(self, taken: Ints) -> None:
        self._waiting = taken
        self.look()

    def look(self) -> None:
        """Send what waits once it has waited long enough; from any thread."""
        if self._waiting is not None and time.monotonic() - self._sent_at >= self._between:
            self.flush()

    def flush(self) -> None:
        with self._lock:
            taken, self._waiting = self._waiting, None
            if taken is not None:
                self._channel.send({"taken": taken})
                self._sent_at = time.monotonic()
