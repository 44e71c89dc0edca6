"""Malformed documents: each has one message, which says where, what, and how to mend it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from forcegen.io.errors import Fault, InputError
from forcegen.io.instance import read_instance
from forcegen.io.model import read_model
from forcegen.io.plan import read_plan

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = Path(__file__).parents[2] / "data"
EXPECTED: dict[str, str] = yaml.safe_load((DATA / "expected.yaml").read_text(encoding="utf-8"))


def refused(read: Callable[[Any], object], path: Path | str) -> Fault:
    with pytest.raises(InputError) as caught:
        read(str(path))
    return caught.value.first


def reader(name: str) -> Callable[[Any], object]:
    return {"plan": read_plan, "model": read_model}.get(name.split("-")[0], read_instance)


def test_every_file_has_its_message() -> None:
    beside = {path.name for path in DATA.iterdir()} - {"expected.yaml", "good"}
    assert beside == set(EXPECTED)
    assert len(EXPECTED) >= 40


@pytest.mark.parametrize("name", EXPECTED)
def test_the_message_says_where_what_and_how_to_mend_it(name: str) -> None:
    fault = refused(reader(name), DATA / name)
    assert str(fault) == EXPECTED[name].replace("{file}", str(DATA / name))
    assert fault.line is not None or name == "folder-without-instance"
    assert fault.advice
    assert "\n" not in str(fault)
    assert len(fault.message) < 200


def test_all_faults_are_told_in_the_order_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "faulty.yaml"
    text = (DATA / "unknown-nation.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace("[hill]", "[hil]").replace("[nordic]", "[nordics]"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_instance(file)
    assert [fault.value for fault in caught.value.faults] == ["DNC", "hil", "nordics"]
    assert [fault.line for fault in caught.value.faults] == [18, 20, 22]


@pytest.mark.parametrize("read", [read_instance, read_plan, read_model])
def test_a_name_that_no_file_can_have_is_refused(read: Callable[[Any], object]) -> None:
    assert refused(read, "x" * 5_000 + ".yaml").message == "cannot be read: File name too long"


def test_a_list_named_like_no_file_is_refused(tmp_path: Path) -> None:
    text = (DATA / "csv-absent.yaml").read_text(encoding="utf-8").replace("absent", "x" * 5_000)
    (tmp_path / "instance.yaml").write_text(text, encoding="utf-8")
    assert refused(read_instance, tmp_path).field == "nations"


@pytest.mark.parametrize("read", [read_instance, read_plan, read_model])
def test_a_missing_file_is_named(read: Callable[[Any], object]) -> None:
    assert str(refused(read, "nowhere/absent.yaml")) == "nowhere/absent.yaml: there is no such file; check the path"


def test_an_unknown_model_is_compared_with_those_shipped() -> None:
    assert str(refused(read_model, "rotatoin")) == "there is no model 'rotatoin'; did you mean 'rotation'?"


def test_a_folder_for_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").mkdir()
    assert refused(read_model, tmp_path / "mine.yaml").message == "this is a folder, not a file"


def test_a_file_of_50_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    with file.open("wb") as stream:
        stream.write(b"forcegen: 1\nname: large\nnote: ")
        stream.truncate(50_000_000)
    assert str(refused(read_instance, file)) == (
        f"{file}: the file has more than 8 MiB; put long lists into CSV files, or check the file"
    )


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="needs a device without end")
def test_a_file_without_end_is_refused() -> None:
    assert refused(read_instance, "/dev/zero").message == "the file has more than 8 MiB"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("flow", "name: " + "[" * 1_000_000 + "]" * 1_000_000),
        ("unclosed", "name: " + "[" * 1_000_000),
        ("dashes", "- " * 100_000),
        ("indented", "\n".join(" " * i + "a:" for i in range(2_000))),
    ],
)
def test_deep_nesting_is_refused_and_does_not_overflow_the_stack(tmp_path: Path, kind: str, text: str) -> None:
    file = tmp_path / f"{kind}.yaml"
    file.write_text(text, encoding="utf-8")
    assert refused(read_instance, file).message == "the document is nested more than 50 levels deep"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret.yaml"
    file.write_text("forcegen: 1\n", encoding="utf-8")
    file.chmod(0)
    assert refused(read_instance, file).message == "cannot be read: Permission denied"


def test_a_large_csv_list_is_refused_where_it_stands(tmp_path: Path) -> None:
    text = (DATA / "csv-absent.yaml").read_text(encoding="utf-8")
    (tmp_path / "instance.yaml").write_text(text, encoding="utf-8")
    with (tmp_path / "absent.csv").open("wb") as stream:
        stream.write(b"id,name\n")
        stream.truncate(50_000_000)
    fault = refused(read_instance, tmp_path)
    assert fault.file == str(tmp_path / "absent.csv")
    assert fault.message == "the file has more than 8 MiB"
