"""The pair: the engine, or a second solver, finds plans while a solver, started from the first, proves bounds."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from forcegen.mip import Termination
from forcegen.planning.search.by_engine import ByEngine
from forcegen.planning.search.known import Known
from forcegen.planning.search.proof import WIDE, Proof
from forcegen.planning.search.race import DECIDED, LEAST, Race
from forcegen.solvers import SolveOptions
from forcegen.solvers import solve as run_solver

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.mip import Ints, MipModel, Outcome
    from forcegen.mip.priced import Priced
    from forcegen.planning.search.auto import Engine
    from forcegen.solvers import Progress
    from forcegen.workers import WorkerPool


# Of a goal's time, what the engine may take alone: on one core, and on several until it has a first plan.
_ALONE, _HEAD_START = 0.4, 0.3
# With a first plan it goes on alone for this share of the time, so that the solver starts from a better one.
_BETTER_START = 0.1
# What proofs by prices may take of it, where a model is wide, and where the plan is polished beside them meanwhile.
_PROVING, _PROVING_BESIDE = 0.75, 0.9
# A solver branches thousands of times: it finds nothing where one relaxation takes this share of the time that is left.
_SLOW = 0.002
_TICK = 0.02


class Pair:
    """One goal's search by engine and solver; either may fail without loss.

    Where the engine is not worth its start at once, it and a second solver may search beside the first.

    Parameters
    ----------
    solver, second
        The solver that proves bounds, and the one beside it where the engine does not begin; None for none.
    mip
        The model with the goal's objective and all limits so far.
    options
        Of the solver; its start is the plan so far, its threads are those of both, its time limit that of both.
    told
        As `Known` tells it.
    by_prices
        Whether prices prove bounds too, where the model is wide; without them bounds are the solvers' alone.
    limited
        Whether goals before limit this one to what a search has found at last; see `ByEngine`.
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
        self._engine, self._mip, self._solver, self._options = engine, mip, solver, options
        self._stop, self._workers = stop, workers
        wide = by_prices and mip.columns >= WIDE
        self._known = known = Known(mip, options, told, stop)
        self._search = ByEngine(engine, goal, mip, options, known, workers, wide, limited)
        self._race = Race(engine, self._search, mip, second, options, known, workers)
        self._proof = Proof(mip, options, self._proven, workers, engine.tours) if wide else None

    @property
    def best(self) -> Ints | None:
        """The best plan of all, int64[columns]."""
        return self._known.plan

    @property
    def priced(self) -> Priced | None:
        """The prices that prove most, where there are any."""
        return None if self._proof is None else self._proof.best

    def run(self, fallback: Callable[[], Ints | None]) -> Outcome:
        """Search; the best plan of all is `best` then, the outcome is the solver's, its bound that of all.

        Parameters
        ----------
        fallback
            Makes a plan to start from where the engine has found none.
        """
        threads, useful = self._options.threads, self._engine.useful
        if not useful:
            self._prepare(fallback)
        if threads > 1 and (useful or self._race.worthwhile):
            outcome = self._beside(fallback)
        elif useful:
            outcome = self._in_turn(fallback)
        else:
            self._prove(threads)
            outcome = self._solve(threads)
        if self._race.decided is not None and outcome.status not in DECIDED:
            return self._race.decided
        return self._known.judged(outcome)

    def _beside(self, fallback: Callable[[], Ints | None]) -> Outcome:
        """Prove in this thread, and search in others."""
        threads, known, useful = self._options.threads, self._known, self._engine.useful
        beside = threads // 2
        if useful:
            searching = threading.Thread(target=self._search.run, args=(beside,), daemon=True)
        else:
            searching = threading.Thread(target=self._race.run, args=(beside,), daemon=True)
        searching.start()
        try:
            self._prove(threads - beside)
            if useful:
                self._wait_for_a_start(searching)
                self._prepare(fallback)
            if self._proof is not None and self._slow:
                self._search.settle(self._proof.guide, threads)
                searching.join()
                outcome = self._polished(threads)
            else:
                outcome = self._solve(threads - beside if searching.is_alive() else threads)
            if outcome.termination not in _SETTLED:
                searching.join(known.left)
        except KeyboardInterrupt:
            self._stop.set()
            raise
        finally:
            known.enough.set()
            searching.join()
        return outcome

    def _in_turn(self, fallback: Callable[[], Ints | None]) -> Outcome:
        """Search in one thread: engine, prices, engine again, and polishing or the solver."""
        limit, search = self._options.time_limit, self._search
        if not search.polishing:
            share = _ALONE if self._proof is None else _HEAD_START / 2
            search.search(1, min(limit * share, limit - LEAST))
        self._prepare(fallback)
        self._prove(1)
        slow = self._slow
        if self._proof is not None and not search.polishing:
            search.settle(self._proof.guide, 1)
            search.search(1, self._known.left - LEAST)
        return self._polished(1) if slow else self._solve(1)

    @property
    def _slow(self) -> bool:
        """Whether the solver would find no better, so long does one relaxation take."""
        return self._engine.useful and self._proof is not None and self._proof.slowest > _SLOW * self._known.left

    def _polished(self, threads: int) -> Outcome:
        """Polish, where a solver would find no better; if the engine has failed, it is all there is."""
        if not self._engine.able:
            return self._solve(threads)
        self._search.polish(threads)
        return self._known.outcome("highs", version("highspy"))  # whose prices they are

    def _prove(self, threads: int) -> None:
        """Prove what the prices of relaxations prove, where the model is wide."""
        if self._proof is not None:
            beside = self._search.polishing and self._options.threads > 1
            part = _PROVING_BESIDE if beside else _PROVING
            self._proof.run(self._known.left * part, threads, self._known.enough)

    def _proven(self, bound: int) -> None:
        self._known.raise_bound(bound)
        self._known.tell()
        if self._proof is not None and self._proof.guide is not None:
            self._search.lead(self._proof.guide)

    def _prepare(self, fallback: Callable[[], Ints | None]) -> None:
        """Make a plan to start from, where there is none yet."""
        if self._known.plan is None:
            start = fallback()
            if start is not None:
                self._known.better(start)

    def _solve(self, threads: int) -> Outcome:
        known = self._known
        options = replace(
            self._options,
            time_limit=max(known.left, 0.01),
            threads=threads,
            start=known.plan,
            bound=None if self.priced is None else known.bound,
        )

        def hear(progress: Progress) -> None:
            known.raise_bound(progress.bound)
            known.tell(progress.objective)

        outcome = run_solver(self._mip, self._solver, options, on_progress=hear, stop=known.asked, pool=self._workers)
        known.take(outcome)
        return outcome

    def _wait_for_a_start(self, searching: threading.Thread) -> None:
        """Wait until the engine has a plan from which the solver may start, has failed, or has had its time."""
        limit, known = self._options.time_limit, self._known
        first = None if known.plan is None else known.begun
        while searching.is_alive() and not known.enough.is_set():
            now = time.monotonic()
            if first is None and known.plan is not None:
                first = now
            until = known.begun + limit * _HEAD_START if first is None else first + limit * _BETTER_START
            if now >= until:
                return
            time.sleep(_TICK)


_SETTLED = frozenset({Termination.OPTIMAL, Termination.GAP, Termination.INTERRUPTED})
