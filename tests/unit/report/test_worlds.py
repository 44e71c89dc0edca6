"""What draws of worlds say, drawn: the curve passes through the quantiles, and its table says the same."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING

import pytest

from forcegen.planning.stress import Candidate, Comparison, Estimate, Outlook, World
from forcegen.planning.stress.worlds import SHARES, quantile
from forcegen.report.html.worlds import candidate_figures, covered_by_share, outlook_figures

if TYPE_CHECKING:
    from forcegen.report.html.markup import Node


def world(covered: tuple[Fraction, Fraction] | None, drawn: int) -> World:
    return World(("yes",), ("no",), drawn, None, None, covered, infeasible=False, solved=True, plan=None)


def outlook(*worlds: World) -> Outlook:
    return Outlook(sum(one.drawn for one in worlds), worlds, (), None, None)


def at(found: Outlook, share: Fraction) -> tuple[Fraction, Fraction]:
    """Return the coverage at a share of the draws, as it is drawn."""
    return next((low, high) for end, low, high in covered_by_share(found) if end >= share)


@pytest.mark.parametrize("seed", range(40))
def test_the_curve_passes_through_the_quantiles(seed: int) -> None:
    rng = Random(seed)
    ends = [sorted(Fraction(rng.randint(0, 10), 10) for _ in range(2)) for _ in range(rng.randint(1, 8))]
    found = outlook(*(world((low, high), rng.randint(1, 5)) for low, high in ends))
    shares = [one.covered for one in found.worlds for _ in range(one.drawn)]
    lows, highs = (sorted(share[side] for share in shares if share is not None) for side in (0, 1))
    for share in (*SHARES, Fraction(1, 100), Fraction(1)):
        assert at(found, share) == (quantile(lows, share), quantile(highs, share))
    assert [end for end, *_ in covered_by_share(found)][-1] == 1


def texts(nodes: list[Node]) -> list[str]:
    return [part.text or "" for node in nodes for part in node.iter() if part.text]


def test_what_is_known_exactly_is_one_line_and_has_its_table() -> None:
    exact = outlook(world((Fraction(1, 2), Fraction(1, 2)), 3), world((Fraction(1), Fraction(1)), 1))
    open_ = outlook(world((Fraction(1, 2), Fraction(3, 4)), 4))
    one, two = outlook_figures(exact), outlook_figures(open_)
    lines = [[p for node in nodes for p in node.iter("path") if p.get("stroke-width") == "1.8"] for nodes in (one, two)]
    assert [len(found) for found in lines] == [1, 2]
    assert {"5", "25", "50", "75", "95", "50.0%", "100.0%", "The same as a table"} <= set(texts(one))
    rows = [[cell.text for cell in row] for node in one for row in node.iter("tr")]
    assert rows == [list(rows[0]), ["75", "50.0%", "50.0%"], ["100", "100.0%", "100.0%"]]


def test_without_coverage_nothing_is_drawn() -> None:
    assert outlook_figures(outlook()) == []
    assert outlook_figures(outlook(world(None, 3))) == []


def test_plans_are_compared_with_their_confidence() -> None:
    def plan(name: str, value: float) -> Candidate:
        estimate = Estimate(value, value - 10, value + 10)
        return Candidate(name, None, estimate, estimate, 0.0, 1, 1)  # type: ignore[arg-type]

    drawn = candidate_figures(Comparison(200, 4, 3, (plan("<b>", 1000), plan("plain", 1200))), "unmet-target")
    assert len(drawn) == 2
    assert {"<b>", "plain", "1,000 (990 to 1,010)"} <= set(texts(drawn))
    assert candidate_figures(Comparison(200, 4, 3, (plan("alone", 1000),)), "unmet-target") == []
