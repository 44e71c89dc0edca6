"""A subprocess that runs named entry points under limits."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from typing import IO, TYPE_CHECKING, Self

from forcegen.workers.call import Call, Limits
from forcegen.workers.frames import ENTRY, Body, FrameError, FrameWriter, read_frame
from forcegen.workers.tree import descendants, kill_all, let_others_go_first
from forcegen.workers.variables import HOME, LOAD

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.workers.reply import Reply

Frame = tuple[str, int, Body]

_STDERR_LINES = 50
# Where programs look for a folder of temporary files.
_TEMPORARY = ("TMPDIR", "TEMP", "TMP")
_EXIT_WAIT = 2.0


class Worker:
    """One subprocess, started when first needed, or ahead with `start`; a dead one is started anew by the next call.

    It has its own process group, so Ctrl-C in the terminal does not reach it. It shares our session, since Linux weighs
    sessions against each other: where each worker has its own, we wait a third of a second for every turn beside them.
    When this process ends, however it ends, the worker and all that it started end too, and the temporary files that
    they made go with them. One call at a time; any thread may make it.

    Parameters
    ----------
    environment : mapping, optional
        Variables to set in the worker, besides this process's own.
    """

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        self._environment = dict(environment or {})
        self._lock = threading.Lock()
        self._process: _Process | None = None
        self._calls = 0

    def start(self) -> None:
        """Start the process if there is none, without waiting for it."""
        if self._process is None or not self._process.alive():
            self.close()
            self._process = _Process(self._environment)

    def give_way(self) -> None:
        """Start the process if there is none, and let others go first from now on; that cannot be taken back."""
        with self._lock:
            self.start()
            assert self._process is not None
            let_others_go_first(self._process.pid)

    @property
    def pid(self) -> int | None:
        """The process's id, None if there is none."""
        return None if self._process is None or not self._process.alive() else self._process.pid

    def call(
        self,
        entry: str,
        payload: Body,
        *,
        time_limit: float | None = None,
        grace: float = 1.0,
        memory_limit: int | None = None,
        on_message: Callable[[Body], None] | None = None,
        stop: threading.Event | None = None,
    ) -> Reply:
        """Run an entry point in the worker and wait for its end.

        Parameters
        ----------
        entry : str
            ``"package.module:function"``, a function of ``(payload, channel)``.
        payload : mapping
            JSON and arrays; keys must not start with ``@``.
        time_limit : float, optional
            Seconds until the entry point is asked to stop.
        grace : float
            Seconds that it then has (as after `stop`) before the process group is killed.
        memory_limit : int, optional
            Bytes of resident memory of the process tree, beyond which it is killed.
        on_message : callable, optional
            Gets each message that the entry point sends, in this thread. If it raises, the worker is killed.
        stop : threading.Event, optional
            Set it to end the call: the entry point is asked, then killed.

        Raises
        ------
        FrameError
            Where the payload is neither JSON nor arrays of numbers.
        """
        if any(key.startswith("@") for key in payload):
            raise FrameError("keys of a payload must not start with @")
        with self._lock:
            begun = time.monotonic()
            self.start()
            assert self._process is not None
            self._calls += 1
            limits = Limits(begun, time_limit, grace, memory_limit, stop)
            try:
                self._process.send("call", self._calls, {ENTRY: entry, **payload})
                reply = Call(self._process, self._calls, limits, on_message or _ignore).wait()
            except BaseException:  # Ctrl-C above all: leave nothing running
                self.close()
                raise
            if not self._process.alive():
                self.close()
            return reply

    def close(self) -> None:
        """End the process and all that it started."""
        process, self._process = self._process, None
        if process is not None:
            process.close()

    def __enter__(self) -> Self:
        """Return the worker."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the worker."""
        self.close()


class _Process:
    """The process with its pipes; threads feed and empty them, so that neither side can block the other."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._home = _home()
        places = {} if self._home is None else dict.fromkeys(_TEMPORARY, self._home)
        self._popen = subprocess.Popen(
            [sys.executable, "-P", "-m", "forcegen.workers.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={
                **os.environ,
                LOAD: "",
                **environment,
                **places,
                HOME: self._home or "",
                "PYTHONPATH": os.pathsep.join(_module_path()),
            },
            process_group=0,
        )
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        assert self._popen.stderr is not None
        self.pid = self._popen.pid
        self.frames: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()
        self._stderr: deque[str] = deque(maxlen=_STDERR_LINES)
        self._outbox: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()
        self._killed = False
        self._threads = [
            threading.Thread(target=self._write, args=(FrameWriter(self._popen.stdin),), daemon=True),
            threading.Thread(target=self._read, args=(self._popen.stdout,), daemon=True),
            threading.Thread(target=self._read_stderr, args=(self._popen.stderr,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def alive(self) -> bool:
        return not self._killed and self._popen.returncode is None and _running(self._popen)

    def send(self, kind: str, call: int, body: Body) -> None:
        self._outbox.put((kind, call, body))

    def stderr(self) -> tuple[str, ...]:
        return tuple(self._stderr)

    def kill(self) -> None:
        """Kill the process, its group and its descendants."""
        self._killed = True
        if self._popen.returncode is not None:
            return  # killed and reaped before
        # The group before the process is reaped, so that its number cannot have been given away.
        below = descendants(self.pid)
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        else:
            self._popen.kill()
        kill_all(below)

    def exit_code(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._popen.wait(_EXIT_WAIT)
        return None

    def close(self) -> None:
        self.kill()
        self.exit_code()
        self._outbox.put(None)
        for thread in self._threads:
            thread.join(_EXIT_WAIT)
        for file in (self._popen.stdin, self._popen.stdout, self._popen.stderr):
            # Closing flushes what the dead process can no longer read.
            with contextlib.suppress(OSError, ValueError):
                assert file is not None
                file.close()
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)

    def _write(self, writer: FrameWriter) -> None:
        while (frame := self._outbox.get()) is not None:
            try:
                writer.write(*frame)
            except FrameError as error:
                self.frames.put(("refused", frame[1], {"message": str(error)}))
            except (OSError, ValueError):
                return  # the process is gone, which the reader sees too

    def _read(self, file: IO[bytes]) -> None:
        try:
            while (frame := read_frame(file)) is not None:
                self.frames.put(frame)
        except (FrameError, OSError, ValueError) as error:
            self._stderr.append(f"{type(error).__name__}: {error}")
        self.frames.put(None)

    def _read_stderr(self, file: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in file:
                self._stderr.append(line.decode(errors="replace").rstrip()[:1000])


def _running(popen: subprocess.Popen[bytes]) -> bool:
    """Tell whether the process runs, without reaping it: its group's number must stay ours until that is killed."""
    if not hasattr(os, "waitid"):
        return popen.poll() is None
    try:
        return os.waitid(os.P_PID, popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False


def _home() -> str | None:
    """Make a folder for temporary files, so that those of a killed solver can be removed; None if there is no room."""
    with contextlib.suppress(OSError):
        return tempfile.mkdtemp(prefix="forcegen-")
    return None


def _module_path() -> list[str]:
    """Return this process's module path, so that the worker finds what it would find."""
    return [os.path.abspath(entry) for entry in sys.path]


def _ignore(message: Body) -> None:
    del message
