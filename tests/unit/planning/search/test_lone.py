"""The engine alone: repeats to the letter, keeps every rule, proves nothing that it has not."""

from __future__ import annotations

from random import Random

import pytest

from forcegen.audit import audit
from forcegen.domain.instance import Instance
from forcegen.domain.plan import Plan
from forcegen.io.errors import InputError
from forcegen.io.model import read_model
from forcegen.mip import Status, Termination
from forcegen.planning.repair import repair
from forcegen.planning.replan import replan
from forcegen.planning.search.lone import engine_info
from forcegen.planning.solve import Settings, solve
from forcegen.solvers import SolverError, SolverUnavailable
from forcegen.workers import WorkerPool
from tests.oracle.anew import outcomes
from tests.oracle.brute import best
from tests.oracle.generate import instance
from tests.oracle.reading import Reading
from tests.oracle.test_replan import KINDS, changed


def counted(work: int, seed: int = 3) -> Settings:
    return Settings(engine_info().name, time_limit=600, threads=1, seed=seed, work=work)


def test_the_same_work_and_seed_give_the_same_plan() -> None:
    with WorkerPool() as pool:
        first, again = (solve("instances/tutorial", settings=counted(1200), workers=pool) for _ in range(2))
    assert first.plan is not None
    assert again.plan is not None
    assert (first.plan.tours, first.plan.leads) == (again.plan.tours, again.plan.leads)
    assert first.audit is not None
    assert first.audit.clean
    assert (first.status, first.termination) == (Status.FEASIBLE, Termination.TIME_LIMIT)
    assert "unmet-minimum: ended after 600 moves of the engine" in first.message
    assert [tier.bound for tier in first.tiers[1:]] == [0, 0]


@pytest.mark.parametrize("options", [{"solver": "highs"}, {"threads": 2}, {"work": 0}])
def test_work_that_nobody_counts_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(InputError, match="work"):
        Settings(**({"solver": "engine", "work": 100} | options))  # type: ignore[arg-type]


def test_what_the_engine_does_not_understand_is_said_in_a_sentence() -> None:
    compact = read_model("rotation").model_copy(update={"formulation": "compact"})
    with pytest.raises(SolverUnavailable, match="does not understand this model"):
        solve("instances/tutorial", model=compact, settings=counted(200))


def test_questions_that_need_proofs_refuse_the_engine() -> None:
    with pytest.raises(SolverError, match="proves nothing"):
        repair("instances/infeasible-beds", settings=counted(200))


def test_plans_made_anew_keep_the_past_and_are_mostly_best() -> None:
    compared = reached = 0
    with WorkerPool() as pool:
        for seed in (0, 2, 3, 4, 5, 8):
            rng, document = Random(f"replan {seed}"), instance(seed, KINDS)
            known = best(document, ("unmet-target",))
            if not known.feasible:
                continue
            at = rng.randint(0, Reading(document).last - 1)
            after = changed(document, at, rng)
            possible = outcomes(after, known.tours, at, "unmet-target")
            new, plan = Instance.model_validate(after), Plan.model_validate({"tours": known.tours})
            found = replan(new, plan, new.horizon.label(at), settings=counted(4000), workers=pool)
            assert possible or found.plan is None, seed
            if not possible:
                continue
            compared += 1
            if found.plan is not None:
                assert audit(new, found.plan, base=plan, at=at).clean, seed
                least = min(value for _, value in possible)
                fewest = min(number for number, value in possible if value == least)
                values = [tier.value for tier in found.result.tiers]
                assert values >= [least, fewest], seed
                reached += values == [least, fewest]
    assert reached >= 0.6 * compared > 0
