"""Long work beside the page: it runs in a thread, tells what it knows, and can be stopped with the best so far."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forcegen.io.errors import InputError
from forcegen.planning.result import AuditRefused
from forcegen.solvers import SolverError

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.planning.result import TierProgress

_MOST_POINTS = 4000


@dataclass(frozen=True)
class Told:
    """A question's progress: what is solved, its number, and how many there are."""

    words: str
    number: int
    of: int


class Job:
    """Something that takes a while.

    Parameters
    ----------
    kind
        Its name: solve, stress, ...
    limit
        Seconds that it may take.
    work
        What is done; gets this job, to tell it of progress and to look at `stop`.
    """

    def __init__(self, kind: str, limit: float, work: Callable[[Job], Any]) -> None:
        self.kind, self.limit, self._work = kind, limit, work
        self.stop = threading.Event()
        self.points: list[TierProgress] = []
        self.told: Told | None = None
        self.answer: Any = None
        self.failure: str | None = None
        self._begun = time.monotonic()
        self._ended: float | None = None
        self._thread = threading.Thread(target=self._run, name=f"forcegen-{kind}", daemon=True)

    def start(self) -> Job:
        """Begin."""
        self._thread.start()
        return self

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._ended is None

    @property
    def seconds(self) -> float:
        """Seconds since its start, to its end at most."""
        return (time.monotonic() if self._ended is None else self._ended) - self._begun

    def progress(self, point: TierProgress) -> None:
        """Take in what a solve knows."""
        if len(self.points) < _MOST_POINTS:
            self.points.append(point)
        else:
            self.points[-1] = point

    def tell(self, words: str, number: int, of: int) -> None:
        """Take in what a question does next."""
        self.told = Told(words, number, of)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for its end; return whether it came."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self.answer = self._work(self)
        except Exception as error:
            self.failure = failure_words(error)
        finally:
            self._ended = time.monotonic()


def failure_words(error: Exception) -> str:
    """Return what went wrong, in a sentence for the visitor."""
    match error:
        case InputError():
            more = f" (and {len(error.faults) - 1} more)" if len(error.faults) > 1 else ""
            return f"{error.first}{more}"
        case AuditRefused():
            return f"The audit refused the plan: {error.violations[0].message}"
        case SolverError():
            return str(error)
        case OSError() | MemoryError():
            return f"The machine refused: {error}"
    return f"Internal error: {type(error).__name__}: {error}"
