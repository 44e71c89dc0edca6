"""Scores: worked examples with their arithmetic, and what must hold of any runs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from forcegen.bench import score

NAN = math.nan
TABLE = (6, 3)
seconds_ = arrays(float, TABLE, elements=st.floats(0.01, 1e4))
solved_ = arrays(bool, TABLE)


def a(*values: float) -> score.Floats:
    return np.array(values, dtype=float)


def test_shifted_geometric_mean_by_hand() -> None:
    # (0 + 1)(3 + 1)(15 + 1) = 64, its cube root 4, less 1
    assert score.shifted_geometric_mean(a(0, 3, 15), 1) == pytest.approx(3)
    # (0 + 10)(30 + 10) = 400, its root 20, less 10
    assert score.shifted_geometric_mean(a(0, 30), 10) == pytest.approx(10)
    assert math.isnan(score.shifted_geometric_mean(a(), 1))


def test_unknown_or_negative_times_are_refused_not_averaged() -> None:
    for times in (a(1, NAN), a(-1, 2)):
        with pytest.raises(ValueError, match="not negative"):
            score.shifted_geometric_mean(times, 1)


def test_par10_by_hand() -> None:
    # 2 s solved; a failure costs 10 x 60 = 600, whatever its clock says; (2 + 600) / 2
    for clock in (0.5, 60.0, 1e9, NAN):
        assert score.penalised_mean(a(2, clock), np.array([True, False]), 60) == 301
    # limits may differ: 10 x 5 + 10 x 60 = 650, over 2
    assert score.penalised_mean(a(1, 1), np.array([False, False]), a(5, 60)) == 325


def test_what_is_not_solved_counts_its_limit() -> None:
    solved = np.array([True, False, True])
    assert score.counted(a(3, 0.1, 99), solved, 60).tolist() == [3, 60, 60]


def test_primal_gap_by_hand() -> None:
    # |120 - 100| / 120; nothing known; the same; opposite signs; both zero; from zero to something
    gaps = score.relative_gap(a(120, NAN, 100, -5, 0, 7), a(100, 100, 100, 5, 0, 0))
    assert gaps.tolist() == pytest.approx([1 / 6, 1, 0, 1, 0, 1])


def test_what_was_known_at_a_moment() -> None:
    found = score.at(a(0, 1, 1.5, 2, 9), a(1, 2, 3), a(50, NAN, 40))
    assert np.array_equal(found, a(NAN, 50, 50, 50, 40), equal_nan=True)
    assert np.isnan(score.at(a(0, 1), a(), a())).all()


def test_primal_integral_by_hand() -> None:
    # gap 1 for 2 s, (200 - 100) / 200 = 0.5 for 3 s, 0 for the other 5 s: 2 + 1.5
    assert score.primal_integral(a(2, 5), a(200, 100), 100, 10) == pytest.approx(3.5)
    # no plan at all: the limit; a plan that came after it: the same
    assert score.primal_integral(a(), a(), 100, 10) == 10
    assert score.primal_integral(a(11), a(100), 100, 10) == 10


def test_times_to_first_plan_and_to_one_per_cent() -> None:
    seconds, values = a(1, 2, 5, 8), a(NAN, 300, 101, 100)
    assert score.time_to_within(seconds, values, 100, 1) == 2
    assert score.time_to_within(seconds, values, 100, 0.01) == 5  # 1 / 101 < 0.01
    assert math.isnan(score.time_to_within(seconds, values, 90, 0.01))


def test_solved_over_time_by_hand() -> None:
    solved = np.array([True, True, False, True])
    # 1 of 4 by 1 s, 2 by 3 s; the failure at 2 s never counts
    assert score.solved_over_time(a(0, 1, 3, 1e9), a(1, 3, 2, 50), solved).tolist() == [0, 0.25, 0.5, 0.75]


def test_performance_profile_by_hand() -> None:
    seconds = np.array([[1.0, 2.0], [30.0, 10.0], [5.0, 1.0]])
    solved = np.array([[True, True], [True, True], [True, False]])
    # ratios of the first: 1, 3, 1; of the second: 2, 1, failed
    profile = score.performance_profile(a(1, 2, 3, 1e6), seconds, solved)
    assert profile == pytest.approx(np.array([[2, 2, 3, 3], [1, 2, 2, 2]]) / 3)


def test_virtual_best_by_hand() -> None:
    times, solved = score.virtual_best(
        np.array([[4.0, 3.0], [1.0, 2.0], [1.0, 1.0]]), np.array([[True, True], [False, True], [False, False]])
    )
    assert solved.tolist() == [True, True, False]
    assert np.array_equal(times, a(3, 2, NAN), equal_nan=True)


def test_intervals_hold_their_figure_and_none_is_made_of_one_seed() -> None:
    groups = [a(1, 2, 3, 4, 5), a(10, 11)]
    found = score.bootstrap(groups, lambda values: float(values.mean()))
    assert found is not None
    assert found.value == pytest.approx(36 / 7)
    assert found.low < found.value < found.high
    assert found == score.bootstrap(groups, lambda values: float(values.mean()))
    assert score.bootstrap([a(1), a(2)], lambda values: float(values.mean())) is None
    assert score.bootstrap([], lambda values: float(values.mean())) is None
    alike = score.bootstrap([a(7, 7), a(7)], lambda values: float(values.mean()))
    assert alike is not None
    assert (alike.low, alike.high) == (7, 7)


@given(seconds_, solved_, st.floats(0.1, 1000))
def test_profiles_do_not_depend_on_the_unit_of_time(seconds: score.Floats, solved: score.Flags, factor: float) -> None:
    factors = np.geomspace(1, 1e7, 30)
    gentle = factors * 1.001
    # ratios that fall on a factor exactly may round either way; a hair further out both have counted them
    before = score.performance_profile(factors, seconds, solved)
    after = score.performance_profile(gentle, seconds * factor, solved)
    assert (after >= before).all()
    assert (
        score.performance_profile(gentle, seconds, solved)
        >= score.performance_profile(factors, seconds * factor, solved)
    ).all()


@given(seconds_, solved_)
def test_profiles_rise_and_failures_never_reach_one(seconds: score.Floats, solved: score.Flags) -> None:
    profile = score.performance_profile(np.geomspace(1, 1e12, 40), seconds, solved)
    assert (np.diff(profile, axis=1) >= 0).all()
    assert ((profile >= 0) & (profile <= 1)).all()
    assert np.allclose(profile[:, -1], solved.mean(axis=0))
    assert (profile[~solved.all(axis=0), -1] < 1).all()
    over = score.solved_over_time(np.geomspace(0.001, 1e9, 40), seconds[:, 0], solved[:, 0])
    assert (np.diff(over) >= 0).all()
    assert over[-1] == pytest.approx(solved[:, 0].mean())


@given(seconds_, solved_)
def test_a_failure_never_helps(seconds: score.Floats, solved: score.Flags) -> None:
    """Turning a solved run into a failure makes no score of its entrant better, and no score of another worse."""
    limit = 2e4
    where = (0, 0)
    if not solved[where]:
        return
    worse = solved.copy()
    worse[where] = False
    factors = np.geomspace(1, 1e7, 20)
    before, after = (score.performance_profile(factors, seconds, flags) for flags in (solved, worse))
    assert (after[0] <= before[0]).all()
    assert (after[1:] >= before[1:]).all()
    for shift in score.SHIFTS:
        means = [
            score.shifted_geometric_mean(score.counted(seconds[:, 0], flags[:, 0], limit), shift)
            for flags in (solved, worse)
        ]
        assert means[0] <= means[1] * (1 + 1e-9)
    par = [score.penalised_mean(seconds[:, 0], flags[:, 0], limit) for flags in (solved, worse)]
    assert par[0] < par[1]
    best = score.virtual_best(seconds, worse)[1]
    assert best.sum() <= score.virtual_best(seconds, solved)[1].sum()


@given(seconds_, solved_)
def test_nobody_is_ahead_of_the_virtual_best(seconds: score.Floats, solved: score.Flags) -> None:
    times, some = score.virtual_best(seconds, solved)
    assert (some == solved.any(axis=1)).all()
    for entrant in range(TABLE[1]):
        mine = solved[:, entrant]
        assert (times[mine] <= seconds[mine, entrant]).all()


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.floats(0, 20), st.floats(1, 1e6)), max_size=8),
    st.floats(1, 1e6),
    st.floats(0.1, 10),
)
def test_primal_integral_is_between_nothing_and_the_limit_and_an_earlier_plan_never_costs(
    points: list[tuple[float, float]], best: float, scale: float
) -> None:
    seconds = np.sort(np.array([moment for moment, _ in points]))
    values = best + np.sort(np.array([more for _, more in points]))[::-1]
    found = score.primal_integral(seconds, values, best, 10)
    assert -1e-9 <= found <= 10 + 1e-9
    assert score.primal_integral(seconds / 2, values, best, 10) <= found + 1e-9
    assert score.primal_integral(seconds, values * scale, best * scale, 10) == pytest.approx(found)


def test_times_of_nothing_are_refused_in_profiles() -> None:
    with pytest.raises(ValueError, match="positive"):
        score.performance_profile(a(1), np.zeros((1, 1)), np.ones((1, 1), dtype=bool))
    with pytest.raises(ValueError, match="factors"):
        score.performance_profile(a(0.5), np.ones((1, 1)), np.ones((1, 1), dtype=bool))
