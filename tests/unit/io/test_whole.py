"""Files written whole: through links and pipes, in nobody's place, and nothing left of an earlier answer."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from forcegen.io.errors import InputError
from forcegen.io.whole import check_file, write_file, write_whole

if TYPE_CHECKING:
    from pathlib import Path


def test_what_a_link_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    real, link = tmp_path / "there" / "real.html", tmp_path / "link.html"
    real.write_text("old")
    link.symlink_to(real)
    check_file(link)
    write_file(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe, heard = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: heard.append(pipe.read_text()))
    reader.start()
    check_file(pipe)
    write_file(pipe, "all of it" * 50_000)
    reader.join()
    assert heard == ["all of it" * 50_000]
    assert pipe.is_fifo()


def test_a_device_is_written_to_and_stays_one() -> None:
    check_file("/dev/null")
    write_file("/dev/null", "gone")
    assert not os.path.isfile("/dev/null")


@pytest.mark.parametrize(
    ("file", "given", "refused"),
    [
        ("case/instance.yaml", "case", True),
        ("case/scenarios/late.yaml", "case", True),
        ("case/RESULT.JSON", "case", True),
        ("case/page.html", "case", False),
        ("plan.yaml", "plan.yaml", True),
        ("case.xlsx", "case.xlsx", True),
        ("other.yaml", "case", False),
        ("case.yaml", "case", False),
    ],
)
def test_nothing_takes_the_place_of_what_is_given(file: str, given: str, refused: bool, tmp_path: Path) -> None:
    (tmp_path / "case" / "scenarios").mkdir(parents=True)
    for name in ("case/instance.yaml", "plan.yaml", "case.xlsx"):
        (tmp_path / name).write_text("given")
    if not refused:
        check_file(tmp_path / file, None, tmp_path / given)
        return
    with pytest.raises(InputError, match="would take the place"):
        check_file(tmp_path / file, None, tmp_path / given)


def test_where_a_folder_stands_in_the_way_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "b.csv").mkdir()
    (tmp_path / "a.csv").write_text("old")
    with pytest.raises(InputError, match=r"b\.csv"):
        write_whole({"a.csv": "new", "b.csv": "new"}, tmp_path)
    assert (tmp_path / "a.csv").read_text() == "old"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.csv", "b.csv"]


def test_nothing_of_an_earlier_answer_is_left(tmp_path: Path) -> None:
    (tmp_path / "plan-9.yaml").write_text("mine")
    write_whole({"all.json": "1", "plan-1.yaml": "1", "plan-2.yaml": "2"}, tmp_path, ["plan-*.yaml"])
    assert (tmp_path / "plan-9.yaml").exists()  # no answer was here before
    write_whole({"all.json": "3", "plan-1.yaml": "3"}, tmp_path, ["plan-*.yaml"])
    assert sorted(file.name for file in tmp_path.iterdir()) == ["all.json", "plan-1.yaml"]
