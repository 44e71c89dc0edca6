"""An explanation, in lines that can be read out, and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forcegen.report.document import number

if TYPE_CHECKING:
    from forcegen.planning.explain import Explanation


def explanation_lines(found: Explanation) -> list[str]:
    """Return why there is no plan as a paragraph, the parts of it by their identifiers, and what counting says."""
    if found.feasible:
        return ["A plan exists: no hard rule or requirement contradicts the others."]
    if found.feasible is None:
        return ["Time ran out before it was known whether a plan exists; give more with --time-limit."]
    head, _, rest = found.paragraph.partition(". ")
    lines = [f"{head}.", rest, _listed(found), *(f"  - {part}" for part in found.conflict)]
    if found.counts:
        lines += ["Counting shows it:", *(f"  - {item}" for item in found.counts)]
    return lines


def _listed(found: Explanation) -> str:
    """Return what stands above the list of the parts."""
    if len(found.conflict) == 1:
        return "By its identifier:"
    proven = "without any one of them the others can be kept (proven)" if found.proven_minimal else "there may be fewer"
    return f"These {len(found.conflict)} by their identifiers; {proven}:"


def explanation_document(found: Explanation) -> dict[str, Any]:
    """Return the same as plain data."""
    return {
        "feasible": found.feasible,
        "paragraph": found.paragraph,
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
