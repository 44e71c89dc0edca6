"""Who makes the runs: this process, or processes of this machine."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Protocol

from forcegen.runs.one import failed, run_here, run_in
from forcegen.workers import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forcegen.runs.record import Record
    from forcegen.runs.task import Task


class Executor(Protocol):
    """Makes runs."""

    def run(self, tasks: Sequence[Task], stop: threading.Event) -> Iterator[Record]:
        """Yield each run when it is finished, in whichever order; none that `stop` interrupted."""
        ...


class Here:
    """One run after the other, in this process."""

    def run(self, tasks: Sequence[Task], stop: threading.Event) -> Iterator[Record]:
        """Yield the runs in their order."""
        for task in tasks:
            if stop.is_set():
                return
            record = run_here(task, stop)
            if record is not None:
                yield record


class Processes:
    """Some processes of this machine, a run at a time in each.

    Parameters
    ----------
    count
        How many.
    fresh
        Whether every run has a process that nothing ran in before.
    """

    def __init__(self, count: int = 1, *, fresh: bool = False) -> None:
        self._count, self._fresh = count, fresh

    def run(self, tasks: Sequence[Task], stop: threading.Event) -> Iterator[Record]:
        """Yield the runs as they are finished; where nobody takes them any more, the processes end."""
        waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
        done: queue.SimpleQueue[Record | None] = queue.SimpleQueue()
        for task in tasks:
            waiting.put(task)
        enough = threading.Event()
        slots = [
            threading.Thread(target=self._slot, args=(waiting, done, enough), daemon=True)
            for _ in range(min(self._count, len(tasks)))
        ]
        for slot in slots:
            slot.start()
        try:
            yield from self._finished(done, len(slots), stop, enough)
        finally:
            enough.set()
            for slot in slots:
                slot.join()

    def _slot(
        self, waiting: queue.SimpleQueue[Task], done: queue.SimpleQueue[Record | None], stop: threading.Event
    ) -> None:
        worker = Worker()
        try:
            while not stop.is_set():
                try:
                    task = waiting.get_nowait()
                except queue.Empty:
                    return
                try:
                    record = run_in(worker, task, stop)
                except Exception as error:  # a payload that cannot be sent, a machine that starts no process
                    record = failed(task, f"{type(error).__name__}: {error}", None)
                if record is not None:
                    done.put(record)
                if self._fresh:
                    worker.close()
        finally:
            worker.close()
            done.put(None)

    def _finished(
        self,
        done: queue.SimpleQueue[Record | None],
        slots: int,
        stop: threading.Event,
        enough: threading.Event,
    ) -> Iterator[Record]:
        while slots:
            if stop.is_set():
                enough.set()
            try:
                record = done.get(timeout=0.1)
            except queue.Empty:
                continue
            if record is None:
                slots -= 1
            else:
                yield record
