"""Beside the first solver, where the engine is not worth its start at once: its turns later, and a second solver."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from forcegen.mip import Status
from forcegen.planning.search.auto import KEY, LOADED
from forcegen.solvers import SolverUnavailable
from forcegen.solvers import solve as run_solver

if TYPE_CHECKING:
    from forcegen.mip import MipModel, Outcome
    from forcegen.planning.search.auto import Engine
    from forcegen.planning.search.by_engine import ByEngine
    from forcegen.planning.search.known import Known
    from forcegen.solvers import SolveOptions
    from forcegen.workers import WorkerPool

# CP-SAT is a portfolio: with fewer workers than this it leaves out the strategies that find plans, whatever the cores.
_STRATEGIES = 4
# Where it is ahead it gets all of them, and no greedy plan to start from: it would spend its time near that one.
_PORTFOLIO = 8
# Seconds before anybody else starts: small models are solved by then. The fewer ones: before CP-SAT starts where it is
# known to be ahead, and elsewhere before the engine's process begins to load. Then the engine has a share of the time
# that is left, again and again; once it has found nothing so often in a row, a second solver goes on from there.
_ALONE_AT_FIRST, _BRIEFLY, _TURN, _IN_VAIN = 1.0, 0.2, 0.125, 2
_LEAST_TURN = 0.5
LEAST = 1.0
"""Seconds that a solver needs at least."""
DECIDED = frozenset({Status.OPTIMAL, Status.INFEASIBLE, Status.UNBOUNDED})
"""Statuses that leave nothing open."""


class Race:
    """What runs beside the first solver; who settles the matter stops both.

    The engine and a second solver search one after the other: they find different things hard. Where yes-or-no rules
    decide, the second solver begins nearly with the first.

    Parameters
    ----------
    second
        The other solver; None for none.

    Attributes
    ----------
    decided
        What the second solver has settled, if it has.
    """

    def __init__(
        self,
        engine: Engine,
        search: ByEngine,
        mip: MipModel,
        second: str | None,
        options: SolveOptions,
        known: Known,
        workers: WorkerPool,
    ) -> None:
        self._engine, self._search, self._mip, self._second = engine, search, mip, second
        self._options, self._known, self._workers = options, known, workers
        self.decided: Outcome | None = None

    @property
    def worthwhile(self) -> bool:
        """Whether there is anybody to run."""
        return bool(self._second) or self._engine.racing

    def run(self, threads: int) -> None:
        """Let the engine search while it finds better, then the second solver."""
        ahead, enough = self._second is not None and self._engine.outdone, self._known.enough
        if enough.wait(_BRIEFLY):
            return
        if not ahead:
            if self._engine.racing:
                # Not before, since its start takes a core from those who are done by then.
                self._workers.warm(KEY, LOADED)
            if enough.wait(_ALONE_AT_FIRST - _BRIEFLY):
                return
            self._take_turns(threads)
        if self._second is not None and not enough.is_set() and self._known.left >= LEAST:
            self._solve(self._second, threads, ahead)

    def _take_turns(self, threads: int) -> None:
        """Let the engine search until so many turns in a row have found nothing."""
        known, in_vain = self._known, 0
        while self._engine.racing and in_vain < _IN_VAIN and not known.enough.is_set() and known.left > _LEAST_TURN:
            before = known.value
            self._search.search(threads, max(_LEAST_TURN, known.left * (_TURN if self._second else 1)))
            loading = self._engine.late and known.left > self._options.time_limit / 2
            in_vain = in_vain + 1 if known.value == before and not loading else 0

    def _solve(self, second: str, threads: int, ahead: bool) -> None:
        known = self._known
        options = replace(
            self._options,
            time_limit=known.left,
            threads=max(threads, _PORTFOLIO if ahead else _STRATEGIES),
            start=self._options.start if ahead else known.plan,
            gives_way=not ahead,
        )
        with suppress(SolverUnavailable):
            outcome = run_solver(
                self._mip,
                second,
                options,
                on_progress=lambda progress: known.raise_bound(progress.bound),
                stop=known.enough,
                pool=self._workers,
            )
            known.take(outcome)
            if outcome.status in DECIDED:
                self.decided = outcome
                known.enough.set()
