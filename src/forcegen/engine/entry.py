"""The engine as an entry point of a worker."""

from __future__ import annotations

import itertools
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

    def progress() -> float:
        now = (time.monotonic() - begun) / max(deadline - begun, 1e-9)
        if channel.stopped() or now >= 1:
            return 1.0
        return float(now if work is None else next(looks) * CHUNK / max(work, 1))

    mailbox = _Mailbox(channel, _BETWEEN_PLANS if work is None else 0)
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
        self._sent_at = 0.0
        self._waiting: Ints | None = None

    def put(self, taken: Ints) -> None:
        self._waiting = taken
        if time.monotonic() - self._sent_at >= self._between:
            self.flush()

    def flush(self) -> None:
        if self._waiting is not None:
            self._channel.send({"taken": self._waiting})
            self._sent_at, self._waiting = time.monotonic(), None
