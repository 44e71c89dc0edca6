"""How a call ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forcegen.workers.frames import Body


class Ending(StrEnum):
    """The ways in which a call can end; after the last four the worker is gone."""

    RETURNED = "returned"
    """The entry point returned, `result` holds what; also where it was asked to stop and did."""
    RAISED = "raised"
    """The entry point raised an exception; the worker lives on."""
    CRASHED = "crashed"
    """The process ended by itself, or somebody else ended it."""
    TIMED_OUT = "timed-out"
    """It did not return within its time and grace, and was killed."""
    OUT_OF_MEMORY = "out-of-memory"
    """Its process tree grew beyond the limit, and was killed."""
    INTERRUPTED = "interrupted"
    """Asked to stop, it did not within the grace, and was killed."""


@dataclass(frozen=True, eq=False)
class Reply:
    """What came of a call.

    Parameters
    ----------
    result : mapping or None
        What the entry point returned, JSON and arrays.
    asked : bool
        Whether the entry point was asked to stop, by the caller or at the time limit.
    message, traceback : str
        What was wrong; empty if nothing was.
    exit_code : int or None
        Of a process that crashed; negative: the signal.
    stderr : tuple of str
        The last lines that the process printed.
    seconds : float
        From the call to its end, start of the process included.
    peak_memory : int or None
        Bytes of resident memory of the process tree, at most, as far as seen, over the worker's life.
    """

    ending: Ending
    result: Body | None = None
    asked: bool = False
    message: str = ""
    traceback: str = ""
    exit_code: int | None = None
    stderr: tuple[str, ...] = ()
    seconds: float = 0.0
    peak_memory: int | None = None
