"""Runs in this process, in others and on a cluster: the same answers, none lost, none made twice."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.runs import Cluster, ClusterError, Executor, Here, Processes, Record, Store, Task, make_runs
from tests.unit.runs.test_store import IDENTITY

if TYPE_CHECKING:
    from pathlib import Path

LOCAL: list[Executor] = [Here(), Processes(2), Processes(1, fresh=True)]


def task(number: int, function: str = "doubles", **payload: Any) -> Task:
    identity = replace(IDENTITY, seed=number)
    return Task(identity, "m", f"tests.unit.runs.entries:{function}", {"number": number, **payload})


def made(tasks: list[Task], folder: Path, executor: Executor) -> dict[int, Record]:
    with Store(folder) as store:
        make_runs(tasks, store, executor, threading.Event())
        return {record.seed: record for record in store.records()}


@pytest.mark.parametrize("executor", LOCAL)
def test_every_run_is_made_once(executor: Executor, tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    tasks = [task(n, marks=str(marks)) for n in range(5)]
    first = made(tasks[:3] + tasks[:1], tmp_path / "store", executor)
    assert {n: record.audited for n, record in first.items()} == {0: 0.0, 1: 2.0, 2: 4.0}
    assert len(made(tasks, tmp_path / "store", executor)) == 5
    assert sorted(mark.name.partition("-")[0] for mark in marks.iterdir()) == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("executor", LOCAL[1:])
def test_a_run_whose_process_is_killed_is_made_again(executor: Executor, tmp_path: Path) -> None:
    tasks = [task(1), task(2, "dies_first", mark=str(tmp_path / "mark")), task(3), task(4)]
    found = made(tasks, tmp_path / "store", executor)
    assert {n: record.audited for n, record in found.items()} == {1: 2.0, 2: 4.0, 3: 6.0, 4: 8.0}


def test_a_run_that_always_kills_its_process_is_an_error_and_not_solved(tmp_path: Path) -> None:
    found = made([task(1, "dies"), task(2)], tmp_path, Processes(2))
    assert (found[1].status, found[1].termination, found[1].proven) == ("ERROR", "CRASHED", False)
    assert "SIGKILL" in str(found[1].error)
    assert found[2].status == "OPTIMAL"


@pytest.mark.parametrize("executor", LOCAL[:2])
def test_a_run_that_raises_says_so(executor: Executor, tmp_path: Path) -> None:
    found = made([task(1, "fails"), task(2)], tmp_path, executor)
    assert (found[1].status, found[1].error) == ("ERROR", "RuntimeError: no 1")
    assert found[2].status == "OPTIMAL"


@pytest.mark.parametrize("executor", LOCAL)
def test_what_is_interrupted_is_not_finished(executor: Executor, tmp_path: Path) -> None:
    stop, mark = threading.Event(), tmp_path / "mark"

    def interrupt() -> None:
        while not mark.exists():
            time.sleep(0.01)
        stop.set()

    thread = threading.Thread(target=interrupt)
    thread.start()
    with Store(tmp_path / "store") as store:
        make_runs([task(1, "waits", mark=str(mark)), task(2, "waits", mark=str(mark))], store, executor, stop)
        thread.join()
        assert store.finished() == set()


def test_no_runs_are_no_runs(tmp_path: Path) -> None:
    for executor in (*LOCAL, Cluster("local", 1)):
        assert made([], tmp_path, executor) == {}


def test_a_cluster_loses_no_run_with_a_worker(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    tasks = [task(n) for n in range(6)]
    tasks.append(task(6, "dies_first", mark=str(tmp_path / "mark"), parent=True))
    found = made(tasks, tmp_path / "store", Cluster("local", 2))
    assert (tmp_path / "mark").exists()
    assert {n: record.audited for n, record in found.items()} == {n: 2.0 * n for n in range(7)}


def test_a_cluster_stops_when_asked(tmp_path: Path) -> None:
    stop, mark = threading.Event(), tmp_path / "mark"

    def interrupt() -> None:
        while not mark.exists():
            time.sleep(0.01)
        stop.set()

    thread = threading.Thread(target=interrupt)
    thread.start()
    with Store(tmp_path / "store") as store:
        make_runs([task(1, "waits", mark=str(mark))], store, Cluster("local", 1), stop)
        thread.join()
        assert store.finished() == set()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere at all"])
def test_a_cluster_that_does_not_answer_is_refused(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forcegen.runs.cluster._CONNECT_SECONDS", 1)
    with pytest.raises(ClusterError, match="no cluster answers at"):
        made([task(1)], tmp_path, Cluster(address))


def test_a_cluster_is_found_by_its_address(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    how = {"threads_per_worker": 1, "dashboard_address": "127.0.0.1:0", "silence_logs": 50}
    with distributed.LocalCluster(n_workers=1, host="127.0.0.1", **how) as cluster:
        found = made([task(1), task(2)], tmp_path, Cluster(cluster.scheduler_address))
    assert {n: record.audited for n, record in found.items()} == {1: 2.0, 2: 4.0}
