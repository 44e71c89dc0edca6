"""What is changed in the grids reaches the search and the files; what is known is shown meanwhile."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
import yaml
from openpyxl import load_workbook

from forcegen import solve
from forcegen.report.headline import headline
from tests.browser.steps import cell, choose_theatre, download, solved, start_solving, turn_to, write

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

EDITS = (
    ("Requirements", "hill-watch", "target", 150),
    ("Offers", "ARD-coy", "dwell", 1),
    ("Places", "hill", "beds", 100),
)


@pytest.mark.long
def test_a_target_a_dwell_and_beds_reach_the_solve_and_the_scenario_file(window: Page, tmp_path: Path) -> None:
    choose_theatre(window, "tutorial")
    solved(window)
    said = [window.get_by_role("heading", name="troops required are covered").inner_text()]
    for tab, row, column, value in EDITS:
        turn_to(window, "Change")
        turn_to(window, tab)
        write(window, row, column, str(value))
        window.locator(f'.ag-row[row-id="{row}"] [col-id="{column}"].touched').wait_for()
        turn_to(window, "Answer")
        window.get_by_text("This answers an earlier setup").wait_for()
        solved(window)
        window.get_by_text("This answers an earlier setup").wait_for(state="detached")
        said.append(window.get_by_role("heading", name="troops required are covered").inner_text())
    assert len(set(said)) == len(said)
    made = tmp_path / "what-if.yaml"
    shutil.copyfile(download(window, "what-if.yaml"), made)
    edits = yaml.safe_load(made.read_text(encoding="utf-8"))["set"]
    assert [(edit["where"]["id"], edit["field"], edit["value"]) for edit in edits] == [edit[1:] for edit in EDITS]
    assert said[-1] == headline(solve("instances/tutorial", scenario=[str(made)]))


def test_the_plan_as_a_workbook_opens(window: Page, tmp_path: Path) -> None:
    choose_theatre(window, "hostile")
    solved(window)
    heading = window.get_by_role("heading", name="troops required are covered").inner_text()
    shutil.copyfile(download(window, "plan.xlsx"), tmp_path / "plan.xlsx")
    book = load_workbook(tmp_path / "plan.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert heading in {cell.value for cell in cells}
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert {"answer", "coverage"} <= {sheet.title for sheet in book}


@pytest.mark.long
def test_bound_and_gap_are_shown_while_it_searches(window: Page) -> None:
    choose_theatre(window, "sfor-2003")
    start_solving(window, 300)
    figures = window.locator(".figures")
    figures.get_by_text(re.compile(r"^\d+\.\d\d%$")).wait_for(timeout=100_000)
    window.get_by_role("button", name="Stop, keep the best").wait_for()
    shown = figures.inner_text().split("\n")
    known = dict(zip(shown[::2], shown[1::2], strict=True))
    found, bound = (float(known[name].replace(",", "")) for name in ("incumbent", "bound"))
    assert 0 <= bound <= found
    assert float(known["gap"].removesuffix("%")) == round(100 * (found - bound) / max(found, 1), 2)
    window.get_by_role("img", name="incumbent and bound over time, at most 300 s").wait_for()
    window.get_by_role("button", name="Stop, keep the best").click()
    window.get_by_text("solve: ended after").wait_for()
    window.get_by_role("heading", name="troops required are covered on average").wait_for()


def test_a_cell_is_reached_and_written_with_no_mouse(window: Page) -> None:
    choose_theatre(window, "tutorial")
    window.reload()
    window.get_by_label("Theatre").wait_for()
    keys = window.keyboard

    def go_on(role: str, name: str) -> None:
        """Press Tab until something of this role and name has the focus."""
        there = window.get_by_role(role, name=name, exact=True).locator("visible=true")  # type: ignore[arg-type]
        for _ in range(30):
            keys.press("Tab")
            if there.count() and there.first.evaluate("e => e === document.activeElement"):
                return
        raise AssertionError(f"{name} is not reached")

    go_on("tab", "Answer")
    keys.press("ArrowRight")
    keys.press("Enter")
    window.get_by_role("tab", name="Offers").wait_for()
    cell(window, "ARD-coy", "units").wait_for()
    go_on("columnheader", "units")
    keys.press("ArrowDown")
    keys.press("Enter")
    keys.press("Control+a")
    keys.type("3")
    keys.press("Enter")
    window.locator('.ag-row[row-id="ARD-coy"] [col-id="units"].touched').wait_for()
    assert cell(window, "ARD-coy", "units").inner_text() == "3"
