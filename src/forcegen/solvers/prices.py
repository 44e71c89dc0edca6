"""Prices on a model's rows: its relaxation solved by HiGHS's interior point method in a worker."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray  # noqa: TC002

from forcegen.solvers.wire import pack

if TYPE_CHECKING:
    import threading

    from forcegen.mip import MipModel
    from forcegen.solvers.base import SolveOptions
    from forcegen.workers import WorkerPool

_SOLVER, _ENTRY = "highs", "forcegen.solvers.highs:prices"
_GRACE = 1.0


@dataclass(frozen=True, eq=False)
class Relaxed:
    """What the relaxation of a model came to.

    Parameters
    ----------
    price : float[m]
        A price for each row.
    point : float[n]
        About its best point.
    """

    price: NDArray[np.float64]
    point: NDArray[np.float64]


def prices(
    model: MipModel, options: SolveOptions, *, stop: threading.Event | None = None, pool: WorkerPool
) -> Relaxed | None:
    """Return the prices of the relaxation; None where there was no time, or HiGHS found none.

    They need no trust: any prices bound the model (`forcegen.mip.priced`), those of the relaxation's optimum best.
    """
    if not model.columns or not model.rows:
        return None
    payload = pack(model, options, None, time.monotonic() + options.time_limit)
    with pool.worker(_SOLVER) as worker:
        reply = worker.call(_ENTRY, payload, time_limit=options.time_limit, grace=_GRACE, stop=stop)
    found = reply.result or {}
    parts = [np.asarray(found.get(name, ()), dtype=np.float64) for name in ("prices", "point")]
    if [len(part) for part in parts] != [model.rows, model.columns] or not all(map(_finite, parts)):
        return None
    return Relaxed(*parts)


def _finite(numbers: NDArray[np.float64]) -> bool:
    return bool(np.all(np.isfinite(numbers)))
