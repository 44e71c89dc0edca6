"""What a visitor does, by what a visitor sees: labels, roles, texts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def choose_theatre(page: Page, name: str) -> None:
    page.get_by_label("Theatre").click()
    page.get_by_role("option", name=name).click()
    page.locator(".bar").get_by_text(name).wait_for()


def turn_to(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).locator("visible=true").click()
    if name == "Change":
        page.get_by_role("tab", name="Offers").wait_for()


def start_solving(page: Page, seconds: int = 20) -> None:
    page.get_by_label("Seconds at most").fill(str(seconds))
    page.get_by_role("button", name="Solve").click()


def solved(page: Page, seconds: int = 20) -> None:
    """Solve and wait for the end."""
    start_solving(page, seconds)
    page.get_by_text("solve: ended after").wait_for()
    page.get_by_role("button", name="Solve").wait_for()


def cell(page: Page, row: str, column: str) -> Locator:
    return page.locator(f'.ag-row[row-id="{row}"] [col-id="{column}"]')


def write(page: Page, row: str, column: str, text: str) -> None:
    """Write into a grid's cell."""
    cell(page, row, column).dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def bring(page: Page, name: str, content: bytes) -> None:
    """Bring a file of one's own; the list of what was brought before is emptied first."""
    page.reload()
    page.get_by_role("button", name="Bring a file of your own").click()
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]


def download(page: Page, name: str) -> Path:
    """Take a file home, and return where it is."""
    turn_to(page, "Files")
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    return Path(download.value.path())


def ask(page: Page, title: str) -> None:
    """Put a question, and wait until it is worked on no longer."""
    page.get_by_role("button", name=f"Ask: {title}").click()
    page.get_by_text("Being worked on").wait_for(state="detached")


def pick(page: Page, label: str, option: str) -> None:
    """Pick one of a list, and close it."""
    page.get_by_label(label).click()
    page.get_by_role("option", name=option).click()
    page.keyboard.press("Escape")
