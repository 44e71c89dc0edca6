"""The present answer beside the base: in words, in figures, and requirement by requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nicegui import ui

from forcegen.planning.diff import change_lines, diff, diff_results
from forcegen.report.headline import headline
from forcegen.report.html.changes import changes_figures
from forcegen.report.html.markup import Node, details, el
from forcegen.report.words import counted
from forcegen.web.drawn import coverage_pairs, figures_pair, lines, nations_pair
from forcegen.web.panel import Panel, show

if TYPE_CHECKING:
    from fractions import Fraction

    from forcegen.planning.diff import PlanDiff
    from forcegen.planning.result import Result


class ComparePanel(Panel):
    """What the changes did."""

    def signature(self) -> Any:
        """Return both answers."""
        return (id(self.study.base), id(self.study.result), self.study.stale)

    def draw(self) -> None:
        """Draw the difference."""
        base, now = self.study.base, self.study.result
        if base is None or now is None:
            ui.label("There is nothing to compare yet: the first answer becomes the base.").classes("quiet")
            return
        if base is now:
            ui.label("The present answer is the base: change something and solve again.").classes("quiet")
            return
        if self.study.stale:
            ui.label("The present answer is one to an earlier setup: solve again.").classes("warn")
        show(*comparison(base, now))


def comparison(base: Result, now: Result) -> list[Node]:
    """Return what differs between two answers, drawn."""
    changes = change_lines(diff(base.instance, now.instance))
    parts = [
        el(
            "div",
            el("div", el("h3", "Base"), el("p", headline(base))),
            el("div", el("h3", "Now"), el("p", headline(now))),
            class_="two",
        ),
        el("h3", "What was changed"),
        *(lines(changes) if changes else [el("p", "Nothing: both answer the same setup.")]),
    ]
    found = diff_results(base, now)
    if found is None or now.audit is None:
        return [*parts, figures_pair(base, now)]
    nations, proven = nations_pair(base, now), proven_difference(base, now)
    parts += [
        el("div", figures_pair(base, now), *([] if nations is None else [nations]), class_="two"),
        *([] if proven is None else [el("p", proven)]),
        *changes_figures(found, now.instance, now.audit),
        el("h3", "Coverage of each requirement that differs"),
        *coverage_pairs(base, now),
        el("h3", "Tours"),
        *_tours(found),
    ]
    return parts


def proven_difference(base: Result, now: Result) -> str | None:
    """Return what is proven of the change in the first goal, whatever the best plans are; None where nothing is."""
    if base.model != now.model or not base.tiers or not now.tiers:
        return None
    before, after = base.tiers[0], now.tiers[0]
    if before.found is None or before.bound is None or after.found is None or after.bound is None:
        return None
    low, high = after.bound - before.found, after.found - before.bound
    if low == high:
        return f"The change in {before.name} is exactly {_signed(low)} (both are proven)."
    return (
        f"These are the plans that were found; the true change in {before.name} lies between {_signed(low)} and "
        f"{_signed(high)} (proven). More time narrows it."
    )


def _signed(value: Fraction) -> str:
    return f"{float(value):+,.10g}"


def _tours(found: PlanDiff) -> list[Node]:
    if not found.moved:
        return [el("p", "Both plans have the same tours.")]
    words = [str(one) for one in found.moved]
    count = sum(one.count for one in found.moved)
    return [
        el("p", f"{counted(count, 'tour')} {'was' if count == 1 else 'were'} added, dropped or moved."),
        details(f"All of them, in {counted(len(words), 'line')}", *lines(words)),
    ]
