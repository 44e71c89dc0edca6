"""Bounds on a goal before the search: what the prices of relaxations prove, each a little tighter than the last."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forcegen.mip.priced import Priced
from forcegen.mip.rounding import Covering
from forcegen.planning.search.sift import Sift
from forcegen.solvers.prices import SOLVER, Kept

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from forcegen.mip import MipModel
    from forcegen.mip.priced import Guide
    from forcegen.mip.rounding import Rounded
    from forcegen.solvers import SolveOptions
    from forcegen.solvers.prices import Relaxed
    from forcegen.workers import WorkerPool

    Floats = NDArray[np.float64]

# A solver is through with the relaxation of a narrower model before this is of use.
WIDE = 10_000
# Below this many seconds nothing is begun, nor a round that would gain less than this part of the bound.
_LEAST, _GAIN = 0.5, 1e-4
# A rounding is used where the relaxation's point lacks this part of its side.
_BROKEN = 1e-3
# Reduced costs lead nowhere where fewer than this share of the columns that cost nothing by themselves cost more than
# this part of the largest that any costs.
_MOST, _NOTHING = 0.25, 1e-2


class Proof:
    """What prices prove of one goal, better and better.

    The relaxation is solved again and again, with the roundings of covering rows that its point breaks. Whatever the
    prices are, what they prove is exact.

    Parameters
    ----------
    tell
        Told of each better bound, which `best` proves; `guide` leads a search then, if these prices do: those of a
        relaxation over a part of the tours, near its best, lead as well.
        `slowest` is how many seconds a relaxation from the beginning took at most, or would have taken as a whole.
    spare
        How many of the first columns may be left out of a relaxation at first, as `Sift` wants it.
    """

    def __init__(
        self,
        mip: MipModel,
        options: SolveOptions,
        tell: Callable[[int], None],
        workers: WorkerPool,
        spare: int = 0,
    ) -> None:
        self._mip, self._options = mip, options
        self._tell, self._workers, self._spare = tell, workers, spare
        self.best: Priced | None = None
        self._bound: int | None = None
        self.slowest = 0.0
        self.guide: Guide | None = None

    def run(self, seconds: float, threads: int, stop: threading.Event) -> None:
        """Prove what can be proven within the time, or until it is enough."""
        ends, options = time.monotonic() + seconds, replace(self._options, threads=threads)
        with self._workers.worker(SOLVER) as worker, Kept(worker, options, ends, stop) as kept:
            self._rounds(kept, Sift(self._spare, kept, self._options.start))

    def _rounds(self, kept: Kept, sift: Sift) -> None:
        covering = Covering(self._mip)
        rounded: list[Rounded] = []
        bounds: list[int] = []  # of relaxations from which nothing is missing
        model = covering.relaxation()
        found, roughly = sift.roughly(model), True
        while found is not None:
            self.slowest = kept.seconds * self._mip.nonzeros
            bound = self._proven(model, found)
            if bound is None:
                return
            if not roughly:
                bounds.append(bound)
            more = list(covering.violated(found.point, _BROKEN))
            if _fading(bounds) or kept.left <= _LEAST or not (roughly or more):
                return
            rows, rounded = model.rows, rounded + more
            model = covering.relaxation(rounded)
            found, roughly = sift.further(model, rows), False

    def _proven(self, model: MipModel, found: Relaxed) -> int | None:
        """Return what prices prove, and tell of it where that is more than before."""
        bound = (priced := Priced.of(model, found.price)).bound()
        if bound is not None and (self._bound is None or bound > self._bound):
            self.best, self._bound = priced, bound
            guide = priced.guide(self._mip.rows)
            if self._leads(guide):
                self.guide = guide
            self._tell(bound)
        return bound

    def _leads(self, guide: Guide) -> bool:
        """Return whether at these prices enough columns that cost nothing by themselves cost something."""
        costs = self._mip.objective
        least, free = _NOTHING * float(np.abs(costs).max(initial=1)), costs == 0
        return bool(np.count_nonzero(guide.reduced[free] > least) >= _MOST * np.count_nonzero(free))


def _fading(bounds: Sequence[int]) -> bool:
    """Return whether one more round would gain next to nothing, if gains fall by the factor by which the last did."""
    if len(bounds) < 2:
        return False
    gain = bounds[-1] - bounds[-2]
    before = bounds[-2] - bounds[-3] if len(bounds) > 2 else gain
    return gain <= 0 or gain * min(1.0, gain / before) <= _GAIN * max(1, abs(bounds[-2]))
