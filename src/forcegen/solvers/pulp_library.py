"""PuLP without the solver libraries that it would load, so that a worker holds one only."""

from __future__ import annotations

import importlib.util
import sys
from typing import Any, Final

LIBRARIES: Final[dict[str, str]] = {
    "COPT": "coptpy",
    "CPLEX_PY": "cplex",
    "CUOPT": "cuopt",
    "CyLP": "cylp",
    "GUROBI": "gurobipy",
    "HiGHS": "highspy",
    "MOSEK": "mosek",
    "PYGLPK": "glpk",
    "SAS94": "saspy",
    "SASCAS": "swat",
    "SCIP_PY": "pyscipopt",
    "XPRESS_PY": "xpress",
}
"""The package that PuLP loads into its own process, by PuLP's name of the solver; all other solvers are executables."""

# Loaded by PuLP, which offers no solver with it.
_UNUSED = "yaposib"


def load_pulp(name: str = "") -> Any:
    """Import PuLP, for its solver `name` if one is given.

    PuLP imports every solver library that is installed, and those do not share a process.

    Raises
    ------
    ImportError
        Where PuLP cannot be loaded.
    """
    for module in (*LIBRARIES.values(), _UNUSED):
        if module != LIBRARIES.get(name):
            sys.modules.setdefault(module, None)  # type: ignore[arg-type]  # None: not to be found
    import pulp

    return pulp


def has_library(name: str) -> bool:
    """Tell whether the package behind PuLP's solver `name` is installed; to be asked before PuLP is loaded."""
    return importlib.util.find_spec(LIBRARIES[name]) is not None
