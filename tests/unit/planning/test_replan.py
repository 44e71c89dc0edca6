"""A plan made anew: what is past, what is broken off, what notice allows, and what is said of it."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.audit import audit
from forcegen.domain.instance import Instance
from forcegen.domain.plan import Plan
from forcegen.io.errors import InputError
from forcegen.mip import Termination
from forcegen.planning.replan import replan
from forcegen.planning.solve import Settings
from forcegen.workers import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = Settings(solver="highs", time_limit=120, gap=0, threads=1)


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool() as pool:
        yield pool


def document(**lists: Any) -> dict[str, Any]:
    """Two nations with two units each; one post in one sector for six months."""
    return {
        "forcegen": 1,
        "name": "=1+1 <b>Côte d'Ivoire</b>",
        "horizon": {"start": "2025-07", "periods": 6, "unit": "month"},
        "nations": [{"id": "GBR", "name": "<b>=1+1</b>"}, {"id": "POL", "name": "Poland"}],
        "roles": [{"id": "line", "name": "Line"}],
        "sectors": [{"id": "east", "name": "East"}],
        "contingents": [contingent("GBR-1", "GBR"), contingent("POL-1", "POL")],
        "requirements": [{"id": "Q1", "sectors": ["east"], "roles": ["line"], "target": 100}],
    } | lists


def contingent(name: str, nation: str, **fields: Any) -> dict[str, Any]:
    base = {"id": name, "nation": nation, "units": 2, "strength": 100, "fills": {"line": 100}, "tour": 3, "dwell": 6}
    return base | fields


def tour(contingent: str, start: str, unit: int = 1, periods: int = 3) -> dict[str, Any]:
    place = {"sector": "east", "role": "line"}
    return {"contingent": contingent, "unit": unit, "start": start, "periods": periods} | place


BASE = Plan.model_validate({"tours": [tour("GBR-1", "2025-07"), tour("GBR-1", "2025-10", 2)]})


def starts(plan: Plan | None) -> list[tuple[str, str, int]]:
    assert plan is not None
    return sorted((x.contingent, str(x.start), x.periods) for x in plan.tours)


def test_nothing_changes_where_nothing_has_changed(workers: WorkerPool) -> None:
    instance = Instance.model_validate(document())
    for at in ("2025-07", "2025-09", "2025-12"):
        found = replan(instance, BASE, at, settings=SETTINGS, workers=workers, frontier=True)
        assert found.changes == 0
        assert starts(found.plan) == starts(BASE)
        assert [point.changes for point in found.frontier] == [0]
        assert found.diff is not None
        assert found.diff.moved == ()


def test_a_nation_that_leaves_is_broken_off_and_relieved(workers: WorkerPool) -> None:
    gone = document(contingents=[contingent("GBR-1", "GBR", until="2025-08"), contingent("POL-1", "POL")])
    instance = Instance.model_validate(gone)
    found = replan(instance, BASE, "2025-08", settings=SETTINGS, workers=workers)
    assert [(x.tour.start, x.periods) for x in found.broken] == [("2025-07", 2)]
    assert ("GBR-1", "2025-07", 2) in starts(found.plan)
    assert found.result.tiers[0].value == 0
    assert [x[0] for x in starts(found.plan)] == ["GBR-1", "POL-1", "POL-1"]


def test_nothing_new_comes_before_notice(workers: WorkerPool) -> None:
    gone = document(contingents=[contingent("GBR-1", "GBR", until="2025-08"), contingent("POL-1", "POL", notice=3)])
    found = replan(Instance.model_validate(gone), BASE, "2025-08", settings=SETTINGS, workers=workers)
    assert [start for name, start, _ in starts(found.plan) if name == "POL-1"] == ["2025-11"]
    assert found.plan is not None
    early = found.plan.model_copy(
        update={
            "tours": (
                *found.plan.tours[:-1],
                BASE.tours[0].model_copy(update={"contingent": "POL-1", "start": type(found.at)("2025-10")}),
            )
        }
    )
    judged = audit(Instance.model_validate(gone), early, base=BASE, at=1)
    assert "notice" in {violation.kind for violation in judged.violations}


def test_the_audit_judges_the_past(workers: WorkerPool) -> None:
    instance = Instance.model_validate(document())
    dropped = Plan.model_validate({"tours": [tour("GBR-1", "2025-10", 2)]})
    shorter = Plan.model_validate({"tours": [tour("GBR-1", "2025-07", periods=2), tour("GBR-1", "2025-10", 2)]})
    invented = Plan.model_validate({"tours": [*BASE.document()["tours"], tour("POL-1", "2025-07")]})
    for plan in (dropped, shorter, invented):
        assert [v.kind for v in audit(instance, plan, base=BASE, at=1).violations] == ["past"]
    assert audit(instance, BASE, base=BASE, at=1).clean


def test_a_unit_that_the_pool_has_no_more_comes_home(workers: WorkerPool) -> None:
    fewer = document(contingents=[contingent("GBR-1", "GBR", units=0), contingent("POL-1", "POL")])
    found = replan(Instance.model_validate(fewer), BASE, "2025-08", settings=SETTINGS, workers=workers)
    assert ("GBR-1", "2025-07", 1) in starts(found.plan)
    assert found.result.tiers[0].value == 0 or found.result.tiers[0].proven


def test_what_the_changed_instance_does_not_know_is_taken_from_the_one_before(workers: WorkerPool) -> None:
    before = Instance.model_validate(document())
    after = Instance.model_validate(document(contingents=[contingent("POL-1", "POL")]))
    found = replan(after, BASE, "2025-08", before=before, settings=SETTINGS, workers=workers)
    assert ("GBR-1", "2025-07", 1) in starts(found.plan)
    with pytest.raises(InputError, match="GBR-1"):
        replan(after, BASE, "2025-08", settings=SETTINGS, workers=workers)


def test_limits_of_the_past_are_not_judged(workers: WorkerPool) -> None:
    """A hard minimum that the past misses, and a ceiling that it breaks, forbid nothing later."""
    asked = [{"id": "Q1", "sectors": ["east"], "roles": ["line"], "minimum": {"2025-07": 200, "2025-10": 100}}]
    asked[0]["hard"] = True
    rule = {"id": "P1", "kind": "ceiling", "of": "units", "most": {"2025-07": 0, "2025-10": 1}}
    instance = Instance.model_validate(document(requirements=asked, rules=[rule]))
    found = replan(instance, BASE, "2025-10", settings=SETTINGS, workers=workers)
    assert found.plan is not None
    assert found.changes == 0


TERM = {"id": "P1", "kind": "presence", "nations": ["GBR"], "sectors": ["east"], "least": 100, "term": 6}


def test_a_term_that_runs_is_owed(workers: WorkerPool) -> None:
    """Poland could serve cheaper, but the British presence that has begun lasts its six months."""
    instance = Instance.model_validate(
        document(
            rules=[TERM],
            requirements=[
                {"id": "Q1", "sectors": ["east"], "roles": ["line"], "target": {"2025-07": 100, "2025-10": 0}},
            ],
        )
    )
    kept = replan(instance, BASE, "2025-08", model="cheapest", settings=SETTINGS, workers=workers)
    assert starts(kept.plan) == starts(BASE)
    ended = BASE.model_copy(update={"tours": BASE.tours[:1]})
    shown = audit(instance, ended, base=BASE, at=1).violations
    assert [(v.rule, v.cut) for v in shown] == [("P1", "2025-10")]


def test_a_term_lapses_for_a_nation_that_the_change_hits(workers: WorkerPool) -> None:
    leaves = [contingent("GBR-1", "GBR", until="2025-09"), contingent("POL-1", "POL")]
    instance = Instance.model_validate(document(rules=[TERM], contingents=leaves))
    found = replan(instance, BASE, "2025-08", settings=SETTINGS, workers=workers)
    assert found.result.tiers[0].value == 0
    assert ("POL-1", "2025-10", 3) in starts(found.plan)


def test_leads_of_the_past_stay_and_the_next_one_takes_over(workers: WorkerPool) -> None:
    rule = {"id": "P1", "kind": "lead", "candidates": ["GBR", "POL"], "share": 500, "term": 6}
    leaves = [contingent("GBR-1", "GBR", until="2025-09"), contingent("POL-1", "POL")]
    led = BASE.model_copy(
        update={
            "leads": Plan.model_validate(
                {"leads": [{"sector": "east", "nation": "GBR", "from": "2025-07", "until": "2025-12"}]}
            ).leads
        }
    )
    instance = Instance.model_validate(document(rules=[rule], contingents=leaves))
    found = replan(instance, led, "2025-08", settings=SETTINGS, workers=workers)
    assert found.result.tiers[0].value == 0
    assert found.plan is not None
    assert [(x.nation, str(x.from_)) for x in found.plan.leads][:2] == [("GBR", "2025-07"), ("POL", "2025-10")]


@pytest.mark.parametrize("at", ["2025-06", "2026-01", "2025-W30", "soon", ""])
def test_a_period_that_is_none_of_the_horizon_is_refused(at: str) -> None:
    with pytest.raises(InputError):
        replan(Instance.model_validate(document()), BASE, at, settings=SETTINGS)


def test_an_empty_plan_and_an_empty_instance_are_made_anew_too(workers: WorkerPool) -> None:
    instance = Instance.model_validate(document())
    assert replan(instance, Plan(), "2025-08", settings=SETTINGS, workers=workers).result.tiers[0].value == 100
    bare = {"forcegen": 1, "name": "bare", "horizon": {"start": "2025-07", "periods": 1, "unit": "month"}}
    found = replan(Instance.model_validate(bare), Plan(), "2025-07", settings=SETTINGS, workers=workers)
    assert found.changes == 0


def test_stopped_it_keeps_the_past_and_says_so(workers: WorkerPool) -> None:
    stop = threading.Event()
    stop.set()
    more = {"id": "Q1", "sectors": ["east"], "roles": ["line"], "target": 150}
    instance = Instance.model_validate(document(requirements=[more]))
    ended = replan(instance, BASE, "2025-08", settings=SETTINGS, stop=stop, workers=workers)
    assert ended.result.termination is Termination.INTERRUPTED
    assert ended.plan is not None
    assert ended.result.audit is not None
    assert ended.result.audit.clean
    assert {one for one in starts(ended.plan) if one[1] < "2025-08"} == {
        one for one in starts(BASE) if one[1] < "2025-08"
    }


def test_too_few_changes_allow_no_plan(workers: WorkerPool) -> None:
    gone = document(contingents=[contingent("GBR-1", "GBR", until="2025-08"), contingent("POL-1", "POL")])
    found = replan(Instance.model_validate(gone), BASE, "2025-08", changes=1, settings=SETTINGS, workers=workers)
    assert found.plan is None
    assert found.result.status.name == "INFEASIBLE"
    assert found.diff is None
    assert json.dumps([str(x) for x in found.broken])
