"""A bound for wide models before the search: the LP relaxation by sifting. Imported in HiGHS's worker only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from forcegen.mip import INF
from forcegen.solvers.wire import with_infinity

if TYPE_CHECKING:
    from forcegen.mip import MipModel
    from forcegen.solvers.wire import Job, Stream
    from forcegen.workers import Channel

Floats = NDArray[np.float64]

# Models narrower than this solve their relaxation faster whole.
_WIDE = 10_000
_SHARE_OF_TIME = 0.95
_ADDED = 1_500
_TOLERANCE = 1e-6
_PRIMAL_SIMPLEX = 4


def sift(highspy: Any, job: Job, stream: Stream, channel: Channel) -> None:
    """Stream lower bounds from the relaxation, solved on few columns at first and on those that price out then.

    Any duals ``y`` bound the whole model: with ``d = c - A'y`` a point ``x`` that meets the rows ``y`` prices is worth
    ``c x``, and no point is worth less than that by more than ``sum of d x - min(d lower, d upper)``. So every round
    gives a bound, and the last one the relaxation's value (Bixby et al. 1992). Needs a start, whose columns make the
    first relaxation feasible.
    """
    model = job.model
    if model.columns < _WIDE or job.start is None or not model.integer.any():
        return
    open_ended = (model.upper >= INF) | (model.lower <= -INF)
    present = ~model.integer | (job.start != 0) | (model.lower != 0) | open_ended
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
    order = np.flatnonzero(present)
    _pass(highs, highspy, model, columns, order)
    highs.cbSimplexInterrupt.subscribe(lambda event: _stop_when_asked(event, channel))
    while (seconds := budget - highs.getRunTime()) > 0 and not channel.stopped():
        highs.setOptionValue("time_limit", highs.getRunTime() + seconds)
        highs.run()
        if str(highs.getModelStatus().name) != "kOptimal":
            return
        solution, point = highs.getSolution(), np.zeros(model.columns)
        point[order] = solution.col_value
        reduced = model.objective - model.matrix.T @ np.array(solution.row_dual)
        stream.bound(_bound(model, float(highs.getInfo().objective_function_value), point, reduced))
        missing = np.flatnonzero(~present & (_best_end(model, point, reduced) < -_TOLERANCE))
        if not len(missing):
            return
        chosen = missing[np.argsort(reduced[missing])[:_ADDED]]
        _add(highs, model, columns, chosen)
        order, present[chosen] = np.concatenate([order, chosen]), True


def _bound(model: MipModel, value: float, point: Floats, reduced: Floats) -> float:
    """Return what no point is worth less than, less what the simplex method's tolerances may have added to it."""
    bound = value + float(_best_end(model, point, reduced).sum())
    return bound - _TOLERANCE * max(1.0, abs(bound))


def _best_end(model: MipModel, point: Floats, reduced: Floats) -> Floats:
    """Return what moving each column from `point` to its better end could save, float[columns], never positive.

    A column without that end was in the relaxation, which priced it at its optimum.
    """
    ends = np.where(reduced > 0, model.lower, model.upper)
    return np.where(np.abs(ends) < INF, np.minimum(reduced * (ends - point), 0.0), 0.0)


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


def _stop_when_asked(event: Any, channel: Channel) -> None:
    event.data_in.user_interrupt = channel.stopped()
