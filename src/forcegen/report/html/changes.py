"""What changes from one plan to another, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.report.html.markup import Node, details, el, table
from forcegen.report.tables import amount
from forcegen.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from forcegen.planning.diff import PlanDiff


def changed(found: PlanDiff) -> list[Node]:
    """Return every tour moved, added or dropped, and what that did to goals, requirements and nations."""
    if not found.moved:
        return [el("p", "Nothing: the same tours.")]
    added, dropped, moved = (
        sum(m.count for m in found.moved if (m.before is None, m.after is None) == kind)
        for kind in ((True, False), (False, True), (False, False))
    )
    return [
        el("p", f"{counted(added, 'tour')} added, {dropped:,} dropped, {moved:,} moved in time."),
        _pairs("Goals", "goal", found.goals),
        _pairs("Lacking to the target, over all periods", "requirement", found.requirements),
        _pairs("Troop-periods", "nation", found.nations),
        details("Every tour", el("ul", *(el("li", str(item)) for item in found.moved))),
    ]


def _pairs(caption: str, head: str, pairs: Mapping[str, tuple[Fraction, Fraction]]) -> Node:
    rows = [
        (name, amount(before), amount(after), f"{float(after - before):+,.10g}")
        for name, (before, after) in pairs.items()
    ]
    return table(caption, (head, "before", "now", "change"), rows)
