"""A bound for wide models before the search: the LP relaxation by sifting. Imported in HiGHS's worker only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from forcegen.solvers.wire import with_infinity

if TYPE_CHECKING:
    from forcegen.mip import MipModel
    from forcegen.solvers.wire import Job, Stream
    from forcegen.workers import Channel

# Models narrower than this solve their relaxation faster whole.
_WIDE = 10_000
_SHARE_OF_TIME = 0.6
_ADDED = 1_500
_TOLERANCE = 1e-6
_PRIMAL_SIMPLEX = 4


def sift(highspy: Any, job: Job, stream: Stream, channel: Channel) -> None:
    """Stream lower bounds from the relaxation, solved on few columns at first and on those that price out then.

    For any duals ``y`` of a relaxation over some columns, its value plus ``sum of min(0, d_j) * upper_j`` over the
    columns left out, ``d = c - A'y``, bounds the whole model, so every round gives a bound, and the last one the
    relaxation's value (Bixby et al. 1992). Needs a start, whose columns make the first relaxation feasible.
    """
    model = job.model
    if model.columns < _WIDE or job.start is None or not model.integer.any():
        return
    present = ~model.integer | (job.start > 0) | (model.upper > 2**31)
    highs: Any = highspy.Highs()
    budget = job.seconds_left() * _SHARE_OF_TIME
    for name, value in {
        "output_flag": False,
        "threads": job.threads,
        "presolve": "off",
        "simplex_strategy": _PRIMAL_SIMPLEX,
    }.items():
        highs.setOptionValue(name, value)
    columns = model.matrix.tocsc()
    _pass(highs, highspy, model, columns, np.flatnonzero(present))
    highs.cbSimplexInterrupt.subscribe(lambda event: _stop_when_asked(event, channel))
    while (seconds := budget - highs.getRunTime()) > 0 and not channel.stopped():
        highs.setOptionValue("time_limit", highs.getRunTime() + seconds)
        highs.run()
        if str(highs.getModelStatus().name) != "kOptimal":
            return
        reduced = model.objective - model.matrix.T @ np.array(highs.getSolution().row_dual)
        missing = np.flatnonzero(~present & (reduced < -_TOLERANCE) & (model.upper > 0))
        value = float(highs.getInfo().objective_function_value)
        stream.bound(_safe(value + float(reduced[missing] @ model.upper[missing])))
        if not len(missing):
            return
        chosen = missing[np.argsort(reduced[missing])[:_ADDED]]
        _add(highs, model, columns, chosen)
        present[chosen] = True


def _pass(highs: Any, highspy: Any, model: MipModel, columns: Any, chosen: Any) -> None:
    part, infinity = columns[:, chosen], highspy.kHighsInf
    highs.passModel(
        len(chosen),
        model.rows,
        part.nnz,
        1,
        1,
        float(model.offset),
        model.objective[chosen].astype(np.float64),
        with_infinity(model.lower[chosen], infinity),
        with_infinity(model.upper[chosen], infinity),
        with_infinity(model.row_lower, infinity),
        with_infinity(model.row_upper, infinity),
        part.indptr.astype(np.int32),
        part.indices.astype(np.int32),
        part.data.astype(np.float64),
        np.zeros(len(chosen), dtype=np.int32),
    )


def _add(highs: Any, model: MipModel, columns: Any, chosen: Any) -> None:
    part = columns[:, chosen]
    highs.addCols(
        len(chosen),
        model.objective[chosen].astype(np.float64),
        model.lower[chosen].astype(np.float64),
        model.upper[chosen].astype(np.float64),
        part.nnz,
        part.indptr[:-1].astype(np.int32),
        part.indices.astype(np.int32),
        part.data.astype(np.float64),
    )


def _safe(bound: float) -> float:
    """Return the bound less what the simplex method's tolerances may have added to it."""
    return bound - _TOLERANCE * max(1.0, abs(bound))


def _stop_when_asked(event: Any, channel: Channel) -> None:
    event.data_in.user_interrupt = channel.stopped()
