"""HiGHS through highspy. Imported in the worker only."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from forcegen.mip import Ints, Status, Termination, objective_step
from forcegen.solvers.sift import sift
from forcegen.solvers.wire import (
    UNAVAILABLE,
    Job,
    Stream,
    answer,
    no_option,
    rounded,
    seconds_left,
    unpack,
    with_infinity,
)

if TYPE_CHECKING:
    from forcegen.workers import Body, Channel

STATUSES: dict[str, tuple[Status, Termination]] = {
    "kOptimal": (Status.OPTIMAL, Termination.OPTIMAL),
    "kModelEmpty": (Status.OPTIMAL, Termination.OPTIMAL),
    "kInfeasible": (Status.INFEASIBLE, Termination.OPTIMAL),
    "kUnbounded": (Status.UNBOUNDED, Termination.OPTIMAL),
    "kUnboundedOrInfeasible": (Status.FEASIBLE, Termination.NUMERIC),
    "kObjectiveBound": (Status.FEASIBLE, Termination.NUMERIC),
    "kObjectiveTarget": (Status.FEASIBLE, Termination.NUMERIC),
    "kTimeLimit": (Status.FEASIBLE, Termination.TIME_LIMIT),
    "kIterationLimit": (Status.FEASIBLE, Termination.NUMERIC),
    "kSolutionLimit": (Status.FEASIBLE, Termination.NUMERIC),
    "kMemoryLimit": (Status.FEASIBLE, Termination.MEMORY_LIMIT),
    "kInterrupt": (Status.FEASIBLE, Termination.INTERRUPTED),
    "kHighsInterrupt": (Status.FEASIBLE, Termination.INTERRUPTED),
    "kUnknown": (Status.FEASIBLE, Termination.NUMERIC),
    "kNotset": (Status.ERROR, Termination.NUMERIC),
    "kLoadError": (Status.ERROR, Termination.NUMERIC),
    "kModelError": (Status.ERROR, Termination.NUMERIC),
    "kPresolveError": (Status.ERROR, Termination.NUMERIC),
    "kSolveError": (Status.ERROR, Termination.NUMERIC),
    "kPostsolveError": (Status.ERROR, Termination.NUMERIC),
}
"""What each HighsModelStatus means."""

_ROWWISE, _MINIMISE = 2, 1
_BOUND_EVERY = 0.2


def solve(payload: Body, channel: Channel) -> Body:
    """Solve the packed job."""
    try:
        import highspy
    except ImportError as error:
        return {UNAVAILABLE: f"highspy cannot be loaded: {error}"}
    job = unpack(payload)
    # The number of threads is fixed at a process's first run, unless its threads are ended.
    highspy.Highs.resetGlobalScheduler(True)
    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    stream = Stream(channel)
    stream.version(highs.version())
    for name, value in job.native.items():
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            return answer("kLoadError", STATUSES["kLoadError"], message=no_option("highs", name, value))
    set_options(highs, job)
    if load(highs, job, highspy.kHighsInf) == highspy.HighsStatus.kError:
        return answer("kLoadError", STATUSES["kLoadError"], message="HiGHS refuses the model's numbers")
    _listen(highs, stream, channel)
    stream.searching()
    if not job.relax and not job.bounded:
        sift(highspy, job, stream, channel)
    native = run(highs, job.deadline)
    # Where there was no time to run at all, HiGHS leaves its bound at 0; where costs were changed, it is another's.
    known = native == str(highs.getModelStatus().name)
    if native in ("kUnbounded", "kUnboundedOrInfeasible") and not job.relax:
        native, known = _which(highs, job, native), False
    return _result(highs, native, job, known)


def set_options(highs: Any, job: Job) -> None:
    """Set what the job asks for."""
    options = {
        "output_flag": False,
        "threads": job.threads,
        "parallel": "on" if job.threads > 1 else "off",
        "random_seed": job.seed,
        "mip_rel_gap": float(job.gap),
        # Plans differ by whole steps: half a step of certainty is certainty.
        "mip_abs_gap": max(1e-6, 0.5 * objective_step(job.model)),
        "allow_unbounded_or_infeasible": False,
        "solve_relaxation": job.relax,
    }
    for name, value in options.items():
        highs.setOptionValue(name, value)


def load(highs: Any, job: Job, infinity: float) -> Any:
    """Hand over model and start; return what HiGHS thinks of the model."""
    model = job.model
    status = highs.passModel(
        model.columns,
        model.rows,
        model.nonzeros,
        _ROWWISE,
        _MINIMISE,
        float(model.offset),
        model.objective.astype(np.float64),
        with_infinity(model.lower, infinity),
        with_infinity(model.upper, infinity),
        with_infinity(model.row_lower, infinity),
        with_infinity(model.row_upper, infinity),
        model.matrix.indptr.astype(np.int32),
        model.matrix.indices.astype(np.int32),
        model.matrix.data.astype(np.float64),
        model.integer.astype(np.int32),
    )
    if job.start is not None:
        columns = np.arange(model.columns, dtype=np.int32)
        highs.setSolution(model.columns, columns, job.start.astype(np.float64))
    return status


def _listen(highs: Any, stream: Stream, channel: Channel) -> None:
    def improved(event: Any) -> None:
        x = rounded(event.data_out.mip_solution)
        if x is not None:
            stream.plan(x)

    sent_at = 0.0

    def running(event: Any) -> None:  # called thousands of times a second
        nonlocal sent_at
        now = time.monotonic()
        if now - sent_at >= _BOUND_EVERY:
            sent_at = now
            stream.bound(event.data_out.mip_dual_bound)
        event.data_in.user_interrupt = channel.stopped()

    def stop(event: Any) -> None:
        event.data_in.user_interrupt = channel.stopped()

    highs.cbMipImprovingSolution.subscribe(improved)
    highs.cbMipInterrupt.subscribe(running)
    highs.cbSimplexInterrupt.subscribe(stop)
    highs.cbIpmInterrupt.subscribe(stop)


def run(highs: Any, deadline: float) -> str:
    """Run, or go on, until a deadline; return HiGHS's own status."""
    seconds = seconds_left(deadline)
    if seconds <= 0:
        return "kTimeLimit"
    # HiGHS counts the time of all its runs together.
    highs.setOptionValue("time_limit", highs.getRunTime() + seconds)
    highs.run()
    return str(highs.getModelStatus().name)


def _which(highs: Any, job: Job, native: str) -> str:
    """Decide whether there is a plan at all, which an unbounded relaxation leaves open."""
    columns = job.model.columns
    highs.changeColsCost(columns, np.arange(columns, dtype=np.int32), np.zeros(columns))
    found = run(highs, job.deadline)
    if found == "kOptimal":
        return "kUnbounded"
    return found if STATUSES[found][0] is Status.INFEASIBLE else native if job.seconds_left() > 0 else "kTimeLimit"


def _result(highs: Any, native: str, job: Job, known: bool) -> Body:
    info = highs.getInfo()
    claim = STATUSES[native]
    if job.relax:
        value = float(info.objective_function_value) if native == "kOptimal" else None
        return answer(native, claim, relaxation=value, bound=value)
    # Without integer columns HiGHS solves a linear programme and leaves its MIP bound at 0.
    proven_by_lp = native == "kOptimal" and not job.model.integer.any()
    bound = float(info.objective_function_value if proven_by_lp else info.mip_dual_bound)
    return answer(
        native,
        claim,
        x=_values(highs, job) if claim[0] in (Status.OPTIMAL, Status.FEASIBLE) else None,
        bound=bound if known and math.isfinite(bound) and claim[0] in (Status.OPTIMAL, Status.FEASIBLE) else None,
    )


def _values(highs: Any, job: Job) -> Ints | None:
    values = highs.getSolution().col_value
    return rounded(values) if len(values) == job.model.columns and highs.getInfo().primal_solution_status == 2 else None
