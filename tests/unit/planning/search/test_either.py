"""Events that are set where others are."""

from __future__ import annotations

import threading
import time

from forcegen.planning.search.either import Asked, Either


def test_it_is_set_where_either_is() -> None:
    other = threading.Event()
    either = Either(other)
    assert not either.is_set()
    assert not either.wait(0.01)
    either.set()
    assert either.is_set()
    assert not other.is_set()
    either.clear()
    assert not either.is_set()
    other.set()
    assert either.is_set()
    either.clear()
    assert either.is_set()


def test_who_waits_hears_of_either() -> None:
    for which in range(2):
        other = threading.Event()
        either = Either(other)
        threading.Timer(0.05, (either, other)[which].set).start()
        begun = time.monotonic()
        assert either.wait(60)
        assert time.monotonic() - begun < 30
    assert Either(other).wait()


def test_ctrl_c_in_a_call_asks_all_to_stop_and_is_no_other_end() -> None:
    stop = threading.Event()
    enough = Either(stop)
    asked = Asked(enough, stop)
    enough.set()
    assert asked.is_set()
    assert not stop.is_set()
    enough.clear()
    asked.set()
    assert stop.is_set()
    assert asked.is_set()
