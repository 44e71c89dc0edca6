"""A cluster of dask.distributed that makes the runs, one in each of its workers' slots."""

from __future__ import annotations

import logging
import queue
import threading
import uuid
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from forcegen.runs.one import failed, run_in
from forcegen.workers import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forcegen.runs.record import Record
    from forcegen.runs.task import Task

LOCAL = "local"
_CONNECT_SECONDS = 10
# How many workers may be lost with a run in them before it counts as failed.
_LOSSES = 5

_stops: dict[str, threading.Event] = {}
_stops_lock = threading.Lock()


class ClusterError(Exception):
    """A cluster that cannot be used, with what to do about it."""


class Cluster:
    """Runs on dask.distributed; one whose worker is lost is made again on another.

    Each run has a process of its own beside its dask worker, which ends with it.

    Parameters
    ----------
    address
        Of the scheduler, or `local`: workers of this machine, on loopback.
    workers
        How many of these, with one slot each.
    """

    def __init__(self, address: str, workers: int = 1) -> None:
        self._address, self._workers = address, workers

    def run(self, tasks: Sequence[Task], stop: threading.Event) -> Iterator[Record]:
        """Yield the runs as they are finished.

        Raises
        ------
        ClusterError
            If dask.distributed is not installed, or nobody answers at the address.
        """
        with self._client() as client:
            yield from _Submitted(client, tasks).finished(stop)

    @contextmanager
    def _client(self) -> Iterator[Any]:
        try:
            import dask
            import distributed
        except ImportError:
            raise ClusterError("dask.distributed is not installed; pip install 'forcegen[cluster]'") from None
        library: Any = distributed
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        if self._address != LOCAL:
            try:
                if ":" not in self._address:  # distributed looks for it for long, and dies untidily
                    raise ValueError("an address has a port")
                client = library.Client(self._address, timeout=_CONNECT_SECONDS, set_as_default=False)
            except (OSError, ValueError, TypeError) as error:
                message = f"no cluster answers at {self._address!r}: {error}"
                raise ClusterError(f"{message}; start dask scheduler and workers, and give tcp://HOST:PORT") from None
            with client:
                yield client
            return
        chosen = {"distributed.scheduler.allowed-failures": _LOSSES}
        with (
            dask.config.set(chosen),
            library.LocalCluster(
                n_workers=self._workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",  # its default is one port for all, on every address
                silence_logs=logging.CRITICAL,
            ) as cluster,
            library.Client(cluster, set_as_default=False) as client,
        ):
            yield client


class _Submitted:
    """Runs that a client has handed to its cluster."""

    def __init__(self, client: Any, tasks: Sequence[Task]) -> None:
        self._client, self._token = client, uuid.uuid4().hex
        self._done: queue.SimpleQueue[tuple[Task, Any]] = queue.SimpleQueue()
        self._futures = []
        for position, task in enumerate(tasks):
            key = f"forcegen-{task.run}-{self._token}"
            future = client.submit(_run, task, self._token, key=key, pure=False, priority=-position)
            future.add_done_callback(lambda future, task=task: self._done.put((task, future)))
            self._futures.append(future)

    def finished(self, stop: threading.Event) -> Iterator[Record]:
        left = len(self._futures)
        try:
            while left and not stop.is_set():
                try:
                    task, future = self._done.get(timeout=0.1)
                except queue.Empty:
                    continue
                left -= 1
                if future.cancelled():
                    continue
                error = future.exception()
                record = future.result() if error is None else failed(task, f"{type(error).__name__}: {error}")
                if record is not None:
                    yield record
        finally:
            if left:
                self._halt()

    def _halt(self) -> None:
        """End what runs and forget what waits."""
        with suppress(Exception):  # a cluster that is gone has nothing to end
            self._client.cancel(self._futures, force=True)
            self._client.run(_stop, self._token)


def _run(task: Task, token: str) -> Record | None:
    """Make a run in a slot of a dask worker."""
    with Worker() as worker:
        return run_in(worker, task, _stopping(token))


def _stop(token: str) -> None:
    _stopping(token).set()


def _stopping(token: str) -> threading.Event:
    with _stops_lock:
        return _stops.setdefault(token, threading.Event())
