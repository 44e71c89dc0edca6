from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from forcegen.mip import Status, Termination
from forcegen.solvers import SolveOptions, SolverUnavailable, UnknownSolver, available, solve
from forcegen.solvers.pulp_library import LIBRARIES
from forcegen.solvers.registry import SPECS, Spec, installed
from forcegen.workers import WorkerPool
from tests.unit.solvers import models
from tests.unit.solvers.names import ADAPTERS, ALL, needs_glpk

if TYPE_CHECKING:
    from pathlib import Path

TABLE = """
from forcegen.solvers import {adapter}
from {module} import {enum}
native = set({enum}.__members__)
table = set({adapter}.STATUSES)
assert native == table, native ^ table
"""


def test_all_are_listed_with_version_and_abilities() -> None:
    listed = {info.name: info for info in available()}
    assert list(listed)[:4] == ADAPTERS
    for info in list(listed.values())[:4]:
        assert info.installed
        assert info.version is not None
        assert info.reason is None
        assert info.starts
        assert info.interrupts
    assert not listed["cbc"].streams
    assert not listed["scip"].threads
    assert not {"highspy", "ortools", "pulp", "pyscipopt"} & set(sys.modules)


def test_those_that_are_not_installed_are_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert installed() == ADAPTERS
    monkeypatch.setitem(SPECS, "absent", Spec("nowhere:solve", "no_such_module", "Absent", True, True, True, True))
    assert installed() == ADAPTERS
    assert "absent" in [info.name for info in available()]


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        UnknownSolver, match="no solver is called 'gurobi'; there are highs, cbc, cp-sat, scip and pulp:NAME"
    ):
        solve(models.simple(), "gurobi")


@needs_glpk
def test_what_pulp_finds_is_listed_with_version_and_abilities() -> None:
    listed = {info.name: info for info in available()}
    glpk = listed["pulp:GLPK_CMD"]
    assert glpk.version is not None
    assert glpk.version[0].isdigit()
    assert (glpk.library, glpk.starts, glpk.streams, glpk.interrupts, glpk.threads) == ("glpsol", *[False] * 4)
    assert listed["pulp:SCIP_PY"].version == listed["scip"].version
    assert "pulp:PULP_CBC_CMD" not in listed
    assert "pulp:CPLEX_CMD" not in listed
    assert not {"highspy", "ortools", "pulp", "pyscipopt"} & set(sys.modules)


def test_a_name_that_pulp_does_not_know_is_refused_with_those_it_knows() -> None:
    with pytest.raises(UnknownSolver, match=r"pulp:GLPK: PuLP knows no solver 'GLPK'; it knows .*GLPK_CMD"):
        solve(models.simple(), "pulp:GLPK")
    with pytest.raises(UnknownSolver, match="the CBC that PuLP brings is called cbc here"):
        solve(models.simple(), "pulp:PULP_CBC_CMD")
    with pytest.raises(UnknownSolver, match="no solver is called 'pulp:'"):
        solve(models.simple(), "pulp:")


@pytest.mark.parametrize(
    ("name", "what"), [("CHOCO_CMD", "executable"), ("MOSEK", "package mosek"), ("CyLP", "package cylp")]
)
def test_a_solver_that_pulp_does_not_find_is_unavailable(name: str, what: str) -> None:
    with pytest.raises(SolverUnavailable, match=f"pulp:{name}: PuLP does not find .*{what}"):
        solve(models.simple(), f"pulp:{name}")


def test_libraries_and_claims_stand_under_names_that_pulp_has() -> None:
    code = """
from forcegen.solvers.pulp_claims import KNOWN
from forcegen.solvers.pulp_library import LIBRARIES, load_pulp
names = set(load_pulp().listSolvers())
assert {*KNOWN, *LIBRARIES} <= names, {*KNOWN, *LIBRARIES} - names
"""
    assert in_a_process_of_its_own(code) == ""


@pytest.mark.parametrize("solver", ALL)
def test_a_worker_holds_one_solver_library(solver: str) -> None:
    with WorkerPool() as pool:
        assert solve(models.simple(), solver, pool=pool).objective == 1003
        with pool.worker(solver) as worker:
            reply = worker.call("tests.unit.solvers.adapters:libraries", {})
    assert reply.result is not None
    own = {"highs": "highspy", "cp-sat": "ortools", "scip": "pyscipopt"}
    own |= {f"pulp:{name}": module for name, module in LIBRARIES.items()}
    assert set(reply.result["libraries"]) <= {own.get(solver)}


def test_a_missing_package_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = Spec("forcegen.solvers.highs:solve", "no_such_module_here", "NoSuchThing", True, True, True, True)
    monkeypatch.setitem(SPECS, "highs", spec)
    info = available()[0]
    assert not info.installed
    assert info.version is None
    assert info.reason is not None
    assert "NoSuchThing is not installed" in info.reason
    with pytest.raises(SolverUnavailable, match="highs: the package NoSuchThing is not installed"):
        solve(models.simple(), "highs")


@pytest.mark.parametrize(
    ("solver", "module"), [("highs", "highspy"), ("cbc", "pulp"), ("cp-sat", "ortools"), ("scip", "pyscipopt")]
)
def test_a_package_that_cannot_be_loaded_is_unavailable(
    solver: str, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"{module}.py").write_text("raise ImportError('libstdc++ is too old')\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SolverUnavailable, match=f"{solver}: {module} cannot be loaded: libstdc.. is too old"):
        solve(models.simple(), solver, SolveOptions(time_limit=60))


@pytest.mark.parametrize(
    ("adapter", "module", "enum"),
    [
        ("highs", "highspy", "HighsModelStatus"),
        ("cp_sat", "ortools.sat.python.cp_model_helper", "CpSolverStatus"),
    ],
)
def test_every_native_status_has_a_meaning(adapter: str, module: str, enum: str) -> None:
    assert in_a_process_of_its_own(TABLE.format(adapter=adapter, module=module, enum=enum)) == ""


def in_a_process_of_its_own(code: str) -> str:
    """Run Python code and return what it complains about; solver libraries do not share a process."""
    path = [entry for entry in sys.path if entry]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}\n{code}"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr if done.returncode else ""


def test_every_status_of_scip_has_a_meaning() -> None:
    # Its enumeration is a plain class.
    code = """
from forcegen.solvers import scip
from pyscipopt import SCIP_STATUS
native = {name.lower() for name in vars(SCIP_STATUS) if name.isupper()}
assert native and native == set(scip.STATUSES), native ^ set(scip.STATUSES)
"""
    assert in_a_process_of_its_own(code) == ""


def test_no_table_promises_a_proof_where_the_solver_has_none() -> None:
    from forcegen.solvers import cbc, cp_sat, highs, scip
    from forcegen.solvers.pulp_claims import KNOWN

    through_pulp = [known.statuses for known in KNOWN.values()]
    for table in (cbc.STATUSES, cp_sat.STATUSES, highs.STATUSES, scip.STATUSES, *through_pulp):
        for status, termination in table.values():
            if status in (Status.OPTIMAL, Status.INFEASIBLE, Status.UNBOUNDED):
                assert termination is Termination.OPTIMAL
            else:
                assert termination is not Termination.OPTIMAL
    assert not {"highspy", "ortools", "pulp", "pyscipopt"} & set(sys.modules)
