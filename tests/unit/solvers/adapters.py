"""Adapters that lie, hang or break; run in workers by the tests. All know `models.simple`, whose optimum is 1003."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

import numpy as np

from forcegen.mip import Status, Termination
from forcegen.solvers.pulp_library import LIBRARIES
from forcegen.solvers.wire import Stream, answer, unpack

Body = dict[str, Any]

BEST = np.array([1, 1, 0])
WORSE = np.array([1, 1, 1])
BROKEN = np.array([1, 0, 0])


def hang(payload: Body, channel: Any) -> Body:
    stream = Stream(channel)
    stream.bound(1001.5)
    stream.plan(WORSE)
    while True:
        time.sleep(1)


def mute(payload: Body, channel: Any) -> Body:
    while True:
        time.sleep(1)


def die(payload: Body, channel: Any) -> Body:
    Stream(channel).plan(WORSE)
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def fail(payload: Body, channel: Any) -> Body:
    raise RuntimeError("licence expired")


def eat(payload: Body, channel: Any) -> Body:
    Stream(channel).plan(WORSE)
    held = []
    while True:
        held.append(np.ones(2_000_000))
        time.sleep(0.02)


def broken_plan(payload: Body, channel: Any) -> Body:
    return answer("kOptimal", (Status.OPTIMAL, Termination.OPTIMAL), x=BROKEN, bound=1002.0)


def broken_then_good(payload: Body, channel: Any) -> Body:
    Stream(channel).plan(WORSE)
    return broken_plan(payload, channel)


def denies_a_plan(payload: Body, channel: Any) -> Body:
    Stream(channel).plan(BEST)
    return answer("kInfeasible", (Status.INFEASIBLE, Termination.OPTIMAL))


def bound_too_high(payload: Body, channel: Any) -> Body:
    return answer("kOptimal", (Status.OPTIMAL, Termination.OPTIMAL), x=BEST, bound=1005.0)


def optimal_without_proof(payload: Body, channel: Any) -> Body:
    return answer("kOptimal", (Status.OPTIMAL, Termination.OPTIMAL), x=BEST)


def stopped_late(payload: Body, channel: Any) -> Body:
    Stream(channel).plan(WORSE)
    while not channel.stopped():
        time.sleep(0.01)
    return answer("kInterrupt", (Status.FEASIBLE, Termination.INTERRUPTED), x=WORSE, bound=None)


def echo_job(payload: Body, channel: Any) -> Body:
    job = unpack(payload)
    return answer("", (Status.FEASIBLE, Termination.TIME_LIMIT), x=job.start, message=job.model.digest())


def libraries(payload: Body, channel: Any) -> Body:
    """The solver libraries that this process has loaded."""
    names = {*LIBRARIES.values(), "ortools"}
    return {"libraries": sorted(name for name in names if sys.modules.get(name) is not None)}
