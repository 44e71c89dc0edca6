"""Plans for one goal by the engine: searched, led by prices once there are any, and polished at last."""

from __future__ import annotations

import math
import time
from functools import cached_property
from typing import TYPE_CHECKING

from forcegen.planning.search.either import Either

if TYPE_CHECKING:
    import threading

    from forcegen.mip import MipModel
    from forcegen.mip.priced import Guide
    from forcegen.planning.search.auto import Engine
    from forcegen.planning.search.known import Known
    from forcegen.planning.search.polish import Polish
    from forcegen.solvers import SolveOptions
    from forcegen.workers import WorkerPool

# Where a model is wide the plan is polished in this last part of the time, or of what is left when the last prices are
# known if they lead the search.
_POLISHED = 0.4
# Prices that lead nowhere end a search only so that it goes on with more threads, where it has had less than this part.
_EARLY = 0.3
# No two of the engine's turns search alike.
_SEEDS = 1_000


class ByEngine:
    """The engine's part in one goal's search.

    Parameters
    ----------
    options
        Time limit and seed.
    wide
        Whether prices prove bounds meanwhile. Then they lead the search, and what it finds is polished.
    limited
        Whether goals before limit this one to what a search has found at last. Where the model is wide the engine,
        which knows nothing of limits, finds nothing in the time that keeps them: the plan so far is polished instead.

    Attributes
    ----------
    polishing
        Whether nothing is searched, or no longer: the plan is polished.
    """

    def __init__(
        self,
        engine: Engine,
        goal: str,
        mip: MipModel,
        options: SolveOptions,
        known: Known,
        workers: WorkerPool,
        wide: bool,
        limited: bool,
    ) -> None:
        self._engine, self._goal, self._mip = engine, goal, mip
        self._options, self._known, self._workers, self._wide = options, known, workers, wide
        self._crew = 0  # threads of the next turn and of polishing, once nobody else needs them
        self._turns = 0
        self._end_of_turn = Either(known.enough)  # the turn under way ends: prices have come, or enough is known
        self._guide: Guide | None = None
        self._until = known.begun + options.time_limit * (1 - _POLISHED) if wide else math.inf  # then it is polished
        self.polishing = limited and wide and engine.useful and known.plan is not None

    def run(self, threads: int) -> None:
        """Search and polish, beside somebody who proves."""
        if not self.polishing:
            self.search(threads, self._known.left)
        if self._wide and self._engine.able:
            self.polishing = True
            if not self._crew:
                self.polish(threads, self._end_of_turn)

    def search(self, threads: int, seconds: float) -> None:
        """Search until the plan is to be polished; begin anew when prices come, led by them."""
        ends, led = time.monotonic() + seconds, False
        while True:
            guide = self._guide
            self._end_of_turn.clear()
            if guide is not self._guide:
                continue  # prices have come just now
            now, known = time.monotonic(), self._known
            left = (min(ends, self._until) if now < self._until or known.plan is not None else ends) - now
            if known.enough.is_set() or left <= 0:
                return
            afresh, led = guide is not None and not led, guide is not None
            self._turns += 1
            self._engine.improve(
                self._goal,
                self._mip,
                known.plan,
                seconds=left,
                threads=self._crew or threads,
                seed=_SEEDS * self._options.seed + self._turns - 1,
                stop=self._end_of_turn,
                workers=self._workers,
                better=known.better,
                guide=guide,
                afresh=afresh,
            )
            if not self._end_of_turn.is_set() and (known.plan is not None or not self._engine.able):
                return

    def lead(self, guide: Guide) -> None:
        """Let prices lead a search that none have led, until the last ones are known."""
        if self._guide is None and not self.polishing:
            self._guide, self._until = guide, math.inf
            self._end_of_turn.set()

    def settle(self, guide: Guide | None, threads: int) -> None:
        """Let the last prices lead, None where they lead nowhere, with so many threads and time left to polish."""
        now, self._crew, self._guide = time.monotonic(), threads, guide
        anew = guide is not None or now - self._known.begun < _EARLY * (self._until - self._known.begun)
        if anew:
            self._until = now + self._known.left * (1 - _POLISHED)
        if anew or self.polishing:
            self._end_of_turn.set()

    def polish(self, threads: int, until: threading.Event | None = None) -> None:
        """Better the best plan part by part, to the end of the time or until the event."""
        until = until or self._known.asked
        if self._known.plan is not None and not until.is_set():
            self._polisher.run(self._known.plan, self._known.left, threads, until)

    @cached_property
    def _polisher(self) -> Polish:
        return self._engine.polish(self._mip, self._options, self._workers, self._known.better)
