"""A sweep in a sentence: it says what is proven, and no more."""

from __future__ import annotations

from fractions import Fraction

import pytest

from forcegen.planning.sweep import Difference, Line, Sweep
from forcegen.report.sweeps import sentence


def line(
    scenario: str, value: int | None, bound: int | None, less: tuple[int | None, int | None] | None = None,
    solver: str = "highs", status: str = "FEASIBLE", model: str = "coverage",
) -> Line:  # fmt: skip
    numbers = [None if x is None else Fraction(x) for x in (value, bound)]
    ends = None if less is None else Difference(*(None if x is None else Fraction(x) for x in less))
    names = ("run", "here", scenario, model, solver, 0, status, None, "unmet")
    return Line(*names, numbers[0], numbers[1], None, value == bound, None, None, ends, None, None)


def swept(*lines: Line, wanted: int | None = None, wrong: tuple[str, ...] = ()) -> str:
    return sentence(Sweep(lines, len(lines) if wanted is None else wanted, wrong, 1.0))


def test_the_scenario_that_is_proven_to_cost_most_is_named() -> None:
    lines = line("", 10, 10), line("snow", 14, 12, (2, 4)), line("no", 30, 15, (5, 20)), line("yes", 11, 9, (0, 1))
    assert swept(*lines) == "no is proven to cost most: +5 to +20 in unmet, against the base."
    assert swept(lines[0], lines[1]) == "snow costs: +2 to +4 in unmet, against the base."


def test_a_scenario_that_may_cost_nothing_is_not_said_to_cost() -> None:
    lines = line("", 10, 8), line("snow", 12, 9, (0, 4)), line("no", 12, None, (None, 4))
    assert swept(*lines) == "Of 2 scenarios none is proven to be worse than the base."


def test_where_intervals_overlap_none_is_said_to_cost_most() -> None:
    lines = line("", 10, 10), line("snow", 20, 16, (6, 10)), line("no", 30, 15, (5, 20))
    said = "Which scenario costs most is not settled, snow costs: +6 to +10 in unmet, against the base."
    assert swept(*lines) == said
    open_ = line("", 10, 10), line("snow", 20, 16, (6, 10)), line("no", None, None, (None, None))
    assert swept(*open_) == said
    touching = line("", 10, 10), line("snow", 20, 16, (6, 10)), line("no", 16, 15, (5, 6))
    assert swept(*touching).startswith("snow is proven to cost most: ")


def test_what_one_solver_proves_impossible_leaves_nothing_open_for_another() -> None:
    lines = [line("", 10, 10), line("snow", 20, 16, (6, 10)), line("no", None, None, status="INFEASIBLE")]
    late = line("no", None, None, (None, None), solver="cp-sat", status="NO_SOLUTION")
    assert swept(*lines, late) == "snow costs: +6 to +10 in unmet, against the base; no plan exists for no."


def test_what_several_solvers_prove_counts_together() -> None:
    lines = [line("", 10, 10), line("snow", 20, 12, (2, 10)), line("snow", 16, 15, (5, 6), solver="cp-sat")]
    assert swept(*lines, line("no", 14, 10, (0, 4))) == (
        "snow is proven to cost most: +5 to +6 in unmet, against the base."
    )


def test_each_model_has_its_own_answer() -> None:
    lines = [line("", 10, 10), line("snow", 14, 14, (4, 4)), line("no", 11, 11, (1, 1))]
    other = [line("", 3, 3, model="cost"), line("snow", 3, 3, (0, 0), model="cost")]
    assert swept(*lines, *other) == (
        "Against the base, in coverage snow is proven to cost most (+4 in unmet); "
        "in cost of 1 scenario none is proven to be worse."
    )


def test_solvers_of_one_problem_are_taken_together() -> None:
    lines = line("", 12, 10, solver="highs"), line("", 10, 7, solver="cp-sat")
    assert swept(*lines) == "here, coverage: unmet 10 (proven)."
    assert swept(lines[1], wanted=3) == "here, coverage: unmet 10 (no plan has less than 7); 1 of 3 runs finished."


@pytest.mark.parametrize("value", [None, 3])
def test_where_no_plan_exists_it_is_said(value: int | None) -> None:
    text = swept(line("", value, 3), line("snow", None, None, (None, None), status="INFEASIBLE"))
    assert text.endswith("; no plan exists for snow.")
    assert ("no plan was found" in text) == (value is None)


def test_where_nothing_has_a_plan_that_is_the_answer() -> None:
    none = [line(name, None, None, status="INFEASIBLE") for name in ("", "snow", "a", "b", "c")]
    assert swept(*none) == "No plan exists for the base, snow, a and 2 more."


def test_nothing_finished_and_contradictions_come_first() -> None:
    assert swept(wanted=4) == "None of 4 runs is finished."
    assert swept(line("", 1, 1), wrong=("a and b",)) == "Runs contradict each other: a and b"
