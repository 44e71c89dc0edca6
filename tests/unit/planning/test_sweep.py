"""Sweeps: the same table whoever makes the runs, differences that hold, and nothing lost by a kill."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from forcegen.bench.check import check_runs
from forcegen.domain.instance import Instance
from forcegen.io.errors import InputError
from forcegen.io.instance import read_instance
from forcegen.planning.solve import Settings, solve
from forcegen.planning.sweep import Sweep, sweep
from forcegen.report.sweeps import sweep_document, sweep_files
from forcegen.runs import Store
from tests.oracle.brute import best
from tests.oracle.generate import SUMS, instance

if TYPE_CHECKING:
    from collections.abc import Sequence

QUIET = subprocess.DEVNULL
EXACT = Settings(time_limit=60, gap=0)
MODELS = ("coverage", "rotation", "minimum-force")
SCENARIOS = {
    "dwell-6": {"set": [{"list": "contingents", "where": {"id": "ARD-coy"}, "field": "dwell", "value": 6}]},
    "no-calia": {"withdraw": [{"nation": "CAL"}]},
    "no-brevia": {"withdraw": [{"nation": "BRE"}]},
    "fewer": {"withdraw": [{"contingent": "ARD-coy", "units": 2}]},
    "more-beds": {"scale": [{"list": "sectors", "where": {"id": "hill"}, "field": "beds", "factor": 2}]},
    "half-hill": {"scale": [{"list": "requirements", "where": {"id": "hill-watch"}, "field": "target", "factor": 0.8}]},
    "brevia-free": {"remove": [{"list": "rules", "where": {"id": "BRE-one-company"}}]},
    "brevia-line": {"remove": [{"list": "rules", "where": {"id": "BRE-not-on-the-line"}}]},
}
STACKED = "no-calia+no-brevia"


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("theatre")
    (folder / "instance.yaml").write_bytes(Path("instances/tutorial/instance.yaml").read_bytes())
    (folder / "scenarios").mkdir()
    for name, edits in SCENARIOS.items():
        text = yaml.safe_dump({"forcegen": 1, "scenario": name, **edits})
        (folder / "scenarios" / f"{name}.yaml").write_text(text)
    return folder


def swept(theatre: Path, folder: Path, models: Sequence[str] = MODELS, **how: Any) -> Sweep:
    how = {"scenarios": [STACKED], "all_scenarios": True, "solvers": ["highs"], "settings": EXACT, **how}
    return sweep([theatre], folder, models=models, **how)


def answers(found: Sweep) -> list[tuple[object, ...]]:
    return [
        (line.scenario, line.model, line.status, line.value, line.bound, line.difference, line.run)
        for line in found.lines
    ]


@pytest.mark.long
def test_thirty_pairs_are_the_same_here_in_processes_and_on_a_cluster(theatre: Path, tmp_path: Path) -> None:
    here = swept(theatre, tmp_path / "here")
    assert (len(here.lines), here.complete, here.contradictions) == (30, True, ())
    assert all(line.proven for line in here.lines)
    assert answers(swept(theatre, tmp_path / "processes", jobs=2)) == answers(here)
    assert answers(swept(theatre, tmp_path / "cluster", jobs=2, cluster="local")) == answers(here)
    by_name = {(line.scenario, line.model): line for line in here.lines}
    assert by_name["", "coverage"].value == 460
    assert by_name["", "coverage"].difference is None
    gone = by_name[STACKED, "coverage"]
    assert gone.difference is not None
    assert gone.value is not None
    assert (gone.difference.low, gone.difference.exact) == (gone.value - 460, True)
    better = by_name["brevia-line", "coverage"].difference
    assert better is not None
    assert better.high is not None
    assert better.high < 0  # a rule that falls away helps: the difference is signed


def test_a_few_are_the_same_here_in_processes_and_on_a_cluster(theatre: Path, tmp_path: Path) -> None:
    few = {"models": ["coverage"], "all_scenarios": False}
    here = swept(theatre, tmp_path / "here", **few)
    assert [line.value is not None and line.proven for line in here.lines] == [True, True]
    assert answers(swept(theatre, tmp_path / "processes", jobs=2, **few)) == answers(here)
    assert answers(swept(theatre, tmp_path / "cluster", jobs=2, cluster="local", **few)) == answers(here)


@pytest.mark.parametrize("seed", range(4))
def test_values_are_those_that_brute_force_finds(seed: int, tmp_path: Path) -> None:
    item = instance(seed, SUMS)
    (tmp_path / "i.yaml").write_text(json.dumps(item, default=float))
    found = sweep([tmp_path / "i.yaml"], tmp_path / "out", models=["coverage"], solvers=["highs"], settings=EXACT)
    known = best(item, ["unmet-target"])
    if known.feasible:
        assert (found.lines[0].value, found.lines[0].proven) == (known.values[0], True)
    else:
        assert (found.lines[0].status, found.lines[0].value) == ("INFEASIBLE", None)
    read = Instance.model_validate(item)
    assert read.digest == read_instance(tmp_path / "i.yaml").digest


def command(theatre: Path, folder: Path) -> list[str]:
    models = [part for model in MODELS for part in ("--model", model)]
    how = [
        "--solver",
        "highs",
        "--time-limit",
        "60",
        "--gap",
        "0",
        "--all-scenarios",
        "--scenario",
        STACKED,
        "--jobs",
        "2",
    ]
    return [sys.executable, "-m", "forcegen", "sweep", str(theatre), "-o", str(folder), *models, *how]


@pytest.mark.long
def test_killed_ten_times_it_makes_no_run_twice_and_ends_with_the_same(theatre: Path, tmp_path: Path) -> None:
    whole, rng, made = answers(swept(theatre, tmp_path / "whole", jobs=2)), random.Random(7), {}
    for _ in range(10):
        process = subprocess.Popen(command(theatre, tmp_path / "killed"), stderr=subprocess.DEVNULL, stdout=QUIET)
        time.sleep(rng.uniform(1.5, 3.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        now = stamps(tmp_path / "killed")
        assert made.items() <= now.items()
        made = now
    assert answers(swept(theatre, tmp_path / "killed", jobs=2)) == whole
    assert made.items() <= stamps(tmp_path / "killed").items()


def stamps(folder: Path) -> dict[str, int]:
    return {path.name: os.stat(path).st_mtime_ns for path in folder.glob("*.parquet")}


@pytest.mark.long
def test_killed_once_it_goes_on(theatre: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(command(theatre, tmp_path), stderr=subprocess.PIPE, stdout=QUIET, text=True)
    assert process.stderr is not None
    process.stderr.readline()
    process.kill()
    process.communicate()
    made = stamps(tmp_path)
    assert 0 < len(made) < 30
    done: Sequence[str] = sorted(made)
    again = swept(theatre, tmp_path, jobs=2)
    assert again.complete
    assert {name: stamp for name, stamp in stamps(tmp_path).items() if name in done} == made


def test_what_is_malformed_is_refused_before_any_run(tmp_path: Path, theatre: Path) -> None:
    with pytest.raises(InputError, match="there is no scenario"):
        sweep([theatre], tmp_path / "out", scenarios=["nothing"])
    with pytest.raises(InputError, match="there is nothing to solve"):
        sweep([], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_solver_that_is_wrong_is_told_of(theatre: Path, tmp_path: Path) -> None:
    how: dict[str, Any] = {"models": ["coverage"], "settings": EXACT}
    sweep([theatre], tmp_path, solvers=["highs"], **how)
    with Store(tmp_path) as store:
        true = store.records()[0]
        store.put(replace(true, bound_exact="1000", proven=False))
    found = sweep([theatre], tmp_path, solvers=["highs", "cbc"], **how)
    assert len(found.contradictions) == 1
    assert "no plan is better than 1000" in found.contradictions[0]


def test_hostile_names_harm_neither_table_nor_files(tmp_path: Path) -> None:
    text = Path("instances/tutorial/instance.yaml").read_text().replace("name: tutorial", "name: '=1+1 [b]<i>'")
    (tmp_path / "i.yaml").write_text(text)
    found = sweep([tmp_path / "i.yaml"], tmp_path / "out", models=["coverage"], solvers=["highs"], settings=EXACT)
    assert sweep_document(found)["lines"][0]["instance"] == "=1+1 [b]<i>"
    assert "'=1+1 [b]<i>" in sweep_files(found)["sweep.csv"]
    assert found.lines[0].covered == Fraction(77, 90)


def test_a_surprise_is_answered_as_solve_answers_it(theatre: Path, tmp_path: Path) -> None:
    leaving: dict[str, Any] = {"forcegen": 1, "scenario": "late", "withdraw": [{"nation": "ARD", "by": "2026-03"}]}
    late, known = tmp_path / "late.yaml", tmp_path / "known.yaml"
    late.write_text(yaml.safe_dump({**leaving, "announced": "2026-02"}))
    known.write_text(yaml.safe_dump(leaving))
    how = {"scenarios": [str(late), str(known)], "models": ["coverage"], "all_scenarios": False}
    found = swept(theatre, tmp_path / "out", **how)
    assert [line.announced for line in found.lines] == [None, "2026-02", None]
    assert [line.value for line in found.lines] == [460, 1560, 2160]
    assert found.contradictions == ()
    alone = solve(theatre, model="coverage", scenario=[str(late)], settings=replace(EXACT, solver="highs"))
    assert alone.tiers[0].found == found.lines[1].value
    assert answers(swept(theatre, tmp_path / "out", **how)) == answers(found)
    with Store(tmp_path / "out") as store:
        assert check_runs(store.frame()).clean
        assert [record.scenario for record in store.records() if record.base_plan] == [str(late)]
