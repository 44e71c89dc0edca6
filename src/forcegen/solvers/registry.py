"""The solvers: names, packages, adapters, abilities."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from importlib import metadata

from forcegen.solvers.base import SolverInfo, SolverUnavailable, UnknownSolver


@dataclass(frozen=True)
class Spec:
    """One solver: its adapter's entry point, the module and the distribution that it needs, what it can do."""

    entry: str
    module: str
    distribution: str
    streams: bool
    starts: bool
    interrupts: bool
    relaxes: bool
    threads: bool = True


# To add a solver: an adapter file with a `solve(payload, channel)` and a table of its statuses, and a line here.
SPECS: dict[str, Spec] = {
    "highs": Spec("forcegen.solvers.highs:solve", "highspy", "highspy", True, True, True, True),
    "cbc": Spec("forcegen.solvers.cbc:solve", "pulp", "PuLP", False, True, True, False),
    "cp-sat": Spec("forcegen.solvers.cp_sat:solve", "ortools", "ortools", True, True, True, False),
    "scip": Spec("forcegen.solvers.scip:solve", "pyscipopt", "PySCIPOpt", True, True, True, False, threads=False),
}


def available() -> list[SolverInfo]:
    """Return all solvers, those that are not installed included. Imports no solver library."""
    return [_info(name, spec) for name, spec in SPECS.items()]


def usable(solver: str) -> Spec:
    """Return a solver's entry.

    Raises
    ------
    UnknownSolver
        Where there is no such solver.
    SolverUnavailable
        Where its package is not installed.
    """
    spec = SPECS.get(solver)
    if spec is None:
        raise UnknownSolver(f"no solver is called {solver!r}; there are {', '.join(SPECS)}")
    info = _info(solver, spec)
    if not info.installed:
        raise SolverUnavailable(f"{solver}: {info.reason}")
    return spec


def _info(name: str, spec: Spec) -> SolverInfo:
    installed = importlib.util.find_spec(spec.module) is not None
    version = None
    if installed:
        try:
            version = metadata.version(spec.distribution)
        except metadata.PackageNotFoundError:
            version = None
    reason = None if installed else f"the package {spec.distribution} is not installed; pip install {spec.distribution}"
    return SolverInfo(
        name=name,
        installed=installed,
        version=version,
        library=spec.distribution,
        streams=spec.streams,
        starts=spec.starts,
        interrupts=spec.interrupts,
        relaxes=spec.relaxes,
        threads=spec.threads,
        reason=reason,
    )
