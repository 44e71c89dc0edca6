"""Bounds on a goal before the search: what the prices of relaxations prove, each a little tighter than the last."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.goals.objective import combined
from forcegen.mip.priced import Priced
from forcegen.mip.rounding import Covering
from forcegen.planning.sift import Sift
from forcegen.solvers.prices import SOLVER, Kept

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from forcegen.formulation.goals.objective import Objective
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


@dataclass(frozen=True, eq=False)
class Ahead:
    """A goal with a little of the next one.

    Parameters
    ----------
    worth
        What one of this is in units of the goal alone.
    """

    objective: Objective
    worth: float

    @classmethod
    def of(cls, goal: Objective, following: Objective, share: Fraction) -> Ahead | None:
        """Return the goal with a share of the following one; None where nothing follows or it is beyond counting."""
        if not following.coefficients.any():
            return None
        try:
            both = combined([(Fraction(1), goal), (share, following)])
        except OverflowError:
            return None
        return cls(both, float(both.scale / goal.scale))


class Proof:
    """What prices prove of one goal, better and better.

    The relaxation is solved again and again, with the roundings of covering rows that its point breaks. Whatever the
    prices are, what they prove is exact.

    Parameters
    ----------
    tell
        Told of each better bound, and once more when `guide` comes, which leads a search: at first by the prices of a
        relaxation over a part of the tours, near its best, which lead as well. `best` proves the bound.
        `slowest` is how many seconds a relaxation from the beginning took at most, or would have taken as a whole.
    spare
        How many of the first columns may be left out of a relaxation at first, as `Sift` wants it.
    ahead : optional
        The goal with a little of the next one: its relaxation is to lead a search where that of the goal alone cannot,
        since at its prices most columns cost nothing.
    """

    def __init__(
        self,
        mip: MipModel,
        options: SolveOptions,
        tell: Callable[[int], None],
        workers: WorkerPool,
        ahead: Ahead | None = None,
        spare: int = 0,
    ) -> None:
        self._mip, self._options, self._ahead = mip, options, ahead
        self._tell, self._workers, self._spare = tell, workers, spare
        self.best: Priced | None = None
        self._bound: int | None = None
        self.slowest = 0.0
        self.guide: Guide | None = None
        self._looking: bool | None = None  # ahead, since the goal alone leads nowhere
        self._further: Guide | None = None  # what leads then

    def run(self, seconds: float, threads: int, stop: threading.Event) -> None:
        """Prove what can be proven within the time, or until it is enough."""
        ends, options = time.monotonic() + seconds, replace(self._options, threads=threads)
        with self._workers.worker(SOLVER) as worker, Kept(worker, options, ends, stop) as kept:
            self._rounds(kept, Sift(self._spare, kept))

    def _rounds(self, kept: Kept, sift: Sift) -> None:
        covering = Covering(self._mip)
        rounded: list[Rounded] = []
        bounds: list[int] = []  # of relaxations from which nothing is missing
        model = covering.relaxation()
        found, roughly = sift.roughly(model), True
        while found is not None:
            self.slowest = kept.seconds * self._mip.nonzeros
            bound = self._proven(model, found, kept, roughly)
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

    def _proven(self, model: MipModel, found: Relaxed, kept: Kept, roughly: bool) -> int | None:
        """Return what prices prove, and tell of it where that is more than before."""
        bound = (priced := Priced.of(model, found.price)).bound()
        if bound is not None and (self._bound is None or bound > self._bound):
            self.best, self._bound = priced, bound
            self._tell(bound)
            self.guide = self._leading(priced, kept)
            if roughly:
                self._tell(bound)
        return bound

    def _leading(self, priced: Priced, kept: Kept) -> Guide:
        """Return what is to lead a search: prices of the goal, or of the goal with a little of the next one.

        Of the latter they are near the best, and its relaxation takes the place of the one that is kept.
        """
        guide = priced.guide(self._mip.rows)
        if self._ahead is None:
            return guide
        if self._looking is None:
            costs = self._mip.objective
            least, free = _NOTHING * float(np.abs(costs).max(initial=1)), costs == 0
            led = np.count_nonzero(guide.reduced[free] > least)
            self._looking = bool(led < _MOST * np.count_nonzero(free))
        if not self._looking:
            return guide
        if self._further is None:
            objective = self._ahead.objective
            model = self._mip.with_objective(objective.coefficients, objective.offset)
            if (found := Sift(self._spare, kept).roughly(model)) is None:
                return guide
            self._further = Priced.of(model, found.price).guide(model.rows).times(self._ahead.worth)
        return self._further


def _fading(bounds: Sequence[int]) -> bool:
    """Return whether one more round would gain next to nothing, if gains fall by the factor by which the last did."""
    if len(bounds) < 2:
        return False
    gain = bounds[-1] - bounds[-2]
    before = bounds[-2] - bounds[-3] if len(bounds) > 2 else gain
    return gain <= 0 or gain * min(1.0, gain / before) <= _GAIN * max(1, abs(bounds[-2]))
