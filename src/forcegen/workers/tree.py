"""Process trees: their memory, and their end."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable


_LOWER, _LOWEST = 5, 19
# Linux lets a session's priority be set no more often than ten times a second, by anybody.
_TRIES, _BETWEEN = 3, 0.11


def descendants(pid: int) -> list[psutil.Process]:
    """Return the living descendants of process `pid`, none if it is gone."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def tree_memory(pid: int) -> int:
    """Return the resident memory of process `pid` and its descendants in bytes, 0 if it is gone."""
    total = 0
    with contextlib.suppress(psutil.Error):
        for process in [psutil.Process(pid), *descendants(pid)]:
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
    return total


def let_others_go_first(pid: int) -> None:
    """Give process `pid`, unless it is gone, less priority than ours: beside us it gets about a quarter of the time."""
    with contextlib.suppress(psutil.Error):
        if sys.platform == "win32":
            psutil.Process(pid).nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            psutil.Process(pid).nice(min(psutil.Process().nice() + _LOWER, _LOWEST))
            _lower_session(pid)


def _lower_session(pid: int) -> None:
    """Do so for its session, if it leads one: where Linux groups by session, processes compete within theirs alone."""
    priority = Path(f"/proc/{pid}/autogroup")
    with contextlib.suppress(OSError):
        if os.getsid(pid) != pid or not priority.exists():
            return
        for _ in range(_TRIES):
            with contextlib.suppress(BlockingIOError):
                priority.write_text(f"{_LOWER}\n", encoding="ascii")
                return
            time.sleep(_BETWEEN)


def kill_all(processes: Iterable[psutil.Process]) -> None:
    """Kill `processes`, of which some may be gone; psutil makes sure that no reused process id is hit."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()
