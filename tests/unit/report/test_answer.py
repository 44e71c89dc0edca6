"""Any answer as a page: what the terminal shows, escaped, with nothing to load."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from rich.console import Group
from rich.text import Text

from forcegen.report.html import answer_page
from forcegen.report.html.markup import el
from forcegen.report.tables import Item, Opening, titled
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


def test_a_section_is_opened_by_name_and_holds_what_follows() -> None:
    steps = titled("One step", "rank", "step", "gain", words={"step"})
    steps.add_row("1", Text("one more"), "20")
    shown = Group(Text("The answer."), Opening("<hill>: 20 short", "<hill>"), Text("binds: beds"), steps)
    page = answer_page("t", "asked", shown)
    assert page.count("<h2>") == 1
    assert "<h2>&lt;hill&gt;</h2><p>&lt;hill&gt;: 20 short</p><p>binds: beds</p><table><caption>One step" in page
    assert '<td>1</td><th class="left" scope="row">one more</th>' in page
    assert "<h1>The answer.</h1>" in page


@pytest.mark.parametrize("command", ["stress", "short"])
def test_no_column_of_a_report_is_without_a_name(command: str, tmp_path: Path) -> None:
    flags = ("--pairs", "--surprise", "--assumptions") if command == "stress" else ()
    done = forcegen(command, "instances/tutorial", *flags, "--report", str(tmp_path / "page.html"))
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    heads = re.findall(r"<th[^>]*>(.*?)</th>", page)
    assert len(heads) > 10
    assert all(heads)
    assert ("<h2>hill-watch</h2>" in page) == (command == "short")


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


def test_sentences_that_follow_the_answer_stand_above_its_pictures_and_items_are_a_list() -> None:
    shown = Group(Text("The answer."), Text("More of it."), Opening("", "Every change"), Item("one <b>"), Item("two"))
    text = answer_page("t", "k", shown, el("figure", "drawn"))
    order = [text.index(part) for part in ("The answer.", "More of it.", "drawn", "Every change", "<li>one &lt;b&gt;")]
    assert order == sorted(order)
    assert text.count("<ul>") == 1
    assert text.count("<p></p>") == 0
