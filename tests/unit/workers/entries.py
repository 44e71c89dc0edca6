"""Entry points that behave and misbehave; run in workers by the tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from typing import Any

import numpy as np

Body = dict[str, Any]
_REMEMBERED: list[bool] = []


def echo(payload: Body, channel: Any) -> Body:
    print("noise on standard output")
    return payload


def remember() -> None:
    _REMEMBERED.append(True)


def remembered(payload: Body, channel: Any) -> Body:
    return {"remembered": bool(_REMEMBERED)}


def pid(payload: Body, channel: Any) -> Body:
    return {"pid": os.getpid()}


def count(payload: Body, channel: Any) -> Body:
    for number in range(payload["to"]):
        channel.send({"number": number, "row": np.arange(number)})
    return {"done": True}


def fail(payload: Body, channel: Any) -> Body:
    raise ValueError("no such thing")


def polite(payload: Body, channel: Any) -> Body:
    """Works until asked to stop."""
    channel.send({"pid": os.getpid()})
    heard: list[bool] = []
    channel.on_stop(lambda: heard.append(True))
    while not channel.stopped():
        time.sleep(0.01)
    channel.on_stop(lambda: heard.append(True))
    time.sleep(0.05)
    return {"heard": len(heard)}


def stubborn(payload: Body, channel: Any) -> Body:
    """Never stops, has a child of its own that never does, and leaves temporary files."""
    folder = tempfile.mkdtemp()
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    channel.send({"pid": os.getpid(), "child": child.pid, "folder": folder})
    while True:
        time.sleep(1)


def deaf(payload: Body, channel: Any) -> Body:
    """Says nothing and never stops."""
    while True:
        time.sleep(1)


def suicidal(payload: Body, channel: Any) -> Body:
    for number in range(20):
        channel.send({"number": number})
    print("last words", file=sys.stderr, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def leaving(payload: Body, channel: Any) -> Body:
    os._exit(3)


def greedy(payload: Body, channel: Any) -> Body:
    held = []
    while True:
        held.append(np.ones(2_000_000))
        channel.send({"megabytes": 16 * len(held)})
        time.sleep(0.02)


def returns_nonsense(payload: Body, channel: Any) -> Body:
    return {"value": object()}


def environment(payload: Body, channel: Any) -> Body:
    return {"value": os.environ.get(payload["name"])}


def imported(payload: Body, channel: Any) -> Body:
    return {"modules": [name for name in sys.modules if "." not in name]}
