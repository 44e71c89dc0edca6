"""Solvers of integer models, each in a worker process of its own.

`solve` is the one call; `available` tells what there is. No solver library is ever imported into this process.
"""

from forcegen.solvers.base import (
    Progress,
    SolveOptions,
    SolverError,
    SolverInfo,
    SolverUnavailable,
    UnknownSolver,
)
from forcegen.solvers.registry import available
from forcegen.solvers.solve import solve

__all__ = [
    "Progress",
    "SolveOptions",
    "SolverError",
    "SolverInfo",
    "SolverUnavailable",
    "UnknownSolver",
    "available",
    "solve",
]
