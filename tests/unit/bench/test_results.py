"""`bench check` and `bench report` on stores on disk."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

import forcegen
from forcegen.io.errors import InputError
from forcegen.runs.record import COLUMNS, Record
from forcegen.runs.store import Store
from tests.unit.bench.rows import frame, row

if TYPE_CHECKING:
    from pathlib import Path


def stored(folder: Path, *rows: dict[str, Any]) -> Path:
    with Store(folder) as store:
        for one in rows:
            store.put(Record(**one))
    return folder


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "forcegen", *words], capture_output=True, text=True, check=False)


def test_rows_made_by_hand_have_the_columns_of_the_store() -> None:
    assert set(row("a")) == set(COLUMNS)


def test_a_store_on_disk_says_what_its_frame_says(tmp_path: Path) -> None:
    rows = [row("a"), row("b", None, 4, solver="cbc"), row("c", 9, 9, seed=1)]
    home = stored(tmp_path / "store", *rows)
    assert forcegen.bench_check(home) == forcegen.bench_check(frame(*rows))
    forcegen.bench_report(home, tmp_path / "disk")
    forcegen.bench_report(frame(*rows), tmp_path / "frame")
    names = {path.name for path in (tmp_path / "disk").iterdir()}
    assert names == {"index.html", "runs.csv", "scores.csv", "curves.csv", "profiles.csv"}
    for name in names:
        assert (tmp_path / "disk" / name).read_text() == (tmp_path / "frame" / name).read_text()


def test_a_store_of_warm_ups_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no run in it counts"):
        forcegen.bench_report(frame(row("w", warm_up=True)), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_check_ends_with_7_and_names_the_runs_to_make_again(tmp_path: Path) -> None:
    home = stored(tmp_path / "bad", row("a", 9, 9), row("b", 10, 10, solver="cbc"), row("c", seed=3))
    done = command("bench", "check", str(home))
    assert (done.returncode, done.stderr) == (7, "")
    assert "bound: run a" in done.stdout
    said = json.loads(command("bench", "check", str(home), "--json").stdout)
    assert (said["runs"], said["clean"]) == (3, False)
    assert set(said["rerun"]) == {"a", "b", "c"}


def test_what_is_no_store_is_refused_in_a_sentence(tmp_path: Path) -> None:
    for words in (("check", str(tmp_path)), ("report", str(tmp_path / "none"), "-o", str(tmp_path / "out"))):
        done = command("bench", *words)
        assert done.returncode == 2
        assert "holds no runs" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_report_says_where_the_page_is_and_ends_as_the_check_does(tmp_path: Path) -> None:
    home = stored(tmp_path / "store", row("a"), row("b", solver="cbc"))
    done = command("bench", "report", str(home), "-o", str(tmp_path / "out"))
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out" / "index.html").exists()
    assert "nothing is wrong" in done.stdout
