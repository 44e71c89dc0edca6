"""The solvers: names, packages, adapters, abilities."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Final

from forcegen.solvers.base import SolverInfo, SolverUnavailable, UnknownSolver
from forcegen.workers import Worker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forcegen.workers import Body


@dataclass(frozen=True)
class Spec:
    """One solver: its adapter's entry point, the module and the distribution that it needs, what it can do.

    `argument` is what the adapter finds as ``payload["solver"]``.
    """

    entry: str
    module: str
    distribution: str
    streams: bool
    starts: bool
    interrupts: bool
    relaxes: bool
    threads: bool = True
    argument: str = ""


# To add a solver: docs/how-to-add-a-solver.md.
SPECS: dict[str, Spec] = {
    "highs": Spec("forcegen.solvers.highs:solve", "highspy", "highspy", True, True, True, True),
    "cbc": Spec("forcegen.solvers.cbc:solve", "pulp", "PuLP", False, True, True, False),
    "cp-sat": Spec("forcegen.solvers.cp_sat:solve", "ortools", "ortools", True, True, True, False),
    "scip": Spec("forcegen.solvers.scip:solve", "pyscipopt", "PySCIPOpt", True, True, True, False, threads=False),
}

PULP: Final = "pulp:"
"""Prefix of the solvers that PuLP finds, which differ from machine to machine."""

_ASKING_SECONDS = 60.0


def available() -> list[SolverInfo]:
    """Return all solvers, those that are not installed included, then those that PuLP finds on this machine.

    PuLP is asked in a worker process: no solver library is imported into this one.
    """
    return [*(_info(name, spec) for name, spec in SPECS.items()), *_found_by_pulp()]


def installed() -> list[str]:
    """Return the names of the solvers whose packages are installed, without those that PuLP finds."""
    return [name for name, spec in SPECS.items() if _is_installed(spec)]


def usable(solver: str, besides: Sequence[str] = ()) -> Spec:
    """Return a solver's entry; whether PuLP has a solver ``pulp:NAME`` only its adapter can tell.

    Parameters
    ----------
    besides
        Other names that whoever asked could have given.

    Raises
    ------
    UnknownSolver
        Where there is no such solver.
    SolverUnavailable
        Where its package is not installed.
    """
    spec = SPECS.get(solver) or _through_pulp(solver)
    if spec is None:
        raise UnknownSolver(f"no solver is called {solver!r}; there are {', '.join((*besides, *SPECS))} and {PULP}NAME")
    info = _info(solver, spec)
    if not info.installed:
        raise SolverUnavailable(f"{solver}: {info.reason}")
    return spec


def _through_pulp(solver: str) -> Spec | None:
    name = solver.removeprefix(PULP)
    if name in ("", solver):
        return None
    return Spec("forcegen.solvers.pulp_any:solve", "pulp", "PuLP", False, False, False, False, argument=name)


def _is_installed(spec: Spec) -> bool:
    return importlib.util.find_spec(spec.module) is not None


def _info(name: str, spec: Spec) -> SolverInfo:
    there = _is_installed(spec)
    version = None
    if there:
        try:
            version = metadata.version(spec.distribution)
        except metadata.PackageNotFoundError:
            version = None
    reason = None if there else f"the package {spec.distribution} is not installed; pip install {spec.distribution}"
    return SolverInfo(
        name=name,
        installed=there,
        version=version,
        library=spec.distribution,
        streams=spec.streams,
        starts=spec.starts,
        interrupts=spec.interrupts,
        relaxes=spec.relaxes,
        threads=spec.threads,
        reason=reason,
    )


def _found_by_pulp() -> list[SolverInfo]:
    if importlib.util.find_spec("pulp") is None:
        return []
    with Worker() as worker:
        reply = worker.call("forcegen.solvers.pulp_any:found", {}, time_limit=_ASKING_SECONDS)
    return [_found(solver) for solver in (reply.result or {"solvers": []})["solvers"]]


def _found(solver: Body) -> SolverInfo:
    return SolverInfo(
        name=PULP + solver["name"],
        installed=True,
        version=solver["version"],
        library=solver["library"],
        streams=False,
        starts=solver["starts"],
        interrupts=False,
        relaxes=False,
        threads=solver["threads"],
    )
