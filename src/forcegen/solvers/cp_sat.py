"""CP-SAT through OR-tools. Imported in the worker only. All integers, nothing is rounded."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forcegen.mip import INF, Ints, MipModel, Status, Termination
from forcegen.solvers.box import Box, finite_box, has_ray
from forcegen.solvers.wire import UNAVAILABLE, Job, Stream, answer, no_option, unpack

if TYPE_CHECKING:
    from forcegen.workers import Body, Channel

STATUSES: Final[dict[str, tuple[Status, Termination]]] = {
    "OPTIMAL": (Status.OPTIMAL, Termination.OPTIMAL),
    "FEASIBLE": (Status.FEASIBLE, Termination.TIME_LIMIT),
    "INFEASIBLE": (Status.INFEASIBLE, Termination.OPTIMAL),
    "UNKNOWN": (Status.FEASIBLE, Termination.TIME_LIMIT),
    "MODEL_INVALID": (Status.ERROR, Termination.NUMERIC),
}
"""What each CpSolverStatus means; with a gap to be content with, OPTIMAL includes that."""

_INT64 = 2**63 - 1


def solve(payload: Body, channel: Channel) -> Body:
    """Solve the packed job."""
    try:
        from ortools.sat.python import cp_model
    except ImportError as error:
        return {UNAVAILABLE: f"ortools cannot be loaded: {error}"}
    job = unpack(payload)
    stream = Stream(channel)
    stream.version(metadata.version("ortools"))
    box = finite_box(job.model)
    if _too_large(job.model, box):
        message = "coefficients times bounds exceed 64-bit integers, so CP-SAT cannot take this model"
        return answer("MODEL_INVALID", STATUSES["MODEL_INVALID"], message=message)
    model = cp_model.CpModel()
    _fill(model.proto, job.model, box, job.start)
    solver = cp_model.CpSolver()
    for name, value in job.native.items():
        try:
            setattr(solver.parameters, name, value)
        except (AttributeError, TypeError, ValueError):
            return answer("MODEL_INVALID", STATUSES["MODEL_INVALID"], message=no_option("cp-sat", name, value))
    seconds = _set_parameters(solver.parameters, job)
    if seconds <= 0:
        return answer("UNKNOWN", STATUSES["UNKNOWN"])
    stream.searching()
    if not box.invented.any():
        solver.best_bound_callback = stream.bound
    channel.on_stop(solver.stop_search)
    solver.solve(model, _callback(cp_model, stream, channel))
    native = str(solver.response_proto.status.name)
    if native == "MODEL_INVALID":
        return answer(native, STATUSES[native], message=str(model.validate()))
    return _result(native, solver.response_proto, job, box, stopped=channel.stopped())


def _too_large(model: MipModel, box: Box) -> bool:
    """Tell whether a row's or the objective's sum could leave 64 bits; CP-SAT wants some room besides."""
    reach = np.maximum(np.abs(box.lower), np.abs(box.upper)).astype(np.float64)
    sums = np.asarray(abs(model.matrix).astype(np.float64) @ reach)
    cost = np.abs(model.objective.astype(np.float64)) @ reach
    return bool(max(sums.max(initial=0.0), cost) > 2.0**61)


def _fill(proto: Any, model: MipModel, box: Box, start: Ints | None) -> None:
    """Write the model straight into the protocol buffer: expressions would take a Python object a coefficient."""
    for bounds in zip(box.lower.tolist(), box.upper.tolist(), strict=True):
        proto.variables.add().domain.extend(bounds)
    starts, columns, data = (part.tolist() for part in (model.matrix.indptr, model.matrix.indices, model.matrix.data))
    lower = np.where(model.row_lower <= -INF, -_INT64, model.row_lower).tolist()
    upper = np.where(model.row_upper >= INF, _INT64, model.row_upper).tolist()
    for i in range(model.rows):
        row, part = proto.constraints.add().linear, slice(starts[i], starts[i + 1])
        row.vars.extend(columns[part])
        row.coeffs.extend(data[part])
        row.domain.extend((lower[i], upper[i]))
    used = np.flatnonzero(model.objective)
    proto.objective.vars.extend(used.tolist())
    proto.objective.coeffs.extend(model.objective[used].tolist())
    proto.objective.offset = float(model.offset)
    if start is not None:
        proto.solution_hint.vars.extend(range(model.columns))
        proto.solution_hint.values.extend(start.tolist())


def _set_parameters(parameters: Any, job: Job) -> float:
    """Set the limits and return the seconds left."""
    seconds = job.seconds_left()
    parameters.max_time_in_seconds = max(seconds, 0.0)
    parameters.relative_gap_limit = job.gap
    parameters.absolute_gap_limit = 0.0
    parameters.num_workers = job.threads
    parameters.random_seed = job.seed
    return seconds


def _callback(cp_model: Any, stream: Stream, channel: Channel) -> Any:
    class Plans(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
        def on_solution_callback(self) -> None:
            stream.plan(np.array(list(self.response_proto.solution), dtype=np.int64))
            if channel.stopped():
                self.stop_search()

    return Plans()


def _result(native: str, response: Any, job: Job, box: Box, *, stopped: bool) -> Body:
    status, termination = STATUSES[native]
    if termination is Termination.TIME_LIMIT and stopped:
        termination = Termination.INTERRUPTED
    x = np.array(list(response.solution), dtype=np.int64) if len(response.solution) else None
    bound = _exact_bound(response, job.model) if status is not Status.INFEASIBLE and job.model.objective.any() else None
    message = ""
    if box.invented.any():
        # The bounds that we made up prove nothing about what lies beyond them.
        if x is not None and has_ray(job.model):
            return answer(native, (Status.UNBOUNDED, Termination.OPTIMAL), x=x)
        bound = None
        if status in (Status.OPTIMAL, Status.INFEASIBLE):
            status, termination = Status.FEASIBLE, Termination.NUMERIC
            message = "some columns have no bounds, so CP-SAT has searched only a part and proves nothing"
    return answer(native, (status, termination), x=x, bound=bound, message=message)


def _exact_bound(response: Any, model: MipModel) -> int | None:
    """Return the bound in integers, which the response gives without the offset; None where there is none yet."""
    bound = int(response.inner_objective_lower_bound)
    return bound + model.offset if abs(bound) < 2**61 else None
