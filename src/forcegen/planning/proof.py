"""Bounds on a goal before the search: what the prices of relaxations prove, each a little tighter than the last."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from forcegen.mip import merged
from forcegen.mip.priced import Priced
from forcegen.mip.rounding import Covering
from forcegen.solvers.prices import prices

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.mip import Ints, MipModel
    from forcegen.mip.rounding import Rounded
    from forcegen.solvers import SolveOptions
    from forcegen.solvers.prices import Relaxed
    from forcegen.workers import WorkerPool

# A solver is through with the relaxation of a narrower model before this is of use.
WIDE = 10_000
# Below this many seconds nothing is begun, nor a round that would gain less than this part of the bound.
_LEAST, _GAIN = 0.5, 1e-4
# A rounding is used where the relaxation's point lacks this part of its side.
_BROKEN = 1e-3


class Proof:
    """What prices prove of one goal, better and better.

    First the relaxation with similar columns as one, in a second; then the model's own, again and again with the
    roundings of covering rows that its point breaks. Whatever the prices are, what they prove is exact.

    Parameters
    ----------
    alike : int64[columns], optional
        The group of each column, as `forcegen.mip.merged` wants it.
    tell
        Told of each better bound; `best` is what proves it, once it comes from the model's own relaxation. `slowest` is
        how many seconds a relaxation took at most.
    """

    def __init__(
        self,
        mip: MipModel,
        alike: Ints | None,
        options: SolveOptions,
        tell: Callable[[int], None],
        workers: WorkerPool,
    ) -> None:
        self._mip, self._alike, self._options = mip, alike, options
        self._tell, self._workers = tell, workers
        self._ends, self._stop = 0.0, threading.Event()
        self.best: Priced | None = None
        self.slowest = 0.0

    def run(self, seconds: float, threads: int, stop: threading.Event) -> None:
        """Prove what can be proven within the time, or until it is enough."""
        self._ends, self._stop = time.monotonic() + seconds, stop
        self._options = replace(self._options, threads=threads)
        if self._alike is not None:
            small = merged(self._mip, self._alike)
            found = self._prices(small)
            bound = None if found is None else Priced.of(small, found.price).bound()
            if bound is not None:
                self._tell(bound)
        self._rounds()

    def _rounds(self) -> None:
        covering = Covering(self._mip)
        rounded: list[Rounded] = []
        model = covering.relaxation()
        known: int | None = None
        gained = 0
        while (found := self._prices(model)) is not None:
            priced = Priced.of(model, found.price)
            bound = priced.bound()
            if bound is None:
                return
            if known is None or bound > known:
                self.best = priced
                self._tell(bound)
            if known is not None:
                gain, falling = bound - known, 1.0 if gained == 0 else min(1.0, (bound - known) / gained)
                if gain <= 0 or gain * falling <= _GAIN * max(1, abs(known)):
                    return  # rounds gain less and less, by about the same factor
                gained = gain
            known = bound
            more = list(covering.violated(found.point, _BROKEN))
            if not more:
                return
            rounded += more
            model = covering.relaxation(rounded)

    def _prices(self, model: MipModel) -> Relaxed | None:
        left = self._ends - time.monotonic()
        if left < _LEAST or self._stop.is_set():
            return None
        options = replace(self._options, time_limit=left, start=None, relax=True)
        begun = time.monotonic()
        found = prices(model, options, stop=self._stop, pool=self._workers)
        self.slowest = max(self.slowest, time.monotonic() - begun)
        return found
