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
    lines += [f"{line}{_when(name, found)}" for name, line in zip(found.requirements, _lacking(found), strict=True)]
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
        "periods": {
            name: [{"period": t, "before": number(was), "after": number(now)} for t, was, now in lines]
            for name, lines in found.periods.items()
        },
        "nations": _plain(found.nations),
        "clean": list(found.clean),
    }


def _lacking(found: PlanDiff) -> Iterator[str]:
    return _lines("lacking over all periods:", found.requirements)


def _when(requirement: str, found: PlanDiff) -> str:
    """Return the periods in which a requirement lacks more, and those in which it lacks less."""
    lines = found.periods.get(requirement, ())
    more, less = ([t for t, was, now in lines if (now > was) == worse] for worse in (True, False))
    parts = [
        f"{word} in {periods[0]}" + (f" to {periods[-1]} ({len(periods)} periods)" if len(periods) > 1 else "")
        for word, periods in (("more", more), ("less", less))
        if periods
    ]
    return f", {'; '.join(parts)}" if parts else ""


def _lines(head: str, pairs: Mapping[str, tuple[Fraction, Fraction]]) -> Iterator[str]:
    for name, (before, after) in pairs.items():
        more = "+" if after > before else "-"
        change = f"{more}{float(abs(after - before)):,.10g}"
        yield f"{head} {name}: {float(before):,.10g} to {float(after):,.10g} ({change})"


def _plain(pairs: Mapping[str, tuple[Fraction, Fraction]]) -> dict[str, Any]:
    return {name: {"before": number(before), "after": number(after)} for name, (before, after) in pairs.items()}
