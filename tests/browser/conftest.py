"""A served page and a real browser; where there is no Chromium the tests are skipped and say so."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium")
HOSTILE = "<script>alert(1)</script>"
COMMAND = "=cmd|'/c calc'!A1"

_THEATRE = f"""
forcegen: 1
name: hostile
horizon: {{start: 2026-01, periods: 4, unit: month}}
conditions: {{all-agree: {{holds: true}}}}
nations:
  - {{id: AAA, name: "{HOSTILE}", army: 1000}}
  - {{id: CIV, name: "Côte d'Ivoire", army: 1000}}
roles: [{{id: watch, name: "{COMMAND}"}}]
sectors: [{{id: hill, name: "<b>hill</b>", zone: line, beds: 400, at: [1, 2]}}]
contingents:
  - {{id: a, nation: AAA, name: "{HOSTILE}", units: 2, strength: 100, fills: {{watch: 100}}, tour: 2, dwell: 1}}
  - {{id: c, nation: CIV, units: 2, strength: 100, fills: {{watch: 100}}, tour: 2, dwell: 1, if: [all-agree]}}
requirements:
  - {{id: R1, name: "{HOSTILE}", sectors: [hill], roles: [watch], minimum: 100, target: 300}}
rules:
  - {{id: P1, kind: ceiling, nations: [CIV], most: 1, of: units, source: "{COMMAND}"}}
"""


@pytest.fixture(scope="session")
def theatres(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a hostile instance, the tutorial, and one that takes long."""
    folder = tmp_path_factory.mktemp("theatres")
    (folder / "hostile").mkdir()
    (folder / "hostile" / "instance.yaml").write_text(_THEATRE, encoding="utf-8")
    for name in ("tutorial", "ukraine-2025"):
        shutil.copytree(Path("instances") / name, folder / name)
    return folder


def started(*arguments: str) -> tuple[subprocess.Popen[str], str]:
    """Start the command and return it with the address that it prints."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", "forcegen", "serve", *arguments, "--no-browser", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stderr is not None
    line = process.stderr.readline()
    assert "the page is at" in line, line + process.stderr.read()
    return process, line.split("the page is at ")[1].split()[0]


def ended(process: subprocess.Popen[str]) -> int:
    """End the command as Ctrl-C does and return its exit code."""
    process.send_signal(signal.SIGINT)
    try:
        return process.wait(15)
    finally:
        process.kill()
        if process.stderr is not None:
            process.stderr.close()


@pytest.fixture(scope="module")
def served(theatres: Path) -> Iterator[str]:
    """The address of a page that is served for all tests."""
    process, address = started(str(theatres))
    yield address
    ended(process)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; it ends with its module, for its event loop would run on in the tests that follow."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here (make chromium)")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def window(browser: Browser, served: str) -> Iterator[Page]:
    """A window on the page; afterwards nothing must have left the machine or complained on the console."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = context.new_page()
    yield watched(page, served)
    context.close()
    assert not page.foreign  # type: ignore[attr-defined]
    assert not page.complaints  # type: ignore[attr-defined]


def watched(page: Page, address: str) -> Page:
    """Return a page that keeps foreign requests and complaints, opened on an address."""
    page.foreign, page.complaints = [], []  # type: ignore[attr-defined]
    own = (
        address.split("?")[0].rstrip("/"),
        address.split("?")[0].rstrip("/").replace("http", "ws", 1),
        "data:",
        "blob:",
    )
    page.on("request", lambda request: None if request.url.startswith(own) else page.foreign.append(request.url))  # type: ignore[attr-defined]
    page.on("websocket", lambda socket: None if socket.url.startswith(own) else page.foreign.append(socket.url))  # type: ignore[attr-defined]
    page.on("console", lambda said: page.complaints.append(said.text) if said.type in ("error", "warning") else None)  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    page.on("dialog", lambda dialog: (page.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))  # type: ignore[attr-defined]
    page.set_default_timeout(30_000)
    page.goto(address)
    page.get_by_label("Theatre").wait_for()
    return page
