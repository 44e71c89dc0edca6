"""Whatever the prices are, what they certify is never above the optimum that brute force finds."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from forcegen.audit.certificate import Book, proven
from forcegen.domain.instance import Instance
from forcegen.formulation.tour import build

from .brute import best
from .generate import ALL_KINDS, SUMS, instance

GOALS = ("unmet-minimum", "unmet-target")


def drawn(rng: Random, rows: list[str], book: Book) -> dict[str, Fraction]:
    """Prices of either sign, more often of the one that counts, of some rows and of some of their roundings."""
    prices = {}
    for name in rows:
        row = book.row(name)
        if row is None or rng.random() < 0.4:
            continue
        sense = row.sense if rng.random() < 0.9 else -row.sense
        prices[name] = Fraction(sense * rng.randint(0, 3000), rng.choice((1000, 3000, 7000)))
        if name.startswith("coverage("):
            least = name.replace("coverage", "least", 1)
            divisor = rng.choice((1, 2, 3, 5)) * rng.choice((10**9, 5 * 10**8))
            for other in (least, f"rounded({name},{divisor})", f"rounded({least},{divisor})"):
                if rng.random() < 0.4:
                    prices[other] = Fraction(rng.randint(0, 2000), 1000)
    return prices


def certified_below_the_optimum(seed: int, kinds: tuple[str, ...]) -> int:
    rng, document = Random(seed), instance(seed, kinds)
    read, known = Instance.model_validate(document), {goal: best(document, goals=[goal]) for goal in GOALS}
    if not known["unmet-minimum"].feasible:
        return 0
    book, rows, useful = Book(read), build(read, list(GOALS)).model.all_names().rows, 0
    assert all(book.row(name) is not None for name in rows if name.startswith("coverage("))
    for _ in range(12):
        prices = drawn(rng, rows, book)
        for goal in GOALS:
            bound = proven(book, goal, prices)
            assert bound <= known[goal].values[0], (seed, goal, prices)
            useful += bound > 0
    both, limit = best(document, goals=GOALS), known["unmet-minimum"].values[0]
    for _ in range(6):
        prices = drawn(rng, rows, book) | {"limit(unmet-minimum)": Fraction(-rng.randint(0, 2000), 1000)}
        assert proven(book, "unmet-target", prices, limit) <= both.values[1], (seed, prices)
    return useful


def test_any_prices_certify_a_bound_that_holds() -> None:
    assert sum(certified_below_the_optimum(seed, SUMS) for seed in range(40)) > 0


def test_names_of_no_row_count_nothing() -> None:
    read = Instance.model_validate(instance(0, SUMS))
    book = Book(read)
    asked = next(iter(book.needs))
    names = ["", "(", "coverage", "coverage()", f"coverage({asked})", f"coverage({asked},{asked})", "rounded()"]
    names += [f"rounded(coverage({asked},2000-01),{d})" for d in ("", "x", "0", "-3", "9" * 5000)]
    names += ["rounded(" * 5000, "rounded(" * 5000 + "," * 5000, "beds(nowhere,2025-01)", "lead(a,b)", "ceiling"]
    assert not any(book.row(name) for name in names)
    for goal in GOALS:
        assert proven(book, goal, dict.fromkeys(names, Fraction(5))) == 0


def test_rules_that_prices_do_not_know_are_relaxed() -> None:
    for seed in range(1000, 1015):
        certified_below_the_optimum(seed, ALL_KINDS)


@pytest.mark.long
def test_any_prices_certify_a_bound_that_holds_on_many() -> None:
    for seed in range(40, 400):
        certified_below_the_optimum(seed, ALL_KINDS if seed % 2 else SUMS)
