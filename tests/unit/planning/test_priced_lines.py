"""Certificates of theatres whose matrix is never written: the audit makes the same of the same prices."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
import pytest

import forcegen
from forcegen.audit.certificate import Book, proven
from forcegen.bench.generate import generate
from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.engine.implied.dual import Aim, Dual
from forcegen.formulation.lines import lines_of, target_of
from forcegen.planning import written
from forcegen.planning.implied import theatre_of
from forcegen.planning.priced_lines import PricedLines
from forcegen.planning.solve import Settings, solve
from tests.oracle.brute import best
from tests.oracle.generate import instance as drawn

if TYPE_CHECKING:
    from pathlib import Path

    from forcegen.domain.certificate import Certificate
    from forcegen.formulation.lines import Lines

KINDS = ("exclude", "only", "ceiling", "floor", "share", "lift", "supply")
GOALS = ("unmet-minimum", "unmet-target")


def close(bound: Fraction, own: Fraction, scale: Fraction) -> bool:
    """Whether a bound from prices cut to nine decimals is the engine's, which is rounded up to the goal's step."""
    return ceil((bound - Fraction(1, 1000)) / scale) <= own / scale <= ceil((bound + Fraction(1, 1000)) / scale)


def priced(lines: Lines, goal: str, random: np.random.Generator, most: int | None = None) -> tuple[PricedLines, int]:
    """Return drawn prices of a goal, unmet-minimum limited where `most` says so, and what the engine makes of them."""
    target, first = target_of({goal: 1}, lines), target_of({"unmet-minimum": 1}, lines)
    assert target is not None
    assert first is not None
    aims = [target] if most is None else [target, first]
    parts = (np.stack([getattr(aim, part) for aim in aims]) for part in ("below_minimum", "below_target", "service"))
    limits = (0,) if most is None else (0, most)
    dual = Dual(theatre_of(lines), Aim(*parts, tuple(aim.constant for aim in aims), limits))
    price = dual.start() * random.uniform(0, 1.2, len(lines.least))
    price += random.normal(0, 0.3, len(price)) * dual.typical_worth / dual.norm
    used = lines.row[np.union1d(lines.shared.line, lines.own.line)]
    price[~np.isin(np.arange(len(price)), used)] = 0  # where nobody counts, a certificate has no price
    keep = np.array([1.0, random.uniform(0, 2)][: len(aims)])
    bound, _, _ = dual.evaluate(price, keep)
    proof = dual.proof(bound, price, keep)
    kept = None if most is None else (first, int(proof.keep[1]), most)
    return PricedLines(goal, lines, proof.price, proof.unit, target.scale, kept), bound


@pytest.mark.parametrize("seed", range(24))
def test_the_audit_makes_of_prices_what_the_engine_does(seed: int) -> None:
    document, random = drawn(seed, KINDS), np.random.default_rng(seed)
    given = Instance.model_validate(document)
    if (lines := lines_of(given)) is None:  # what a contingent counts for changes in time
        return
    book = Book(given)
    for goal, most in (("unmet-minimum", None), ("unmet-target", None), ("unmet-target", int(random.integers(0, 9)))):
        one, bound = priced(lines, goal, random, most)
        assert close(proven(book, goal, one.prices(book), one.most), bound * one.scale, one.scale), (goal, most)


@pytest.mark.parametrize("seed", range(12))
def test_altered_prices_prove_another_bound_that_holds(seed: int) -> None:
    document, random = drawn(seed, KINDS), np.random.default_rng(seed)
    given = Instance.model_validate(document)
    optimum, both = best(document, [GOALS[1]]), best(document, GOALS)
    if not optimum.feasible or (lines := lines_of(given)) is None:
        return
    book = Book(given)
    limit = target_of({GOALS[0]: 1}, lines)
    assert limit is not None
    for most in (None, int(both.values[0] / limit.scale)):
        prices = priced(lines, GOALS[1], random, most)[0].prices(book)
        for _ in range(5):
            factors = random.choice([-1.0, 0.0, 0.5, 1.0, 1.7], len(prices)).tolist()
            altered = {name: price * Fraction(x) for (name, price), x in zip(prices.items(), factors, strict=True)}
            kept = None if most is None else both.values[0]
            assert proven(book, GOALS[1], altered, kept) <= (optimum if most is None else both).values[-1]


def test_a_solve_without_a_matrix_writes_what_the_check_proves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds are those of the solve; an altered price proves another one that holds; an inflated bound is refused."""
    monkeypatch.setattr(written, "LEAST_TOUR_PERIODS", 0)
    home = tmp_path / "theatre"
    generate(home, family="tiny", seed=1, demand=200)
    model = Model.model_validate({"model": "m", "goals": [{"minimise": goal} for goal in GOALS]})
    result = solve(home, model=model, settings=Settings(time_limit=60, threads=2, gap=0.6))
    made = forcegen.certificate(result)
    assert made is not None
    assert result.plan is not None
    assert [goal.name for goal in made.goals] == list(GOALS)
    for goal, tier, proof in zip(made.goals, result.tiers, result.proofs, strict=False):
        assert isinstance(proof, PricedLines)
        assert tier.bound is not None
        assert close(Fraction(goal.bound), tier.bound, proof.scale)
    assert Fraction(made.goals[1].bound) > 0
    assert forcegen.check(home, result.plan, certificate=made).clean
    halved = altered(made, "0.5", "0")
    assert Fraction(made.goals[1].bound) > forcegen.check(home, result.plan, certificate=halved).certified[1].proven > 0
    inflated = altered(made, "1", str(Fraction(made.goals[1].bound).__ceil__() + 1))
    judged = forcegen.check(home, result.plan, certificate=inflated)
    assert [violation.kind for violation in judged.violations] == ["certificate"]


def altered(made: Certificate, factor: str, bound: str) -> Certificate:
    """Return a certificate with the prices of its second goal multiplied, and with another bound."""
    goal = made.goals[1]
    prices = {name: str(Decimal(price) * Decimal(factor)) for name, price in goal.prices.items()}
    other = goal.model_copy(update={"prices": prices, "bound": bound})
    return made.model_copy(update={"goals": (made.goals[0], other)})
