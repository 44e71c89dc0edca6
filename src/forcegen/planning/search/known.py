"""What is known of one goal while several search for it: the best plan, the best bound, whether that is enough."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from forcegen.mip import Outcome, Status, Termination, trivial_bound
from forcegen.planning.search.either import Asked, Either

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.mip import Ints, MipModel
    from forcegen.solvers import SolveOptions


class Known:
    """The best plan and bound of all who search for a goal; told, asked and changed from any thread.

    Parameters
    ----------
    mip
        The model with the goal's objective and all limits so far.
    options
        Its start is the plan so far, its time limit that of all together, its gap what is enough.
    told
        Told of seconds, best value and best bound when a better plan is found, and by `tell`; from any thread.
    stop
        Asks all of them to end.

    Attributes
    ----------
    enough
        Set once they are asked to stop, or nothing is left to prove; who needs all to end sets it as well.
    asked
        The same for calls in the main thread, which set it when Ctrl-C ends them.
    """

    def __init__(
        self,
        mip: MipModel,
        options: SolveOptions,
        told: Callable[[float, int | None, int | None], None],
        stop: threading.Event,
    ) -> None:
        self.begun = time.monotonic()
        self._mip, self._options, self._told, self._stop = mip, options, told, stop
        self._lock = threading.Lock()
        self.plan: Ints | None = options.start
        self.value = None if options.start is None else mip.value(options.start)
        self.bound = trivial_bound(mip)
        self.enough = Either(stop)
        self.asked = Asked(self.enough, stop)

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self.begun + self._options.time_limit - time.monotonic()

    @property
    def satisfying(self) -> bool:
        """Whether the gap between the best plan and the best bound is small enough."""
        if self.value is None or self.bound is None:
            return False
        return self.value - self.bound <= self._options.gap * max(abs(self.value), 1e-9)

    def better(self, values: Ints, _: float = 0.0) -> None:
        """Take a feasible plan, int64[columns], if it is better."""
        with self._lock:
            value = self._mip.value(values)
            if self.value is not None and value >= self.value:
                return
            self.plan, self.value = values, value
        self.tell()
        self._end_when_satisfying()

    def raise_bound(self, bound: int | None) -> None:
        """Take a bound, if it is higher."""
        with self._lock:
            if bound is None or (self.bound is not None and bound <= self.bound):
                return
            self.bound = bound
        self._end_when_satisfying()

    def take(self, outcome: Outcome) -> None:
        """Take what a solver has found and proven."""
        if outcome.values is not None:
            self.better(outcome.values)
        self.raise_bound(outcome.bound)

    def tell(self, value: int | None = None) -> None:
        """Tell what is known by now, with the value of a plan that a solver still keeps to itself."""
        values = [known for known in (self.value, value) if known is not None]
        self._told(time.monotonic() - self.begun, min(values, default=None), self.bound)

    def outcome(self, solver: str, version: str) -> Outcome:
        """Return what is known, where no solver has decided it."""
        ending = Termination.INTERRUPTED if self.enough.is_set() else Termination.TIME_LIMIT
        return Outcome(
            status=Status.NO_SOLUTION if self.plan is None else Status.FEASIBLE,
            termination=ending,
            values=self.plan,
            objective=self.value,
            bound=self.bound,
            trace=(),
            seconds=time.monotonic() - self.begun,
            solver=solver,
            version=version,
        )

    def judged(self, outcome: Outcome) -> Outcome:
        """Return a solver's outcome with the bound of all, and with their plan where that ended it."""
        if outcome.status not in (Status.FEASIBLE, Status.NO_SOLUTION):
            return outcome
        if self.bound is not None:
            outcome = replace(outcome, bound=self.bound)
        ended = outcome.termination is Termination.INTERRUPTED and not self._stop.is_set()
        if not (ended and self.satisfying):
            return outcome
        proven = Status.OPTIMAL, Termination.OPTIMAL
        status, ending = proven if self.value == self.bound else (Status.FEASIBLE, Termination.GAP)
        return replace(outcome, status=status, termination=ending, values=self.plan, objective=self.value)

    def _end_when_satisfying(self) -> None:
        if self.satisfying:
            self.enough.set()
