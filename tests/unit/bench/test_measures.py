"""What a run comes to: only what was audited counts, and failures are failures whatever else is stored of them."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.bench.measures import measures
from tests.unit.bench.rows import frame, row

if TYPE_CHECKING:
    import pandas as pd


def one(run: dict[str, Any], *others: dict[str, Any], distrusted: tuple[str, ...] = ()) -> pd.Series[Any]:
    return measures(frame(run, *others), distrusted).iloc[0]


TRACE = json.dumps([[1.0, "g", 40.0, None], [2.0, "g", 20.0, 5.0], [3.0, "later", 1.0, 1.0], [9.0, "g", None, 8.0]])


def test_a_trace_by_hand() -> None:
    got = one(row("a", 20, 8, trace=TRACE, first_feasible_seconds=None), row("b", 10, 10))
    # best known 10: gap 3/4 from 1 to 2 s, 1/2 from 2 to 60 s; 1 before
    assert got["integral"] == pytest.approx(1 + 0.75 + 58 * 0.5)
    assert (got["first"], got["best"], got["value"], got["bound"]) == (1, 10, 20, 8)
    assert (got["primal_gap"], got["dual_gap"]) == pytest.approx((0.5, 0.2))
    assert math.isnan(got["within"])
    assert not got["solved"]


def test_incumbents_are_never_better_than_the_audited_plan_and_count_only_with_one() -> None:
    boast = json.dumps([[1.0, "g", 10.0, None]])
    assert one(row("a", 20, None, trace=boast), row("b"))["primal_gap"] == 0.5
    assert math.isnan(one(row("a", 20, None, trace=boast), row("b"))["within"])
    empty = one(row("a", None, 8, trace=boast, first_feasible_seconds=1.0), row("b"))
    assert empty["integral"] == 60
    assert math.isnan(empty["first"])
    assert empty["primal_gap"] == 1


@pytest.mark.parametrize(
    ("others", "solved"),
    [
        ({}, True),
        ({"status": "FEASIBLE", "termination": "GAP"}, True),
        ({"status": "FEASIBLE", "termination": "TIME_LIMIT"}, False),
        ({"status": "INFEASIBLE", "termination": "OPTIMAL", "audit_clean": None, "audited_exact": None}, True),
        ({"status": "NO_SOLUTION", "termination": "TIME_LIMIT"}, False),
        ({"status": "OPTIMAL", "audit_clean": False}, False),
        ({"status": "OPTIMAL", "audit_clean": None}, False),
        ({"status": "OPTIMAL", "error": "it fell over"}, False),
        ({"status": "OPTIMAL", "seconds_total": 99.0}, False),
        ({"status": "OPTIMAL", "seconds_total": None}, False),
        ({"status": "ERROR", "termination": "CRASHED"}, False),
        ({"status": "INFEASIBLE", "termination": "CRASHED"}, False),
    ],
)
def test_what_counts_as_solved(others: dict[str, Any], solved: bool) -> None:
    assert one(row("a", **others))["solved"] == solved


def test_a_run_that_a_check_distrusts_has_nothing() -> None:
    got = one(row("a", 3, 3), row("b"), distrusted=("a",))
    assert not got["solved"]
    assert (got["best"], got["primal_gap"], got["dual_gap"], got["integral"]) == (10, 1, 1, 60)


def test_a_published_optimum_is_the_best_known_value() -> None:
    assert one(row("a", 20, 8, optimum=16.0), row("b", 18, 8))["best"] == 16


def test_warm_ups_do_not_count_and_labels_say_what_differs() -> None:
    got = measures(
        frame(
            row("w", 1, 1, warm_up=True, threads=16),
            row("a"),
            row("b", formulation="compact"),
            row("c", options='{"presolve": "off"}'),
        )
    )
    assert got["run"].tolist() == ["a", "b", "c"]
    assert got["entrant"].tolist() == ["highs, tour", "highs, compact", "highs, presolve=off, tour"]
    assert got["best"].tolist() == [10, 10, 10]


def test_two_instances_of_one_name_are_two_problems() -> None:
    got = measures(frame(row("a"), row("b", instance_sha256="bbbbbbbbbb"), row("c", instance="dale")))
    assert got["problem"].tolist() == ["hill, coverage (aa)", "hill, coverage (bbbbbb)", "dale, coverage"]
