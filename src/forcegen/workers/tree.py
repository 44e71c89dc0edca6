"""Process trees: their memory, and their end."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable


_LOWER, _LOWEST = 10, 19


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
    """Give process `pid`, unless it is gone, less priority than ours.

    Each of its threads gets a tenth of what one of ours gets beside it: a portfolio of eight leaves us our core.
    """
    with contextlib.suppress(psutil.Error):
        if sys.platform == "win32":
            psutil.Process(pid).nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            psutil.Process(pid).nice(min(psutil.Process().nice() + _LOWER, _LOWEST))


def kill_all(processes: Iterable[psutil.Process]) -> None:
    """Kill `processes`, of which some may be gone; psutil makes sure that no reused process id is hit."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()
