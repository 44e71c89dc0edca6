"""What changes from one plan to another: where and when more or less is covered, who serves more, and tables of it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.report.html.markup import Node, details, el, page, table
from forcegen.report.html.signed import signed_bars, signed_map
from forcegen.report.tables import amount
from forcegen.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forcegen.audit import Audit, CoverageLine
    from forcegen.domain.instance import Instance
    from forcegen.planning.diff import PlanDiff
    from forcegen.report.html.signed import Cell

_CHANGE = ("requirement", "period", "target", "before", "now", "change", "points")


def changes_page(found: PlanDiff, instance: Instance, audit: Audit) -> str:
    """Return what differs between two plans as one self-contained HTML document; `audit` is the second's."""
    name, (answer, *parts) = instance.name, changed(found, instance, audit)
    heading = el("h1", answer.text or "")
    return page(
        f"{name}: what changes", el("p", f"{name} \u00b7 from one plan to another", class_="kicker"), heading, *parts
    )


def changed(found: PlanDiff, instance: Instance, audit: Audit) -> list[Node]:
    """Return every tour moved, added or dropped, and what that did to coverage, nations and goals.

    Parameters
    ----------
    instance, audit
        What both plans are for, and what the second is worth.
    """
    if not found.moved:
        return [el("p", "Nothing: the same tours.")]
    added, dropped, moved = (
        sum(m.count for m in found.moved if (m.before is None, m.after is None) == kind)
        for kind in ((True, False), (False, True), (False, False))
    )
    # The plan before may be one to what held then.
    sides = zip(("before breaks limits that hold now", "now breaks limits"), found.clean, strict=True)
    broken = [words for words, clean in sides if not clean]
    return [
        el("p", f"{counted(added, 'tour')} added, {dropped:,} dropped, {moved:,} moved in time."),
        *(el("p", f"The plan {words}; see forcegen check.") for words in broken),
        *changes_figures(found, instance, audit),
        _pairs("Goals", "goal", found.goals),
        details("What each requirement lacks to its target", _lacking(found)),
        details("Every tour", el("ul", *(el("li", str(item)) for item in found.moved))),
    ]


def changes_figures(found: PlanDiff, instance: Instance, audit: Audit) -> list[Node]:
    """Return where and when more or less is covered, and which nations serve more or less, with their tables."""
    return [*_coverage(found, instance, audit), *_nations(found, instance)]


def _coverage(found: PlanDiff, instance: Instance, audit: Audit) -> list[Node]:
    heading = el("h3", "Where and when more or less is covered")
    if not found.periods:
        return [heading, el("p", "Every requirement is covered as before in every period.")]
    lacking = {(name, t): (was, now) for name, lines in found.periods.items() for t, was, now in lines}
    lines = {(line.requirement, line.period): line for line in audit.coverage}
    periods = [str(instance.horizon.label(t)) for t in range(instance.horizon.periods)]
    differing = [requirement for requirement in instance.requirements if requirement.id in found.periods]
    rows = [
        (q.id, [_cell(lines.get((q.id, t)), lacking.get((q.id, t)), q.name or q.id) for t in periods])
        for q in differing
    ]
    words = (
        "The change in what is covered of each target, in percentage points of it: +\u00a0(blue) more than before, "
        "\N{MINUS SIGN}\u00a0(orange) less, 0\u00a0as before; empty: nothing is required then."
    )
    rest = sum(1 for q in instance.requirements if q.id not in found.periods)
    verb = "is" if rest == 1 else "are"
    as_before = f" {counted(rest, 'requirement')} covered as before in every period {verb} not shown."
    listed = [_listed(lines[key], *ends) for key, ends in lacking.items()]
    return [
        heading,
        el("p", words + as_before * bool(rest)),
        *signed_map("Requirement by period, percentage points more or less", periods, rows, "points"),
        details("The same as a table", table("Coverage that differs, in the role's measure", _CHANGE, listed, left=2)),
    ]


def _cell(line: CoverageLine | None, lacking: tuple[Fraction, Fraction] | None, name: str) -> Cell | None:
    """Return the change of a requirement in a period in points of its target; None where nothing is required."""
    if line is None or line.target <= 0:
        return None
    was, now = lacking or (Fraction(0), Fraction(0))
    if lacking is None:
        return 0.0, f"{name}, {line.period}: as before"
    had, has = line.target - was, line.target - now
    words = f"{name}, {line.period}: {amount(had)} before, {amount(has)} now, of {amount(line.target)}"
    return float(100 * (was - now) / line.target), words


def _listed(line: CoverageLine, was: Fraction, now: Fraction) -> tuple[str, ...]:
    had, has = line.target - was, line.target - now
    points = f"{float(100 * (has - had) / line.target):+,.1f}"
    figures = (amount(line.target), amount(had), amount(has), _more(had, has), points)
    return (line.requirement, line.period, *figures)


def _nations(found: PlanDiff, instance: Instance) -> list[Node]:
    heading = el("h3", "Who serves more or less")
    if not found.nations:
        return [heading, el("p", "Every nation serves as many troop-periods as before.")]
    names = {nation.id: nation.name or nation.id for nation in instance.nations}
    lines = sorted(found.nations.items(), key=lambda line: line[1][0] - line[1][1])
    title = "Troop-periods more (right) or less (left) than before"
    drawn = signed_bars(title, [(names.get(nation, nation), float(now - was)) for nation, (was, now) in lines])
    listed = _table("Troop-periods", "nation", [(names.get(nation, nation), *ends) for nation, ends in lines])
    return [heading, el("figure", el("figcaption", title), drawn), details("The same as a table", listed)]


def _lacking(found: PlanDiff) -> Node:
    return _pairs("Lacking to the target, over all periods", "requirement", found.requirements)


def _pairs(caption: str, head: str, pairs: Mapping[str, tuple[Fraction, Fraction]]) -> Node:
    return _table(caption, head, [(name, *ends) for name, ends in pairs.items()])


def _table(caption: str, head: str, lines: Sequence[tuple[str, Fraction, Fraction]]) -> Node:
    rows = [(name, amount(was), amount(now), _more(was, now)) for name, was, now in lines]
    return table(caption, (head, "before", "now", "change"), rows)


def _more(before: Fraction, now: Fraction) -> str:
    return f"{float(now - before):+,.10g}"
