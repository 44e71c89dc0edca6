"""Prices on a model's rows: its relaxation solved by HiGHS in a worker, which may keep it and go on from there."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np
import scipy.sparse as sp

from forcegen.solvers.wire import pack

if TYPE_CHECKING:
    import threading

    from numpy.typing import NDArray

    from forcegen.mip import Ints, MipModel
    from forcegen.solvers.base import SolveOptions
    from forcegen.workers import Body, Worker, WorkerPool

SOLVER = "highs"
_GRACE = 1.0
# Steps of the simplex method for each row, after which the interior point method has long been faster.
_STEPS = 2


@dataclass(frozen=True, eq=False)
class Relaxed:
    """What the relaxation of a model came to.

    Parameters
    ----------
    price : float[m]
        A price for each row. They need no trust: any prices bound the model (`forcegen.mip.priced`), those of the
        relaxation's optimum best.
    point : float[n]
        About its best point.
    """

    price: NDArray[np.float64]
    point: NDArray[np.float64]


def prices(
    model: MipModel, options: SolveOptions, *, stop: threading.Event | None = None, pool: WorkerPool
) -> Relaxed | None:
    """Return the prices of the relaxation; None where there was no time, or HiGHS found none."""
    with pool.worker(SOLVER) as worker, Kept(worker, options, time.monotonic() + options.time_limit, stop) as kept:
        return kept.begin(model, vertex=False)


class Kept:
    """A relaxation that a worker keeps for the time of a ``with`` block; columns and rows come and go.

    Parameters
    ----------
    worker
        Keeps it.
    until
        When all must be over, as `time.monotonic` gives it.
    """

    def __init__(self, worker: Worker, options: SolveOptions, until: float, stop: threading.Event | None) -> None:
        self._worker, self._until, self._stop = worker, until, stop
        self._options = replace(options, start=None, relax=True)
        self._rows = self._columns = 0
        self._vertex = False
        self.seconds = 0.0
        """What a coefficient took at most, in seconds, where a relaxation was solved from the beginning."""

    def __enter__(self) -> Self:
        """Return the relaxation."""
        return self

    def __exit__(self, *error: object) -> None:
        """Let the worker forget it."""
        if self._rows and self._worker.pid is not None:
            self._worker.call("forcegen.solvers.kept:end", {}, time_limit=_GRACE, grace=_GRACE)

    @property
    def left(self) -> float:
        """The seconds that are left; 0 once it is to stop."""
        return 0.0 if self._stop is not None and self._stop.is_set() else self._until - time.monotonic()

    @property
    def vertex(self) -> bool:
        """Whether the simplex method can go on from what is kept."""
        return self._vertex

    def begin(self, model: MipModel, *, vertex: bool, roughly: bool = False) -> Relaxed | None:
        """Solve a relaxation from the beginning; None where HiGHS found none.

        One that would not be over in time is not begun: then nothing is left to do.

        Parameters
        ----------
        vertex
            Go on to a vertex, so that `widen` and `narrow` can go on from there.
        roughly
            Within a hundredth of the best is near enough.
        """
        if not model.columns or not model.rows:
            return None
        if self.seconds * model.nonzeros > self.left:
            self._until = time.monotonic()
            return None
        self._rows, self._columns = model.rows, model.columns
        begun = time.monotonic()
        packed = pack(model, self._options, None, self._until)
        found = self._call("begin", packed | {"vertex": vertex, "roughly": roughly})
        self.seconds = max(self.seconds, (time.monotonic() - begun) / max(1, model.nonzeros))
        self._vertex = vertex and found is not None
        return found

    def widen(self, objective: Ints, lower: Ints, upper: Ints, entries: sp.csc_array[np.int64]) -> Relaxed | None:
        """Add columns (int64[k], csc_array int64[m, k]) and go on; None where that took too many steps or too long."""
        self._columns += len(objective)
        ends = {"objective": objective, "lower": lower, "upper": upper}
        return self._further("widen", ends, sp.csc_array(entries))

    def narrow(self, gone: Ints, lower: Ints, upper: Ints, entries: sp.csr_array[np.int64]) -> Relaxed | None:
        """Take the columns at the places `gone` out, add rows (int64[k], csr_array int64[k, n]), and go on.

        None where that took too many steps or too long.
        """
        self._columns -= len(gone)
        self._rows += len(lower)
        return self._further("narrow", {"gone": gone, "lower": lower, "upper": upper}, sp.csr_array(entries))

    def _further(self, entry: str, given: Body, entries: sp.csr_array | sp.csc_array) -> Relaxed | None:
        parts = {name: getattr(entries, name) for name in ("data", "indices", "indptr")}
        found = self._call(entry, {**given, **parts, "steps": _STEPS * self._rows, "deadline": self._until})
        self._vertex = found is not None
        return found

    def _call(self, entry: str, payload: Body) -> Relaxed | None:
        if self.left <= 0:
            return None
        reply = self._worker.call(
            f"forcegen.solvers.kept:{entry}", payload, time_limit=self.left, grace=_GRACE, stop=self._stop
        )
        found = reply.result or {}
        parts = [np.asarray(found.get(name, ()), dtype=np.float64) for name in ("prices", "point")]
        if [len(part) for part in parts] != [self._rows, self._columns] or not all(map(_finite, parts)):
            return None
        return Relaxed(*parts)


def _finite(numbers: NDArray[np.float64]) -> bool:
    return bool(np.all(np.isfinite(numbers)))
