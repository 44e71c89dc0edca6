"""The worker process: ``python -m forcegen.workers.child``.

Reads calls from standard input and runs them one at a time in the main thread, while another thread listens for
requests to stop and for the parent's end, upon which the whole process group ends.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import queue
import shutil
import signal
import threading
import traceback
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from forcegen.workers.channel import Channel
from forcegen.workers.frames import ENTRY, PEAK_MEMORY, Body, FrameError, FrameWriter, read_frame
from forcegen.workers.tree import descendants, kill_all
from forcegen.workers.variables import HOME, LOAD

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> None:
    """Serve calls until the parent is gone."""
    requests, writer = _take_over_streams()
    child = _Child(requests, writer)
    threading.Thread(target=child.listen, name="listener", daemon=True).start()
    child.serve()


def _take_over_streams() -> tuple[IO[bytes], FrameWriter]:
    """Keep the pipes to the parent to ourselves, since solver libraries print to standard output."""
    requests = os.fdopen(os.dup(0), "rb", buffering=1 << 20)
    replies = os.fdopen(os.dup(1), "wb", buffering=1 << 20)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, FrameWriter(replies)


class _Child:
    def __init__(self, requests: IO[bytes], writer: FrameWriter) -> None:
        self._requests = requests
        self._writer = writer
        self._calls: queue.SimpleQueue[tuple[int, Body]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._channels: dict[int, Channel] = {}

    def listen(self) -> None:
        """Sort what the parent says; at its end, end."""
        try:
            while (frame := read_frame(self._requests)) is not None:
                kind, call, body = frame
                if kind == "call":
                    with self._lock:
                        self._channels[call] = Channel(self._writer, call)
                    self._calls.put((call, body))
                elif kind == "stop":
                    with self._lock:
                        channel = self._channels.get(call)
                    if channel is not None:
                        # In a thread of its own: a callback may block, and the parent's end must still be heard.
                        threading.Thread(target=channel.request_stop, name="stop", daemon=True).start()
        finally:
            _end_group()

    def serve(self) -> None:
        """Run calls, one after the other, once what they will need is loaded."""
        _load(os.environ.get(LOAD, ""))
        while True:
            call, body = self._calls.get()
            kind, reply = _run(body, self._channels[call])
            with self._lock:
                del self._channels[call]
            try:
                self._writer.write(kind, call, reply)
            except FrameError as error:
                self._writer.write("raised", call, {"message": f"FrameError: {error}", "traceback": ""})
            except (OSError, ValueError):
                _end_group()


def _load(what: str) -> None:
    """Run a function that loads what calls will need; what fails here fails in the call, which says so."""
    with contextlib.suppress(Exception):
        if what:
            _named(what)()


def _named(text: str) -> Callable[..., Any]:
    """Return the function that a text `module:function` names."""
    module, _, name = text.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def _run(payload: Body, channel: Channel) -> tuple[str, Body]:
    try:
        result = _named(payload.pop(ENTRY))(payload, channel)
        return "returned", {**(result or {}), PEAK_MEMORY: _peak_memory()}
    except BaseException as error:  # whatever it is, the parent must hear of it
        text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return "raised", {"message": text, "traceback": traceback.format_exc()}


def _peak_memory() -> int | None:
    """Return the most resident memory this process has had, in bytes; None where the system does not tell."""
    # Not getrusage: what it gives includes the parent's memory at the time of the fork.
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return None


def _end_group() -> None:
    kill_all(descendants(os.getpid()))
    if home := os.environ.get(HOME):
        shutil.rmtree(home, ignore_errors=True)
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
