"""Make runs that are not yet in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable

    from forcegen.runs.executors import Executor
    from forcegen.runs.record import Record
    from forcegen.runs.store import Store
    from forcegen.runs.task import Task


def make_runs(
    tasks: Iterable[Task],
    store: Store,
    executor: Executor,
    stop: threading.Event,
    on_done: Callable[[Record, int, int], None] | None = None,
) -> None:
    """Make each run that is not finished and store it the moment that it is.

    Parameters
    ----------
    tasks
        Those of the same name are made once.
    store
        Open for writing.
    stop
        Set it to end early; what is under way then is not stored.
    on_done
        Told of each run that is stored, of how many are finished now, and of how many there are in all.
    """
    wanted = {task.run: task for task in tasks}
    finished = store.finished() & wanted.keys()
    left = [task for name, task in wanted.items() if name not in finished]
    for number, record in enumerate(executor.run(left, stop) if left else (), len(finished) + 1):
        store.put(record)
        if on_done is not None:
            on_done(record, number, len(wanted))
