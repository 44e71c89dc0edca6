"""A repair, in lines that can be read out, and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forcegen.report.document import number
from forcegen.report.explanation import explanation_document, explanation_lines

if TYPE_CHECKING:
    from fractions import Fraction

    from forcegen.planning.bargain import Change, Relaxation
    from forcegen.planning.repair import Repair

_SHOWN = 8


def repair_lines(found: Repair) -> list[str]:
    """Return what is to be given up, for how much, and what is proven."""
    if found.rest is not None and found.rest.feasible is False:
        return ["No repair helps: what is not negotiable has no plan by itself.", *explanation_lines(found.rest)]
    if found.found is None:
        return ["Time ran out before any repair was found; give more with --time-limit."]
    if found.needed is False:
        return ["Nothing needs repair: a plan exists that keeps every hard rule and requirement.", *_left_alone(found)]
    lines = [f"A plan exists if these are given up, at a cost of {_text(found.found)} ({_proof(found)}):"]
    if found.needed is None:
        lines = ["Whether anything has to be given up is not known: no plan without was found in time.", *lines]
    for part in found.relaxations:
        lines.append(f"  - {_head(part)}: {_text(part.cost)}")
        lines += [f"      {_change(change)}" for change in part.changes[:_SHOWN]]
        if len(part.changes) > _SHOWN:
            lines.append(f"      and {len(part.changes) - _SHOWN} more")
    lines.append("The plan breaks nothing else: the audit finds what is listed here, and no more.")
    return lines + _left_alone(found)


def repair_document(found: Repair) -> dict[str, Any]:
    """Return the same as plain data."""
    plan = None if found.plan is None else found.plan.document()
    return {
        "instance": found.instance.name,
        "needed": found.needed,
        "cost": {"found": number(found.found), "bound": number(found.bound)},
        "proven": found.proven,
        "termination": found.termination.name,
        "relaxations": [
            {
                "kind": part.kind,
                "id": part.id,
                "words": part.words,
                "lifted": part.lifted,
                "cost": number(part.cost),
                "changes": [
                    {
                        "item": change.item,
                        "from": change.first,
                        "until": change.last,
                        "before": number(change.before),
                        "after": number(change.after),
                        "by": number(change.by),
                    }
                    for change in part.changes
                ],
            }
            for part in found.relaxations
        ],
        "plan": None if plan is None else {"tours": plan["tours"], "leads": plan["leads"]},
        "left_alone": list(found.left_alone),
        "rest": None if found.rest is None else explanation_document(found.rest),
        "seconds": round(found.seconds, 3),
    }


def _head(part: Relaxation) -> str:
    if part.kind == "requirement":
        return f"cut {part.words}"
    return f"{'set aside' if part.lifted else 'relax'} {part.words}"


def _change(change: Change) -> str:
    when = "over the horizon" if change.first is None else f"in {change.first}"
    if change.last != change.first:
        when = f"in {change.first}..{change.last}"
    what = f"{change.item}: " if change.item else ""
    if change.before is None or change.after is None:
        return f"{what}by {_text(change.by)} {when}"
    return f"{what}from {_text(change.before)} to {_text(change.after)} {when}"


def _proof(found: Repair) -> str:
    if found.proven:
        return "proven: no repair is cheaper"
    return "nothing is proven" if found.bound is None else f"no repair costs less than {_text(found.bound)}"


def _left_alone(found: Repair) -> list[str]:
    if not found.left_alone:
        return []
    return [f"Kept all the same, for running tours hang on them: {', '.join(found.left_alone)}."]


def _text(value: Fraction) -> str:
    return f"{float(value):,.10g}"
