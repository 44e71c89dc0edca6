"""Options of a solver's own: passed on, and refused by name where it has none such; never passed over."""

from __future__ import annotations

import pytest

from forcegen.domain.model import Model
from forcegen.io.instance import read_instance
from forcegen.mip import Status
from forcegen.planning.solve import Settings, solve
from forcegen.solvers import SolveOptions
from forcegen.solvers import solve as run_solver
from tests.unit.solvers.models import simple

ONE = Model.model_validate({"model": "m", "goals": [{"minimise": "unmet-target"}]})


@pytest.mark.parametrize(
    ("solver", "name", "value"),
    [
        ("highs", "presolve", "off"),
        ("cp-sat", "cp_model_presolve", False),
        ("scip", "presolving/maxrounds", 0),
        ("cbc", "cuts", "off"),
    ],
)
def test_options_are_passed_on_or_refused_by_name(solver: str, name: str, value: str | int) -> None:
    model = simple()
    assert run_solver(model, solver, SolveOptions(native={name: value})).status is Status.OPTIMAL
    outcome = run_solver(model, solver, SolveOptions(native={"nonsense": value}))
    assert outcome.status is Status.ERROR
    assert "nonsense" in outcome.message


def test_limits_stay_ours() -> None:
    outcome = run_solver(simple(), "highs", SolveOptions(native={"time_limit": 0.0}))
    assert outcome.status is Status.OPTIMAL


def test_a_solver_alone_finds_the_same_optimum() -> None:
    theatre = read_instance("instances/tutorial")
    for alone in (False, True):
        found = solve(theatre, model=ONE, settings=Settings("highs", 30, 0, 1, alone=alone))
        assert (found.status, found.tiers[0].found, found.tiers[0].said) == (Status.OPTIMAL, 460, 460)
