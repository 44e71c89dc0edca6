"""What a solve came to: status, reason of its end, values, bound and trace."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forcegen.mip.model import Ints


class Status(StrEnum):
    """What is known about the model."""

    OPTIMAL = "optimal"
    """A plan checked in integers, and a bound equal to its value."""
    FEASIBLE = "feasible"
    """A plan checked in integers."""
    INFEASIBLE = "infeasible"
    """The solver proved that there is no plan."""
    UNBOUNDED = "unbounded"
    """Plans exist, and none is best."""
    NO_SOLUTION = "no-solution"
    """Nothing is known."""
    ERROR = "error"
    """The solver failed."""


class Termination(StrEnum):
    """Why the solve ended."""

    OPTIMAL = "optimal"
    """It was finished: the optimum, or infeasibility or unboundedness, is proven."""
    GAP = "gap"
    """The solver was content with the gap."""
    TIME_LIMIT = "time-limit"
    MEMORY_LIMIT = "memory-limit"
    INTERRUPTED = "interrupted"
    CRASHED = "crashed"
    NUMERIC = "numeric"
    """The solver's arithmetic did not suffice: its answer did not pass the exact check, or it gave up."""


@dataclass(frozen=True)
class TracePoint:
    """What was known at one moment.

    `seconds` count from the call, loading included; `objective` and `bound` are None while unknown. Where a solver does
    not hand over plans while it searches, `objective` is its word, unchecked.
    """

    seconds: float
    objective: int | None
    bound: int | None


@dataclass(frozen=True, eq=False)
class Outcome:
    """Result of a solve.

    Parameters
    ----------
    values : int64[n] or None
        The best plan found, exact; None if there is none.
    objective : int or None
        Its value.
    bound : int or None
        A lower bound on every plan's value, offset included; None if none is known.
    seconds : float
        From the call to its end.
    solver, version : str
        Who said so.
    message : str
        What a person should know; empty if there is nothing.
    load_seconds : float
        The part of `seconds` before the solver began to search.
    peak_memory : int or None
        Bytes of resident memory, at most, of the solver's process tree, as far as seen.
    relaxation : float or None
        Value of the LP relaxation, where that was asked for.
    """

    status: Status
    termination: Termination
    values: Ints | None
    objective: int | None
    bound: int | None
    trace: tuple[TracePoint, ...]
    seconds: float
    solver: str
    version: str
    message: str = ""
    load_seconds: float = 0.0
    peak_memory: int | None = None
    relaxation: float | None = None

    @property
    def gap(self) -> float | None:
        """``|objective - bound| / max(|objective|, 1)``; None where either is unknown."""
        if self.objective is None or self.bound is None:
            return None
        return abs(self.objective - self.bound) / max(abs(self.objective), 1)
