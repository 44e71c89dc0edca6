"""The adapter in docs/how-to-add-a-solver.md works as it stands there."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest

from forcegen.mip import Status, Termination
from forcegen.solvers import SolveOptions, available, solve
from forcegen.solvers.registry import SPECS, Spec
from tests.unit.solvers import models

PAGE = (Path(__file__).parents[3] / "docs" / "how-to-add-a-solver.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Follow the page: its file, and its line of the registry."""
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    line = re.search(r'^ *"scipy": (Spec\(.*\)),$', PAGE, re.MULTILINE)
    assert code is not None
    assert line is not None
    (tmp_path / "scipy_milp.py").write_text(code[1], encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    spec = eval(line[1].replace("forcegen.solvers.scipy_milp", "scipy_milp"), {"Spec": Spec})
    monkeypatch.setitem(SPECS, "scipy", spec)


def test_it_is_listed() -> None:
    assert "scipy" in [info.name for info in available()]


@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_brute_force(seed: int) -> None:
    model = models.random_model(seed)
    expected = models.brute_force(model)
    outcome = solve(model, "scipy", SolveOptions(gap=0.0))
    assert outcome.objective == expected
    assert outcome.status is (Status.INFEASIBLE if expected is None else Status.OPTIMAL)


def test_it_keeps_its_limit_and_its_gap() -> None:
    outcome = solve(models.knapsacks(), "scipy", SolveOptions(time_limit=3.0, gap=0.0))
    assert (outcome.status, outcome.termination) == (Status.FEASIBLE, Termination.TIME_LIMIT)
    outcome = solve(models.knapsacks(), "scipy", SolveOptions(gap=0.05))
    assert (outcome.status, outcome.termination) == (Status.FEASIBLE, Termination.GAP)
    assert solve(models.market_split(), "scipy", SolveOptions(time_limit=2.0)).status is Status.NO_SOLUTION


def test_asked_to_stop_it_ends() -> None:
    stop = threading.Event()
    threading.Timer(2.0, stop.set).start()
    assert solve(models.market_split(), "scipy", stop=stop).termination is Termination.INTERRUPTED
