"""Any solver that PuLP finds, as ``pulp:NAME``. Imported in the worker only.

Nothing is taken on PuLP's word: plans are checked like all others, and claims are those of the solver itself
(`pulp_claims`), or none.
"""

from __future__ import annotations

import contextlib
import inspect
import os
import re
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from forcegen.mip import INF, Ints, MipModel, Status, Termination
from forcegen.solvers.pulp_claims import KNOWN, LOG, Heard, Known
from forcegen.solvers.pulp_library import LIBRARIES, has_library, load_pulp
from forcegen.solvers.wire import UNAVAILABLE, UNKNOWN, Job, Stream, answer, rounded, unpack
from forcegen.workers.tree import descendants

if TYPE_CHECKING:
    from forcegen.workers import Body, Channel

_BUNDLED_CBC = "PULP_CBC_CMD"
_VERSION = re.compile(r"\d+(?:\.\d+)+")
_VERSION_SECONDS = 5.0
# PuLP writes numbers to files with twelve digits.
_DIGITS = 12
_LOG_LINES = 5


def solve(payload: Body, channel: Channel) -> Body:
    """Solve the packed job with PuLP's solver ``payload["solver"]``."""
    name = payload["solver"]
    try:
        pulp = load_pulp(name)
    except ImportError as error:
        return {UNAVAILABLE: f"pulp cannot be loaded: {error}"}
    names = _names(pulp)
    if name not in names:
        hint = "; the CBC that PuLP brings is called cbc here" if name == _BUNDLED_CBC else ""
        return {UNKNOWN: f"PuLP knows no solver {name!r}{hint}; it knows {', '.join(names)}"}
    if not pulp.getSolver(name, msg=False).available():
        what = f"the package {LIBRARIES[name]}" if name in LIBRARIES else "its executable"
        return {UNAVAILABLE: f"PuLP does not find {what}, or has no licence for it"}
    if payload["native"]:
        message = f"pulp:{name} takes no options of its own here"
        return answer("Not Solved", (Status.ERROR, Termination.NUMERIC), message=message)
    stream = Stream(channel)
    stream.version(_version(pulp, name) or "unknown")
    return _Adapter(pulp, name, unpack(payload), stream, channel).solve()


def found(payload: Body, channel: Channel) -> Body:
    """Return the solvers that PuLP finds, bundled CBC left out: name, library, version, starts, threads.

    No solver library is loaded for that: packages are looked up, executables are asked for their version.
    """
    installed = {name for name in LIBRARIES if has_library(name)}
    try:
        pulp = load_pulp()
    except ImportError:
        return {"solvers": []}
    return {"solvers": [_described(pulp, name) for name in _names(pulp) if name in installed or _is_found(pulp, name)]}


def _names(pulp: Any) -> list[str]:
    # PuLP lists some twice.
    return [name for name in dict.fromkeys(pulp.listSolvers()) if name != _BUNDLED_CBC]


def _is_found(pulp: Any, name: str) -> bool:
    try:
        return name not in LIBRARIES and bool(pulp.getSolver(name, msg=False).available())
    except Exception:  # some of PuLP's interfaces raise where something of theirs is missing
        return False


def _described(pulp: Any, name: str) -> Body:
    known, given = KNOWN.get(name), _parameters(pulp, name)
    return {
        "name": name,
        "library": LIBRARIES.get(name) or Path(str(pulp.getSolver(name, msg=False).path)).name,
        "version": _version(pulp, name),
        "starts": known.starts if known is not None else "warmStart" in given,
        "threads": known.threads if known is not None else "threads" in given,
    }


def _version(pulp: Any, name: str) -> str | None:
    if name in LIBRARIES:
        try:
            return metadata.version(LIBRARIES[name])
        except metadata.PackageNotFoundError:
            return None
    command = [str(pulp.getSolver(name, msg=False).path), "--version"]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        said = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_VERSION_SECONDS, check=False
        )
        number = _VERSION.search(said.stdout.decode(errors="replace"))
        return number[0] if number else None
    return None


def _parameters(pulp: Any, name: str) -> set[str]:
    return set(inspect.signature(type(pulp.getSolver(name, msg=False))).parameters)


@dataclass(frozen=True, eq=False)
class _Run:
    """What came of one run: the solver's own words, its plan, and what PuLP complained about."""

    heard: Heard | None
    x: Ints | None
    trouble: str


class _Adapter:
    def __init__(self, pulp: Any, name: str, job: Job, stream: Stream, channel: Channel) -> None:
        self._pulp = pulp
        self._name = name
        self._known: Known | None = KNOWN.get(name)
        self._job = job
        self._stream = stream
        self._channel = channel

    def solve(self) -> Body:
        """Solve the job."""
        model = self._job.model
        if self._name not in LIBRARIES and not _survives_files(model):
            message = f"PuLP's files keep {_DIGITS} digits, and a number of this model has more"
            return answer("refused", (Status.ERROR, Termination.NUMERIC), message=message)
        # Whoever is asked to stop has nothing to stop for itself; an executable may write its plan, or just end.
        self._channel.on_stop(_interrupt_children)
        run = self._run(model)
        if run.heard is not None and self._undecided(run.heard.native):
            run = self._which(run)
        return self._answer(run)

    def _run(self, model: MipModel) -> _Run:
        """Run the solver in a folder of its own, where it may leave files."""
        here = Path.cwd()
        with tempfile.TemporaryDirectory(prefix="forcegen-pulp-") as folder:
            os.chdir(folder)
            try:
                return self._run_in(model, Path(folder))
            finally:
                os.chdir(here)

    def _run_in(self, model: MipModel, folder: Path) -> _Run:
        columns, problem = _problem(self._pulp, model, self._job.start)
        if self._job.seconds_left() <= 0 or self._channel.stopped():
            return _Run(None, None, "")
        self._stream.searching()
        solver = self._solver(problem, folder)
        trouble = ""
        try:
            problem.solve(solver)
        except Exception as error:  # PuLP raises at results that it does not expect
            trouble = f"{type(error).__name__}: {error}"
        heard = None
        if self._known is not None:
            with contextlib.suppress(AttributeError, TypeError):  # it did not come to a result
                heard = self._known.ask(solver, problem, folder)
        if trouble and (folder / LOG).is_file():
            trouble += "; " + "; ".join((folder / LOG).read_text(errors="replace").splitlines()[-_LOG_LINES:])
        plan = _values(problem, columns, model) if heard is None or heard.plan else None
        run = _Run(heard, plan, trouble)
        with contextlib.suppress(AttributeError):  # most have nothing to close, or have not opened it
            solver.close()
        return run

    def _solver(self, problem: Any, folder: Path) -> Any:
        job, parameters = self._job, _parameters(self._pulp, self._name)
        known = self._known
        wanted = {"gapRel": job.gap, "threads": job.threads, "warmStart": job.start is not None, "timeLimit": 1}
        options: dict[str, Any] = {key: value for key, value in wanted.items() if key in parameters}
        options |= known.options(job, folder) if known is not None else {}
        solver = self._pulp.getSolver(self._name, msg=False, **options)
        solver.__class__ = _punctual(type(solver), problem, job, known)
        solver.tmpDir = str(folder)
        # The solver's own files say more than PuLP reads from them.
        solver.delete_tmp_files = lambda *files: None
        return solver

    def _undecided(self, native: str) -> bool:
        assert self._known is not None
        claim = self._known.statuses.get(native)
        return native in self._known.undecided or (claim is not None and claim[0] is Status.UNBOUNDED)

    def _which(self, run: _Run) -> _Run:
        """Decide whether there is a plan at all, which an unbounded relaxation leaves open."""
        assert self._known is not None
        assert run.heard is not None
        model = self._job.model.with_objective(np.zeros(self._job.model.columns, dtype=np.int64))
        found = self._run(model)
        if found.x is not None and self._job.model.feasible(found.x):
            native = next(key for key, claim in self._known.statuses.items() if claim[0] is Status.UNBOUNDED)
            return _Run(Heard(native, None), None, "")
        infeasible = found.heard is not None and self._claim(found)[0] is Status.INFEASIBLE
        # Without an answer, what is left of the first one is that it is none.
        return found if infeasible else _Run(None, None, run.trouble)

    def _claim(self, run: _Run) -> tuple[Status, Termination]:
        out_of_time = self._job.seconds_left() <= 0
        if run.heard is not None and self._known is not None and run.heard.native in self._known.statuses:
            return self._known.statuses[run.heard.native]
        if self._channel.stopped():
            return Status.FEASIBLE, Termination.INTERRUPTED
        if run.trouble and not out_of_time:
            return Status.ERROR, Termination.CRASHED
        return Status.FEASIBLE, Termination.TIME_LIMIT if out_of_time else Termination.NUMERIC

    def _answer(self, run: _Run) -> Body:
        claim = self._claim(run)
        bound, message = None, ""
        if run.heard is not None and self._known is not None and claim[0] in (Status.OPTIMAL, Status.FEASIBLE):
            bound = run.heard.bound
            if claim[0] is Status.OPTIMAL and bound is None and run.x is not None:
                value = float(self._job.model.value(run.x))
                bound = value - self._known.blur * (1 + abs(value))
        if run.trouble and claim[1] in (Termination.NUMERIC, Termination.CRASHED):
            message = run.trouble
        elif self._known is None:
            message = (
                f"PuLP does not hand over what {self._name} itself says, so its plan is checked and nothing is proven"
            )
        usable = bound is not None and abs(bound) < INF
        x = run.x if claim[0] in (Status.OPTIMAL, Status.FEASIBLE) else None
        return answer(
            run.heard.native if run.heard is not None else "",
            claim,
            x=x,
            bound=bound if usable else None,
            message=message,
        )


def _punctual(kind: type, problem: Any, job: Job, known: Known | None) -> type:
    """Return PuLP's class of the solver with a time limit that runs, since PuLP needs time of its own.

    What PuLP runs in this process is told what is left when its model is there, an executable when it is started.
    """
    whole = known is None or known.whole_seconds

    def left(solver: Any) -> float:
        seconds = job.seconds_left()
        return max(1, int(seconds)) if whole else max(0.01, seconds)

    def begin(solver: Any, *arguments: Any, **options: Any) -> Any:
        if known is not None and known.limit is not None:
            known.limit(problem.solverModel, left(solver))
        return kind.callSolver(solver, *arguments, **options)  # type: ignore[attr-defined]

    limit = property(left, lambda solver, value: None)
    return type(kind.__name__, (kind,), {"timeLimit": limit, "callSolver": begin})


def _interrupt_children() -> None:
    for process in descendants(os.getpid()):
        with contextlib.suppress(Exception):
            process.send_signal(signal.SIGINT)


def _survives_files(model: MipModel) -> bool:
    """Tell whether every number of the model is the same after PuLP has written it."""
    parts = (model.objective, model.lower, model.upper, model.row_lower, model.row_upper, model.matrix.data)
    numbers = np.unique(np.concatenate([*parts, [model.offset]]))
    large = numbers[(np.abs(numbers) >= 10**_DIGITS) & (np.abs(numbers) < INF)]
    return all(int(float(f"{number:.{_DIGITS}g}")) == number for number in large.tolist())


def _problem(pulp: Any, model: MipModel, start: Ints | None) -> tuple[list[Any], Any]:
    """Return PuLP's variables of the columns, and the problem. One more variable, fixed at 1, carries the offset."""
    kinds = [pulp.LpInteger if whole else pulp.LpContinuous for whole in model.integer.tolist()]
    bounds = zip(model.lower.tolist(), model.upper.tolist(), kinds, strict=True)
    columns = [
        pulp.LpVariable(f"x{j}", _finite(lower), _finite(upper), kind) for j, (lower, upper, kind) in enumerate(bounds)
    ]
    one = pulp.LpVariable("one", 1, 1, pulp.LpInteger)
    problem = pulp.LpProblem("forcegen", pulp.LpMinimize)
    used = np.flatnonzero(model.objective).tolist()
    costs = {columns[j]: cost for j, cost in zip(used, model.objective[used].tolist(), strict=True)}
    problem.setObjective(pulp.LpAffineExpression({**costs, one: model.offset}))
    # Some solvers take no problem without rows.
    problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression({one: 1}), pulp.LpConstraintLE, "r", 1))
    for number, (terms, sense, side) in enumerate(_rows(pulp, model, columns, one)):
        problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, f"r{number}", side))
    if start is not None:
        for column, value in zip([*columns, one], [*start.tolist(), 1], strict=True):
            column.varValue = value
    return columns, problem


def _rows(pulp: Any, model: MipModel, columns: list[Any], one: Any) -> list[tuple[dict[Any, int], int, int]]:
    """Return the rows as terms, sense and side; one with two sides is two, an empty one is made of `one`."""
    starts, indices, data = (part.tolist() for part in (model.matrix.indptr, model.matrix.indices, model.matrix.data))
    rows = []
    for i, (lower, upper) in enumerate(zip(model.row_lower.tolist(), model.row_upper.tolist(), strict=True)):
        part = slice(starts[i], starts[i + 1])
        terms = {columns[j]: value for j, value in zip(indices[part], data[part], strict=True)}
        if not terms:
            terms, lower, upper = {one: 1}, _shifted(lower), _shifted(upper)
        if lower == upper:
            rows.append((terms, pulp.LpConstraintEQ, lower))
            continue
        if lower > -INF:
            rows.append((terms, pulp.LpConstraintGE, lower))
        if upper < INF:
            rows.append((terms, pulp.LpConstraintLE, upper))
    return rows


def _shifted(side: int) -> int:
    return side if abs(side) >= INF else side + 1


def _finite(value: int) -> int | None:
    return None if abs(value) >= INF else value


def _values(problem: Any, columns: list[Any], model: MipModel) -> Ints | None:
    """Return the plan that PuLP has read; a column that stands nowhere is free, and PuLP leaves it out."""
    known = {variable.name for variable in problem.variables()}
    nearest = np.clip(0, model.lower, model.upper).tolist()
    values = [column.varValue if column.name in known else nearest[j] for j, column in enumerate(columns)]
    return None if any(value is None for value in values) else rounded(values)
