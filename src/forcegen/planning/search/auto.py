"""The engine beside the solvers: a plan to start from, found in a worker of its own."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from forcegen.engine.wire import Crew, pack
from forcegen.formulation.decode import settled
from forcegen.formulation.leading import guess
from forcegen.mip import CHOSEN, IMPLIED, INF
from forcegen.planning.search.aside import Aside
from forcegen.planning.search.leading import KEPT_BY_ITSELF, lead_and_hold, leading
from forcegen.planning.search.polish import Polish
from forcegen.tours.roster import free_after, units_of
from forcegen.workers import Ending

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forcegen.domain.instance import Instance
    from forcegen.formulation.goals import Objective
    from forcegen.formulation.tour import Formulation
    from forcegen.mip import Ints, MipModel
    from forcegen.mip.priced import Guide
    from forcegen.solvers import SolveOptions
    from forcegen.workers import Body, WorkerPool

Floats = NDArray[np.float64]

KEY = "engine"
_ENTRY = "forcegen.engine.entry:run"
LOADED = "forcegen.engine.ready:load"
"""What the engine's process loads ahead: what is compiled of it, by the smallest task there is."""
# A worker that still loads its libraries when its time is over is not killed, since the next goal needs it; nobody
# waits longer than this for what it has to hand over.
_GRACE, _HANDING_OVER = 20.0, 0.25

# Many models with fewer tours are solved by the solver alone before the engine's worker has started.
LEAST_TOURS = 3_000
# Where so many columns beside the tours say yes or no, and tours are no more than this, CP-SAT is ahead of the engine.
_YES_OR_NO, _MOST_TOURS = 0.25, 10_000
# What an earlier goal counts beside the one being minimised, and the next one: they lead the engine, the exact limits
# of the tiers judge what it finds.
_EARLIER, _NEXT = 20.0, 0.01
# How often reduced costs count when prices guide the search, how often what units' time is worth while they have
# nothing to do, and which part of the tours the search keeps then.
_GUIDED, _EMPLOYED, _WORTHWHILE = 3.0, 2.0, 0.25
# How rows begin that keep units from being in two places.
_POOL = "pool("


def large(formulation: Formulation) -> bool:
    """Return whether the engine is worth its start from the beginning; with one period there are no timetables."""
    return formulation.frame.periods > 1 and len(formulation.frame.columns.tours) >= LEAST_TOURS


def weight(later: int) -> float:
    """Return what a goal counts in a search that is so many goals before it, negative: after it; 0 beyond the next."""
    return _EARLIER if later < 0 else {0: 1.0, 1: _NEXT}.get(later, 0.0)


def possibly_large(instance: Instance) -> bool:
    """Return whether the engine may be worth its start from the beginning, from a count that leaves out no tour."""
    periods, sectors = instance.horizon.periods, len(instance.sectors)
    services = sum(len(k.fills) * len(k.tour_lengths) for k in instance.contingents)
    return periods > 1 and periods * sectors * services >= LEAST_TOURS


class Engine:
    """Plans for one formulation by the engine."""

    def __init__(self, formulation: Formulation, goals: Sequence[str], *, refused: bool = False) -> None:
        self._formulation = formulation
        self._goals = goals
        self.message = ""
        self._aside = Aside()  # the call under way
        self.late = False  # whether the last call was not over in its time, as while libraries are loaded
        self._refused = refused or formulation.frame.single or not len(self._free)
        self._large = large(formulation)

    @property
    def tours(self) -> int:
        """How many tours the formulation has; they are its first columns."""
        return len(self._formulation.frame.columns.tours)

    @property
    def useful(self) -> bool:
        """Whether the engine helps from the beginning: it understands the model, has not failed, and much is to do."""
        return self.able and self._large and not self.outdone

    @cached_property
    def outdone(self) -> bool:
        """Whether CP-SAT is ahead: leads, nations in each place and other yes-or-no rules decide, not so many tours."""
        yes_or_no = np.isin(self._formulation.defined, (IMPLIED, CHOSEN)).sum()
        return not self._formulation.frame.single and self.tours <= _MOST_TOURS and yes_or_no >= _YES_OR_NO * self.tours

    @property
    def idle(self) -> bool:
        """Whether no tour is left to decide."""
        return not self._formulation.frame.single and not len(self._free)

    @property
    def able(self) -> bool:
        """Whether the engine understands the model, and has not failed."""
        return not self._refused

    @property
    def racing(self) -> bool:
        """Whether it is worth a turn beside a solver: it is able, and there are timetables to search."""
        return self.able and self._formulation.frame.periods > 1

    def improve(
        self,
        goal: str,
        mip: MipModel,
        values: Ints | None,
        *,
        seconds: float,
        threads: int,
        seed: int,
        stop: threading.Event,
        workers: WorkerPool,
        better: Callable[[Ints, float], None],
        work: int | None = None,
        guide: Guide | None = None,
        afresh: bool = False,
    ) -> Ints | None:
        """Return the best plan found, or `values` where nothing better is found; a crash of the engine loses nothing.

        Parameters
        ----------
        mip
            The model with this goal's objective and all limits so far: every plan is checked against it exactly.
        values : int64[columns], optional
            The plan so far.
        better
            Told of each better plan and the seconds since this call.
        work
            Moves after which it ends; one thread.
        guide
            Prices of the relaxation. The search counts several times what tours cost more than they are worth at them,
            and what pools are worth that are not used; it leaves out most of the tours that cost more.
        afresh
            Begin without the plan so far, which only has to be bettered.
        """
        begun, best = time.monotonic(), values
        ends, ending, lock = begun + seconds, threading.Event(), threading.Lock()
        if self._refused or seconds <= 0 or stop.is_set() or not self._aside.over(ends, stop):
            return values
        self.late = False
        given, free = self._given(values), self._worthwhile(values, guide)

        def hear(message: Body) -> None:
            nonlocal best
            point = self._point(given, free, message["taken"])
            if not mip.feasible(point):
                return
            with lock:
                if not ending.is_set() and (best is None or mip.value(point) < mip.value(best)):
                    best = point
                    better(point, time.monotonic() - begun)

        payload = self._payload(
            self._worth(goal, guide),
            given,
            free,
            deadline=ends,
            threads=threads,
            seed=seed,
            start=None if values is None or afresh else self._start(values, free),
            work=work,
        )
        enough = threading.Event()
        try:
            self._aside.begin(lambda: self._call(payload, ends, enough, workers, hear))
            if not self._aside.over(ends, stop):
                enough.set()
                self.late = not self._aside.over(time.monotonic() + _HANDING_OVER)
        finally:
            enough.set()
            with lock:
                ending.set()
        return best

    def polish(
        self, mip: MipModel, options: SolveOptions, workers: WorkerPool, better: Callable[[Ints], None]
    ) -> Polish:
        """Return what betters a plan part by part."""
        return Polish(self._formulation, mip, options, workers, better)

    def _call(
        self,
        payload: Body,
        ends: float,
        stop: threading.Event,
        workers: WorkerPool,
        hear: Callable[[Body], None],
    ) -> None:
        left = max(0.0, ends - time.monotonic())
        with workers.worker(KEY) as worker:
            reply = worker.call(_ENTRY, payload, time_limit=left, grace=_GRACE, on_message=hear, stop=stop)
        if reply.result is not None and not reply.result["understood"]:
            self._refused = True
        elif reply.ending in (Ending.RAISED, Ending.CRASHED):
            self._refused, self.message = True, f"the engine failed: {reply.message}"

    def _given(self, values: Ints | None) -> Ints:
        """Return a point with tours that cannot change, and who leads to begin with, or a guess at it."""
        formulation, model = self._formulation, self._formulation.model
        point = np.zeros(model.columns, dtype=np.int64)
        leads = formulation.lead_columns
        if formulation.leads is not None:
            guessed = guess(formulation) if values is None else values[leads]
            point[leads] = np.clip(guessed, model.lower[leads], model.upper[leads])
        point[: self.tours] = model.lower[: self.tours]
        return settled(formulation, point)

    def _start(self, values: Ints, free: Ints) -> Ints:
        """Return a plan as the engine's columns; who held a command last follows from who leads."""
        leads, holds = lead_and_hold(self._formulation)
        return np.concatenate([values[free], values[leads], np.zeros_like(holds)])

    def _point(self, given: Ints, free: Ints, taken: Ints) -> Ints:
        """Return the point of a plan that the engine has found."""
        leads, _ = lead_and_hold(self._formulation)
        point = given.copy()
        point[free], point[leads] = taken[: len(free)], taken[len(free) : len(free) + len(leads)]
        return settled(self._formulation, point)

    def _payload(self, worth: Floats, given: Ints, free: Ints, **search: Any) -> Body:
        formulation = self._formulation
        model, worth = self._posed(worth, given, free)
        capped = np.flatnonzero(self._capped[free])
        caps = sp.csr_array(
            (np.ones_like(capped), (np.arange(len(capped)), capped)), shape=(len(capped), model.columns)
        )
        model = model.with_rows(caps, np.full(len(capped), -INF), formulation.model.upper[free[capped]])
        return pack(
            model,
            worth,
            self._crew(free),
            period=np.append(self._period, np.full(len(capped), -1)),
            defined=formulation.defined[formulation.defined != CHOSEN],
            ignored=np.append(self._kept, np.zeros(len(capped), dtype=bool)),
            leading=leading(formulation, self._rows, given),
            **search,
        )

    def _posed(self, worth: Floats, given: Ints, free: Ints) -> tuple[MipModel, Floats]:
        """Return the model over free tours, leads and what follows, and what its columns are worth; no objective.

        Who leads a sector is also the last to have led it.
        """
        model, (leads, holds) = self._formulation.model, lead_and_hold(self._formulation)
        fixed = np.setdiff1d(np.arange(self.tours), free)
        others = np.setdiff1d(np.arange(self.tours, model.columns), np.concatenate([leads, holds]))
        kept = np.concatenate([free, leads, holds, others])
        model, worth = _without(model, fixed, given[fixed], kept), worth[kept]
        if len(holds):
            held, led = (len(free) + len(leads) * j + np.arange(len(leads)) for j in (1, 0))
            links = sp.csr_array((np.ones_like(held), (held, led)), shape=(len(kept), len(kept)))
            both = sp.csr_array(sp.eye_array(len(kept), dtype=np.int64) + links)
            model, worth = replace(model, matrix=sp.csr_array(model.matrix @ both)), np.asarray(worth @ both)
        return model, worth

    def _worthwhile(self, values: Ints | None, guide: Guide | None) -> Ints:
        """Return the tours to decide on, int64[free]: with a guide those that cost least, and those of the plan."""
        if guide is None:
            return self._free
        cost = guide.reduced[self._free]
        kept = cost <= np.quantile(cost, _WORTHWHILE)
        return self._free[kept if values is None else kept | (values[self._free] > 0)]

    @cached_property
    def _settled(self) -> NDArray[np.bool_]:
        """Return which columns are tours that cannot be taken otherwise, bool[columns]."""
        model = self._formulation.model
        result = model.lower == model.upper
        result[self.tours :] = False
        return np.asarray(result)

    @cached_property
    def _free(self) -> Ints:
        """Return the tours that the engine decides on, int64[free]."""
        return np.flatnonzero(~self._settled[: self.tours])

    @cached_property
    def _capped(self) -> NDArray[np.bool_]:
        """Return which tours fewer units may take than there are, bool[tours]."""
        frame = self._formulation.frame
        pool = frame.by_contingent(lambda k: k.pool)[frame.columns.tours.contingent]
        return np.asarray(self._formulation.model.upper[: len(pool)] < pool)

    def _worth(self, goal: str, guide: Guide | None = None) -> Floats:
        position = list(self._goals).index(goal)
        worth = np.zeros(self._formulation.model.columns)
        for i, name in enumerate(self._goals):
            objective: Objective = self._formulation.objectives[name]
            worth += weight(i - position) * float(objective.scale) * objective.coefficients
        if guide is not None:
            scale = float(self._formulation.objectives[goal].scale)
            tours = slice(self.tours)
            worth[tours] += _GUIDED * scale * np.maximum(guide.reduced[tours], 0)
            worth[tours] -= _EMPLOYED * scale * self._employment(guide.price)[tours]
        return worth

    def _employment(self, price: Floats) -> Floats:
        """Return what the time that a tour takes of its contingent's units is worth at prices, float64[columns]."""
        pools = np.flatnonzero([name.startswith(_POOL) for name in self._rows])
        return np.asarray(self._formulation.model.matrix[pools].T @ -price[pools])

    def _crew(self, free: Ints) -> Crew:
        frame = self._formulation.frame
        instance, tours = frame.instance, frame.columns.tours.take(free)
        contingent, since = units_of(instance)
        if frame.begun is not None:
            since = np.maximum(frame.begun.first_free(instance), frame.begun.at)
        serving = np.isin(contingent, tours.contingent)
        return Crew(
            tours,
            free_after(tours, instance),
            contingent[serving],
            np.minimum(since[serving], frame.periods),
            frame.strength,
            frame.nation,
            frame.periods,
        )

    @cached_property
    def _rows(self) -> list[str]:
        return self._formulation.model.names().rows  # type: ignore[misc]

    @cached_property
    def _period(self) -> Ints:
        """Return the period each row names last, -1 for none."""
        frame = self._formulation.frame
        periods = {frame.label(t): t for t in range(frame.periods)}
        return np.array([periods.get(name.rstrip(")").rpartition(",")[2], -1) for name in self._rows], dtype=np.int64)

    @cached_property
    def _kept(self) -> NDArray[np.bool_]:
        """Return which rows hold whatever the engine does, bool[rows]."""
        return np.array([name.startswith((_POOL, *KEPT_BY_ITSELF)) for name in self._rows], dtype=bool)


def _without(model: MipModel, columns: Ints, values: Ints, kept: Ints) -> MipModel:
    """Return the model with some columns fixed and taken out, the others as they are kept; no objective."""
    given = model.matrix[:, columns] @ values
    return replace(
        model.with_columns(kept),
        row_lower=np.where(model.row_lower > -INF, model.row_lower - given, -INF),
        row_upper=np.where(model.row_upper < INF, model.row_upper - given, INF),
    )
