"""Who leads in the engine: the best command for the units there are, terms kept, and leads that no guess would give."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest

from forcegen.bench.dials import FAMILIES
from forcegen.bench.theatre import draw
from forcegen.domain.instance import Instance
from forcegen.engine import moves, rows
from forcegen.engine.command import put_command, take_command
from forcegen.engine.task import Task, task
from forcegen.engine.wire import unpack
from forcegen.formulation.tour import build
from forcegen.planning.search.auto import Engine
from forcegen.planning.solve import Settings, solve
from forcegen.workers import WorkerPool
from tests.oracle.brute import Terms, best_of_any
from tests.oracle.generate import instance
from tests.unit.engine.test_engine import searched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.engine.command import Commands, Held
    from forcegen.engine.state import State
    from forcegen.formulation.tour import Formulation
    from forcegen.mip import Ints

GOALS = ["unmet-target", "lead-changes"]


class Posed:
    """A random instance with leads as the engine gets it."""

    def __init__(self, seed: int, goals: list[str]) -> None:
        self.goals = goals
        self.document = instance(seed, ("lead",))
        self.formulation: Formulation = build(Instance.model_validate(self.document), goals)
        self.engine = Engine(self.formulation, goals)

    def task(self) -> Task:
        engine, self.given = self.engine, self.engine._given(None)
        payload = engine._payload(engine._worth(self.goals[0]), self.given, engine._free, deadline=0, threads=1, seed=0)
        mip, crew, leading = unpack(payload)
        found = task(mip, payload["worth"], crew, payload["period"], payload["defined"], payload["ignored"], leading)
        assert found is not None
        return found

    def value(self, taken: Ints) -> int | float:
        point = self.engine._point(self.given, self.engine._free, taken)
        assert self.formulation.model.feasible(point)
        objective = self.formulation.objectives[self.goals[0]]
        return (int(objective.coefficients @ point) + objective.offset) * objective.scale


def ways(c: int, w: Commands) -> Iterator[list[int]]:
    """Every way to fill a command: lead, hold or nobody in each period, terms kept."""
    pairs, periods = w.lead.shape[1:]
    steps = [
        [-1, *(z for table in (w.lead, w.hold) for z in table[c, :, t] if z >= 0)] if w.must[c, t] < 0
        else [w.lead[c, w.must[c, t], t]]
        for t in range(periods)
    ]  # fmt: skip
    leads = {int(w.lead[c, n, t]): n for n in range(pairs) for t in range(periods) if w.lead[c, n, t] >= 0}
    for way in itertools.product(*steps):
        who = [leads.get(int(z), -1) for z in way]
        begun = [t for t in range(periods) if who[t] >= 0 and (t == 0 or who[t] != who[t - 1])]
        if all(who[t:][: w.needed[c, who[t], t]] == [who[t]] * min(w.needed[c, who[t], t], periods - t) for t in begun):
            yield list(way)


def change_of(way: list[int], c: int, given: Task, state: State, held: Held) -> float:
    change = sum(rows.move(z, 1.0, given.problem, state) for z in way if z >= 0)
    held.column[c] = way
    take_command(c, held, given.problem, state)
    return float(change)


@pytest.mark.parametrize("goals", [GOALS[:1], GOALS[::-1]], ids=["unmet", "changes"])
@pytest.mark.parametrize("seeds", [range(6), pytest.param(range(6, 80), marks=pytest.mark.long)], ids=["few", "many"])
def test_a_command_gets_its_best_response(goals: list[str], seeds: range) -> None:
    compared = 0
    for seed in seeds:
        asked = Posed(seed, goals)
        if not asked.engine.able:
            continue
        given = asked.task()
        w, random = given.commands, np.random.default_rng(seed)
        choices = 1 + w.lead.shape[1] * (1 + int((w.hold >= 0).any()))
        if choices ** w.lead.shape[2] > 3000:
            continue
        state, held = given.empty_state(), given.empty_held()
        rows.reprice(given.problem, state, True)
        moves.search(20, 1e9, 4, True, np.inf, given.problem, state, w, held, random)
        for c in range(len(w.sector)):
            take_command(c, held, given.problem, state)
            least = min(change_of(way, c, given, state, held) for way in ways(c, w))
            rows.valued(given.problem, state)
            found = put_command(c, w, held, given.problem, state, random)
            assert found == pytest.approx(least, rel=1e-9, abs=1e-3), seed
            assert held.column[c].tolist() in [[int(z) for z in way] for way in ways(c, w)]
            compared += 1
    assert compared > len(seeds) // 4


@pytest.mark.parametrize("goals", [GOALS[:1], GOALS[::-1]], ids=["unmet", "changes"])
@pytest.mark.parametrize("seeds", [range(14, 20), pytest.param(range(80), marks=pytest.mark.long)], ids=["few", "many"])
def test_plans_with_leads_nearly_always_reach_the_optimum(goals: list[str], seeds: range) -> None:
    reached = known = 0
    for seed in seeds:
        asked = Posed(seed, goals)
        optimum = best_of_any(asked.document, goals, Terms())
        if not (optimum.feasible and asked.engine.able):
            continue
        values = [asked.value(taken) for taken in searched(asked.task(), seed)]
        assert all(value >= optimum.values[0] for value in values), seed
        known += 1
        reached += bool(values) and min(values) == optimum.values[0]
    assert reached >= 0.9 * known


def test_the_same_work_and_seed_give_the_same_leads() -> None:
    theatre = draw(FAMILIES["tiny"].but(rules=("lead",)), 1, "tiny")
    settings = Settings("engine", time_limit=600, threads=1, seed=3, work=2000)
    drawn = Instance.model_validate(theatre.document)
    with WorkerPool() as pool:
        first, again = (solve(drawn, model="coverage", settings=settings, workers=pool) for _ in range(2))
    assert first.plan is not None
    assert again.plan is not None
    assert first.plan.leads
    assert (first.plan.tours, first.plan.leads) == (again.plan.tours, again.plan.leads)
    assert first.audit is not None
    assert first.audit.clean
