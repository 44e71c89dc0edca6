"""Whoever waits for a call goes on when its time is over; the call ends by itself."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from forcegen.planning.search import auto
from forcegen.planning.search.aside import Aside
from forcegen.planning.solve import Settings, solve

if TYPE_CHECKING:
    from forcegen.mip import Ints


def now() -> float:
    return time.monotonic()


def test_nobody_waits_beyond_the_time_and_the_call_goes_on() -> None:
    aside, end = Aside(), threading.Event()
    assert aside.over(now())

    def wait() -> None:
        end.wait(60)

    aside.begin(wait)
    assert not aside.over(now() + 0.05)
    stop = threading.Event()
    stop.set()
    assert not aside.over(now() + 60, stop)
    end.set()
    assert aside.over(now() + 60)


def test_what_a_call_raises_is_raised_once_where_it_is_waited_for() -> None:
    aside = Aside()

    def fail() -> None:
        raise ValueError("no")

    aside.begin(fail)
    with pytest.raises(ValueError, match="no"):
        aside.over(now() + 60)
    assert aside.over(now())


def test_an_engine_that_does_not_come_up_takes_no_time_from_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[float] = []
    improve = auto.Engine.improve

    def timed(engine: auto.Engine, *given: object, seconds: float, **named: object) -> Ints | None:
        begun = now()
        found = improve(engine, *given, seconds=seconds, **named)  # type: ignore[arg-type]
        ended.append(now() - begun - seconds)
        return found

    monkeypatch.setattr(auto, "LEAST_TOURS", 0)
    monkeypatch.setattr(auto, "_ENTRY", "tests.unit.workers.entries:deaf")
    monkeypatch.setattr(auto.Engine, "improve", timed)
    result = solve("instances/tutorial", settings=Settings(time_limit=8, gap=0, threads=1))
    assert result.audit is not None
    assert result.audit.clean
    assert len(ended) == len(result.tiers)
    assert max(ended) < auto._GRACE / 2
