"""Every rule kind and every goal in the engine: what follows is counted exactly, plans are allowed, most are best."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from forcegen.audit import audit
from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.domain.plan import Plan
from forcegen.engine import moves, rows
from forcegen.engine.task import Task, task
from forcegen.engine.wire import unpack
from forcegen.formulation.decode import decode, decode_leads
from forcegen.formulation.tour import Formulation, Policy, build
from forcegen.planning.search.auto import Engine
from forcegen.planning.solve import without_changes
from tests.oracle.brute import best_of_any
from tests.oracle.test_any_goals import question
from tests.unit.engine.test_engine import searched

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from forcegen.engine.command import Held
    from forcegen.engine.state import State
    from forcegen.mip import Ints

# Draws with every kind and goal that are enumerated within a moment.
SEEDS = (0, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22)


@dataclass(frozen=True, eq=False)
class Posed:
    """A random question as the engine gets it."""

    model: Model
    policy: Policy
    formulation: Formulation
    engine: Engine
    given: Ints
    task: Task

    def point(self, taken: Ints) -> Ints:
        return self.engine._point(self.given, self.engine._free, taken)

    def worth(self, point: Ints) -> Fraction:
        objective = self.formulation.objectives[self.model.goals[0].name]
        return (int(objective.coefficients @ point) + objective.offset) * objective.scale


@cache
def posed(seed: int) -> Posed | None:
    document, goals, terms = question(seed)
    tiers = [{"weighted": terms.weighted}] if terms.weighted else [{"minimise": goal} for goal in goals]
    model = Model.model_validate({"model": "any", "goals": tiers, "soft": terms.soft, "willing": terms.willing})
    base = None if terms.base is None else Plan.model_validate({"tours": terms.base})
    model = without_changes(model) if base is None else model
    policy = Policy(model.goals[0].parts, model.willing, base, model.prices)
    names = [goal.name for goal in model.goals]
    formulation = build(Instance.model_validate(document), names, policy)
    engine = Engine(formulation, names)
    if not engine.able:
        return None  # nobody can serve
    given = engine._given(None)
    payload = engine._payload(engine._worth(names[0]), given, engine._free, deadline=0, threads=1, seed=seed)
    mip, crew, leading = unpack(payload)
    understood = task(mip, payload["worth"], crew, payload["period"], payload["defined"], payload["ignored"], leading)
    assert understood is not None
    return Posed(model, policy, formulation, engine, given, understood)


def taken_columns(state: State, held: Held) -> Ints:
    return np.concatenate([state.served[state.served >= 0], held.column[held.column >= 0]])


@pytest.mark.parametrize("seed", SEEDS)
def test_what_follows_is_what_the_model_says(seed: int) -> None:
    asked = posed(seed)
    if asked is None:
        return
    given = asked.task
    state, held, random = given.empty_state(), given.empty_held(), np.random.default_rng(seed)
    rows.reprice(given.problem, state, True)
    for _ in range(20):
        moves.search(3, 1e9, 4, True, np.inf, given.problem, state, given.commands, held, random)
        kept = rows.broken(state) == 0
        assert kept == asked.formulation.model.feasible(asked.point(given.taken(state.served, held.column)))
        counted = state.amount.copy(), state.follower.copy()
        state.amount[:] = given.matrix @ np.bincount(taken_columns(state, held), minlength=len(given.order))
        rows.follow(given.problem, state)
        assert state.amount.tolist() == counted[0].tolist()
        assert state.follower.tolist() == counted[1].tolist()


@pytest.mark.parametrize(
    "seeds", [SEEDS[:8], pytest.param(range(23, 120), marks=pytest.mark.long)], ids=["few", "many"]
)
def test_plans_are_allowed_never_better_than_the_optimum_and_mostly_reach_it(seeds: Sequence[int]) -> None:
    reached = known = 0
    for seed in seeds:
        asked = posed(seed)
        optimum = best_of_any(*question(seed))
        if asked is None:
            continue
        points = [asked.point(taken) for taken in searched(asked.task, seed)]
        assert all(asked.formulation.model.feasible(point) for point in points), seed
        assert not points or optimum.feasible, seed
        if points:
            plan = Plan(tours=decode(asked.formulation, points[-1]), leads=decode_leads(asked.formulation, points[-1]))
            base, prices = asked.policy.base, asked.model.prices
            assert audit(asked.formulation.frame.instance, plan, [], base=base, soft=prices).clean, seed
            assert min(map(asked.worth, points)) >= optimum.values[0], seed
        if optimum.feasible:
            known += 1
            reached += bool(points) and min(map(asked.worth, points)) == optimum.values[0]
    assert reached >= 0.75 * known
