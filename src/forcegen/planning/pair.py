"""The pair: the engine, or a second solver, finds plans while a solver, started from the first, proves bounds."""

from __future__ import annotations

import math
import threading
import time
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

from forcegen.mip import Outcome, Status, Termination, trivial_bound
from forcegen.planning.auto import KEY, LOADED
from forcegen.planning.proof import WIDE, Proof
from forcegen.solvers import SolveOptions, SolverUnavailable
from forcegen.solvers import solve as run_solver

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.mip import Ints, MipModel
    from forcegen.mip.priced import Guide, Priced
    from forcegen.planning.auto import Engine
    from forcegen.planning.polish import Polish
    from forcegen.solvers import Progress
    from forcegen.workers import WorkerPool


# Of a goal's time, what the engine may take alone: on one core, and on several until it has a first plan.
_ALONE, _HEAD_START = 0.4, 0.3
# With a first plan it goes on alone for this share of the time, so that the solver starts from a better one.
_BETTER_START = 0.1
_SOLVER_LEAST = 1.0
# What proofs by prices may take of it, where a model is wide, and where the plan is polished beside them meanwhile.
_PROVING, _PROVING_BESIDE = 0.75, 0.9
# Where a model is wide the plan is polished in this last part of it, or of what is left when the last prices are known
# if they lead the search.
_POLISHED = 0.4
# Prices that lead nowhere end a search only so that it goes on with more threads, where it has had less than this part.
_EARLY = 0.3
# A solver branches thousands of times: it finds nothing where one relaxation takes this share of the time that is left.
_SLOW = 0.002
# CP-SAT is a portfolio: with fewer workers than this it leaves out the strategies that find plans, whatever the cores.
_STRATEGIES = 4
# Where it is ahead it gets all of them, and no greedy plan to start from: it would spend its time near that one.
_PORTFOLIO = 8
# Seconds before anybody else starts: small models are solved by then. The fewer ones: before CP-SAT starts where it is
# known to be ahead, and elsewhere before the engine's process begins to load. Then the engine has a share of the time
# that is left, again and again; once it has found nothing so often in a row, a second solver goes on from there.
_ALONE_AT_FIRST, _BRIEFLY, _TURN_IN_RACE, _IN_VAIN = 1.0, 0.2, 0.125, 2
_LEAST_TURN = 0.5
# No two of the engine's turns search alike.
_SEEDS = 1_000
_TICK = 0.02


class Pair:
    """One goal's search by engine and solver; either may fail without loss.

    Where the engine is not useful from the beginning, it and a second solver may search beside the first, one after
    the other: they find different things hard.

    Parameters
    ----------
    solver, second
        The solver that proves bounds, and the one beside it where the engine is of no use; None for none.
    mip
        The model with the goal's objective and all limits so far.
    options
        Of the solver; its start is the plan so far, its threads are those of both, its time limit that of both.
    by_prices
        Whether prices prove bounds too, where the model is wide; without them bounds are the solvers' alone.
    told
        Told of seconds, best value and best bound whenever one is better, in whichever thread finds it.
    limited
        Whether goals before limit this one to what a search has found at last. Where the model is wide the engine,
        which knows nothing of limits, finds nothing in the time that keeps them: the plan so far is polished instead.
    """

    def __init__(
        self,
        engine: Engine,
        goal: str,
        mip: MipModel,
        solver: str,
        second: str | None,
        options: SolveOptions,
        told: Callable[[float, int | None, int | None], None],
        stop: threading.Event,
        workers: WorkerPool,
        by_prices: bool = False,
        limited: bool = False,
    ) -> None:
        self._engine, self._goal, self._mip = engine, goal, mip
        self._solver, self._second, self._options = solver, second, options
        self._told, self._stop, self._workers = told, stop, workers
        self._begun = time.monotonic()
        self._lock = threading.Lock()
        self._enough = threading.Event()  # both stop: asked to, or nothing is left to prove
        self._halt = stop  # what ends the solver: with somebody beside it, also that enough is known
        self._crew = 0  # threads of the engine's next turn and of polishing, once nobody else needs them
        self._turns = 0  # that the engine has had
        self._turn = threading.Event()  # the engine's search under way ends: a guide has come, or enough is known
        self._decided: Outcome | None = None  # what the second solver has settled
        wide = by_prices and mip.columns >= WIDE
        self._proof = Proof(mip, options, self._proven, workers, engine.tours) if wide else None
        self._guide: Guide | None = None  # prices that lead the engine
        self.best: Ints | None = options.start
        self._value = None if options.start is None else mip.value(options.start)
        self._bound = trivial_bound(mip)
        self._polishing = self._begun + options.time_limit * (1 - _POLISHED) if wide else math.inf  # begins then
        self._polished = limited and wide and engine.useful and options.start is not None  # has begun

    @property
    def priced(self) -> Priced | None:
        """The prices that prove most, where there are any."""
        return None if self._proof is None else self._proof.best

    @property
    def _second_ahead(self) -> bool:
        """Whether the second solver is known to be ahead of the engine and of the first."""
        return self._second is not None and self._engine.outdone

    def run(self, fallback: Callable[[], Ints | None]) -> Outcome:
        """Search; the best plan of both is `best` then, the outcome is the solver's, its bound that of both.

        Parameters
        ----------
        fallback
            Makes a plan to start from where the engine has found none.
        """
        limit, threads = self._options.time_limit, self._options.threads
        useful = self._engine.useful
        if not useful:
            self._prepare(fallback)
        if not useful and (threads == 1 or not (self._second or self._engine.racing)):
            self._prove(threads)
            return self._solve(threads)
        if threads == 1:
            return self._alone(fallback)
        beside, self._halt = threads // 2, self._enough
        searching = threading.Thread(target=self._begin, args=(beside, limit), daemon=True)
        watching = threading.Thread(target=self._watch, daemon=True)
        searching.start()
        watching.start()
        try:
            self._prove(threads - beside)
            if useful:
                self._wait_for_a_start(searching)
                self._prepare(fallback)
            if self._slow:
                outcome = self._searched(searching, threads)
            else:
                outcome = self._solve(threads - beside if searching.is_alive() else threads)
            if outcome.termination not in _SETTLED:
                searching.join(self._left())
        except KeyboardInterrupt:
            self._stop.set()
            raise
        finally:
            self._enough.set()
            searching.join()
            watching.join()
        return self._joint(outcome)

    @property
    def _slow(self) -> bool:
        """Whether the solver would find no better, so long does one relaxation take."""
        return self._engine.useful and self._proof is not None and self._proof.slowest > _SLOW * self._left()

    def _alone(self, fallback: Callable[[], Ints | None]) -> Outcome:
        """Search in one thread: engine, prices, engine again, and polishing or the solver."""
        limit = self._options.time_limit
        if not self._polished:
            self._search(1, min(limit * (_ALONE if self._proof is None else _HEAD_START / 2), limit - _SOLVER_LEAST))
        self._prepare(fallback)
        self._prove(1)
        slow = self._slow
        if not self._polished and self._proof is not None:
            self._search(1, self._left() - _SOLVER_LEAST)
        if not (slow and self._engine.able):
            return self._solve(1)
        self._polish(1, self._halt)
        return self._found()

    def _begin(self, threads: int, seconds: float) -> None:
        """Do what is done beside the first solver."""
        if not self._engine.useful:
            self._race(threads)
            return
        if not self._polished:
            self._search(threads, seconds)
        if self._proof is not None and self._engine.able:
            self._polished = True
            if not (self._crew or self._halt.is_set()):
                self._polish(threads, self._turn)

    def _search(self, threads: int, seconds: float) -> None:
        """Search by the engine until its plan is to be polished; begin anew when prices come, guided by them."""
        beside = self._halt is self._enough
        ends, guided = time.monotonic() + seconds, False
        while True:
            self._turn.clear()
            now = time.monotonic()
            left = (min(ends, self._polishing) if now < self._polishing or self.best is not None else ends) - now
            if self._halt.is_set() or left <= 0:
                return
            threads = self._crew or threads
            afresh, guided = self._guide is not None and not guided, self._guide is not None
            self._turns += 1
            self._engine.improve(
                self._goal,
                self._mip,
                self.best,
                seconds=left,
                threads=threads,
                seed=_SEEDS * self._options.seed + self._turns - 1,
                stop=self._turn if beside else self._halt,
                workers=self._workers,
                better=self._better,
                guide=self._guide,
                afresh=afresh,
            )
            if not self._turn.is_set() and (self.best is not None or not self._engine.able):
                return

    def _searched(self, searching: threading.Thread, threads: int) -> Outcome:
        """Give all threads to engine and polishing, led by the last prices, where a solver would find no better."""
        assert self._proof is not None  # without it nothing is slow
        now, self._crew, self._guide = time.monotonic(), threads, self._proof.guide
        anew = self._guide is not None or now - self._begun < _EARLY * (self._polishing - self._begun)
        if anew:
            self._polishing = now + self._left() * (1 - _POLISHED)
        if anew or self._polished:
            self._turn.set()
        searching.join()
        if not self._engine.able:
            return self._solve(threads)
        self._polish(threads, self._enough)
        return self._found()

    def _polish(self, threads: int, until: threading.Event) -> None:
        """Better the best plan part by part, to the end of the time or until the event."""
        if self.best is not None:
            self._polisher.run(self.best, self._left(), threads, until)

    @cached_property
    def _polisher(self) -> Polish:
        return self._engine.polish(self._mip, self._options, self._workers, self._better)

    def _found(self) -> Outcome:
        """Return what is known, where no solver has decided it."""
        ending = Termination.INTERRUPTED if self._halt.is_set() else Termination.TIME_LIMIT
        return Outcome(
            status=Status.NO_SOLUTION if self.best is None else Status.FEASIBLE,
            termination=ending,
            values=self.best,
            objective=self._value,
            bound=self._bound,
            trace=(),
            seconds=time.monotonic() - self._begun,
            solver="highs",  # whose prices they are
            version=version("highspy"),
        )

    def _race(self, threads: int) -> None:
        """Let the engine search while it finds better, then the second solver; who settles the matter stops both.

        Where yes-or-no rules decide, the second solver begins nearly with the first.
        """
        at_once = self._second_ahead
        if self._enough.wait(_BRIEFLY):
            return
        if not at_once:
            if self._engine.racing:
                # Not before, since its start takes a core from those who are done by then.
                self._workers.warm(KEY, LOADED)
            if self._enough.wait(_ALONE_AT_FIRST - _BRIEFLY):
                return
        in_vain = _IN_VAIN if at_once else 0
        while self._racing(in_vain):
            before = self._value
            self._search(threads, max(_LEAST_TURN, self._left() * (_TURN_IN_RACE if self._second else 1)))
            loading = self._engine.late and self._left() > self._options.time_limit / 2
            in_vain = in_vain + 1 if self._value == before and not loading else 0
        if self._second is None or self._enough.is_set() or self._left() < _SOLVER_LEAST:
            return
        options = replace(
            self._options,
            time_limit=self._left(),
            threads=max(threads, _PORTFOLIO if at_once else _STRATEGIES),
            start=self._options.start if at_once else self.best,
            gives_way=not at_once,
        )
        with suppress(SolverUnavailable):
            outcome = run_solver(
                self._mip, self._second, options, on_progress=self._heard, stop=self._halt, pool=self._workers
            )
            self._take(outcome)
            if outcome.status in _DECIDED:
                self._decided = outcome
                self._enough.set()

    def _racing(self, in_vain: int) -> bool:
        """Return whether the engine has one more turn, after so many in a row that found nothing."""
        going = self._engine.racing and in_vain < _IN_VAIN
        return going and not self._enough.is_set() and self._left() > _LEAST_TURN

    def _prove(self, threads: int) -> None:
        """Prove what the prices of relaxations prove, where the model is wide."""
        if self._proof is not None:
            beside = self._polished and self._halt is self._enough
            part = _PROVING_BESIDE if beside else _PROVING
            self._proof.run(self._left() * part, threads, self._halt)

    def _proven(self, bound: int) -> None:
        self._bounded(bound)
        self._told(time.monotonic() - self._begun, self._value, self._bound)
        if not self._polished and self._guide is None and self._proof is not None and self._proof.guide is not None:
            self._guide, self._polishing = self._proof.guide, math.inf  # until the last prices are known
            self._turn.set()

    def _heard(self, progress: Progress) -> None:
        self._bounded(progress.bound)

    def _take(self, outcome: Outcome) -> None:
        if outcome.values is not None:
            self._better(outcome.values)
        self._bounded(outcome.bound)

    def _prepare(self, fallback: Callable[[], Ints | None]) -> None:
        """Make a plan to start from, where there is none yet."""
        if self.best is None:
            start = fallback()
            if start is not None:
                self._better(start)

    def _solve(self, threads: int) -> Outcome:
        options = replace(
            self._options,
            time_limit=max(self._left(), 0.01),
            threads=threads,
            start=self.best,
            bound=None if self._proof is None or self._proof.best is None else self._bound,
        )
        offset = time.monotonic() - self._begun

        def hear(progress: Progress) -> None:
            self._bounded(progress.bound)
            known = [value for value in (self._value, progress.objective) if value is not None]
            self._told(offset + progress.seconds, min(known, default=None), self._bound)

        outcome = run_solver(self._mip, self._solver, options, on_progress=hear, stop=self._halt, pool=self._workers)
        interrupted = self._halt is self._enough and outcome.termination is Termination.INTERRUPTED
        if interrupted and self._decided is None and not self._satisfied():
            self._stop.set()
        self._take(outcome)
        known = outcome.status in (Status.FEASIBLE, Status.NO_SOLUTION) and self._bound is not None
        return replace(outcome, bound=self._bound) if known else outcome

    def _wait_for_a_start(self, searching: threading.Thread) -> None:
        """Wait until the engine has a plan from which the solver may start, has failed, or has had its time."""
        limit = self._options.time_limit
        first = None if self.best is None else self._begun
        while searching.is_alive() and not self._enough.is_set():
            now = time.monotonic()
            if first is None and self.best is not None:
                first = now
            until = self._begun + limit * _HEAD_START if first is None else first + limit * _BETTER_START
            if now >= until:
                return
            time.sleep(_TICK)

    def _watch(self) -> None:
        """Pass on a request to stop."""
        while not self._enough.is_set():
            if self._stop.wait(_TICK):
                self._enough.set()
        self._turn.set()

    def _better(self, values: Ints, _: float = 0.0) -> None:
        with self._lock:
            value = self._mip.value(values)
            if self._value is not None and value >= self._value:
                return
            self.best, self._value = values, value
        self._told(time.monotonic() - self._begun, value, self._bound)
        self._check()

    def _bounded(self, bound: int | None) -> None:
        with self._lock:
            if bound is None or (self._bound is not None and bound <= self._bound):
                return
            self._bound = bound
        self._check()

    def _check(self) -> None:
        if self._satisfied():
            self._enough.set()

    def _satisfied(self) -> bool:
        """Return whether the gap between the best plan and the best bound is small enough."""
        if self._value is None or self._bound is None:
            return False
        return self._value - self._bound <= self._options.gap * max(abs(self._value), 1e-9)

    def _left(self) -> float:
        return self._begun + self._options.time_limit - time.monotonic()

    def _joint(self, outcome: Outcome) -> Outcome:
        """Return the solver's outcome with what both know."""
        if self._decided is not None and outcome.status not in _DECIDED:
            return self._decided
        if self._stop.is_set() or self.best is None:
            return outcome
        if self._satisfied() and outcome.termination is Termination.INTERRUPTED:
            return replace(outcome, status=Status.FEASIBLE, termination=Termination.GAP, bound=self._bound)
        return outcome


_DECIDED = frozenset({Status.OPTIMAL, Status.INFEASIBLE, Status.UNBOUNDED})
_SETTLED = frozenset({Termination.OPTIMAL, Termination.GAP, Termination.INTERRUPTED})
