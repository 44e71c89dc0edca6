"""Differences between two plans, in lines and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forcegen.report.document import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

    from forcegen.planning.diff import PlanDiff


def plan_diff_lines(found: PlanDiff) -> list[str]:
    """Return every tour moved, added or dropped, and what that did to goals, requirements and nations."""
    lines = [str(moved) for moved in found.moved]
    lines += _lines("goal", found.goals)
    lines += _lines("lacking over all periods:", found.requirements)
    lines += _lines("troop-periods of", found.nations)
    names = ("first", "second")
    return lines + [
        f"the {n} plan breaks limits; see forcegen check" for n, ok in zip(names, found.clean, strict=True) if not ok
    ]


def plan_diff_document(found: PlanDiff) -> dict[str, Any]:
    """Return the same as plain data."""
    return {
        "tours": [
            {
                "before": None if moved.before is None else moved.before.model_dump(mode="json", exclude={"unit"}),
                "after": None if moved.after is None else moved.after.model_dump(mode="json", exclude={"unit"}),
                "count": moved.count,
            }
            for moved in found.moved
        ],
        "goals": _plain(found.goals),
        "requirements": _plain(found.requirements),
        "nations": _plain(found.nations),
        "clean": list(found.clean),
    }


def _lines(head: str, pairs: Mapping[str, tuple[Fraction, Fraction]]) -> Iterator[str]:
    for name, (before, after) in pairs.items():
        more = "+" if after > before else "-"
        change = f"{more}{float(abs(after - before)):,.10g}"
        yield f"{head} {name}: {float(before):,.10g} to {float(after):,.10g} ({change})"


def _plain(pairs: Mapping[str, tuple[Fraction, Fraction]]) -> dict[str, Any]:
    return {name: {"before": number(before), "after": number(after)} for name, (before, after) in pairs.items()}
