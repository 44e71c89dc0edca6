"""The engine over implied tours: the tours, limits and goals of the written model; bounds that any prices prove."""

from __future__ import annotations

import threading
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import scipy.optimize as so

from forcegen.audit import audit
from forcegen.bench.dials import Dials
from forcegen.bench.theatre import draw
from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.domain.plan import Plan
from forcegen.engine.implied import climb as loops
from forcegen.engine.implied.dual import Aim, Dual, climb
from forcegen.engine.implied.search import Prices, Search, search
from forcegen.formulation.lines import Lines, Target, counted, lines_of, target_of
from forcegen.formulation.tour import build
from forcegen.io.errors import InputError
from forcegen.mip import INF, Status
from forcegen.planning import written
from forcegen.planning.implied import plan_of, served_of, theatre_of
from forcegen.planning.solve import Settings, solve
from forcegen.tours.allowed import allowed_tours
from forcegen.tours.implied import implied_tours
from forcegen.workers import WorkerPool
from tests.oracle.brute import best
from tests.oracle.generate import instance as drawn

GOAL = "unmet-target"
KINDS = ("exclude", "only", "ceiling", "floor", "share", "lift", "supply")
SEEDS = range(40)


def theatre(seed: int = 0, **dials: object) -> Instance:
    return Instance.model_validate(draw(Dials().but(**dials), seed, "theatre").document)


def posed(given: Instance, goal: str = GOAL) -> tuple[Lines, Target]:
    lines = lines_of(given)
    assert lines is not None
    target = target_of({goal: 1}, lines)
    assert target is not None
    return lines, target


def dual_of(lines: Lines, target: Target) -> Dual:
    parts = (target.below_minimum[None], target.below_target[None], target.service[None])
    return Dual(theatre_of(lines), Aim(*parts, (target.constant,), (0,)))


def searcher(lines: Lines, target: Target, seed: int = 0, led: bool = False) -> Search:
    parts = (x.astype(float) for x in (target.below_minimum, target.below_target, target.service))
    dual, guide = dual_of(lines, target), np.zeros(lines.implied.starts.shape if led else (0, 0), dtype=np.float32)
    if led:
        dual.lead(dual.proof(0, dual.start() / 2, np.ones(1)), 3.0, 2.0, guide)
    return Search(theatre_of(lines), Prices(*parts), dual.norm, seed, guide)


def found(lines: Lines, target: Target, chunks: int = 30) -> Search:
    run, steps = searcher(lines, target), iter(np.linspace(0, 1, chunks + 1).tolist())
    search(run, lambda: next(steps, 1.0), lambda _: None, None)
    return run


@pytest.mark.parametrize("seed", SEEDS)
def test_implied_tours_are_the_allowed_ones(seed: int) -> None:
    given = Instance.model_validate(drawn(seed))
    implied, tours = implied_tours(given), allowed_tours(given)
    service, start = np.nonzero(implied.starts)
    station = implied.station[service]
    fields = implied.contingent[station], implied.sector[station], implied.role[station], start, implied.length[service]
    assert sorted(zip(*(x.tolist() for x in fields), strict=True)) == sorted(
        zip(*(x.tolist() for x in tours.fields), strict=True)
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_lines_judge_a_plan_as_the_audit_does(seed: int) -> None:
    """Any timetable of the units: limits broken or kept, and what is lacking, are what the audit says."""
    given = Instance.model_validate(drawn(seed, KINDS))
    if lines_of(given) is None:  # what a contingent counts for changes in time
        return
    lines, target = posed(given)
    run, random = searcher(lines, target), np.random.default_rng(seed)
    run.price(0.0, 0.0)
    for u in range(len(run.crew.size)):
        if random.random() < 0.7:
            run.fill(np.array([u]), lambda: False)
    run.crew.best_service[:], run.crew.best_start[:] = run.crew.service, run.crew.start
    served = run.found()
    judged = audit(given, plan_of(lines, served), [GOAL])
    assert bool(loops.sound(run.rows)) == judged.clean
    assert target.value(lines, *counted(lines, served)) * target.scale == judged.goals[GOAL]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_bound_is_above_the_optimum_whatever_the_prices(seed: int) -> None:
    document = drawn(seed, KINDS)
    optimum = best(document, [GOAL])
    given = Instance.model_validate(document)
    if not optimum.feasible or lines_of(given) is None:
        return
    lines, target = posed(given)
    dual, random = dual_of(lines, target), np.random.default_rng(seed)
    for scale in (0.0, 0.1, 1.0, 10.0):
        bound, _, _ = dual.evaluate(random.normal(0, scale, len(lines.least)) / dual.norm, np.ones(1))
        assert bound * target.scale <= optimum.values[0]


@pytest.mark.parametrize("seed", range(3))
def test_the_bound_is_that_of_the_written_relaxation(seed: int) -> None:
    """Each pool's rows are those of an interval matrix, so that prices on the other rows prove what the LP proves."""
    given = theatre(seed, demand=200, hard=0)
    lines, target = posed(given)
    formulation = build(given, [GOAL])
    model, objective = formulation.model, formulation.objectives[GOAL]
    relaxed = so.milp(  # without integrality: the relaxation
        objective.coefficients,
        constraints=so.LinearConstraint(
            model.matrix.astype(float),
            np.where(model.row_lower > -INF, model.row_lower, -np.inf),
            np.where(model.row_upper < INF, model.row_upper, np.inf),
        ),
        bounds=so.Bounds(model.lower, np.where(model.upper < INF, model.upper, np.inf)),
    )
    value = float((relaxed.fun + objective.offset) * objective.scale)
    rounds = iter(range(1500))
    bound, price, keep = climb(
        dual_of(lines, target),
        lambda: int(value * 1.02 / float(target.scale)),
        lambda _: None,
        lambda: next(rounds, 1499) == 1499,
    )
    assert 0.98 * value <= bound * target.scale <= value + 1
    assert dual_of(lines, target).evaluate(price, keep)[0] == bound


@pytest.mark.parametrize("seed", range(4))
def test_a_plan_over_implied_tours_passes_the_audit(seed: int) -> None:
    given = theatre(seed)
    lines, target = posed(given)
    run = found(lines, target)
    assert run.best < np.inf
    plan = plan_of(lines, run.found())
    judged = audit(given, plan, [GOAL])
    assert judged.clean
    assert judged.goals[GOAL] == Fraction(round(run.best)) * target.scale
    assert (np.sort(served_of(lines, plan), axis=0) == np.sort(run.found(), axis=0)).all()


@pytest.mark.parametrize("seed", range(4))
def test_what_tours_cost_at_prices_is_nothing_for_the_best_timetable(seed: int) -> None:
    lines, target = posed(theatre(seed))
    dual, random, implied = dual_of(lines, target), np.random.default_rng(seed), lines.implied
    price, one = dual.start() * random.uniform(0, 1, len(lines.least)), np.ones(1)
    bound, _, _ = dual.evaluate(price, one)
    out = np.zeros(implied.starts.shape, dtype=np.float32)
    dual.lead(dual.proof(bound, price, one), 2.0, 0.0, out)
    assert (out[~implied.starts] == 0).all()
    assert (out >= 0).all()
    assert out.any()
    for p, q in zip(implied.station_of[:-1], implied.station_of[1:], strict=True):
        own = slice(implied.service_of[p], implied.service_of[q])
        assert p == q or out[own][implied.starts[own]].min() == 0
    dual.lead(dual.proof(0, price * 0, one), 2.0, 1.0, out)
    assert not out.any()  # nothing is asked for at these prices, and nothing costs anything


@pytest.mark.parametrize("seed", range(2))
def test_a_search_that_is_led_still_says_what_its_plan_is_worth(seed: int) -> None:
    given = theatre(seed)
    lines, target = posed(given)
    run, steps = searcher(lines, target, led=True), iter(np.linspace(0, 1, 31).tolist())
    search(run, lambda: next(steps, 1.0), lambda _: None, None)
    judged = audit(given, plan_of(lines, run.found()), [GOAL])
    assert judged.clean
    assert judged.goals[GOAL] == Fraction(round(run.best)) * target.scale


def test_rules_that_lines_cannot_say_leave_the_written_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "LEAST_TOUR_PERIODS", 0)
    model = Model.model_validate({"model": "m", "goals": [{"minimise": GOAL}]})
    assert written.huge_lines(theatre(), model) is not None
    assert written.huge_lines(theatre(rules=("presence",)), model) is None
    assert written.huge_lines(theatre(), model.model_copy(update={"soft": {"share": 5}})) is None
    worst = Model.model_validate({"model": "m", "goals": [{"minimise": "worst-shortfall"}]})
    assert written.huge_lines(theatre(), worst) is None


def test_a_model_without_room_is_refused_before_it_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    given = theatre(rules=("ceiling", "presence"))
    monkeypatch.setattr(written, "LEAST_TOUR_PERIODS", 0)
    written.check_room(given)
    monkeypatch.setattr(written, "_BYTES", 10**9)
    with pytest.raises(InputError, match="tours are allowed here; a model of them takes"):
        solve(given, settings=Settings(time_limit=5))


def test_changes_are_counted_from_the_plan_to_start_from(monkeypatch: pytest.MonkeyPatch) -> None:
    given, model = (
        theatre(),
        Model.model_validate({"model": "m", "goals": [{"minimise": GOAL}, {"minimise": "changes"}]}),
    )
    monkeypatch.setattr(written, "LEAST_TOUR_PERIODS", 0)
    with WorkerPool() as workers:
        result = solve(given, model=model, settings=Settings(time_limit=4), start=Plan(tours=()), workers=workers)
    assert result.audit is not None
    assert result.audit.clean
    assert result.plan is not None
    assert result.audit.goals["changes"] == len(result.plan.tours)
    assert result.tiers[1].bound == 0


def test_a_limit_of_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "LEAST_TOUR_PERIODS", 0)
    result = solve(theatre(), model="coverage", settings=Settings(time_limit=30, memory_limit=0.05))
    assert (result.status, str(result.termination)) == (Status.NO_SOLUTION, "memory-limit")
    assert "memory" in result.message


@pytest.mark.long
@pytest.mark.parametrize("threads", [1, 2])
def test_solve_goes_through_all_goals(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    monkeypatch.setattr(written, "LEAST_TOUR_PERIODS", 0)
    given = theatre(1)
    told: list[str] = []
    settings = Settings(time_limit=6 if threads == 2 else 9, threads=threads)
    with WorkerPool() as workers:
        result = solve(given, settings=settings, on_progress=lambda p: told.append(p.goal), workers=workers)
        assert result.status in (Status.FEASIBLE, Status.OPTIMAL)
        assert [tier.name for tier in result.tiers] == ["unmet-minimum", "unmet-target", "cost"]
        assert result.audit is not None
        assert result.audit.clean
        for tier in result.tiers:
            assert tier.found is not None
            assert tier.bound is not None
            assert tier.limit is not None
            assert tier.value is not None
            assert tier.bound <= tier.found <= tier.limit
            assert tier.value <= tier.limit
        again = solve(given, settings=replace(settings, time_limit=4), start=result.plan, workers=workers)
    first, second = result.tiers[0].found, again.tiers[0].found
    assert first is not None
    assert second is not None
    assert second <= first
    assert told


def test_asked_to_stop_it_keeps_what_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "LEAST_TOUR_PERIODS", 0)
    stop = threading.Event()

    def told(progress: object) -> None:
        if getattr(progress, "incumbent", None) is not None:
            stop.set()

    result = solve(theatre(), model="coverage", settings=Settings(time_limit=60, gap=0), on_progress=told, stop=stop)
    assert result.plan is not None
    assert str(result.termination) in ("interrupted", "optimal")
    assert result.seconds.total < 50


def test_nothing_to_do_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "LEAST_TOUR_PERIODS", 0)
    empty = theatre().model_copy(update={"contingents": ()})
    lines, target = posed(empty)
    run = found(lines, target)
    assert audit(empty, Plan(tours=()), [GOAL]).goals[GOAL] == round(run.best) * target.scale
