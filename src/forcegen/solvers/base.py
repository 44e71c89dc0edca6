"""What callers and adapters have in common: options, progress, errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forcegen.mip import Ints


class SolverError(Exception):
    """A solver that cannot be used."""


class UnknownSolver(SolverError):
    """A name that no solver here has."""


class SolverUnavailable(SolverError):
    """A solver whose library is not installed or cannot be loaded."""


@dataclass(frozen=True, eq=False)
class SolveOptions:
    """How to solve.

    Parameters
    ----------
    time_limit : float
        Seconds for everything from the call to its end: start of the worker, loading and search.
    gap : float
        Relative gap, ``|objective - bound| / |objective|``, with which to be content.
    threads : int
        Threads for the solver, at least 1.
    seed : int
        Seed of its random choices, not negative.
    memory_limit_gb : float, optional
        Resident memory of the solver's process tree, in GB (1e9 bytes), beyond which it is killed.
    start : int64[n], optional
        A plan to start from. If it is feasible, the outcome is never worse.
    bound : int, optional
        What no plan is worth less than, known beforehand.
    gives_way : bool
        Let whatever else runs go first: more threads than cores then take nothing from a solver beside this one.
    relax : bool
        Solve the LP relaxation only: the outcome has `relaxation` and `bound`, and no values.
    native : mapping
        Options of the solver's own, by its names; the options above win over them.

    Raises
    ------
    ValueError
        Where a number is out of its range.
    """

    time_limit: float = 60.0
    gap: float = 0.001
    threads: int = 1
    seed: int = 0
    memory_limit_gb: float | None = None
    start: Ints | None = None
    bound: int | None = None
    gives_way: bool = False
    relax: bool = False
    native: Mapping[str, str | int | float | bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check."""
        checks = {
            "time_limit": (self.time_limit > 0, "more than 0 seconds"),
            "gap": (self.gap >= 0, "0 or more"),
            "threads": (self.threads >= 1, "1 or more"),
            "seed": (0 <= self.seed < 2**31, "0 to 2147483647"),
            "memory_limit_gb": (self.memory_limit_gb is None or self.memory_limit_gb > 0, "more than 0 GB, or none"),
        }
        for name, (fine, expected) in checks.items():
            if not fine:
                raise ValueError(f"{name}: expected {expected}, got {getattr(self, name)}")


@dataclass(frozen=True)
class Progress:
    """What is known so far: seconds since the call, value of the best plan and bound, None while unknown.

    Where a solver does not hand over plans while it searches (`SolverInfo.streams`), the value is its word, unchecked.
    """

    seconds: float
    objective: int | None
    bound: int | None


@dataclass(frozen=True)
class SolverInfo:
    """A solver and what it can do here.

    Parameters
    ----------
    name, library : str
        Its name here, and that of the package that brings it.
    installed : bool
        Whether the package is there.
    version : str or None
        The package's version.
    streams : bool
        Hands over plans while it searches. Bounds are streamed by all but ``pulp:NAME``.
    starts : bool
        Takes a plan to start from.
    interrupts : bool
        Stops when asked and hands over its best plan; else it ends without.
    relaxes : bool
        Solves the LP relaxation alone.
    threads : bool
        Uses more than one thread where it may.
    reason : str or None
        Why it cannot be used.
    """

    name: str
    installed: bool
    version: str | None
    library: str
    streams: bool
    starts: bool
    interrupts: bool
    relaxes: bool
    threads: bool
    reason: str | None = None
