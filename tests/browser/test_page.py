"""The main paths, as a visitor walks them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml
from openpyxl import load_workbook

from tests.browser.conftest import COMMAND, HOSTILE, watched
from tests.browser.steps import cell, choose_theatre, solved, start_solving, turn_to, write

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page


def test_solve_change_compare_and_take_home(window: Page, theatres: Path, tmp_path: Path) -> None:
    choose_theatre(window, "tutorial")
    solved(window)
    window.get_by_role("heading", name="245 of 300 troops required are covered").wait_for()

    turn_to(window, "Change")
    write(window, "ARD-coy", "units", "2")
    window.locator(".bar").get_by_text("tutorial + what-if").wait_for()
    turn_to(window, "Answer")
    window.get_by_text("This answers an earlier setup").wait_for()
    solved(window)
    turn_to(window, "Compare")
    window.get_by_text("contingent ARD-coy: units from 4 to 2").wait_for()
    window.get_by_text("Coverage of each requirement that differs").wait_for()

    turn_to(window, "Files")
    texts = {}
    for name in ("what-if.yaml", "plan.yaml", "result.json", "report.html", "coverage.csv"):
        with window.expect_download() as download:
            window.get_by_role("link", name=name).click()
        assert download.value.suggested_filename == name
        texts[name] = download.value.path().read_text(encoding="utf-8")
    assert yaml.safe_load(texts["what-if.yaml"])["set"][0]["value"] == 2
    assert json.loads(texts["result.json"])["status"] == "OPTIMAL"
    assert texts["report.html"].startswith("<!DOCTYPE html>")


def test_what_does_not_fit_is_refused_in_words_and_undo_takes_back(window: Page) -> None:
    choose_theatre(window, "tutorial")
    turn_to(window, "Change")
    write(window, "BRE-coy", "tour", "soon")
    window.get_by_text("BRE-coy, tour: a whole number is needed, not 'soon'").wait_for()
    assert cell(window, "BRE-coy", "tour").inner_text() == "2"
    write(window, "BRE-coy", "tour", "{min: 1, max: 2}")
    window.locator(".bar").get_by_text("what-if").wait_for()
    window.get_by_role("button", name="Undo").click()
    window.locator(".bar").get_by_text("what-if").wait_for(state="detached")
    window.locator('.ag-row[row-id="BRE-coy"] [col-id="tour"]:text-is("2")').wait_for()


def test_stances_and_nations(window: Page) -> None:
    choose_theatre(window, "tutorial")
    turn_to(window, "Change")
    turn_to(window, "Rules")
    window.get_by_label("Nation or group").click()
    window.get_by_role("option", name="CAL").click()
    window.get_by_label("Zone or sector").click()
    window.get_by_role("option", name="line").click()
    window.get_by_role("button", name="Add").click()
    cell(window, "page-1", "kind").wait_for()
    cell(window, "BRE-one-company", "kept").get_by_role("checkbox").click()
    turn_to(window, "Nations")
    cell(window, "ARD", "takes part").get_by_role("checkbox").click()
    turn_to(window, "Files")
    with window.expect_download() as download:
        window.get_by_role("link", name="what-if.yaml").click()
    made = yaml.safe_load(download.value.path().read_text(encoding="utf-8"))
    assert made["withdraw"] == [{"nation": "ARD"}]
    assert made["remove"][0]["where"] == {"id": "BRE-one-company"}
    assert made["add"][0]["item"]["zones"] == ["line"]


def test_names_are_text_wherever_they_are_shown(window: Page) -> None:
    choose_theatre(window, "hostile")
    solved(window)
    for part in ("Map", "Force", "Nations", "Tours", "Rules", "Basis", "Proof"):
        turn_to(window, part)
    turn_to(window, "Rules")
    window.get_by_text(COMMAND).first.wait_for()
    turn_to(window, "Nations")
    window.get_by_text("Côte d'Ivoire").first.wait_for()
    turn_to(window, "Change")
    turn_to(window, "Nations")
    assert cell(window, "AAA", "name").inner_text() == HOSTILE
    assert window.locator("script", has_text="alert").count() == 0
    assert window.locator("main b", has_text="hill").count() == 0


def test_conditions_are_toggled(window: Page) -> None:
    choose_theatre(window, "hostile")
    window.get_by_role("button", name="Conditions (1)").click()
    window.get_by_label("all-agree").click()
    window.get_by_role("option", name="does not hold").click()
    window.locator(".bar").get_by_text("hostile + what-if").wait_for()
    solved(window)
    turn_to(window, "Nations")
    assert window.locator(".answer", has_text="Côte d'Ivoire").count() == 0


def test_two_windows_do_not_disturb_each_other(window: Page, browser: Browser, served: str) -> None:
    choose_theatre(window, "tutorial")
    context = browser.new_context()
    other = watched(context.new_page(), served)
    choose_theatre(other, "hostile")
    turn_to(other, "Change")
    write(other, "a", "units", "1")
    start_solving(window)
    solved(other)
    window.get_by_role("heading", name="245 of 300").wait_for()
    assert window.locator(".bar").inner_text().count("hostile") == 0
    turn_to(other, "Answer")
    other.get_by_text("troops required covered on average").wait_for()
    assert other.url != window.url
    context.close()


def test_a_reload_finds_the_solve_and_stop_keeps_the_best(window: Page) -> None:
    choose_theatre(window, "ukraine-2025")
    start_solving(window, 300)
    window.get_by_text("incumbent", exact=True).wait_for()
    window.reload()
    window.get_by_text("of 300 s").wait_for()
    window.locator(".figures").get_by_text("incumbent").wait_for()
    window.get_by_role("button", name="Stop, keep the best").click()
    window.get_by_text("troops required are covered on average").wait_for(timeout=30_000)
    assert window.locator("table.heat td[title]").count() > 500


def test_questions_are_answered(window: Page) -> None:
    choose_theatre(window, "tutorial")
    turn_to(window, "Questions")
    window.get_by_role("button", name="Ask: Why is there no plan?").click()
    window.get_by_text("A plan exists: no hard rule").wait_for()
    window.get_by_role("button", name="Ask: Who could not be spared?").click()
    window.locator(".answer figcaption").get_by_text("What is lost without a nation").wait_for()


def test_a_scenario_is_brought(window: Page, tmp_path: Path) -> None:
    choose_theatre(window, "tutorial")
    window.get_by_role("button", name="Bring a file of your own").click()
    chooser = window.locator("input[type=file]")
    chooser.set_input_files({"name": "x.yaml", "mimeType": "text/yaml", "buffer": b"forcegen: 1\nscenario: x\nset: ["})
    window.get_by_text("the uploaded scenario:").wait_for()
    good = b"forcegen: 1\nscenario: x\nwithdraw: [{nation: CAL}]\n"
    window.reload()
    window.get_by_role("button", name="Bring a file of your own").click()
    chooser.set_input_files({"name": "../../x.yaml", "mimeType": "text/yaml", "buffer": good})
    window.locator(".bar").get_by_text("tutorial + upload").wait_for()


def test_a_workbook_goes_out_and_comes_back_as_the_theatre(window: Page, tmp_path: Path) -> None:
    choose_theatre(window, "tutorial")
    solved(window)
    turn_to(window, "Files")
    with window.expect_download() as download:
        window.get_by_role("link", name="instance.xlsx").click()
    download.value.save_as(tmp_path / "mine.xlsx")
    book = load_workbook(tmp_path / "mine.xlsx")
    header = [cell.value for cell in book["contingents"][1]]
    book["contingents"].cell(2, header.index("units") + 1).value = 2
    book.save(tmp_path / "mine.xlsx")
    window.get_by_role("button", name="Bring a file of your own").click()
    chooser = window.locator("input[type=file]")
    broken = {"name": "x.xlsx", "mimeType": "application/octet-stream", "buffer": b"PK\x03\x04 no workbook"}
    chooser.set_input_files(broken)
    window.get_by_text("this is not a workbook, or a damaged one").wait_for()
    window.reload()
    window.get_by_role("button", name="Bring a file of your own").click()
    chooser.set_input_files(tmp_path / "mine.xlsx")
    window.locator(".bar").get_by_text("tutorial + workbook").wait_for()
    solved(window)
    turn_to(window, "Compare")
    window.get_by_text("contingent ARD-coy: units from 4 to 2").wait_for()
    window.get_by_role("button", name="Set the uploaded workbook aside").click()
    window.locator(".bar").get_by_text("workbook").wait_for(state="detached")


def test_what_is_short_what_to_give_up_and_what_to_ask_for(window: Page) -> None:
    choose_theatre(window, "tutorial")
    turn_to(window, "Questions")
    window.get_by_role("button", name="Ask: What has to be given up so that a plan exists?").click()
    window.get_by_text("Nothing needs repair").wait_for()
    window.get_by_role("button", name="Ask: Why is something left short?").click()
    window.get_by_role("rowheader", name="one more unit of ARD-coy (100 strong)").first.wait_for()
    window.get_by_role("button", name="Ask: Which offers are worth asking for?").click()
    window.get_by_text("three more 60-strong units").wait_for()


def test_keyboard_alone(window: Page) -> None:
    """Every control is reached by Tab, in the order in which it is seen, and says what it is."""
    choose_theatre(window, "tutorial")
    window.reload()
    window.get_by_label("Theatre").wait_for()
    seen = []
    for _ in range(12):
        window.keyboard.press("Tab")
        seen.append(
            window.evaluate(
                "(document.activeElement.getAttribute('aria-label') || document.activeElement.innerText).trim()"
            )
        )
    order = ["Skip to the answer", "Theatre", "Bring a file of your own", "Model", "Seconds at most", "Solve", "Answer"]
    for name in order:
        assert any(name in words for words in seen), (name, seen)
        seen = seen[next(i for i, words in enumerate(seen) if name in words) + 1 :]
    window.get_by_role("button", name="Solve").focus()
    window.keyboard.press("Enter")
    window.get_by_role("heading", name="245 of 300").wait_for()


@pytest.mark.parametrize("width", [390, *(pytest.param(width, marks=pytest.mark.long) for width in (1280, 1920))])
def test_nothing_overlaps_or_is_cut(window: Page, width: int) -> None:
    window.set_viewport_size({"width": width, "height": 900})
    choose_theatre(window, "tutorial")
    solved(window)
    for part in ("Coverage", "Map", "Nations", "Tours"):
        turn_to(window, part)
        window.wait_for_timeout(150)
        assert window.evaluate("document.documentElement.scrollWidth") <= width
    for name in ("Change", "Compare", "Questions", "Files"):
        turn_to(window, name)
        window.wait_for_timeout(150)
        assert window.evaluate("document.documentElement.scrollWidth") <= width
    boxes = [window.locator(name).bounding_box() for name in (".bar", ".side", ".sheet")]
    assert all(boxes)
    bar, side, sheet = boxes
    assert bar["y"] + bar["height"] <= side["y"] + 1
    apart = side["x"] + side["width"] <= sheet["x"] + 1 or side["y"] + side["height"] <= sheet["y"] + 1
    assert apart


def test_tours_are_pinned_and_barred_in_the_drawing_and_undone(window: Page) -> None:
    choose_theatre(window, "tutorial")
    solved(window)
    turn_to(window, "Tours")
    window.locator("rect[data-tour]").first.click()
    window.get_by_role("dialog").get_by_role("button", name="Bar", exact=True).click()
    window.locator(".bar").get_by_text("tutorial + what-if").wait_for()
    window.get_by_role("dialog").wait_for(state="detached")
    window.get_by_label("Pin or bar a tour").click()
    window.get_by_role("option").first.click()
    window.get_by_role("dialog").get_by_role("button", name="Pin", exact=True).click()
    window.get_by_role("dialog").wait_for(state="detached")
    turn_to(window, "Change")
    turn_to(window, "Rules")
    assert cell(window, "page-1", "kind").inner_text() == "bar"
    assert cell(window, "page-2", "kind").inner_text() == "pin"
    window.get_by_role("button", name="Undo").click()
    cell(window, "page-2", "kind").wait_for(state="detached")
    window.get_by_role("button", name="Undo").click()
    window.locator(".bar").get_by_text("what-if").wait_for(state="detached")


_NAMELESS = """() => [...document.querySelectorAll('input, button, [role=tab], [role=combobox], a')]
  .filter(e => e.checkVisibility() && e.type !== 'file' && !e.closest('.ag-root-wrapper, .q-uploader'))
  .filter(e => !(e.getAttribute('aria-label') || e.closest('label')?.innerText || e.innerText || e.title
    || e.querySelector('[aria-label]')).toString().trim())
  .map(e => e.outerHTML.slice(0, 200))"""


def test_every_control_has_a_name(window: Page) -> None:
    choose_theatre(window, "hostile")
    solved(window)
    window.get_by_role("button", name="Conditions (1)").click()
    for name in ("Tours", "Change", "Rules", "Questions", "Files"):
        turn_to(window, name)
        window.wait_for_timeout(200)
        assert window.locator("button:visible").count() >= 2
        assert window.evaluate(_NAMELESS) == []


def test_cells_are_edited_by_keyboard(window: Page) -> None:
    choose_theatre(window, "tutorial")
    turn_to(window, "Change")
    cell(window, "ARD-coy", "nation").click()
    window.keyboard.press("ArrowRight")
    window.keyboard.press("ArrowRight")
    window.keyboard.press("Enter")
    window.keyboard.press("Control+a")
    window.keyboard.type("3")
    window.keyboard.press("Enter")
    window.locator(".bar").get_by_text("what-if").wait_for()
    window.locator('.ag-row[row-id="ARD-coy"] [col-id="units"].touched').wait_for()
    window.keyboard.press("ArrowDown")
    window.keyboard.press("Enter")
    window.keyboard.press("Control+a")
    window.keyboard.type("1")
    window.keyboard.press("Enter")
    window.locator('.ag-row[row-id="BRE-coy"] [col-id="units"].touched').wait_for()
