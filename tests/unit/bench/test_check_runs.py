"""What must not be in a store is found, and nothing else; each finding names the runs to make again."""

from __future__ import annotations

from typing import Any

import pytest

from forcegen.bench.check import check_runs
from tests.unit.bench.rows import frame, goals, row


def found(*rows: dict[str, Any]) -> list[tuple[str, set[str]]]:
    return [(finding.kind, set(finding.runs)) for finding in check_runs(frame(*rows)).failures]


def test_runs_that_agree_are_clean() -> None:
    checked = check_runs(
        frame(
            row("a", optimum=10.0),
            row("b", 12, 9, solver="cbc", optimum=10.0),
            row("c", None, 8, solver="scip"),
            row("d", None, None, solver="cp-sat", status="ERROR", termination="CRASHED", error="it fell over"),
            row("e", None, None, instance_sha256="bb", status="INFEASIBLE", termination="OPTIMAL", proven=True),
        )
    )
    assert checked.clean
    assert checked.rerun == ()
    assert [finding.runs for finding in checked.errors] == [("d",)]
    assert "it fell over" in checked.errors[0].message


@pytest.mark.parametrize(
    ("rows", "kind", "runs"),
    [
        ([row("a", audit_clean=False, violations='["beds(S1,2025-07)"]')], "audit", {"a"}),
        ([row("a", audit_clean=False, violations=None)], "audit", {"a"}),
        ([row("a", 12, 10, objective_exact="23/2")], "audit", {"a"}),
        ([row("a", 9, 8), row("b", 12, 10)], "bound", {"a", "b"}),
        ([row("a", 9, 9), row("b", 10, 10)], "bound", {"a", "b"}),
        ([row("a", 9, 10, proven=False)], "bound", {"a"}),
        ([row("a"), row("b", None, None, status="INFEASIBLE", termination="OPTIMAL")], "status", {"a", "b"}),
        (
            [row("a", None, None, status="UNBOUNDED"), row("b", None, None, status="INFEASIBLE")],
            "status",
            {"a", "b"},
        ),
        ([row("a", None, None, status="UNBOUNDED"), row("b")], "status", {"a", "b"}),
        ([row("a", 11, 11, optimum=10.0)], "optimum", {"a"}),
        ([row("a", 9, 8, optimum=10.0)], "optimum", {"a"}),
        ([row("a", 12, 11, optimum=10.0)], "optimum", {"a"}),
        ([row("a", None, None, optimum=10.0, status="INFEASIBLE", termination="OPTIMAL")], "optimum", {"a"}),
        ([row("a", seconds_total=64.0)], "limit", {"a"}),
        ([row("a", memory_limit=1.0, peak_rss_mb=1200.0)], "limit", {"a"}),
    ],
)
def test_each_kind_of_failure_is_found(rows: list[dict[str, Any]], kind: str, runs: set[str]) -> None:
    fine = row("fine", instance_sha256="other")
    assert found(*rows, fine) == [(kind, runs)]
    checked = check_runs(frame(*rows, fine))
    assert not checked.clean
    assert set(checked.rerun) == runs
    assert all(f"run {run} " in checked.failures[0].message for run in runs)


def test_a_later_bound_is_contradicted_only_by_a_plan_that_keeps_its_limits() -> None:
    capped = row("a", 5, 5, goals=goals((5, 5, 5, 5), (20, 20, 20, 20)))
    # the second goal's 15 was had by giving up the first goal's 5: no contradiction
    loose = row("b", 7, 4, goals=goals((7, 4, 7, 7), (15, 10, 15, 15)))
    assert found(capped, loose) == []
    # the same caps: a contradiction
    alike = row("c", 5, 5, goals=goals((5, 5, 5, 5), (15, 10, 15, 15)))
    assert found(capped, alike) == [("bound", {"a", "c"})]
    # wider caps, but the final plan keeps the narrower ones
    kept = row("d", 5, 5, goals=goals((5, 5, 6, 5), (18, 10, 18, 18)))
    assert found(capped, kept) == [("bound", {"a", "d"})]


def test_values_are_compared_exactly_not_as_floats() -> None:
    big = 10**17
    assert float(big + 1) == float(big)
    assert found(row("a", big, big), row("b", big + 1, big + 1)) == [("bound", {"a", "b"})]


def test_other_scenarios_and_models_are_other_questions() -> None:
    assert found(row("a", 9, 9), row("b", scenario="flood"), row("c", model="cheapest")) == []


def test_a_plan_that_the_audit_refuses_contradicts_nobody() -> None:
    refused = row("a", 3, None, audit_clean=False, violations='["x"]')
    assert found(refused, row("b")) == [("audit", {"a"})]
