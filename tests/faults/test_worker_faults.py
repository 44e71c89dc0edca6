"""Workers that die, hang, eat memory or lose their parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from forcegen.workers import Ending, Worker

ENTRIES = "tests.unit.workers.entries"
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


def gone(pid: int, seconds: float = 20) -> bool:
    """Wait for a process to end."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


def test_killed_from_outside_it_is_a_crash_and_nothing_said_before_is_lost() -> None:
    got: list[dict[str, Any]] = []
    with Worker() as worker:
        reply = worker.call(f"{ENTRIES}:suicidal", {}, on_message=got.append)
        assert reply.ending is Ending.CRASHED
        assert reply.exit_code == -signal.SIGKILL
        assert "SIGKILL" in reply.message
        assert reply.stderr[-1] == "last words"
        assert [message["number"] for message in got] == list(range(20))
        assert worker.call(f"{ENTRIES}:echo", {"a": 1}).ending is Ending.RETURNED


def test_an_exit_is_a_crash() -> None:
    with Worker() as worker:
        reply = worker.call(f"{ENTRIES}:leaving", {})
    assert (reply.ending, reply.exit_code) == (Ending.CRASHED, 3)


def test_what_a_killed_worker_had_started_ends_too() -> None:
    started: list[dict[str, Any]] = []

    def kill(message: dict[str, Any]) -> None:
        assert Path(message["folder"]).is_dir()
        started.append(message)
        os.kill(message["pid"], signal.SIGKILL)

    with Worker() as worker:
        reply = worker.call(f"{ENTRIES}:stubborn", {}, on_message=kill)
    assert reply.ending is Ending.CRASHED
    assert gone(started[0]["child"])
    assert not Path(started[0]["folder"]).exists()


def test_one_that_does_not_stop_is_killed_with_all_it_started() -> None:
    started: list[dict[str, Any]] = []
    with Worker() as worker:
        # Long enough for the process to start on a busy machine.
        reply = worker.call(f"{ENTRIES}:stubborn", {}, time_limit=3, grace=0.3, on_message=started.append)
        assert reply.ending is Ending.TIMED_OUT
        assert reply.asked
        assert reply.seconds < 10
        assert worker.pid is None
    assert gone(started[0]["pid"])
    assert gone(started[0]["child"])
    assert not Path(started[0]["folder"]).exists()


def test_one_that_is_frozen_is_killed() -> None:
    with Worker() as worker:
        reply = worker.call(
            f"{ENTRIES}:polite",
            {},
            time_limit=2,
            grace=0.3,
            on_message=lambda message: os.kill(message["pid"], signal.SIGSTOP),
        )
    assert reply.ending is Ending.TIMED_OUT


def test_one_that_is_interrupted_and_does_not_stop_is_killed() -> None:
    stop = threading.Event()
    with Worker() as worker:
        reply = worker.call(f"{ENTRIES}:stubborn", {}, stop=stop, grace=0.3, on_message=lambda _: stop.set())
    assert reply.ending is Ending.INTERRUPTED


def test_one_that_eats_memory_is_killed() -> None:
    got: list[dict[str, Any]] = []
    with Worker() as worker:
        reply = worker.call(f"{ENTRIES}:greedy", {}, memory_limit=250_000_000, on_message=got.append, time_limit=60)
    assert reply.ending is Ending.OUT_OF_MEMORY
    assert reply.peak_memory is not None
    assert reply.peak_memory > 250_000_000
    assert got


PARENT = f"""
import signal, sys
from forcegen.workers import Worker
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs inherit that it is ignored
def tell(message):
    print(message["pid"], message["child"], message["folder"], flush=True)
Worker().call("{ENTRIES}:stubborn", {{}}, on_message=tell)
"""


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_when_the_parent_ends_so_do_worker_and_its_children(sent: signal.Signals) -> None:
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    with parent:
        assert parent.stdout is not None
        *pids, folder = parent.stdout.readline().split()
        assert Path(folder).is_dir()
        parent.send_signal(sent)
        parent.wait(30)
    assert all(gone(int(pid)) for pid in pids)
    assert not Path(folder).exists()
