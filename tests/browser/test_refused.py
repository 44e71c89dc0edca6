"""Files that are brought and do not do: one clear message each, and the page goes on."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook, load_workbook

from forcegen.io.instance import read_instance
from forcegen.io.workbook.write import workbook_bytes
from tests.browser.steps import bring, choose_theatre, solved

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

SCENARIO = b"forcegen: 1\nscenario: x\nwithdraw: [{nation: CAL}]\n"


def _bomb() -> bytes:
    """A workbook of some 200 kB that unpacks to 200 MB."""
    book, packed = io.BytesIO(), io.BytesIO()
    Workbook().save(book)
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        with new.open("xl/sharedStrings2.xml", "w") as entry:
            for _ in range(200):
                entry.write(b" " * 1_000_000)
    return packed.getvalue()


def _misspelt() -> bytes:
    book = load_workbook(io.BytesIO(workbook_bytes(read_instance("instances/tutorial"))))
    book["contingents"]["D2"] = "XXX"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


REFUSED = {
    "a zip bomb": ("x.xlsx", _bomb, "the workbook unpacks to 191 MiB"),
    "a huge workbook": ("x.xlsx", lambda: b"x" * (7 * 2**20), "A workbook has at most 6 MiB here"),
    "a huge scenario": ("x.yaml", lambda: b"# " + b"x" * (2 * 2**20), "A scenario file has at most 1 MiB"),
    "a damaged workbook": ("x.xlsx", lambda: b"PK\x03\x04 no workbook", "this is not a workbook, or a damaged one"),
    "a wrong cell": ("x.xlsx", _misspelt, "the uploaded workbook:contingents!D2"),
    "a path as its name": (
        "../../x.yaml",
        lambda: b"forcegen: 1\nscenario: ../x\n",
        "the uploaded scenario:2:",
    ),
    "no text": ("x.yaml", lambda: b"\xff\xfe\x00", "The file is not UTF-8 text"),
    "no scenario": ("x.yaml", lambda: b"[1, 2]", "the uploaded scenario:1:"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_is_refused_in_words_and_the_page_goes_on(window: Page, name: str) -> None:
    choose_theatre(window, "tutorial")
    file, content, words = REFUSED[name]
    bring(window, file, content())
    window.get_by_role("alert").get_by_text(words).wait_for()
    assert window.get_by_role("alert").count() == 1
    assert window.locator(".bar").inner_text().split("\n")[1] == "tutorial"
    bring(window, "x.yaml", SCENARIO)
    window.locator(".bar").get_by_text("tutorial + upload").wait_for()


def test_a_name_that_is_a_path_leads_nowhere(window: Page, theatres: Path) -> None:
    before = sorted(theatres.rglob("*"))
    choose_theatre(window, "tutorial")
    bring(window, "../../tutorial/scenarios/x.yaml", SCENARIO)
    window.locator(".bar").get_by_text("tutorial + upload").wait_for()
    assert sorted(theatres.rglob("*")) == before


def test_after_all_that_it_still_solves(window: Page) -> None:
    choose_theatre(window, "tutorial")
    bring(window, "x.xlsx", _bomb())
    window.get_by_role("alert").wait_for()
    solved(window)
    window.get_by_role("heading", name="245 of 300 troops required are covered").wait_for()
