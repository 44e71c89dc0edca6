from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil
import pytest

from forcegen.workers import Ending, FrameError, Worker, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRIES = "tests.unit.workers.entries"


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as made:
        yield made


def test_it_returns_json_and_arrays_whatever_is_printed(worker: Worker) -> None:
    reply = worker.call(f"{ENTRIES}:echo", {"row": np.arange(3), "text": "hello"})
    assert reply.ending is Ending.RETURNED
    assert reply.result is not None
    assert reply.result["row"].tolist() == [0, 1, 2]
    assert reply.result["text"] == "hello"
    assert not reply.asked
    assert reply.peak_memory is None or reply.peak_memory > 1_000_000


def test_large_arrays_pass_both_ways(worker: Worker) -> None:
    row = np.arange(12_500_000, dtype=np.int64)
    reply = worker.call(f"{ENTRIES}:echo", {"row": row})
    assert reply.result is not None
    assert np.array_equal(reply.result["row"], row)


def test_messages_arrive_in_order(worker: Worker) -> None:
    got: list[dict[str, Any]] = []
    reply = worker.call(f"{ENTRIES}:count", {"to": 200}, on_message=got.append)
    assert [message["number"] for message in got] == list(range(200))
    assert got[3]["row"].tolist() == [0, 1, 2]
    assert reply.result is not None
    assert reply.result["done"] is True


def test_an_exception_is_reported_and_the_worker_lives_on(worker: Worker) -> None:
    worker.start()
    before = worker.pid
    reply = worker.call(f"{ENTRIES}:fail", {})
    assert reply.ending is Ending.RAISED
    assert reply.message == "ValueError: no such thing"
    assert "in fail" in reply.traceback
    assert worker.call(f"{ENTRIES}:nowhere", {}).message.startswith("AttributeError")
    assert worker.call("no.such.module:f", {}).message.startswith("ModuleNotFoundError")
    assert "not JSON" in worker.call(f"{ENTRIES}:returns_nonsense", {}).message
    assert worker.pid == before


def test_a_payload_that_cannot_be_sent_is_refused() -> None:
    with Worker() as worker:
        with pytest.raises(FrameError, match="cannot be sent"):
            worker.call(f"{ENTRIES}:echo", {"row": np.array([None])})
        with pytest.raises(FrameError, match="must not start with @"):
            worker.call(f"{ENTRIES}:echo", {"@entry": 1})
        assert worker.call(f"{ENTRIES}:echo", {}).ending is Ending.RETURNED


def test_it_is_asked_to_stop_at_its_limit(worker: Worker) -> None:
    reply = worker.call(f"{ENTRIES}:polite", {}, time_limit=0.3, grace=20)
    assert reply.ending is Ending.RETURNED
    assert reply.asked
    assert reply.result is not None
    assert reply.result["heard"] == 2


def test_it_is_asked_to_stop_by_the_event(worker: Worker) -> None:
    stop = threading.Event()
    reply = worker.call(f"{ENTRIES}:polite", {}, stop=stop, grace=20, on_message=lambda _: stop.set())
    assert reply.ending is Ending.RETURNED
    assert reply.asked


def test_an_exception_of_the_listener_ends_the_worker() -> None:
    pids: list[int] = []

    def refuse(message: dict[str, Any]) -> None:
        pids.append(message["pid"])
        raise KeyError("listener")

    worker = Worker()
    with pytest.raises(KeyError, match="listener"):
        worker.call(f"{ENTRIES}:polite", {}, on_message=refuse)
    assert worker.pid is None
    assert not psutil.pid_exists(pids[0])


def test_the_environment_is_passed_on() -> None:
    with Worker({"FORCEGEN_TEST": "yes"}) as worker:
        reply = worker.call(f"{ENTRIES}:environment", {"name": "FORCEGEN_TEST"})
    assert reply.result is not None
    assert reply.result["value"] == "yes"


def test_no_solver_library_is_imported_before_it_is_needed() -> None:
    with Worker() as fresh:
        reply = fresh.call(f"{ENTRIES}:imported", {})
    assert reply.result is not None
    assert not {"highspy", "ortools", "pulp"} & set(reply.result["modules"])


@pytest.mark.skipif(sys.platform == "win32", reason="priorities are classes there")
def test_it_gives_way_for_good_and_only_so_much() -> None:
    with Worker() as worker:
        for _ in range(2):
            worker.give_way()
            assert worker.pid is not None
            assert psutil.Process(worker.pid).nice() == min(psutil.Process().nice() + 10, 19)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no sessions")
def test_it_has_a_group_of_its_own_in_our_session() -> None:
    """Linux weighs sessions against each other: with its own, two busy workers would leave us next to nothing."""
    with Worker() as worker:
        worker.start()
        assert worker.pid is not None
        assert os.getpgid(worker.pid) == worker.pid != os.getpgrp()
        assert os.getsid(worker.pid) == os.getsid(0)


def test_a_pool_keeps_workers_by_key_and_replaces_dead_ones() -> None:
    with WorkerPool() as pool:
        pool.warm("a")
        pids = []
        for _ in range(2):
            with pool.worker("a") as worker:
                reply = worker.call(f"{ENTRIES}:pid", {})
                assert reply.result is not None
                pids.append(reply.result["pid"])
        assert pids[0] == pids[1]
        with pool.worker("a") as first, pool.worker("a") as second, pool.worker("b") as other:
            for worker in (first, second, other):
                worker.start()
            assert len({pids[0], first.pid, second.pid, other.pid}) == 3
        with pool.worker("a") as worker:
            gone = worker.pid
            worker.close()
        with pool.worker("a") as worker:
            worker.start()
            assert worker.pid != gone
            left = worker.pid
    assert left is not None
    assert not psutil.pid_exists(left)
    with pytest.raises(RuntimeError, match="closed"), pool.worker("a"):
        pass


def test_a_worker_that_is_warmed_loads_ahead_and_what_fails_there_fails_in_the_call_alone() -> None:
    with WorkerPool() as pool:
        pool.warm("good", f"{ENTRIES}:remember")
        pool.warm("bad", "no.such.module:f")
        for key, remembered in (("good", True), ("bad", False)):
            with pool.worker(key) as worker:
                reply = worker.call(f"{ENTRIES}:remembered", {})
                assert reply.result is not None
                assert reply.result["remembered"] is remembered
