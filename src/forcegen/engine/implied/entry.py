"""The engine over implied tours as an entry point of a worker: bounds in one thread, plans in the others."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import numpy as np

from forcegen.engine.implied.dual import Aim, Dual, climb
from forcegen.engine.implied.kernel import UNGUIDED
from forcegen.engine.implied.search import Prices, Search, search
from forcegen.engine.implied.theatre import unpacked

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.engine.implied.dual import Proof
    from forcegen.engine.implied.theatre import Ints
    from forcegen.workers import Body, Channel

_BETWEEN_PLANS = 1.0
# With one thread bounds come first, for this share of the time.
_BOUND_FIRST = 0.35
# How far a search says it is that goes on after its deadline, for want of a plan.
_NEARLY = 0.999
# How often what tours cost at prices counts beside the goal when these lead the search, and how often what units' time
# is worth while they have nothing to do; prices that have improved lead anew after this many times the time.
_GUIDED, _EMPLOYED, _ANEW = 3.0, 2.0, 1.5


def run(payload: Body, channel: Channel) -> Body:
    """Search and prove until the deadline; until the latest moment while there is no plan.

    Sends better plans as `served`, int64[tours, 3], and better bounds with what proves them, the fields of a `Proof`.
    """
    work = _Work(payload, channel)
    if work.threads == 1:
        work.prove(_BOUND_FIRST)
        work.look(0)
        return {}
    others = [threading.Thread(target=work.prove, args=(1.0,), daemon=True)]
    others += [threading.Thread(target=work.look, args=(i,), daemon=True) for i in range(1, work.threads - 1)]
    for thread in others:
        thread.start()
    work.look(0)
    for thread in others:
        thread.join()
    if work.failed:
        raise work.failed[0]
    return {}


class _Work:
    """What the threads share."""

    def __init__(self, payload: Body, channel: Channel) -> None:
        self.payload, self.channel = payload, channel
        self.threads: int = payload["threads"]
        self.theatre = unpacked(payload)
        constant, limit = tuple(payload["constant"]), tuple(payload["limit"])
        aim = Aim(payload["aim_below_minimum"], payload["aim_below_target"], payload["aim_service"], constant, limit)
        self.dual = Dual(self.theatre, aim)
        self.prices = Prices(*(payload[f"price_{name}"] for name in ("below_minimum", "below_target", "service")))
        self.guide = np.zeros(self.theatre.starts.shape, dtype=np.float32) if self.dual.typical_worth else UNGUIDED
        self._lead_at = 0.0
        self.failed: list[BaseException] = []
        self._lock = threading.Lock()
        self._best, self._sent_at, self._waiting = np.inf, 0.0, False
        self._known: int | None = payload["known"]

    def prove(self, share: float) -> None:
        """Raise the bound."""
        try:
            climb(self.dual, self._upper, self._proven, self._done(share))
        except BaseException as error:  # told by the thread that waits for this one
            self.failed.append(error)

    def _proven(self, proof: Proof) -> None:
        """Tell of a better bound, and let its prices lead the searches."""
        self.channel.send(vars(proof))
        passed = time.monotonic() - self.payload["begun"]
        if len(self.guide) and passed >= self._lead_at:
            unit = self.payload["unit"]
            self.dual.lead(proof, _GUIDED * unit, _EMPLOYED * unit, self.guide)
            self._lead_at = passed * _ANEW

    def look(self, number: int) -> None:
        """Search for plans."""
        try:
            seed = self.payload["seed"] * 1_000_003 + number
            found = Search(self.theatre, self.prices, self.dual.norm, seed, self.guide)
            begun = time.monotonic()
            length = max(self.payload["deadline"] - begun, 1e-9)
            done = self._done(1.0)

            def progress() -> float:
                if self._waiting:
                    self._send(found)
                return 1.0 if done() else min((time.monotonic() - begun) / length, _NEARLY)

            search(found, progress, self._better, self.payload.get("start"))
            self._send(found, last=True)
        except BaseException as error:
            self.failed.append(error)
            if number == 0:
                raise

    def _better(self, found: Search) -> None:
        if found.best < self._best:
            self._send(found)

    def _send(self, found: Search, last: bool = False) -> None:
        """Send a plan, not more often than anybody could look at it; the last is always sent."""
        with self._lock:
            if found.best > self._best or (found.best == self._best and not self._waiting):
                return
            now = time.monotonic()
            self._best, self._waiting = found.best, True
            if not last and now - self._sent_at < _BETWEEN_PLANS:
                return
            served: Ints = found.found()
            self._sent_at, self._waiting = now, False
        self.channel.send({"served": served})

    def _upper(self) -> int | None:
        if self._known is not None:
            return self._known
        return None if self._best == np.inf else int(self._best / self.payload["unit"])

    def _done(self, share: float) -> Callable[[], bool]:
        """Return what tells whether a share of the time is over."""
        begun, deadline, latest = (self.payload[name] for name in ("begun", "deadline", "latest"))
        end = begun + (deadline - begun) * share

        def done() -> bool:
            without = share == 1 and self._best == np.inf
            return self.channel.stopped() or time.monotonic() >= (latest if without else end)

        return done
