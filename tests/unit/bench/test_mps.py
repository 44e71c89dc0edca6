"""An MPS file in a suite: every solver's run is a record like any other, in the file's numbers."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from forcegen.bench.suite import read_suite
from forcegen.bench.tasks import suite_tasks
from forcegen.io.errors import InputError
from forcegen.planning.mps import run
from forcegen.runs.record import COLUMNS
from tests.unit.mip.test_read import TEXT

if TYPE_CHECKING:
    from pathlib import Path

SUITE = """suite: files
instances: [{mps: model.mps, optima: [8.75]}]
solvers: [highs, cp-sat]
time_limit: 20
"""


def test_solvers_agree_on_a_file_and_reach_its_optimum(tmp_path: Path) -> None:
    (tmp_path / "model.mps").write_text(TEXT)
    (tmp_path / "suite.yaml").write_text(SUITE)
    tasks = suite_tasks(read_suite(tmp_path / "suite.yaml"), tmp_path)
    assert {task.identity.solver for task in tasks} == {"highs", "cp-sat"}
    for task in tasks:
        columns = run(task.payload, threading.Event())
        assert set(columns) <= set(COLUMNS)
        # the file maximises: its 35/4 is stored as less it
        assert (columns["status"], columns["audited_exact"], columns["audit_clean"]) == ("OPTIMAL", "-35/4", True)
        assert task.optimum == -8.75


def test_a_file_that_is_no_model_in_whole_numbers_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "model.mps").write_text(TEXT.replace("weight  1.5", "weight  1,5"))
    (tmp_path / "suite.yaml").write_text(SUITE)
    with pytest.raises(InputError, match=r"model.mps:13: 1,5 is not a number"):
        suite_tasks(read_suite(tmp_path / "suite.yaml"), tmp_path)
