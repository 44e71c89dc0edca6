"""SCIP through PySCIPOpt. Imported in the worker only."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forcegen.mip import INF, Ints, MipModel, Status, Termination, objective_step
from forcegen.solvers.wire import UNAVAILABLE, Job, Stream, answer, no_option, rounded, unpack

if TYPE_CHECKING:
    from forcegen.workers import Body, Channel

STATUSES: Final[dict[str, tuple[Status, Termination]]] = {
    "optimal": (Status.OPTIMAL, Termination.OPTIMAL),
    "infeasible": (Status.INFEASIBLE, Termination.OPTIMAL),
    "unbounded": (Status.UNBOUNDED, Termination.OPTIMAL),
    "inforunbd": (Status.FEASIBLE, Termination.NUMERIC),
    "gaplimit": (Status.FEASIBLE, Termination.GAP),
    "timelimit": (Status.FEASIBLE, Termination.TIME_LIMIT),
    "memlimit": (Status.FEASIBLE, Termination.MEMORY_LIMIT),
    "userinterrupt": (Status.FEASIBLE, Termination.INTERRUPTED),
    "nodelimit": (Status.FEASIBLE, Termination.NUMERIC),
    "totalnodelimit": (Status.FEASIBLE, Termination.NUMERIC),
    "stallnodelimit": (Status.FEASIBLE, Termination.NUMERIC),
    "sollimit": (Status.FEASIBLE, Termination.NUMERIC),
    "bestsollimit": (Status.FEASIBLE, Termination.NUMERIC),
    "restartlimit": (Status.FEASIBLE, Termination.NUMERIC),
    "primallimit": (Status.FEASIBLE, Termination.NUMERIC),
    "duallimit": (Status.FEASIBLE, Termination.NUMERIC),
    "unknown": (Status.FEASIBLE, Termination.NUMERIC),
}
"""What each SCIP_STATUS means, written as `Model.getStatus` does."""


def solve(payload: Body, channel: Channel) -> Body:
    """Solve the packed job. SCIP uses one thread, whatever the job allows."""
    try:
        import pyscipopt
    except ImportError as error:
        return {UNAVAILABLE: f"pyscipopt cannot be loaded: {error}"}
    job = unpack(payload)
    stream = Stream(channel)
    scip: Any = pyscipopt.Model()
    stream.version(f"{scip.getMajorVersion()}.{scip.getMinorVersion()}.{scip.getTechVersion()}")
    for name, value in job.native.items():
        try:
            scip.setParam(name, value)
        except (KeyError, ValueError, TypeError):
            return answer("no option", (Status.ERROR, Termination.NUMERIC), message=no_option("scip", name, value))
    _set_parameters(scip, job)
    variables = _fill(pyscipopt, scip, job.model)
    if job.start is not None:
        _give_start(scip, variables, job.start)
    _listen(pyscipopt, scip, variables, stream, channel)
    stream.searching()
    native = _run(scip, job, channel)
    bound = _bound(scip) if native != "not run" else None
    x = _best(scip, variables) if native != "not run" else None
    if native in ("unbounded", "inforunbd"):
        native, bound = _which(pyscipopt, scip, job, channel, native), None
    return _answer(native, x, bound)


def _set_parameters(scip: Any, job: Job) -> None:
    scip.hideOutput()
    parameters = {
        "misc/catchctrlc": False,
        "limits/gap": float(job.gap),
        # Plans differ by whole steps: half a step of certainty is certainty.
        "limits/absgap": max(1e-6, 0.5 * objective_step(job.model)),
        "randomization/randomseedshift": job.seed,
        "numerics/feastol": tolerance(job.model),
    }
    for name, value in parameters.items():
        scip.setParam(name, value)


def tolerance(model: MipModel) -> float:
    """Return a tolerance that lets no row of integers be broken: SCIP multiplies it with the row's side."""
    sides = np.abs(np.concatenate([model.row_lower, model.row_upper]))
    largest = float(sides[sides < INF].max(initial=1))
    return min(1e-6, max(1e-9, 0.1 / max(largest, 1.0)))


def _fill(library: Any, scip: Any, model: MipModel) -> list[Any]:
    """Write the model and return its variables; a row is one dictionary of terms that all rows share."""
    kinds = ["I" if integer else "C" for integer in model.integer.tolist()]
    columns = zip(kinds, model.lower.tolist(), model.upper.tolist(), model.objective.tolist(), strict=True)
    variables = [
        scip.addVar(f"x{j}", vtype=kind, lb=_finite(lower), ub=_finite(upper), obj=float(cost))
        for j, (kind, lower, upper, cost) in enumerate(columns)
    ]
    scip.addObjoffset(float(model.offset))
    terms = [library.scip.Term(variable) for variable in variables]
    starts, indices, data = (part.tolist() for part in (model.matrix.indptr, model.matrix.indices, model.matrix.data))
    sides = zip(model.row_lower.tolist(), model.row_upper.tolist(), strict=True)
    for i, (lower, upper) in enumerate(sides):
        if lower <= -INF and upper >= INF:
            continue
        part = slice(starts[i], starts[i + 1])
        row = dict(zip([terms[j] for j in indices[part]], map(float, data[part]), strict=True))
        scip.addCons(library.ExprCons(library.Expr(row), _finite(lower), _finite(upper)), name=f"r{i}")
    return variables


def _finite(value: int) -> float | None:
    return None if abs(value) >= INF else float(value)


def _give_start(scip: Any, variables: list[Any], start: Ints) -> None:
    solution = scip.createOrigSol()
    for variable, value in zip(variables, start.tolist(), strict=True):
        scip.setSolVal(solution, variable, float(value))
    scip.addSol(solution)


def _listen(library: Any, scip: Any, variables: list[Any], stream: Stream, channel: Channel) -> None:
    def improved(model: Any, event: Any) -> None:
        x = _best(model, variables)
        if x is not None:
            stream.plan(x)
        stop(model, event)

    def raised(model: Any, event: Any) -> None:
        stream.bound(_bound(model))
        stop(model, event)

    def stop(model: Any, event: Any) -> None:
        if channel.stopped():
            model.interruptSolve()

    events = library.SCIP_EVENTTYPE
    scip.attachEventHandlerCallback(improved, [events.BESTSOLFOUND], name="plans")
    scip.attachEventHandlerCallback(raised, [events.DUALBOUNDIMPROVED], name="bounds")
    # Asked to stop before its search, SCIP forgets it.
    scip.attachEventHandlerCallback(stop, [events.NODEFOCUSED, events.PRESOLVEROUND], name="stop")


def _run(scip: Any, job: Job, channel: Channel) -> str:
    seconds = job.seconds_left()
    if seconds <= 0 or channel.stopped():
        return "not run"
    scip.setParam("limits/time", seconds)

    def stop() -> None:
        # Between two stages of its work SCIP refuses; the events see to those.
        with contextlib.suppress(Exception):
            scip.interruptSolve()

    channel.on_stop(stop)
    scip.optimizeNogil()
    return str(scip.getStatus())


def _bound(scip: Any) -> float:
    # While it searches, SCIP gives the bound of the nodes that are left, which may lie beyond its best plan.
    return float(min(scip.getDualbound(), scip.getPrimalbound()))


def _best(scip: Any, variables: list[Any]) -> Ints | None:
    if not scip.getNSols():
        return None
    solution = scip.getBestSol()
    return rounded([solution[variable] for variable in variables])


def _which(library: Any, scip: Any, job: Job, channel: Channel, native: str) -> str:
    """Decide whether there is a plan at all, which an unbounded relaxation leaves open."""
    scip.freeTransform()
    scip.setObjective(library.Expr())
    found = _run(scip, job, channel)
    if found in ("optimal", "gaplimit"):
        return "unbounded"
    return native if found in ("unbounded", "inforunbd") else found


def _answer(native: str, x: Ints | None, bound: float | None) -> Body:
    # "not run" is ours: time was over, or somebody asked to stop, before SCIP could begin.
    claim = STATUSES.get(native, (Status.FEASIBLE, Termination.TIME_LIMIT))
    if claim[0] not in (Status.OPTIMAL, Status.FEASIBLE):
        x = bound = None
    return answer(native, claim, x=x, bound=bound if bound is not None and abs(bound) < INF else None)
