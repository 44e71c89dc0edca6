"""A plan made anew, for people and as plain data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from forcegen.report.differences import plan_diff_document, plan_diff_lines
from forcegen.report.document import number, result_document
from forcegen.report.headline import headline
from forcegen.report.tables import Item, Opening, titled
from forcegen.report.words import counted

if TYPE_CHECKING:
    from fractions import Fraction

    from rich.console import RenderableType
    from rich.table import Table

    from forcegen.planning.frontier import Point
    from forcegen.planning.replan import Replan
    from forcegen.planning.result import Result


def replan_tables(found: Replan, base: Result | None = None) -> RenderableType:
    """Return what changes in a sentence, the frontier, and every change in words."""
    parts: list[RenderableType] = []
    if base is not None:
        parts.append(Text(f"Before, without hindsight: {headline(base)}"))
    parts += [Text(headline(found.result), style="bold"), Text(sentence(found), style="bold"), Text()]
    if found.frontier:
        parts.append(_frontier(found))
    lines = [str(broken) for broken in found.broken]
    if found.diff is not None:
        # The plan that was need not keep the limits of what changed.
        lines += plan_diff_lines(replace(found.diff, clean=(True, found.diff.clean[1])))
    if lines:
        parts += [Opening("", "Every change"), *map(Item, lines)]
    return Group(*parts)


def sentence(found: Replan) -> str:
    """Return how much changes, and how well that is known."""
    tier = next((tier for tier in found.result.tiers if tier.name == "changes"), None)
    if found.plan is None or tier is None or tier.value is None:
        return f"Made anew in {found.at}: no plan."
    number_of = int(tier.value)
    fewest = "the fewest for that" if tier.proven else f"at least {int(tier.bound)}" if tier.bound is not None else ""
    known = f" ({fewest})" if fewest else ""
    off = f"; {counted(len(found.broken), 'tour')} broken off" if found.broken else ""
    return f"Made anew in {found.at}: {counted(number_of, 'tour')} change{'s' * (number_of == 1)}{known}{off}."


def replan_document(found: Replan, base: Result | None = None) -> dict[str, Any]:
    """Return the same as plain data."""
    return {
        "at": str(found.at),
        "changes": found.changes,
        "base": None if base is None else result_document(base),
        "result": result_document(found.result),
        "broken": [{"tour": broken.tour.model_dump(mode="json"), "periods": broken.periods} for broken in found.broken],
        "diff": None if found.diff is None else plan_diff_document(found.diff),
        "frontier": [
            {
                "changes": point.changes,
                "low": number(point.low),
                "high": number(point.high),
                "impossible": point.impossible,
                "proven": point.proven,
            }
            for point in found.frontier
        ],
        "seconds": found.seconds,
    }


def _frontier(found: Replan) -> Table:
    goal = found.result.model.goals[0].name
    table = titled(f"What is lacking at least with so many changes ({goal})", "changes", "found", "at least", "known")
    for point in found.frontier:
        table.add_row(f"{point.changes:,}", *_known(point))
    return table


def _known(point: Point) -> tuple[str, str, str]:
    if point.impossible:
        return "no plan", "", "proven"
    return _amount(point.high), _amount(point.low), "exact" if point.proven else "between"


def _amount(value: Fraction | None) -> str:
    return "unknown" if value is None else f"{float(value):,.10g}"
