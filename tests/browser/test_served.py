"""The command itself: how it begins and ends, and what it refuses."""

from __future__ import annotations

import contextlib
import http.client
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil
import pytest

from tests.browser.conftest import Served, started, watched
from tests.browser.steps import choose_theatre, start_solving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TUTORIAL = "instances/tutorial"


def asked(address: str, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str]]:
    """Return status and headers of the answer to one request."""
    to = urlsplit(address)
    connection = http.client.HTTPConnection("127.0.0.1", to.port or 80, timeout=10)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    with contextlib.closing(connection):
        connection.request(method, path, headers={"Host": f"127.0.0.1:{to.port}"} | given)
        answer = connection.getresponse()
        answer.read()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}


def test_ctrl_c_ends_it_quietly() -> None:
    page = started(TUTORIAL)
    assert asked(page.address, "/")[0] == 303
    assert page.end() == 0


def test_elsewhere_a_token_is_made_up_and_asked_for() -> None:
    page = started(TUTORIAL, "--host", "0.0.0.0")
    address = page.address
    try:
        token = address.split("?token=")[1]
        assert len(token) >= 24
        assert asked(address, "/")[0] == 403
        assert asked(address, "/?token=wrong")[0] == 403
        assert asked(address, "/", Host="evil.example")[0] == 421
        status, headers = asked(address, f"/?token={token}")
        assert status == 303
        cookie = headers["set-cookie"].split(";")[0]
        study = asked(address, "/", Cookie=cookie)[1]["location"]
        assert study.startswith("/study/")
        assert asked(address, study)[0] == 403
        for path in ("/files/../../../etc/passwd", "/files/..%2f..%2finstance.yaml", "/files/instance.yaml"):
            assert asked(address, study + path, Cookie=cookie)[0] in (404, 405)
        assert asked(address, study, "POST", Cookie=cookie, Origin="http://evil.example")[0] == 403
        assert asked(address, study, "POST", Cookie=cookie, Content_Length=str(2**40))[0] == 413
    finally:
        page.end()


@pytest.mark.long
def test_closing_the_window_ends_its_workers(browser: Browser) -> None:
    code = "import forcegen; forcegen.serve('instances', port=0, browser=False, grace=1.0)"
    served = Served(sys.executable, "-c", code)
    process, address = served.process, served.address
    try:
        context = browser.new_context()
        page = watched(context.new_page(), address)
        choose_theatre(page, "ukraine-2025")
        start_solving(page, 300)
        page.get_by_text("incumbent", exact=True).wait_for()
        assert psutil.Process(process.pid).children(recursive=True)
        context.close()
        deadline = time.monotonic() + 60
        while psutil.Process(process.pid).children(recursive=True) and time.monotonic() < deadline:
            time.sleep(0.5)
        assert not psutil.Process(process.pid).children(recursive=True)
        assert Path(f"/proc/{process.pid}").exists()
    finally:
        served.end()
