"""The engine's clock: temperature, prices, threads; from a task to better and better plans."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from forcegen.engine import command, moves, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from forcegen.engine.task import Ints, Task

# Temperatures, in mean gains of a column: where annealing starts (from a plan), and what is left of that at its end.
_WARM, _REWARM, _COLD = 3.0, 0.3, 1e-3
# Prices of limits, in what a unit of the limit gains: before the first plan, when annealing starts, and at least when
# it settles.
_STRICT, _LOOSE, _FIRM = 30.0, 0.3, 5.0
# From this share of the search on prices only rise, so that it ends within all limits.
_SETTLING = 0.8
# Until this share is over, a search without any plan looks for one first.
_PATIENCE = 0.2
# Before the rounds a search without a plan makes a good one quickly: limits cost this at first and then only more,
# temperatures are as above, it settles earlier, takes so many moves a unit, up to twice as many where it is not within
# all limits by then, and no more than this share of the search.
_CHEAP, _TEPID, _COOL = 0.1, 0.2, 0.1
_SOON = 0.7
_MOVES, _QUICKLY = 14, 1 / 4
# With fewer columns the first rounds are as quick, and from no plan they end better than from a quenched one.
_SMALL = 2_500
# The first round's share of the search; each is twice as long as the one before, the last is what is left.
_FIRST_ROUND = 1 / 64
CHUNK = 200
"""Moves between two looks at what share of the search is over."""
_LARGEST_RUIN = 8


class _Search:
    """One thread's state."""

    def __init__(self, task: Task, seed: int) -> None:
        self.task = task
        self.random = np.random.default_rng(seed)
        self.state, self.held = task.empty_state(), task.empty_held()
        self.best = np.inf
        self.price(_STRICT)
        self._lead(task.led)

    def price(self, level: float) -> None:
        """Set all prices of limits anew."""
        self.state.scale[:, 1] = level
        rows.reprice(self.task.problem, self.state, True)

    def price_at_least(self, level: float) -> None:
        """Raise prices of limits that are lower."""
        np.maximum(self.state.scale[:, 1], level, out=self.state.scale[:, 1])
        rows.reprice(self.task.problem, self.state, False)

    def run(self, temperature: float, falling: bool) -> bool:
        """Search on for a moment; tell whether a better plan was found."""
        before, problem = self.best, self.task.problem
        state, held, posts = self.state, self.held, self.task.commands
        self.best = moves.search(
            CHUNK, temperature, _LARGEST_RUIN, falling, before, problem, state, posts, held, self.random
        )
        return self.best < before

    def found(self) -> Ints:
        """Return the best plan, int64[columns]."""
        return self.task.taken(self.state.best_served, self.held.best)

    def serve(self, taken: Ints) -> None:
        """Give the tours of a plan to units, each to the one that has been free longest, and count in nothing else."""
        problem, served = self.task.problem, self.state.served
        served[:] = -1
        free, slot = problem.unit_free.copy(), np.zeros(len(served), dtype=np.int64)
        for z in self.task.tours_of(taken):
            k = np.searchsorted(problem.column_of, z, side="right") - 1
            able = np.flatnonzero((problem.unit_contingent == k) & (free <= problem.start[z]))
            if len(able):
                u = able[np.argmin(free[able])]
                served[u, slot[u]] = z
                slot[u], free[u] = slot[u] + 1, problem.again[z]
        held = np.bincount(served[served >= 0], minlength=len(self.task.order))
        self.state.amount[:] = self.task.matrix @ held.astype(np.float64)
        rows.follow(problem, self.state)
        self._lead(self.task.leads_of(taken))

    def _lead(self, led: NDArray[np.bool_]) -> None:
        """Give each command to those who lead, bool[commands, pairs, periods], as far as they may."""
        problem, posts, held = self.task.problem, self.task.commands, self.held
        held.column[:] = -1
        if len(led):
            rows.valued(problem, self.state)
        for c in range(len(led)):
            held.asked[:] = led[c]
            command.put_command(c, posts, held, problem, self.state, self.random)
        held.asked[:] = 0


def search(
    task: Task,
    *,
    seed: int,
    threads: int,
    progress: Callable[[], float],
    better: Callable[[Ints], None],
    start: Ints | None = None,
) -> None:
    """Search until `progress` says 1.

    Annealed ruin and recreate (Schrimpf et al. 2000; Christiaens and Vanden Berghe 2020), each unit put back by its
    best response, with limits as prices that follow what is broken. One search a thread, each with its own seed.

    Parameters
    ----------
    progress
        What share of the search is over; called between chunks of work, from any thread.
    better
        Told of each better plan: how many units take each tour, int64[columns], then 0 or 1 for each column that says
        who leads; from any thread, one at a time.
    start : int64[columns], optional
        A plan to start from, alike.
    """
    if not len(task.problem.unit_contingent) or not len(task.order):
        return
    known = _Known(better, start)

    def anneal(number: int) -> None:
        run = _Search(task, seed * 1_000_003 + number)
        small = len(task.order) < _SMALL
        begins = 0.0 if small or start is not None else _quench(run, progress, known)
        if begins >= 1:
            return
        left, begins = _part(progress, begins, 1.0), 0.0
        for ends in _rounds():
            _anneal(run, _part(left, begins, ends), known)
            begins = ends

    others = [threading.Thread(target=anneal, args=(number,), daemon=True) for number in range(1, threads)]
    for thread in others:
        thread.start()
    anneal(0)
    for thread in others:
        thread.join()


def _rounds() -> list[float]:
    """Return the share of the search at which each round ends: a plan early, and half of the time for the last."""
    ends, length = [_FIRST_ROUND], _FIRST_ROUND
    while ends[-1] + 4 * length < 1:
        length *= 2
        ends.append(ends[-1] + length)
    return [*ends, 1.0]


def _part(progress: Callable[[], float], begins: float, ends: float) -> Callable[[], float]:
    """Return what tells how much of one round is over."""
    return lambda: (progress() - begins) / (ends - begins)


class _Known:
    """The best plan of all threads."""

    def __init__(self, better: Callable[[Ints], None], start: Ints | None) -> None:
        self._better, self._lock, self._worth = better, threading.Lock(), np.inf
        self.plan = start

    def tell(self, found: _Search) -> None:
        """Take a thread's best plan, and pass it on if it is better."""
        with self._lock:
            if found.best < self._worth:
                self._worth = found.best
                self.plan = found.found()
                self._better(self.plan)


def _quench(run: _Search, progress: Callable[[], float], known: _Known) -> float:
    """Make a first plan, and soon a good one; return what share of the search is over then."""
    chunks = max(1, _MOVES * len(run.task.problem.unit_contingent) // CHUNK)
    first = run.best
    cheap = settling = False
    for chunk in range(2 * chunks):
        if (share := progress()) >= _QUICKLY:
            return share
        if chunk >= chunks and run.best < first:
            break
        done = min(chunk / chunks, 1.0)
        if not cheap and (run.best < np.inf or done >= _PATIENCE):
            run.price(_CHEAP)
            cheap, first = True, run.best
        if done >= _SOON and not settling:
            run.price_at_least(_FIRM)
            settling = True
        if run.run(run.task.mean_gain * (_TEPID * _COOL**done if cheap else _WARM * _COLD), falling=False):
            known.tell(run)
    return progress()


def _anneal(run: _Search, progress: Callable[[], float], known: _Known) -> None:
    """Anneal once, from the best plan so far; without one, from where the round before has ended."""
    begun = known.plan is not None
    warm = _REWARM if begun else _WARM
    if known.plan is not None:
        run.serve(known.plan)
    annealing = settling = False
    while (done := progress()) < 1:
        if not begun and run.best == np.inf and done < _PATIENCE:
            better = run.run(run.task.mean_gain * warm * _COLD, falling=False)
        else:
            if not annealing:
                run.price(_LOOSE)
                annealing = True
            if done >= _SETTLING and not settling:
                run.price_at_least(_FIRM)
                settling = True
            better = run.run(run.task.mean_gain * warm * _COLD**done, falling=done < _SETTLING)
        if better:
            known.tell(run)
