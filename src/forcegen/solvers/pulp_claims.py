"""What PuLP's solvers say themselves. PuLP's own statuses are not used: most of its interfaces bend them at limits.

A solver that is not in `KNOWN` is never believed: its plan is checked, and nothing else that it says is heard.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from forcegen.mip import Status, Termination, objective_step
from forcegen.solvers import highs, scip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forcegen.solvers.wire import Job

Claim = tuple[Status, Termination]

_OPTIMAL: Final = (Status.OPTIMAL, Termination.OPTIMAL)
_INFEASIBLE: Final = (Status.INFEASIBLE, Termination.OPTIMAL)
_UNBOUNDED: Final = (Status.UNBOUNDED, Termination.OPTIMAL)
_GAP: Final = (Status.FEASIBLE, Termination.GAP)
_TIME: Final = (Status.FEASIBLE, Termination.TIME_LIMIT)
_MEMORY: Final = (Status.FEASIBLE, Termination.MEMORY_LIMIT)
_INTERRUPTED: Final = (Status.FEASIBLE, Termination.INTERRUPTED)
_STOPPED: Final = (Status.FEASIBLE, Termination.NUMERIC)
_FAILED: Final = (Status.ERROR, Termination.NUMERIC)

LOG: Final = "solver.log"
"""Name of the log in a run's folder, for solvers that are asked to write one."""


@dataclass(frozen=True)
class Heard:
    """A solver's own status and bound (None where it has none), and whether what PuLP has read from it is a plan."""

    native: str
    bound: float | None
    plan: bool = True


@dataclass(frozen=True)
class Known:
    """How to ask one of PuLP's solvers, and what its answers mean.

    Parameters
    ----------
    statuses : mapping
        What each native status means.
    ask : callable
        Gets PuLP's solver and problem after the run, and the run's folder.
    options : callable
        Makes what PuLP's solver is to be given, besides the options that all share.
    undecided : set of str
        Statuses that leave open whether there is a plan.
    limit : callable, optional
        Sets the seconds on the solver's own model, which PuLP has built by then; executables get theirs from PuLP.
    starts, threads : bool
        Whether it takes a start, whether it uses more than one thread.
    whole_seconds : bool
        Whether its time limit is a whole number of seconds.
    blur : float
        Of a solver that tells no bound with its optimum: the relative difference that it takes for none.
    """

    statuses: dict[str, Claim]
    ask: Callable[[Any, Any, Path], Heard]
    options: Callable[[Job, Path], dict[str, Any]]
    undecided: frozenset[str] = field(default_factory=frozenset)
    limit: Callable[[Any, float], Any] | None = None
    starts: bool = False
    threads: bool = False
    whole_seconds: bool = False
    blur: float = 0.0


def _certainty(job: Job) -> float:
    # Plans differ by whole steps: half a step of certainty is certainty.
    return max(1e-6, 0.5 * objective_step(job.model))


def _number(ask: Callable[[], Any]) -> float | None:
    """Ask for a number; each library has its own way to say that there is none."""
    try:
        return float(ask())
    except Exception:
        return None


def _name_of(code: int, codes: Any, table: dict[str, Claim]) -> str:
    """Return the name that a library gives to a code of its own, the code where the table lacks it."""
    return next((name for name in table if getattr(codes, name, None) == code), str(code))


# GLPK, the executable: its result file has four statuses, its log tells what was behind the two open ones.

_GLPK: Final[dict[str, Claim]] = {
    "INTEGER OPTIMAL": _OPTIMAL,
    "INTEGER EMPTY": _INFEASIBLE,
    "INTEGER NON-OPTIMAL": _STOPPED,
    "INTEGER UNDEFINED": _STOPPED,
    "HAS UNBOUNDED PRIMAL SOLUTION": _UNBOUNDED,
    "HAS UNBOUNDED SOLUTION": _UNBOUNDED,
    "HAS NO DUAL FEASIBLE SOLUTION": _STOPPED,
    "RELATIVE MIP GAP TOLERANCE REACHED": _GAP,
    "TIME LIMIT EXCEEDED": _TIME,
}
_GLPK_STATUS = re.compile(r"^Status: +(.+)$", re.MULTILINE)
_GLPK_BOUND = re.compile(r"mip = .* >= +(-?\d\.\d+e[+-]\d+)")
_GLPK_RELAXATION = re.compile(r"obj = +(-?\d\.\d+e[+-]\d+).*\nOPTIMAL LP SOLUTION FOUND")
# Printed with ten digits.
_GLPK_DIGITS = 1e-9
# Branches that are better by less are cut off (tol_obj); glpsol has no option for it.
_GLPK_BLUR = 1e-7


def _ask_glpk(solver: Any, problem: Any, folder: Path) -> Heard:
    result = next(folder.glob("*-pulp.out"), None)
    found = _GLPK_STATUS.search(_text(result)) if result is not None else None
    native = found[1].strip() if found else ""
    plan = native in ("INTEGER OPTIMAL", "INTEGER NON-OPTIMAL")
    log = _text(folder / LOG)
    if native in ("INTEGER NON-OPTIMAL", "INTEGER UNDEFINED", ""):
        said = [status for status in _GLPK if not status.startswith("INTEGER") and status in log]
        native = said[-1] if said else native
    printed = [float(number) for number in _GLPK_BOUND.findall(log) + _GLPK_RELAXATION.findall(log)]
    bound = max(printed, default=None) if native != "INTEGER OPTIMAL" else None
    return Heard(native, None if bound is None else bound - _GLPK_DIGITS * abs(bound), plan)


def _glpk_options(job: Job, folder: Path) -> dict[str, Any]:
    return {"options": ["--mipgap", f"{job.gap:.12f}", "--log", str(folder / LOG)]}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


# HiGHS and SCIP mean what they mean in their own adapters.


def _ask_highs(solver: Any, problem: Any, folder: Path) -> Heard:
    model = problem.solverModel
    info = model.getInfo()
    return Heard(
        str(model.getModelStatus().name), _number(lambda: info.mip_dual_bound), info.primal_solution_status == 2
    )


def _highs_options(job: Job, folder: Path) -> dict[str, Any]:
    import highspy

    # The number of threads is fixed at a process's first run, unless its threads are ended.
    highspy.Highs.resetGlobalScheduler(True)
    return {"gapAbs": _certainty(job), "random_seed": job.seed, "allow_unbounded_or_infeasible": False}


def _ask_scip(solver: Any, problem: Any, folder: Path) -> Heard:
    model = problem.solverModel
    return Heard(str(model.getStatus()), _number(lambda: min(model.getDualbound(), model.getPrimalbound())))


def _scip_options(job: Job, folder: Path) -> dict[str, Any]:
    options = [f"randomization/randomseedshift={job.seed}", f"numerics/feastol={scip.tolerance(job.model)}"]
    return {"gapAbs": _certainty(job), "options": options}


# Gurobi: the names of GRB.Status.

_GUROBI: Final[dict[str, Claim]] = {
    "LOADED": _FAILED,
    "OPTIMAL": _OPTIMAL,
    "INFEASIBLE": _INFEASIBLE,
    "INF_OR_UNBD": _STOPPED,
    "UNBOUNDED": _UNBOUNDED,
    "CUTOFF": _STOPPED,
    "ITERATION_LIMIT": _STOPPED,
    "NODE_LIMIT": _STOPPED,
    "TIME_LIMIT": _TIME,
    "SOLUTION_LIMIT": _STOPPED,
    "INTERRUPTED": _INTERRUPTED,
    "NUMERIC": _STOPPED,
    "SUBOPTIMAL": _STOPPED,
    "INPROGRESS": _FAILED,
    "USER_OBJ_LIMIT": _STOPPED,
    "WORK_LIMIT": _STOPPED,
    "MEM_LIMIT": _MEMORY,
    "LOCALLY_OPTIMAL": _STOPPED,
    "LOCALLY_INFEASIBLE": _STOPPED,
}


def _ask_gurobi(solver: Any, problem: Any, folder: Path) -> Heard:
    import gurobipy

    model = problem.solverModel
    return Heard(_name_of(model.Status, gurobipy.GRB.Status, _GUROBI), _number(lambda: model.ObjBound))


def _gurobi_options(job: Job, folder: Path) -> dict[str, Any]:
    return {"Threads": job.threads, "Seed": job.seed, "MIPGapAbs": _certainty(job), "MIPGap": job.gap}


# CPLEX: the codes of mixed-integer solution statuses.

_CPLEX: Final[dict[str, Claim]] = {
    "101": _OPTIMAL,
    "102": _OPTIMAL,  # within the tolerance; its bound says how near
    "103": _INFEASIBLE,
    "104": _STOPPED,
    "105": _STOPPED,
    "106": _STOPPED,
    "107": _TIME,
    "108": _TIME,
    "109": _STOPPED,
    "110": _STOPPED,
    "111": _MEMORY,
    "112": _MEMORY,
    "113": _INTERRUPTED,
    "114": _INTERRUPTED,
    "115": _STOPPED,
    "118": _UNBOUNDED,
    "119": _STOPPED,
    "131": _TIME,
    "132": _TIME,
}


def _ask_cplex(solver: Any, problem: Any, folder: Path) -> Heard:
    solution = problem.solverModel.solution
    native = str(solution.get_status())
    return Heard(native, _number(solution.MIP.get_best_objective))


def _cplex_options(job: Job, folder: Path) -> dict[str, Any]:
    return {
        "mip.tolerances.absmipgap": _certainty(job),
        "mip.tolerances.mipgap": min(job.gap, 1.0),
        "randomseed": job.seed,
    }


# COPT: the values of model.status.

_COPT: Final[dict[str, Claim]] = {
    "UNSTARTED": _FAILED,
    "OPTIMAL": _OPTIMAL,
    "INFEASIBLE": _INFEASIBLE,
    "UNBOUNDED": _UNBOUNDED,
    "INF_OR_UNB": _STOPPED,
    "NUMERICAL": _STOPPED,
    "NODELIMIT": _STOPPED,
    "IMPRECISE": _STOPPED,
    "TIMEOUT": _TIME,
    "UNFINISHED": _STOPPED,
    "INTERRUPTED": _INTERRUPTED,
}


def _ask_copt(solver: Any, problem: Any, folder: Path) -> Heard:
    import coptpy

    model = problem.solverModel
    if model.HasMipSol:
        # PuLP takes no plan that is not optimal.
        for variable in problem.variables():
            variable.varValue = variable.solverVar.x
    return Heard(_name_of(model.status, coptpy.COPT, _COPT), _number(lambda: model.BestBnd))


def _copt_options(job: Job, folder: Path) -> dict[str, Any]:
    return {"Threads": job.threads, "AbsGap": _certainty(job), "RelGap": job.gap}


# Xpress: the values of the attribute mipstatus; stopstatus tells why it stopped.

_XPRESS: Final[dict[str, Claim]] = {
    "NOT_LOADED": _FAILED,
    "LP_NOT_OPTIMAL": _STOPPED,
    "LP_OPTIMAL": _STOPPED,
    "NO_SOL_FOUND": _STOPPED,
    "SOLUTION": _STOPPED,
    "INFEAS": _INFEASIBLE,
    "OPTIMAL": _OPTIMAL,
    "UNBOUNDED": _UNBOUNDED,
    "TIMELIMIT": _TIME,
    "CTRLC": _INTERRUPTED,
    "MIPGAP": _GAP,
    "MEMORYERROR": _MEMORY,
}
_XPRESS_STATUSES = (
    "NOT_LOADED", "LP_NOT_OPTIMAL", "LP_OPTIMAL", "NO_SOL_FOUND", "SOLUTION", "INFEAS", "OPTIMAL", "UNBOUNDED",
)  # fmt: skip
_XPRESS_STOPS = {1: "TIMELIMIT", 2: "CTRLC", 5: "MIPGAP", 8: "MEMORYERROR"}


def _ask_xpress(solver: Any, problem: Any, folder: Path) -> Heard:
    model = problem.solverModel
    native = _XPRESS_STATUSES[int(model.getAttrib("mipstatus"))]
    if _XPRESS[native] == _STOPPED:
        native = _XPRESS_STOPS.get(int(model.getAttrib("stopstatus")), native)
    return Heard(native, _number(lambda: model.getAttrib("bestbound")))


def _xpress_options(job: Job, folder: Path) -> dict[str, Any]:
    controls = {
        "THREADS": job.threads,
        "RANDOMSEED": job.seed,
        "MIPABSSTOP": _certainty(job),
        "MIPRELSTOP": job.gap,
    }
    # As text: PuLP makes whole numbers of all others.
    return {"options": [(name, str(value)) for name, value in controls.items()]}


KNOWN: Final[dict[str, Known]] = {
    "GLPK_CMD": Known(
        _GLPK,
        _ask_glpk,
        _glpk_options,
        undecided=frozenset({"HAS NO DUAL FEASIBLE SOLUTION"}),
        whole_seconds=True,
        blur=_GLPK_BLUR,
    ),
    "HiGHS": Known(
        highs.STATUSES,
        _ask_highs,
        _highs_options,
        undecided=frozenset({"kUnboundedOrInfeasible"}),
        limit=lambda model, seconds: model.setOptionValue("time_limit", seconds),
        threads=True,
    ),
    "SCIP_PY": Known(
        scip.STATUSES,
        _ask_scip,
        _scip_options,
        undecided=frozenset({"inforunbd"}),
        limit=lambda model, seconds: model.setParam("limits/time", seconds),
        starts=True,
    ),
    "GUROBI": Known(
        _GUROBI,
        _ask_gurobi,
        _gurobi_options,
        undecided=frozenset({"INF_OR_UNBD"}),
        limit=lambda model, seconds: model.setParam("TimeLimit", seconds),
        starts=True,
        threads=True,
    ),
    "CPLEX_PY": Known(
        _CPLEX,
        _ask_cplex,
        _cplex_options,
        undecided=frozenset({"119"}),
        limit=lambda model, seconds: model.parameters.timelimit.set(seconds),
        starts=True,
        threads=True,
    ),
    "COPT": Known(
        _COPT,
        _ask_copt,
        _copt_options,
        undecided=frozenset({"INF_OR_UNB"}),
        limit=lambda model, seconds: model.setParam("TimeLimit", seconds),
        starts=True,
        threads=True,
    ),
    "XPRESS_PY": Known(
        _XPRESS,
        _ask_xpress,
        _xpress_options,
        limit=lambda model, seconds: model.setControl("TIMELIMIT", seconds),
        starts=True,
        threads=True,
    ),
}
"""By PuLP's names."""
