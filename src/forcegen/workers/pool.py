"""Workers kept between calls."""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from forcegen.workers.variables import LOAD
from forcegen.workers.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator


class WorkerPool:
    """Idle workers by key; a call takes one, or a new one, and gives it back.

    Whoever shares a key shares processes, and with them whatever an entry point has imported.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[str, list[Worker]] = defaultdict(list)
        self._closed = False

    def warm(self, key: str, load: str = "") -> None:
        """Start a worker for `key` ahead, without waiting for it, unless one is idle.

        Parameters
        ----------
        load
            What it runs at once: `module:function`, a function without arguments that loads what calls will need.
        """
        with self._lock:
            if self._idle[key] or self._closed:
                return
            worker = Worker({LOAD: load})
            worker.start()
            self._idle[key].append(worker)

    @contextmanager
    def worker(self, key: str) -> Iterator[Worker]:
        """Lend a worker for the time of a ``with`` block.

        Raises
        ------
        RuntimeError
            Where the pool is closed.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool of workers is closed")
            worker = self._idle[key].pop() if self._idle[key] else Worker()
        try:
            yield worker
        finally:
            with self._lock:
                keep = worker.pid is not None and not self._closed
                if keep:
                    self._idle[key].append(worker)
            if not keep:
                worker.close()

    def close(self) -> None:
        """End all workers; those that are lent end when they come back."""
        with self._lock:
            self._closed = True
            idle = [worker for workers in self._idle.values() for worker in workers]
            self._idle.clear()
        for worker in idle:
            worker.close()

    def __enter__(self) -> Self:
        """Return the pool."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the pool."""
        self.close()
