"""Files that other solvers read: what they find there is what forcegen finds."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.io.errors import InputError
from forcegen.planning.export import export
from forcegen.planning.solve import Settings, solve
from forcegen.workers import WorkerPool
from tests.oracle.brute import best
from tests.oracle.generate import instance

if TYPE_CHECKING:
    from pathlib import Path

GOAL = Model.model_validate({"model": "m", "goals": [{"minimise": "unmet-target"}]})


READER = """
import sys, highspy
highs = highspy.Highs()
highs.setOptionValue("output_flag", False)
highs.setOptionValue("mip_rel_gap", 0.0)
highs.readModel(sys.argv[1])
highs.run()
found = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
print(round(highs.getInfo().objective_function_value) if found else "none")
"""


def read_elsewhere(path: Path) -> Fraction | None:
    """What HiGHS says of the file, in a process of its own."""
    said = subprocess.run([sys.executable, "-c", READER, str(path)], capture_output=True, text=True, check=True).stdout
    return None if said.strip() == "none" else Fraction(int(said))


@pytest.mark.parametrize("form", ["mps", "lp"])
@pytest.mark.parametrize("seed", range(5))
def test_another_reader_of_the_file_finds_the_optimum(seed: int, form: str, tmp_path: Path) -> None:
    document = instance(seed)
    known = best(document, ["unmet-target"])
    done = export(Instance.model_validate(document), tmp_path / f"model.{form}", model=GOAL)
    found = read_elsewhere(done.path)
    assert (None if found is None else found * done.scale) == (known.values[0] if known.feasible else None)


def test_the_ending_says_the_format(tmp_path: Path) -> None:
    done = export("instances/tutorial", tmp_path / "tutorial.lp")
    assert done.path.read_text(encoding="ascii").startswith("Minimize")
    assert done.goal == "unmet-target"
    assert export("instances/tutorial", tmp_path / "tutorial.mps").path.read_text(encoding="ascii").startswith("NAME")
    with pytest.raises(InputError, match=r"neither in \.mps nor in \.lp"):
        export("instances/tutorial", tmp_path / "tutorial.txt")


def test_the_first_goal_that_needs_no_plan_is_exported(tmp_path: Path) -> None:
    goals = [{"minimise": "changes"}, {"minimise": "troops"}]
    two = Model.model_validate({"model": "m", "goals": goals})
    assert export("instances/tutorial", tmp_path / "m.lp", model=two).goal == "troops"
    with pytest.raises(InputError, match="the goal changes needs a plan"):
        export("instances/tutorial", tmp_path / "m.lp", model=Model.model_validate({"model": "m", "goals": goals[:1]}))


def test_what_is_exported_is_what_is_solved(tmp_path: Path) -> None:
    with WorkerPool() as pool:
        result = solve("instances/tutorial", model="coverage", settings=Settings(gap=0, threads=1), workers=pool)
    done = export("instances/tutorial", tmp_path / "t.mps")
    assert (done.columns, done.rows, done.nonzeros) == (result.size.columns, result.size.rows, result.size.nonzeros)
