"""The store: runs whole or not at all, names that say what was run, one writer at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from forcegen.runs import COLUMNS, Identity, Record, Store, StoreError, Task

if TYPE_CHECKING:
    from pathlib import Path

IDENTITY = Identity(
    suite="s",
    instance="=1+1",
    instance_path="Côte d'Ivoire/<b>",
    instance_sha256="ab",
    scenario="",
    family="",
    model="coverage",
    solver="highs",
    options="{}",
    formulation="tour",
    seed=0,
    threads=1,
    time_limit=10.0,
    memory_limit=None,
    gap_wanted=0.0,
)
TASK = Task(IDENTITY, "cd", "nowhere:nothing", {})


def record(run: str) -> Record:
    return Record(**vars(IDENTITY), run=run, status="OPTIMAL", termination="OPTIMAL", audited=1.5, proven=True)


def test_what_is_stored_is_read_back(tmp_path: Path) -> None:
    with Store(tmp_path / "made") as store:
        store.put(record("r1"))
        store.put(record("r2"))
        assert store.finished() == {"r1", "r2"}
        assert store.records() == [record("r1"), record("r2")]
        assert list(store.frame().columns) == list(COLUMNS)
        assert list(store.frame()["run"]) == ["r1", "r2"]


def test_what_is_not_whole_is_not_finished(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put(record("r1"))
    whole = (tmp_path / "r1.parquet").read_bytes()
    (tmp_path / "r2.parquet").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "r3.parquet").write_bytes(whole)  # somebody's copy: not the run that it is named for
    (tmp_path / ".x.part").write_bytes(whole)
    with Store(tmp_path) as store:
        assert store.finished() == {"r1"}
    assert not (tmp_path / ".x.part").exists()


def test_one_process_at_a_time_writes(tmp_path: Path) -> None:
    with Store(tmp_path), pytest.raises(StoreError, match="another process"), Store(tmp_path):
        pass
    with Store(tmp_path):
        pass


def test_a_folder_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be stored"), Store(tmp_path / "file"):
        pass
    with pytest.raises(StoreError, match="holds no runs"):
        Store(tmp_path / "nowhere").frame()


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"suite": "t", "instance": "other", "family": "f", "instance_path": "p"}, True),
        ({"instance_sha256": "ac"}, False),
        ({"scenario": "a"}, False),
        ({"solver": "cbc"}, False),
        ({"options": '{"a": 1}'}, False),
        ({"formulation": "compact"}, False),
        ({"seed": 1}, False),
        ({"threads": 2}, False),
        ({"time_limit": 11.0}, False),
        ({"memory_limit": 1.0}, False),
        ({"gap_wanted": 0.1}, False),
    ],
)
def test_a_run_is_named_by_what_decides_it(changes: dict[str, object], same: bool) -> None:
    other = replace(TASK, identity=replace(IDENTITY, **changes))
    assert (other.run == TASK.run) == same


def test_model_and_warm_up_decide_too() -> None:
    assert len({TASK.run, replace(TASK, model_sha256="ce").run, replace(TASK, warm_up=True).run}) == 3
    assert TASK.run == "5c704dab16cb8321d429"
