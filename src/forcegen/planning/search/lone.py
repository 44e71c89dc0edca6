"""The engine alone: plans without a proof, by the clock or by a number of moves that repeats exactly."""

from __future__ import annotations

import time
from importlib.metadata import version
from typing import TYPE_CHECKING

from forcegen.mip import Outcome, Status, Termination, TracePoint, trivial_bound
from forcegen.planning.search.auto import KEY
from forcegen.solvers import SolverInfo, SolverUnavailable

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from forcegen.mip import Ints, MipModel
    from forcegen.planning.search.auto import Engine
    from forcegen.solvers import SolveOptions
    from forcegen.workers import WorkerPool


def engine_info() -> SolverInfo:
    """Return the engine as an entry of the list of solvers."""
    return SolverInfo(
        name=KEY,
        installed=True,
        version=version("forcegen"),
        library="forcegen",
        streams=True,
        starts=True,
        interrupts=True,
        relaxes=False,
        threads=True,
        reason="finds plans, proves nothing; for solve, replan and sweep",
    )


def alone(
    engine: Engine,
    goal: str,
    mip: MipModel,
    options: SolveOptions,
    work: int | None,
    told: Callable[[float, int | None, int | None], None],
    stop: threading.Event,
    workers: WorkerPool,
    fallback: Callable[[], Ints | None],
) -> Outcome:
    """Return the best plan that the engine finds for a goal; its bound is what no plan can be below in any model.

    Parameters
    ----------
    work
        Moves after which it ends; None: it ends with the time limit of the options.
    fallback
        Makes a plan where the engine finds none.

    Raises
    ------
    SolverUnavailable
        If the engine does not understand the model, or fails.
    """
    begun, bound = time.monotonic(), trivial_bound(mip)
    trace: list[TracePoint] = []

    def better(values: Ints, seconds: float) -> None:
        trace.append(TracePoint(seconds, mip.value(values), bound))
        told(seconds, mip.value(values), bound)

    values = engine.improve(
        goal,
        mip,
        options.start,
        seconds=options.time_limit,
        threads=options.threads,
        seed=options.seed,
        stop=stop,
        workers=workers,
        better=better,
        work=work,
    )
    if engine.message:
        raise SolverUnavailable(engine.message)
    if not engine.able and not engine.idle:
        advice = "the formulation has to be tour, and all that follows from tours has to be told by them"
        raise SolverUnavailable(f"the engine does not understand this model: {advice}; take another solver")
    values = fallback() if values is None else values
    seconds, value = time.monotonic() - begun, None if values is None else mip.value(values)
    done = work is not None and seconds < options.time_limit
    ending = Termination.INTERRUPTED if stop.is_set() else Termination.TIME_LIMIT
    status = Status.NO_SOLUTION if values is None else Status.FEASIBLE
    if value is not None and value == bound:
        status, ending = Status.OPTIMAL, Termination.OPTIMAL
    return Outcome(
        status=status,
        termination=ending,
        values=values,
        objective=value,
        bound=bound,
        trace=tuple(trace),
        seconds=seconds,
        solver=KEY,
        version=version("forcegen"),
        message=f"{goal}: ended after {work} moves of the engine" if done else "",
    )
