"""The parent's own judgement of what a solver says: plans are checked in integers, claims are weighed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forcegen.mip import Ints, MipModel, Status, Termination, TracePoint, round_bound, tighten, trivial_bound
from forcegen.solvers.base import Progress

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Verdict:
    """What is true of a solve."""

    status: Status
    termination: Termination
    bound: int | None
    message: str = ""


class Judge:
    """Keeps the best plan that passed the exact check, the best bound, and their history.

    Parameters
    ----------
    model : MipModel
        The model.
    begun : float
        When the call began, as `time.monotonic` gives it.
    on_progress : callable, optional
        Told of each change.
    bound : int, optional
        What no plan is worth less than, known beforehand.
    """

    def __init__(
        self,
        model: MipModel,
        begun: float,
        on_progress: Callable[[Progress], None] | None,
        bound: int | None = None,
    ) -> None:
        self.values: Ints | None = None
        self.objective: int | None = None
        known = [b for b in (trivial_bound(model), bound) if b is not None]
        self._least = self.bound = max(known, default=None)
        self.refused = ""
        self.trace: list[TracePoint] = []
        self._model = model
        self._begun = begun
        self._on_progress = on_progress
        self._unseen: int | None = None

    def plan(self, x: Ints) -> bool:
        """Weigh a plan, int64[n]; tell whether it is one.

        A solver's implied integers carry its tolerances, so the plan is also tried with those set afresh.
        """
        accepted = False
        for candidate in (x, tighten(self._model, x)):
            if self._model.feasible(candidate):
                accepted = True
                self._keep(candidate)
        if not accepted:
            broken = len(self._model.violations(x))
            self.refused = f"a plan of the solver broke {broken} of {self._model.rows} rows when checked exactly"
            self.refused += "" if broken else " (it left its columns' bounds)"
        return accepted

    def value(self, objective: float) -> None:
        """Note the value of a plan that the solver keeps to itself: news for the trace, nothing more."""
        value = round_bound(self._model, objective)
        if value is not None and (self._unseen is None or value < self._unseen):
            self._unseen = value
            self._note()

    def raise_bound(self, bound: float) -> None:
        """Take a bound: an int is exact, a float is rounded safely."""
        exact = bound if isinstance(bound, int) else round_bound(self._model, bound)
        if exact is not None and (self.bound is None or exact > self.bound):
            self.bound = exact
            self._note()

    def enough(self, gap: float) -> bool:
        """Return whether plan and bound are as near to each other as is asked for."""
        if self.objective is None or self.bound is None:
            return False
        return self.objective - self.bound <= gap * max(abs(self.objective), 1) + 1e-9

    def verdict(self, claim: tuple[Status, Termination], gap: float) -> Verdict:
        """Weigh the solver's claim against what has been checked."""
        status, termination = claim
        if status is Status.UNBOUNDED:
            return Verdict(Status.UNBOUNDED, Termination.OPTIMAL, None)
        if self.objective is None:
            return self._without_plan(status, termination)
        if status is Status.INFEASIBLE:
            message = "the solver says that there is no plan, but one passed the exact check"
            return Verdict(Status.FEASIBLE, Termination.NUMERIC, self._least, message)
        if self.bound is not None and self.bound > self.objective:
            message = f"the solver's bound {self.bound} is beyond a plan of value {self.objective}, so it is not used"
            return Verdict(Status.FEASIBLE, Termination.NUMERIC, self._least, message)
        if self.bound == self.objective:
            return Verdict(Status.OPTIMAL, Termination.OPTIMAL, self.bound)
        return self._unproven(status, termination, gap)

    def _without_plan(self, status: Status, termination: Termination) -> Verdict:
        if status is Status.INFEASIBLE:
            return Verdict(Status.INFEASIBLE, Termination.OPTIMAL, None)
        if status is Status.ERROR:
            return Verdict(Status.ERROR, termination, self.bound)
        if termination in (Termination.OPTIMAL, Termination.GAP):
            return Verdict(Status.NO_SOLUTION, Termination.NUMERIC, self.bound, self.refused)
        return Verdict(Status.NO_SOLUTION, termination, self.bound, self.refused)

    def _unproven(self, status: Status, termination: Termination, gap: float) -> Verdict:
        assert self.objective is not None
        if termination not in (Termination.OPTIMAL, Termination.GAP):
            return Verdict(Status.FEASIBLE, termination, self.bound)
        if self.enough(gap):
            return Verdict(Status.FEASIBLE, Termination.GAP, self.bound)
        if status is not Status.OPTIMAL:
            return Verdict(Status.FEASIBLE, Termination.GAP, self.bound)
        message = "the solver says optimal, but its bound does not reach the value of its plan when checked exactly"
        return Verdict(Status.FEASIBLE, Termination.NUMERIC, self.bound, message)

    def _keep(self, x: Ints) -> None:
        objective = self._model.value(x)
        if self.objective is None or objective < self.objective:
            self.values, self.objective = x, objective
            self._note()

    def _note(self) -> None:
        known = [value for value in (self.objective, self._unseen) if value is not None]
        seconds = time.monotonic() - self._begun
        point = TracePoint(seconds, min(known, default=None), self.bound)
        self.trace.append(point)
        if self._on_progress is not None:
            self._on_progress(Progress(point.seconds, point.objective, point.bound))
