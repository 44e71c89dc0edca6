"""An explanation, in lines that can be read out, and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forcegen.report.document import number

if TYPE_CHECKING:
    from forcegen.planning.explain import Explanation


def explanation_lines(found: Explanation) -> list[str]:
    """Return why there is no plan as a paragraph, and what counting says."""
    if found.feasible:
        return ["A plan exists: no hard rule or requirement contradicts the others."]
    if found.feasible is None:
        return ["Time ran out before it was known whether a plan exists; give more with --time-limit."]
    count = len(found.conflict)
    if count == 1:
        lines = ["No plan exists. This one thing cannot be kept, whatever else is given up:"]
    else:
        lines = [f"No plan exists. These {count} things cannot hold together:"]
    lines += [f"  - {part}" for part in found.conflict]
    if count > 1 and found.proven_minimal:
        lines.append("Without any one of them the others can be kept (proven).")
    elif not found.proven_minimal:
        lines.append("There may be fewer: time ran out before that was proven.")
    if found.counts:
        lines += ["Counting shows it:", *(f"  - {item}" for item in found.counts)]
    return lines


def explanation_document(found: Explanation) -> dict[str, Any]:
    """Return the same as plain data."""
    return {
        "feasible": found.feasible,
        "conflict": [{"kind": part.kind, "id": part.id, "words": part.words} for part in found.conflict],
        "proven_minimal": found.proven_minimal,
        "counts": [
            {
                "requirement": item.requirement,
                "periods": list(item.periods),
                "minimum": number(item.minimum),
                "reach": number(item.reach),
                "because": item.because,
            }
            for item in found.counts
        ],
        "checks": found.checks,
        "seconds": round(found.seconds, 3),
    }
