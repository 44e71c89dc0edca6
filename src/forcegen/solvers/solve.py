"""Solve a model in a worker, under limits, and say only what is true of it."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from forcegen.mip import Ints, MipModel, Outcome, Status, Termination, tighten
from forcegen.solvers.base import Progress, SolveOptions, SolverUnavailable, UnknownSolver
from forcegen.solvers.judge import Judge, Verdict
from forcegen.solvers.registry import Spec, usable
from forcegen.solvers.wire import UNAVAILABLE, UNKNOWN, pack
from forcegen.workers import Body, Ending, Reply, Worker, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A solver overruns its limit by a little; what is beyond this is killed.
_GRACE = 1.0
_GB = 1_000_000_000


def solve(
    model: MipModel,
    solver: str = "highs",
    options: SolveOptions | None = None,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
    pool: WorkerPool | None = None,
) -> Outcome:
    """Solve `model` in a worker process.

    Whatever becomes of the worker, the outcome holds the best plan that was handed over and passed the exact check.
    Ctrl-C ends the solve as `stop` does, and sets `stop` so that whoever shares it sees it too; the outcome says
    INTERRUPTED.

    Parameters
    ----------
    model : MipModel
        What to solve; not changed.
    solver : str
        One of the names that `available` gives.
    options : SolveOptions, optional
        Limits, gap, threads, seed, start.
    on_progress : callable, optional
        Told, in this thread, of each better plan and bound. If it raises, the solve ends and the exception passes.
    stop : threading.Event, optional
        Set it to end the solve early.
    pool : WorkerPool, optional
        Keeps the worker for the next solve; without it the worker ends with the call.

    Raises
    ------
    UnknownSolver, SolverUnavailable
        Where the solver cannot be used.
    ValueError
        Where the start has the wrong length, or the solver cannot relax.
    """
    return _Solve(model, solver, options or SolveOptions(), on_progress, stop or threading.Event()).run(pool)


class _Solve:
    def __init__(
        self,
        model: MipModel,
        solver: str,
        options: SolveOptions,
        on_progress: Callable[[Progress], None] | None,
        stop: threading.Event,
    ) -> None:
        self._begun = time.monotonic()
        self._spec: Spec = usable(solver)
        if options.relax and not self._spec.relaxes:
            raise ValueError(f"{solver} does not solve relaxations here")
        self._model = model
        self._solver = solver
        self._options = options
        self._stop = stop
        self._judge = Judge(model, self._begun, on_progress, None if options.relax else options.bound)
        self._load_seconds: float | None = None
        self._version = ""
        self._start = self._checked_start(options.start)

    def run(self, pool: WorkerPool | None) -> Outcome:
        if not self._model.columns:
            return self._without_columns()
        if self._options.bound is not None and self._judge.enough(self._options.gap):
            return self._outcome((Status.FEASIBLE, Termination.GAP), Reply(Ending.RETURNED))
        if self._stop.is_set():
            return self._outcome((Status.FEASIBLE, Termination.INTERRUPTED), Reply(Ending.INTERRUPTED))
        try:
            with _borrowed(pool, self._solver, self._options.gives_way) as worker:
                reply = worker.call(
                    self._spec.entry,
                    self._payload(),
                    time_limit=max(0.0, self._options.time_limit - (time.monotonic() - self._begun)),
                    grace=_GRACE,
                    memory_limit=self._memory_limit(),
                    on_message=self._hear,
                    stop=self._stop,
                )
        except KeyboardInterrupt:
            self._stop.set()
            return self._outcome((Status.FEASIBLE, Termination.INTERRUPTED), Reply(Ending.INTERRUPTED))
        return self._settled(reply)

    def _payload(self) -> Body:
        deadline = self._begun + self._options.time_limit
        return pack(self._model, self._options, self._start, deadline) | {"solver": self._spec.argument}

    def _checked_start(self, start: Ints | None) -> Ints | None:
        if start is None:
            return None
        if start.shape != (self._model.columns,):
            raise ValueError(f"start: expected {self._model.columns} values, got {list(start.shape)}")
        if self._options.relax:
            return None
        if self._judge.plan(start):
            return self._judge.values
        self._judge.refused = "the start is not a plan"
        return tighten(self._model, start)

    def _memory_limit(self) -> int | None:
        limit = self._options.memory_limit_gb
        return None if limit is None else int(limit * _GB)

    def _hear(self, message: Body) -> None:
        if "x" in message:
            self._judge.plan(message["x"])
        elif "bound" in message:
            self._judge.raise_bound(message["bound"])
        elif "objective" in message:
            self._judge.value(message["objective"])
        elif "version" in message:
            self._version = message["version"]
        elif "searching" in message and self._load_seconds is None:
            self._load_seconds = time.monotonic() - self._begun

    def _settled(self, reply: Reply) -> Outcome:
        if reply.ending is Ending.RETURNED:
            assert reply.result is not None
            return self._returned(reply, reply.result)
        claims = {
            Ending.RAISED: (Status.ERROR, Termination.CRASHED),
            Ending.CRASHED: (Status.FEASIBLE, Termination.CRASHED),
            Ending.TIMED_OUT: (Status.FEASIBLE, Termination.TIME_LIMIT),
            Ending.OUT_OF_MEMORY: (Status.FEASIBLE, Termination.MEMORY_LIMIT),
            Ending.INTERRUPTED: (Status.FEASIBLE, Termination.INTERRUPTED),
        }
        return self._outcome(claims[reply.ending], reply)

    def _returned(self, reply: Reply, result: Body) -> Outcome:
        if UNAVAILABLE in result:
            raise SolverUnavailable(f"{self._solver}: {result[UNAVAILABLE]}")
        if UNKNOWN in result:
            raise UnknownSolver(f"{self._solver}: {result[UNKNOWN]}")
        if "x" in result:
            self._judge.plan(result["x"])
        if result["bound"] is not None:
            self._judge.raise_bound(result["bound"])
        claim = Status(result["status"]), Termination(result["termination"])
        if reply.asked and not self._stop.is_set() and claim[1] in (Termination.INTERRUPTED, Termination.NUMERIC):
            claim = claim[0], Termination.TIME_LIMIT  # it was we who asked, at the time limit
        elif self._stop.is_set() and claim[0] is Status.FEASIBLE and claim[1] is not Termination.GAP:
            claim = claim[0], Termination.INTERRUPTED
        return self._outcome(claim, reply, result)

    def _outcome(self, claim: tuple[Status, Termination], reply: Reply, result: Body | None = None) -> Outcome:
        result = result or {}
        verdict = self._relaxed(claim) if self._options.relax else self._judge.verdict(claim, self._options.gap)
        messages = [verdict.message, self._said_of(reply), result.get("message", "")]
        if reply.ending in (Ending.CRASHED, Ending.RAISED):
            messages += reply.stderr[-3:]
        return Outcome(
            status=verdict.status,
            termination=verdict.termination,
            values=self._judge.values,
            objective=self._judge.objective,
            bound=verdict.bound,
            trace=tuple(self._judge.trace),
            seconds=time.monotonic() - self._begun,
            solver=self._solver,
            version=self._version,
            message="; ".join(filter(None, messages)),
            load_seconds=self._load_seconds or 0.0,
            peak_memory=reply.peak_memory,
            relaxation=result.get("relaxation"),
        )

    def _said_of(self, reply: Reply) -> str:
        """Return what a person should know of how the worker ended.

        One that streams has said all that it found: killing it loses nothing, and its limit is said anyway.
        """
        if reply.ending not in (Ending.TIMED_OUT, Ending.INTERRUPTED) or not reply.message:
            return reply.message
        return "" if self._spec.streams else f"{self._solver} {reply.message}: what it had found by then is lost"

    def _relaxed(self, claim: tuple[Status, Termination]) -> Verdict:
        status, termination = claim
        if status in (Status.INFEASIBLE, Status.UNBOUNDED, Status.ERROR):
            return Verdict(status, termination, None)
        return Verdict(Status.NO_SOLUTION, termination, self._judge.bound)

    def _without_columns(self) -> Outcome:
        """Judge a model that leaves nothing to decide; solvers differ on such."""
        there_is_a_plan = self._judge.plan(np.zeros(0, dtype=np.int64))
        claim = Status.OPTIMAL if there_is_a_plan else Status.INFEASIBLE
        return self._outcome((claim, Termination.OPTIMAL), Reply(Ending.RETURNED))


@contextmanager
def _borrowed(pool: WorkerPool | None, solver: str, gives_way: bool) -> Iterator[Worker]:
    # A process that gives way never stops to, so that it is not lent to others.
    with Worker() if pool is None else pool.worker(f"{solver} giving way" if gives_way else solver) as worker:
        if gives_way:
            worker.give_way()
        yield worker
