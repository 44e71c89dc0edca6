"""Any answer as a page: what the terminal shows, escaped, with nothing to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.console import Group
from rich.text import Text

from forcegen.report.html import answer_page
from forcegen.report.tables import titled
from tests.unit.test_cli import forcegen

if TYPE_CHECKING:
    from pathlib import Path


def test_tables_and_texts_become_sections_and_paragraphs() -> None:
    table = titled("Losses [1]", "nation", "loss")
    table.add_row(Text("<b>"), "1,000")
    page = answer_page("t", "asked", Group(Text("The answer."), table, Text("A note")))
    assert "<h1>The answer.</h1>" in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "1,000" in page
    assert "<p>A note</p>" in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_heading_is_the_answer_that_is_given_and_stands_there_once() -> None:
    page = answer_page("t", "asked", Group(Text("The base."), Text("The <answer>.")), sentence="The <answer>.")
    assert "<h1>The &lt;answer&gt;.</h1>" in page
    assert page.count("The &lt;answer&gt;.") == 1
    assert "<p>The base.</p>" in page


def test_lines_become_a_list() -> None:
    page = answer_page("t", "asked", ["No plan exists:", "  - rule P1 (exclude)", ""])
    assert "<li>rule P1 (exclude)</li>" in page


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("explain", "instances/infeasible-politics"), "No plan exists"),
        (("repair", "instances/infeasible-beds"), "A plan exists if these are given up"),
        (("stress", "instances/tutorial"), "<h1>Losing ARD costs most"),
        (("short", "instances/tutorial"), "<h1>2 requirements are left short, "),
    ],
)
def test_commands_write_their_answer_as_a_page(command: tuple[str, ...], words: str, tmp_path: Path) -> None:
    done = forcegen(*command, "--report", str(tmp_path / "page.html"))
    assert done.returncode == 0, done.stderr
    assert words in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_page_that_cannot_be_written_is_refused_first(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = forcegen("stress", "instances/tutorial", "--report", str(tmp_path / "file" / "page.html"))
    assert done.returncode == 2
