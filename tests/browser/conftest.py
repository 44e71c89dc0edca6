"""A served page and a real browser; where there is no Chromium the tests are skipped and say so."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

_HANGS = 240
"""Seconds after which a test of the page is taken to hang: it fails, and says where it stood."""

_BEGINS, _ENDS = 60, 30
_ANNOUNCED, _WHOLE = "the page is at ", "(Ctrl-C ends it)"
CHROMIUM = shutil.which("chromium")
HOSTILE = "<script>alert(1)</script>"
COMMAND = "=cmd|'/c calc'!A1"

_THEATRE = f"""
forcegen: 1
name: hostile
horizon: {{start: 2026-01, periods: 4, unit: month}}
conditions: {{all-agree: {{holds: true, probability: 0.5}}}}
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

_FEWER = f"""
forcegen: 1
scenario: fewer
name: "{HOSTILE}"
withdraw: [{{nation: AAA}}]
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(_HANGS))


@pytest.fixture(scope="session")
def theatres(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a hostile instance, the tutorial, and two that take long."""
    folder = tmp_path_factory.mktemp("theatres")
    (folder / "hostile" / "scenarios").mkdir(parents=True)
    (folder / "hostile" / "instance.yaml").write_text(_THEATRE, encoding="utf-8")
    (folder / "hostile" / "scenarios" / "fewer.yaml").write_text(_FEWER, encoding="utf-8")
    for name in ("tutorial", "sfor-2003", "ukraine-2025"):
        shutil.copytree(Path("instances") / name, folder / name)
    return folder


class Served:
    """A page that is served by a process of its own, whose words go to a file, so that no full pipe stops it."""

    def __init__(self, *command: str) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        file, name = tempfile.mkstemp(suffix=".log")
        self._said = Path(name)
        self.process = subprocess.Popen(command, stdout=file, stderr=file, env=environment)
        os.close(file)
        deadline = time.monotonic() + _BEGINS
        while _WHOLE not in (said := self._words()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                pytest.fail(f"the page was not served within {_BEGINS} s; the command said: {said!r}")
            time.sleep(0.05)
        self.address = said.split(_ANNOUNCED)[1].split()[0]

    def end(self) -> int:
        """End the command as Ctrl-C does and return its exit code."""
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(_ENDS)
        except subprocess.TimeoutExpired:
            pytest.fail(f"the server did not end within {_ENDS} s of Ctrl-C; it said: {self._words()!r}")
        finally:
            self.kill()

    def kill(self) -> None:
        """End whatever of it still runs."""
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.process.pid).children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    child.kill()
        self.process.kill()
        self.process.wait()
        self._said.unlink()

    def _words(self) -> str:
        return self._said.read_text(encoding="utf-8")


def started(*arguments: str) -> Served:
    """Start the command; it serves by the time this returns."""
    return Served(sys.executable, "-m", "forcegen", "serve", *arguments, "--no-browser", "--port", "0")


@pytest.fixture(scope="module")
def served(theatres: Path) -> Iterator[str]:
    """The address of a page that is served for all tests."""
    page = started(str(theatres))
    yield page.address
    page.end()


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
