"""Polishing: parts of a plan decided anew by a solver while the rest stays, again and again."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.decode import settled
from forcegen.mip.fixed import Around
from forcegen.solvers import SolverUnavailable
from forcegen.solvers import solve as run_solver

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from forcegen.formulation.tour import Formulation
    from forcegen.mip import Ints, MipModel
    from forcegen.solvers import SolveOptions
    from forcegen.workers import WorkerPool

    Bools = NDArray[np.bool_]

# How many tours a part has at first, from how many times as many on it is thinned, and by what it grows or shrinks
# with each answer.
_SIZE, _TOO_LARGE, _GROWN, _SHRUNK = 200.0, 3.0, 1.05, 0.8
# Seconds that an answer ought to take, and may take at most; less time than the least is not begun with.
_AIM, _MOST, _LEAST = 0.3, 1.5, 0.3
# Periods in which the tours of a part begin; the last stands for all.
_WINDOWS = (2, 4, 6, 9, 12)
# Kinds of parts are drawn by what they have gained a second; the past is forgotten slowly, and hope is never lost.
_MEMORY, _HOPE = 0.98, 0.1


class Parts:
    """Draws which tours to decide anew: those of a few nations, sectors, roles, contingents or posts in a time."""

    def __init__(self, formulation: Formulation, seed: int) -> None:
        frame = formulation.frame
        tours = frame.columns.tours
        self._start, self._periods = tours.start, frame.periods
        self._random = np.random.default_rng(seed)
        self._keys = {
            "nation": frame.nation[tours.contingent],
            "contingent": tours.contingent,
            "sector": tours.sector,
            "role": tours.role,
            "post": tours.sector * (int(tours.role.max(initial=0)) + 1) + tours.role,
        }
        self._size = dict.fromkeys(self._keys, _SIZE)
        self._gained, self._took = dict.fromkeys(self._keys, 0.0), dict.fromkeys(self._keys, 0.0)

    def draw(self, taken: Ints) -> tuple[str, Bools]:
        """Return a kind, and the tours of a part of that kind; bool[tours], none if nobody of the plan is in it."""
        all_gains = max(1, sum(self._gained.values()))
        rate = np.array([(self._gained[kind] / all_gains + _HOPE) / (self._took[kind] + 1) for kind in self._keys])
        chance = rate / rate.sum() + _HOPE
        kind = list(self._keys)[self._random.choice(len(chance), p=chance / chance.sum())]
        key, width = self._keys[kind], int(self._random.choice([*_WINDOWS, self._periods]))
        first = int(self._random.integers(1 - width, self._periods))
        within = (self._start >= first) & (self._start < first + width)
        part = np.zeros(len(key), dtype=bool)
        for one in self._random.permutation(np.unique(key[within])):
            part |= within & (key == one)
            if np.count_nonzero(part) >= self._size[kind]:
                break
        most, count = self._size[kind], np.count_nonzero(part)
        if count > _TOO_LARGE * most:
            part &= (taken > 0) | (self._random.random(len(part)) < most / count)
        return kind, part if taken[part].any() else np.zeros_like(part)

    def learn(self, kind: str, gain: int, seconds: float) -> None:
        """Take in what a part of a kind has gained, and how long that took."""
        self._gained[kind] = _MEMORY * self._gained[kind] + gain
        self._took[kind] = _MEMORY * self._took[kind] + seconds
        self._size[kind] *= _GROWN if seconds < _AIM else _SHRUNK


class Polish:
    """Betters a plan part by part; a small model each, for HiGHS.

    Several threads work on the same plan: what one has found is put into the plan that is the best by then, if it still
    betters it.

    Parameters
    ----------
    mip
        The model with this goal's objective and all limits so far: every plan is checked against it exactly.
    better
        Told of each better plan; from any thread, one at a time.
    """

    def __init__(
        self,
        formulation: Formulation,
        mip: MipModel,
        options: SolveOptions,
        workers: WorkerPool,
        better: Callable[[Ints], None],
    ) -> None:
        self._tours = len(formulation.frame.columns.tours)
        self._formulation, self._mip, self._around = formulation, mip, Around(mip, self._tours)
        self._options, self._workers, self._better = options, workers, better
        self._parts = Parts(formulation, options.seed)
        self._lock = threading.Lock()
        self._best: Ints = np.zeros(mip.columns, dtype=np.int64)
        self._until = 0.0

    def run(self, values: Ints, seconds: float, threads: int, stop: threading.Event) -> Ints:
        """Return the best plan found from a feasible one within the time, or until it is to stop.

        A plan in which nobody serves has no part to begin with, and is returned as it is.
        """
        self._best, self._until = values, time.monotonic() + seconds
        if not values[: self._tours].any():
            return values
        others = [threading.Thread(target=self._work, args=(stop,), daemon=True) for _ in range(threads - 1)]
        for thread in others:
            thread.start()
        self._work(stop)
        for thread in others:
            thread.join()
        return self._best

    def _work(self, stop: threading.Event) -> None:
        with suppress(SolverUnavailable):
            while not stop.is_set() and (left := self._until - time.monotonic()) > _LEAST:
                with self._lock:
                    values = self._best
                    kind, part = self._parts.draw(values[: self._tours])
                if part.any():
                    self._decide(kind, part, values, min(left, _MOST), stop)

    def _decide(self, kind: str, part: Bools, values: Ints, seconds: float, stop: threading.Event) -> None:
        begun = time.monotonic()
        free = self._around.free(part)
        model = self._around.with_free(free, values)
        options = replace(self._options, time_limit=seconds, gap=0.0, threads=1, start=values[free], bound=None)
        outcome = run_solver(model, "highs", options, stop=stop, pool=self._workers)
        gain = 0
        if outcome.values is not None and outcome.objective is not None:
            change = np.zeros_like(values)
            change[free] = outcome.values - values[free]
            gain = self._taken(change) if outcome.objective < self._mip.value(values) else 0
        with self._lock:
            self._parts.learn(kind, gain, time.monotonic() - begun)

    def _taken(self, change: Ints) -> int:
        """Put a change into the best plan, if that betters it; return by how much."""
        with self._lock:
            before = self._mip.value(self._best)
            point = settled(self._formulation, self._best + change)
            if not self._mip.feasible(point) or (now := self._mip.value(point)) >= before:
                return 0
            self._best = point
            self._better(point)
            return before - now
