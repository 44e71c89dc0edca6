"""Run a suite: every run in a process of its own, one at a time, each stored the moment it is finished."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from forcegen.bench.suite import Suite, read_suite
from forcegen.bench.tasks import reference_task, suite_tasks, warm_up_tasks
from forcegen.io.whole import write_whole
from forcegen.io.yaml import read_text
from forcegen.planning.solve import AUTO
from forcegen.runs import Cluster, Executor, Processes, Record, Store, make_runs
from forcegen.workers import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from forcegen.runs import Task


@dataclass(frozen=True)
class SuiteRun:
    """How far a suite is: its name, runs finished, and runs that there are."""

    suite: str
    finished: int
    wanted: int
    seconds: float

    @property
    def complete(self) -> bool:
        """Whether every run is finished."""
        return self.finished == self.wanted


def run_suite(
    suite: Path | str,
    folder: Path | str,
    *,
    data: Path | str | None = None,
    cluster: str | None = None,
    workers: int = 1,
    on_done: Callable[[Record, int, int], None] | None = None,
    on_warm_up: Callable[[], None] | None = None,
    stop: threading.Event | None = None,
) -> SuiteRun:
    """Make the runs of a suite that `folder` does not hold yet; killed at any moment, it goes on when called again.

    On this machine runs are made one at a time, after one solve by each solver that does not count, and a reference
    solve is repeated between them to see how the machine's speed drifts. On a cluster each worker slot makes one at a
    time; whether slots share a machine is for those who start the workers to see to.

    Parameters
    ----------
    suite
        A YAML file (`forcegen.bench.suite.Suite`).
    data
        Folder in which the paths of classical files begin; the suite's unless given.
    cluster, workers
        Address of a dask.distributed scheduler; or `local`, for one on this machine with so many workers.
    on_done
        Told of each run that is finished, how many are, and how many there are.
    on_warm_up
        Told when the machine is about to be warmed up: the suite and all it names are in order then.
    stop
        Set it to end early; the run under way is not stored.

    Raises
    ------
    forcegen.io.errors.InputError
        If the suite, or anything that it names, is malformed.
    forcegen.solvers.SolverError
        If a solver is unknown or not available.
    forcegen.runs.StoreError, forcegen.runs.ClusterError
        If the folder or the cluster cannot be used.
    """
    begun, file, stop = time.monotonic(), Path(suite), stop or threading.Event()
    chosen = read_suite(file)
    tasks = suite_tasks(chosen, file.parent, None if data is None else Path(data))
    with Store(folder) as store:
        write_whole({"suite.yaml": read_text(file, str(file))}, folder)
        executor: Executor
        if cluster is None:
            if chosen.warm_up and on_warm_up is not None:
                on_warm_up()
            warm_ups = _warmed(chosen, file.parent, stop) if chosen.warm_up else []
            executor = _Alternating(reference_task(chosen), chosen.reference_every, warm_ups, store)
        else:
            executor = Cluster(cluster, workers)
        make_runs(tasks, store, executor, stop, on_done)
        finished = store.finished() & {task.run for task in tasks}
    return SuiteRun(chosen.suite, len(finished), len(tasks), time.monotonic() - begun)


def _warmed(suite: Suite, folder: Path, stop: threading.Event) -> list[Task]:
    """Return the runs that warm the machine up; the engine, which they are too small for, is compiled here."""
    if any(entrant.solver == AUTO or entrant.alone is False for entrant in suite.solvers):
        with Worker() as worker:
            worker.call("forcegen.engine.ready:enter", {}, stop=stop)
    return warm_up_tasks(suite, folder)


class _Alternating:
    """Runs one at a time, each in a fresh process; the reference solve between them, warm-ups before all."""

    def __init__(self, reference: Task, every: float, warm_ups: Sequence[Task], store: Store) -> None:
        self._reference, self._every, self._warm_ups, self._store = reference, every, warm_ups, store
        self._alone = Processes(1, fresh=True)
        self._last: float | None = None
        self._measured_at = 0.0

    def run(self, tasks: Sequence[Task], stop: threading.Event) -> Iterator[Record]:
        """Yield the runs in their order."""
        for record in self._alone.run(self._warm_ups, stop):
            self._store.put(record)
        for task in tasks:
            self._measure(stop)
            for record in self._alone.run([task], stop):
                yield replace(record, reference_seconds=self._last)

    def _measure(self, stop: threading.Event) -> None:
        """Repeat the reference solve where it is time to."""
        if stop.is_set() or (self._last is not None and time.monotonic() - self._measured_at < self._every):
            return
        for record in self._alone.run([self._reference], stop):
            self._last = record.seconds_total
            self._measured_at = time.monotonic()
