"""Coverage in worlds drawn, from the worst draw to the best, and plans beside each other in worlds unseen."""

from __future__ import annotations

from fractions import Fraction
from itertools import zip_longest
from typing import TYPE_CHECKING

from forcegen.report.html.intervals import Interval, intervals
from forcegen.report.html.markup import Node, details, table
from forcegen.report.html.plots import Axis, Curve, both, curves
from forcegen.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forcegen.planning.stress import Comparison, Estimate, Outlook

_QUANTILES = (5.0, 25.0, 50.0, 75.0, 95.0)
_CONFIDENCE = "95 % confidence; the dot is the estimate"
_ENDS = ("per cent of the draws", "covered at least", "covered at most")
Part = tuple[Fraction, Fraction, Fraction]


def outlook_figures(found: Outlook) -> list[Node]:
    """Return how much is covered in the draws, from the worst to the best, and the same as a table."""
    parts = covered_by_share(found)
    if not parts:
        return []
    xs, lows, highs = _corners(parts)
    across = Axis("per cent of the draws in which no more is covered", 0.0, 100.0, at=_QUANTILES)
    up = Axis("per cent covered of what is required", 0.0, 100.0)
    lines = both(
        Curve("covered by plans that were found", xs, lows, "#0072b2", (lows, highs)),
        Curve("no more than this (proven)", xs, highs, "#d55e00"),
        "covered by the best plans (proven)",
    )
    rows = [(f"{float(100 * end):.3g}", *(f"{float(x):.1%}" for x in ends)) for end, *ends in parts]
    title = f"What is covered in {counted(found.draws, 'draw')}, from the worst to the best"
    listed = table("So many of the draws have no more covered than", _ENDS, rows)
    return [curves(title, across, up, lines), details("The same as a table", listed)]


def covered_by_share(found: Outlook) -> list[Part]:
    """Return shares of the draws up to which coverage is no more than a low and a high end, both in their order."""
    known = [(world.covered, world.drawn) for world in found.worlds]
    if not known or any(covered is None for covered, _ in known):
        return []
    sides = [sorted((ends[side], times) for ends, times in known if ends is not None) for side in (0, 1)]
    reached = [_reached(side) for side in sides]
    total = sum(times for _, times in known)
    ends = sorted({*reached[0], *reached[1]})
    low, high = reached
    whole: list[Part] = [(Fraction(end, total), _at(low, end), _at(high, end)) for end in ends]
    return [part for part, after in zip_longest(whole, whole[1:]) if after is None or part[1:] != after[1:]]


def _reached(side: Sequence[tuple[Fraction, int]]) -> dict[int, Fraction]:
    """Return the coverage that is reached by so many of the draws, the worst first."""
    found, count = {}, 0
    for covered, times in side:
        count += times
        found[count] = covered
    return found


def _at(reached: dict[int, Fraction], end: int) -> Fraction:
    return next(covered for count, covered in reached.items() if count >= end)


def _corners(parts: Sequence[Part]) -> tuple[list[float], list[float], list[float]]:
    """Return both ends of each step, in per cent."""
    begins = [Fraction(0), *(end for end, *_ in parts)]
    xs = [float(100 * x) for begin, (end, *_) in zip(begins, parts, strict=False) for x in (begin, end)]
    lows, highs = ([float(100 * part[side]) for part in parts for _ in range(2)] for side in (1, 2))
    return xs, lows, highs


def candidate_figures(found: Comparison, goal: str) -> list[Node]:
    """Return what each plan leaves unmet in draws that none has seen, on average and in the worst tenth."""
    if len(found.candidates) < 2:
        return []
    drawn = []
    for what, name in (("on average", "mean"), ("in the worst tenth", "tail")):
        lines = [(plan.name, getattr(plan, name)) for plan in found.candidates]
        rows = [Interval(plan, line.low, line.high, _estimated(line), line.value) for plan, line in lines]
        title = f"What each plan leaves unmet {what}, in {counted(found.draws, 'draw')} that none has seen"
        drawn.append(intervals(title, goal, rows, _CONFIDENCE, "the same however it is drawn"))
    return drawn


def _estimated(line: Estimate) -> str:
    value = f"{line.value:,.0f}"
    return value if line.low == line.high else f"{value} ({line.low:,.0f} to {line.high:,.0f})"
