"""What the command refuses before it serves anything."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import subprocess
import sys
from typing import Any

import pytest

import forcegen
from forcegen.io.errors import InputError
from forcegen.web.serve import PageUnavailable

TUTORIAL = "instances/tutorial"


def test_an_address_that_is_taken_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match="cannot be listened on") as refused:
            forcegen.serve(TUTORIAL, port=taken.getsockname()[1], browser=False)
    assert "--port" in (refused.value.first.advice or "")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"instance": "nowhere"}, "no instance here"),
        ({"host": "no such host"}, "cannot be listened on"),
        ({"host": "bad.\x00host"}, "cannot be listened on"),
        ({"port": 70_000}, "there is no port"),
        ({"port": -1}, "there is no port"),
        ({"token": " "}, "the token is empty"),
    ],
)
def test_bad_input_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        forcegen.serve(**({"instance": TUTORIAL, "browser": False} | given))


def test_without_its_library_the_page_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "nicegui" else find(name, *more)
    )
    with pytest.raises(PageUnavailable, match=r"pip install 'forcegen\[web\]'"):
        forcegen.serve(TUTORIAL, browser=False)


def test_the_command_ends_with_one_message_and_its_code() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", "forcegen", "serve", "nowhere", "--no-browser"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert json.dumps("nowhere")[1:-1] in done.stderr
