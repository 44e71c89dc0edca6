"""What several know of one goal: the better of plans and bounds, and when that is enough."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from forcegen.mip import INF, MipModel, Outcome, Status, Termination
from forcegen.planning.search.known import Known
from forcegen.solvers import SolveOptions
from tests.unit.solvers.models import make


def model() -> MipModel:
    """Two columns of at most 100, together at least 3; the first costs 10, the second 11."""
    return make([10, 11], [[1, 1]], [3], [INF], upper=100)


def ended(status: Status, termination: Termination, bound: int | None = None) -> Outcome:
    return Outcome(status, termination, None, None, bound, (), 0.0, "none", "0")


def known(gap: float = 0.0, stop: threading.Event | None = None) -> tuple[Known, list[tuple[int | None, int | None]]]:
    told: list[tuple[int | None, int | None]] = []
    options = SolveOptions(time_limit=60, gap=gap)
    return Known(model(), options, lambda _, value, bound: told.append((value, bound)), stop or threading.Event()), told


def test_only_what_is_better_is_kept_and_told() -> None:
    what, told = known()
    what.better(np.array([0, 3]))
    what.better(np.array([0, 4]))
    what.raise_bound(25)
    what.raise_bound(20)
    what.raise_bound(None)
    what.better(np.array([2, 1]))
    what.tell(30)
    assert told == [(33, 0), (31, 25), (30, 25)]
    assert (what.value, what.bound) == (31, 25)
    assert what.plan is not None
    assert what.plan.tolist() == [2, 1]


@pytest.mark.parametrize(("gap", "status"), [(0.0, Status.OPTIMAL), (0.1, Status.FEASIBLE)])
def test_a_gap_that_is_small_enough_ends_all(gap: float, status: Status) -> None:
    what, _ = known(gap)
    what.better(np.array([3, 0]))
    what.raise_bound(27)
    assert what.enough.is_set() == (gap > 0)
    what.raise_bound(27 if gap else 30)
    assert what.enough.is_set()
    outcome = what.judged(ended(Status.NO_SOLUTION, Termination.INTERRUPTED))
    assert (outcome.status, outcome.objective, outcome.bound) == (status, 30, what.bound)
    assert outcome.termination is (Termination.GAP if gap else Termination.OPTIMAL)


def test_a_request_to_stop_is_said_whatever_is_known() -> None:
    stop = threading.Event()
    what, _ = known(0.5, stop)
    what.better(np.array([3, 0]))
    stop.set()
    assert what.enough.is_set()
    what.raise_bound(29)
    assert what.judged(ended(Status.FEASIBLE, Termination.INTERRUPTED)).termination is Termination.INTERRUPTED
    assert what.outcome("none", "0").termination is Termination.INTERRUPTED


def test_what_a_solver_has_decided_stands_and_what_it_leaves_open_gets_the_bound_of_all() -> None:
    what, _ = known()
    what.raise_bound(25)
    assert what.judged(ended(Status.INFEASIBLE, Termination.OPTIMAL)).bound is None
    assert what.judged(ended(Status.ERROR, Termination.CRASHED)).bound is None
    assert what.judged(ended(Status.FEASIBLE, Termination.TIME_LIMIT, 20)).bound == 25
    assert what.judged(ended(Status.NO_SOLUTION, Termination.TIME_LIMIT)).bound == 25
    assert what.outcome("none", "0").status is Status.NO_SOLUTION
