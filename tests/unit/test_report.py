"""A result on disk is read back, audited again and drawn; what was changed since is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forcegen.io.errors import InputError
from forcegen.planning.result import AuditRefused
from forcegen.planning.saved import read_result
from forcegen.planning.solve import solve
from forcegen.report.document import result_document
from tests.unit.test_cli import forcegen as run


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    assert run("solve", "instances/tutorial", "-o", str(folder)).returncode == 0
    return folder


def test_a_result_is_read_back_as_it_was(out: Path) -> None:
    again = result_document(read_result(out))
    assert again == json.loads((out / "result.json").read_text())


def test_the_page_says_what_changes_from_another_plan(out: Path, tmp_path: Path) -> None:
    done = run("report", str(out), "-o", str(tmp_path / "page.html"))
    assert done.returncode == 0
    assert "What changes" not in (tmp_path / "page.html").read_text()
    other = solve("instances/tutorial", model="minimum-force").plan
    assert other is not None
    (tmp_path / "other.yaml").write_text(json.dumps(other.document()))
    run("report", str(out), "--base", str(tmp_path / "other.yaml"), "-o", str(tmp_path / "page.html"))
    assert "What changes" in (tmp_path / "page.html").read_text()


def test_what_changes_from_another_result_is_measured_where_that_was_made(out: Path, tmp_path: Path) -> None:
    """There a handover took the whole first month; here the same plan would cover more than it did."""
    before, slower = tmp_path / "before", tmp_path / "slower.yaml"
    slower.write_text(Path("instances/tutorial/instance.yaml").read_text().replace("handover: 0.5", "handover: 1"))
    assert run("solve", str(slower), "-o", str(before)).returncode == 0
    pages = []
    for base in (before, before / "plan.yaml"):
        run("report", str(out), "--base", str(base), "-o", str(tmp_path / "page.html"))
        pages.append((tmp_path / "page.html").read_text())
    other = tmp_path / "other.yaml"
    other.write_text((before / "plan.yaml").read_text())
    run("report", str(out), "--base", str(other), "-o", str(tmp_path / "page.html"))
    assert pages[0] == pages[1] != (tmp_path / "page.html").read_text()


def changed(out: Path, tmp_path: Path, name: str, before: str, after: str) -> Path:
    for file in out.iterdir():
        (tmp_path / file.name).write_text(file.read_text())
    text = (out / name).read_text()
    assert before in text
    (tmp_path / name).write_text(text.replace(before, after, 1))
    return tmp_path


def test_a_value_that_was_changed_is_refused(out: Path, tmp_path: Path) -> None:
    with pytest.raises(AuditRefused, match="unmet-minimum: the plan is worth 60, not 59"):
        read_result(changed(out, tmp_path, "result.json", '"value": 60', '"value": 59'))


def test_a_plan_that_breaks_a_limit_is_refused(out: Path, tmp_path: Path) -> None:
    with pytest.raises(AuditRefused):
        read_result(changed(out, tmp_path, "plan.yaml", "contingent: ARD-coy, unit: 1", "contingent: ARD-coy, unit: 2"))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('"status": "OPTIMAL"', '"status": "GREAT"', "unknown"),
        ('"solver"', '"salver"', "Field required"),
        ("{", "[", "is not JSON"),
    ],
)
def test_a_malformed_result_is_refused(out: Path, tmp_path: Path, before: str, after: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_result(changed(out, tmp_path, "result.json", before, after))


def test_a_missing_result_is_refused(tmp_path: Path) -> None:
    done = run("report", str(tmp_path / "nothing"))
    assert done.returncode == 2
    assert "there is no such file" in done.stderr
    assert not (tmp_path / "nothing").exists()
