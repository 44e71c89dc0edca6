"""Prices on a model's rows: the duals of its relaxation, by HiGHS's interior point method in a worker."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from forcegen.solvers.wire import pack

if TYPE_CHECKING:
    import threading

    from numpy.typing import NDArray

    from forcegen.mip import MipModel
    from forcegen.solvers.base import SolveOptions
    from forcegen.workers import WorkerPool

_SOLVER, _ENTRY = "highs", "forcegen.solvers.highs:prices"
_GRACE = 1.0


def prices(
    model: MipModel, options: SolveOptions, *, stop: threading.Event | None = None, pool: WorkerPool
) -> NDArray[np.float64] | None:
    """Return a price for each row, float[m]; None where there was no time, or HiGHS found none.

    They need no trust: any prices bound the model (`forcegen.mip.priced`), those of the relaxation's optimum best.
    """
    if not model.columns or not model.rows:
        return None
    payload = pack(model, options, None, time.monotonic() + options.time_limit)
    with pool.worker(_SOLVER) as worker:
        reply = worker.call(_ENTRY, payload, time_limit=options.time_limit, grace=_GRACE, stop=stop)
    found = None if reply.result is None else reply.result.get("prices")
    if found is None or found.shape != (model.rows,) or not np.all(np.isfinite(found)):
        return None
    return np.asarray(found, dtype=np.float64)
