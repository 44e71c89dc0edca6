"""Suites: what they say, what is refused, and that a killed one ends as an undisturbed one does."""

from __future__ import annotations

import csv
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.bench.results import bench_report
from forcegen.bench.run import run_suite
from forcegen.bench.suite import Suite, read_peer, read_suite
from forcegen.bench.tasks import suite_tasks
from forcegen.io.errors import InputError
from forcegen.runs import COLUMNS, Store
from forcegen.runs.host import cores

if TYPE_CHECKING:
    from forcegen.runs import Task

INSTANCES = Path("instances").absolute()
PEERS = Path("benchmarks/peers").absolute()
SUITES = sorted(Path("benchmarks/suites").glob("*.yaml"))
CLASSICAL = Path("../shared/benchmarks/gap")
QUIET = subprocess.DEVNULL
MEASURED = {
    *("cpu_seconds", "peak_rss_mb", "first_feasible_seconds", "trace", "started", "reference_seconds"),
    *("load_before", "load_after"),
    *(name for name in COLUMNS if name.startswith("seconds_")),
}
"""Columns that are times, or depend on them."""


def suite_file(folder: Path, text: str) -> Path:
    (folder / "suite.yaml").write_text(text)
    return folder / "suite.yaml"


def tasks(**fields: Any) -> list[Task]:
    given = {"suite": "s", "instances": [{"path": "tutorial"}], "solvers": ["highs"], **fields}
    return suite_tasks(Suite.model_validate(given), INSTANCES)


@pytest.mark.parametrize("file", SUITES, ids=lambda path: path.stem)
def test_the_shipped_suites_are_well_formed(file: Path) -> None:
    assert read_suite(file).suite == file.stem
    if file.stem not in ("families", "gap-78"):  # drawing those takes long; these files must be downloaded
        assert suite_tasks(read_suite(file), file.parent)


@pytest.mark.long
@pytest.mark.skipif(not CLASSICAL.exists(), reason="the published problems are not at hand")
def test_the_classical_suite_has_all_problems_with_their_published_optima() -> None:
    suite = Path("benchmarks/suites/gap-78.yaml")
    with (CLASSICAL / "optima.csv").open() as stream:
        known = {row["Path"]: float(row["Optimum"]) for row in csv.DictReader(stream)}
    made = suite_tasks(read_suite(suite), suite.parent, CLASSICAL)
    assert {task.identity.instance_path: task.optimum for task in made} == known
    assert len(made) == 3 * len(known) == 3 * 78


def test_a_suite_is_every_combination_in_an_order_drawn_with_its_seed() -> None:
    made = tasks(seeds=[0, 1], threads=[1, 2], formulations=["tour", "compact"], models=["coverage", "cheapest"])
    assert len(made) == 16
    order = [task.run for task in made]
    again = tasks(seeds=[0, 1], threads=[1, 2], formulations=["tour", "compact"], models=["coverage", "cheapest"])
    other = tasks(
        seeds=[0, 1], threads=[1, 2], formulations=["tour", "compact"], models=["coverage", "cheapest"], order_seed=1
    )
    assert [task.run for task in again] == order
    assert [task.run for task in other] != order
    assert sorted(task.run for task in other) == sorted(order)


def test_threads_are_all_cores_or_as_advised_and_equal_runs_are_one() -> None:
    made = tasks(solvers=["cp-sat", "cbc"], threads=["cores", "advised"])
    found = {(task.identity.solver, task.identity.threads) for task in made}
    assert found == {("cp-sat", cores()), ("cp-sat", max(8, cores())), ("cbc", cores()), ("cbc", 1)}
    assert len(tasks(solvers=["cbc"], threads=[1, "advised"])) == 1


def test_named_solvers_are_alone_and_the_product_is_not() -> None:
    made = {task.identity.solver: task for task in tasks(solvers=["auto", "highs", {"solver": "scip", "alone": False}])}
    assert {name: task.payload["settings"]["alone"] for name, task in made.items()} == {
        "auto": False,
        "highs": True,
        "scip": False,
    }
    assert made["highs"].identity.options == '{"alone": true}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a suite is a mapping of fields"),
        ("suite: s\nsolvers: [highs]\n", "the field 'instances' is missing"),
        ("suite: s\ninstances: [{path: a, draw: small}]\nsolvers: [highs]\n", "fields path, draw, gap and mps"),
        ("suite: s\ninstances: [{path: nowhere}]\nsolvers: [highs]\n", "there is no such file"),
        ("suite: s\ninstances: [{draw: minute}]\nsolvers: [highs]\n", "there is no family 'minute'"),
        ("suite: s\ninstances: []\nsolvers: [highs]\n", "1 or more entries"),
        ("suite: s\ninstances: [{draw: small}]\nsolvers: [highs]\ntime_limt: 3\n", "there is no field 'time_limt'"),
        ("suite: s\ninstances: [{draw: small}]\nsolvers: [highs]\npeers: [nobody.yaml]\n", "there is no such file"),
        ("suite: s\ninstances: [{draw: small}]\nsolvers: [highs]\nmodels: [rotation]\n", "write tiers: true"),
        ("suite: s\ninstances: [{draw: small}]\nsolvers: [highs]\nformulations: [x]\n", "no formulation 'x'"),
        ("suite: s\ninstances: [{draw: small, optima: [1, 2]}]\nsolvers: [highs]\n", "2 optima are given for 1"),
    ],
)
def test_a_malformed_suite_is_refused(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        run_suite(suite_file(tmp_path, text), tmp_path / "out")
    assert any(message in f"{fault}" for fault in refused.value.faults)
    assert not (tmp_path / "out").exists()


def test_a_file_of_assignment_problems_is_a_suite(tmp_path: Path) -> None:
    (tmp_path / "gap2").write_text("2\n2 2  1 2 2 1  1 1 1 1  1 1\n2 2  5 2 2 5  1 1 1 1  1 1\n")
    text = "suite: s\nmodels: [cheapest]\ninstances: [{gap: gap2, optima: [2, 4]}]\nsolvers: [highs]\nwarm_up: false\n"
    done = run_suite(suite_file(tmp_path, text), tmp_path / "out")
    assert done.complete
    frame = Store(tmp_path / "out").frame()
    assert sorted(zip(frame["instance"], frame["audited"], frame["optimum"], strict=True)) == [
        ("gap2-1", 2.0, 2.0),
        ("gap2-2", 4.0, 4.0),
    ]
    assert frame["proven"].all()
    assert frame["reference_seconds"].notna().all()
    assert (frame["started"].str.startswith("20") & frame["peak_rss_mb"].gt(10) & frame["cpu_seconds"].gt(0)).all()


def test_peers_run_beside_our_solvers_once_a_seed(tmp_path: Path) -> None:
    program = (
        "import sys; print(chr(123) + chr(34) + 'status' + chr(34) + ':' + chr(34) + 'NO_SOLUTION' + chr(34) + '}')"
    )
    (tmp_path / "peer.yaml").write_text(f"peer: idle\nprogram: [python, -c, {program!r}]\n")
    text = f"suite: s\ninstances: [{{path: {INSTANCES}/tutorial}}]\nsolvers: [highs]\npeers: [peer.yaml]\n"
    text += "seeds: [0, 1]\nformulations: [tour, compact]\nthreads: [1]\nwarm_up: false\n"
    assert run_suite(suite_file(tmp_path, text), tmp_path / "out").complete
    frame = Store(tmp_path / "out").frame().set_index("solver")
    peer = frame.loc["idle"]
    assert list(peer["status"]) == ["NO_SOLUTION"] * 2
    assert set(peer["formulation"]) == {"peer"}
    assert (frame.loc["highs", "audited"] == 460).sum() == 4
    report = bench_report(tmp_path / "out", tmp_path / "report")
    assert report.clean
    assert "idle, peer" in (tmp_path / "report" / "scores.csv").read_text()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("peer: p\nprogram: [no-such-program]\n", "there is no program 'no-such-program'"),
        ("peer: p\nprogram: []\n", "1 or more entries"),
        ("peer: p\nprogram: [python]\nfolder: nowhere\n", "there is no folder"),
    ],
)
def test_a_peer_that_cannot_be_started_is_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "peer.yaml").write_text(text)
    with pytest.raises(InputError) as refused:
        read_peer(tmp_path / "peer.yaml")
    assert any(message in f"{fault}" for fault in refused.value.faults)


def test_ctrl_c_ends_it_while_it_warms_up(tmp_path: Path) -> None:
    text = f"suite: s\ninstances: [{{path: {INSTANCES}/tutorial}}]\nsolvers: [auto]\n"
    command = ["-m", "forcegen", "bench", "run", str(suite_file(tmp_path, text)), "-o", str(tmp_path / "out")]
    process = subprocess.Popen([sys.executable, *command], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("warming up")
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.startswith("s: 0 of 1 runs finished")


SMALL = f"""
suite: kill
instances: [{{path: {INSTANCES}/tutorial}}, {{path: {INSTANCES}/infeasible-beds}}]
solvers: [highs, cbc, scip]
peers: [{PEERS}/mathopt-scip.yaml]
seeds: [0, 1]
threads: [1]
"""


def results(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the runs that count, without what is measured."""
    return {
        record.run: {name: value for name, value in record.row().items() if name not in MEASURED}
        for record in Store(folder).records()
        if not record.warm_up
    }


TINY = f"""
suite: tiny
instances: [{{path: {INSTANCES}/tutorial}}, {{path: {INSTANCES}/infeasible-beds}}]
solvers: [highs]
seeds: [0, 1]
threads: [1]
warm_up: false
"""


@pytest.mark.long
def test_on_a_cluster_a_suite_gives_what_it_gives_here(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    suite = suite_file(tmp_path, TINY)
    command = [sys.executable, "-m", "forcegen", "bench", "run", str(suite), "-o", str(tmp_path / "cluster")]
    told = subprocess.run([*command, "--cluster", "local", "--jobs", "2", "--json"], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert {"finished": 4, "wanted": 4, "complete": True}.items() <= json.loads(told.stdout).items()
    there = results(tmp_path / "cluster")
    assert {(run["instance"], run["status"], run["audited"]) for run in there.values()} == {
        ("tutorial", "OPTIMAL", 460.0),
        ("infeasible-beds", "INFEASIBLE", None),
    }
    assert run_suite(suite, tmp_path / "here").complete
    assert there == results(tmp_path / "here")
    # What a cluster has finished is not made again on this machine: not one file is written anew.
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "cluster").glob("*.parquet")}
    assert run_suite(suite, tmp_path / "cluster").complete
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "cluster").glob("*.parquet")} == kept


@pytest.mark.long
def test_killed_ten_times_it_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    suite, rng = suite_file(tmp_path, SMALL), random.Random(3)
    command = [sys.executable, "-m", "forcegen", "bench", "run", str(suite), "-o", str(tmp_path / "killed")]
    kept: dict[str, int] = {}
    for _ in range(10):
        process = subprocess.Popen(command, stdout=QUIET, stderr=QUIET)
        time.sleep(rng.uniform(1, 8))
        process.kill()
        process.wait()
        now = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "killed").glob("*.parquet")}
        before = {name: stamp for name, stamp in kept.items() if not warm(tmp_path / "killed", name)}
        assert before.items() <= now.items()
        kept = now
    assert run_suite(suite, tmp_path / "killed").complete
    assert run_suite(suite, tmp_path / "whole").complete
    assert results(tmp_path / "killed") == results(tmp_path / "whole")


def warm(folder: Path, name: str) -> bool:
    return any(record.warm_up for record in Store(folder).records() if f"{record.run}.parquet" == name)
