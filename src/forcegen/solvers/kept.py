"""A relaxation kept by HiGHS between calls. Imported in the worker only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from forcegen.solvers.highs import load, run, set_options
from forcegen.solvers.wire import UNAVAILABLE, unpack, with_infinity

if TYPE_CHECKING:
    from forcegen.workers import Body, Channel

_SOLVED = ("kOptimal", "kUnknown")
_PRIMAL, _DUAL = 4, 1
_ROUGHLY = 1e-2

_kept: list[Any] = []  # the solver, where there is one


def begin(payload: Body, channel: Channel) -> Body:
    """Solve the packed job's relaxation by the interior point method, and keep it.

    With `vertex` it ends at a vertex, from which the simplex method can go on; without, duals are as good, and sooner.
    With `roughly` it ends near the best.
    """
    try:
        import highspy
    except ImportError as error:
        return {UNAVAILABLE: f"highspy cannot be loaded: {error}"}
    job = unpack(payload)
    _kept.clear()
    highspy.Highs.resetGlobalScheduler(True)
    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    set_options(highs, job)
    crossover = "on" if payload["vertex"] else "off"
    for name, value in {"solve_relaxation": True, "solver": "ipm", "run_crossover": crossover}.items():
        highs.setOptionValue(name, value)
    if payload["roughly"]:
        highs.setOptionValue("ipm_optimality_tolerance", _ROUGHLY)
    if load(highs, job, highspy.kHighsInf) == highspy.HighsStatus.kError:
        return {}
    for callback in (highs.cbIpmInterrupt, highs.cbSimplexInterrupt):
        callback.subscribe(lambda event: setattr(event.data_in, "user_interrupt", channel.stopped()))
    _kept.append(highs)
    return _solved(job.deadline)


def widen(payload: Body, channel: Channel) -> Body:
    """Add columns to the relaxation and go on by the primal simplex method."""
    highs, infinity = _going_on(payload, _PRIMAL)
    highs.addCols(
        len(payload["objective"]),
        payload["objective"].astype(np.float64),
        with_infinity(payload["lower"], infinity),
        with_infinity(payload["upper"], infinity),
        *_entries(payload),
    )
    return _solved(payload["deadline"])


def narrow(payload: Body, channel: Channel) -> Body:
    """Take columns out of the relaxation, add rows, and go on by the dual simplex method."""
    highs, infinity = _going_on(payload, _DUAL)
    gone = payload["gone"].astype(np.int32)
    if len(gone):
        highs.deleteCols(len(gone), gone)
    lower, upper = (with_infinity(payload[name], infinity) for name in ("lower", "upper"))
    highs.addRows(len(lower), lower, upper, *_entries(payload))
    return _solved(payload["deadline"])


def end(payload: Body, channel: Channel) -> Body:
    """Keep nothing any more."""
    _kept.clear()
    return {}


def _going_on(payload: Body, strategy: int) -> tuple[Any, float]:
    import highspy

    highs = _kept[0]
    # HiGHS counts the steps of all its runs that go on from one another.
    limits = {"simplex_strategy": strategy, "simplex_iteration_limit": payload["steps"]}
    for name, value in {"solver": "simplex", **limits}.items():
        highs.setOptionValue(name, value)
    return highs, float(highspy.kHighsInf)


def _entries(payload: Body) -> tuple[Any, ...]:
    data = payload["data"].astype(np.float64)
    first, index = payload["indptr"][:-1].astype(np.int32), payload["indices"].astype(np.int32)
    return len(data), first, index, data


def _solved(deadline: float) -> Body:
    highs = _kept[0]
    if run(highs, deadline) not in _SOLVED:
        return {}
    solution = highs.getSolution()
    return {"prices": np.array(solution.row_dual), "point": np.array(solution.col_value)}
