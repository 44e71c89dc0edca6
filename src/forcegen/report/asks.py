"""Extra offers to ask for, in lines that can be read out, and as plain data."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from forcegen.report.document import number

if TYPE_CHECKING:
    from decimal import Decimal

    from forcegen.planning.ask import Ask
    from forcegen.planning.asks import Asks

_SHOWN, _PLACES = 12, 3
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WHAT = {"unmet-minimum": "minimum", "unmet-target": "target"}
_COUNTED = {"units": "units", "troops": "troops", "cost": "units of account"}


def asks_lines(found: Asks) -> list[str]:
    """Return what to ask for, what it closes, and what is proven."""
    goal = _WHAT[found.goal]
    if found.needed is False:
        return [f"Nothing needs asking for: a plan meets every {goal}."]
    if found.impossible:
        return ["No extra offers help: no plan keeps the rules, whatever is offered. `forcegen explain` says why."]
    if found.plan is None:
        return ["Time ran out before any plan was found; give more with --time-limit."]
    lines = [_headline(found, goal), *(line for ask in found.asks for line in _ask(ask))]
    if found.asks:
        lines.append(f"In all {_text(found.found)} {_COUNTED[found.by]} ({_proof(found)}).")
    lines += _gaps(found)
    if found.left:
        sure = "no offers of this sort close" if found.closes is False else "these offers do not close"
        lines.append(f"What {sure}:")
        lines += [
            f"  - {lack.requirement} lacks {_text(lack.lacks)} in {_window(lack.first, lack.last)}"
            for lack in found.left[:_SHOWN]
        ]
        if len(found.left) > _SHOWN:
            lines.append(f"    and {len(found.left) - _SHOWN} more")
    aside = f", but for the hard minimums of {', '.join(found.short)}" if found.short else ""
    return [*lines, f"The plan{' with them' if found.asks else ''} passes the audit{aside}{_swaps(found)}."]


def asks_document(found: Asks) -> dict[str, Any]:
    """Return the same as plain data."""
    plan = None if found.plan is None else found.plan.document()
    return {
        "instance": found.instance.name,
        "goal": found.goal,
        "by": found.by,
        "most": found.most,
        "needed": found.needed,
        "closes": found.closes,
        "gap": {
            "before": {"found": number(found.before[0]), "bound": number(found.before[1])},
            "after": {"found": number(found.after[0]), "bound": number(found.after[1])},
        },
        "asked": {"found": number(found.found), "bound": number(found.bound)},
        "minimal": found.minimal,
        "termination": found.termination.name,
        "asks": [
            {
                "contingent": ask.contingent.model_dump(mode="json", by_alias=True, exclude_none=True),
                "like": ask.like,
                "units": ask.units,
                "nations": list(ask.nations),
                "from": ask.first,
                "until": ask.last,
                "tours": [tour.model_dump(mode="json", by_alias=True) for tour in ask.tours],
            }
            for ask in found.asks
        ],
        "left": [
            {"requirement": x.requirement, "from": x.first, "until": x.last, "lacks": number(x.lacks)}
            for x in found.left
        ],
        "hard_minimums_unmet": list(found.short),
        "plan": None if plan is None else {"tours": plan["tours"], "leads": plan["leads"]},
        "seconds": round(found.seconds, 3),
    }


def _headline(found: Asks, goal: str) -> str:
    before, after = (_text(found.before[0]), _text(found.after[0]))
    if not found.asks:
        tail = "" if found.closes is False else " that was found"
        return f"No extra offers{tail} narrow the gap of {after} to the {goal}s."
    if found.closes:
        return f"This closes every gap to the {goal}s (unmet {before} without):"
    sure = ", the least that is possible" if found.after[0] == found.after[1] else ""
    return f"This narrows the gap to the {goal}s from {before} to {after}{sure}:"


def _gaps(found: Asks) -> list[str]:
    """Return what is proven of the gaps where that is less than all."""
    said = [_range(found.before, "without"), _range(found.after, "with whatever of this sort is offered")]
    known = [text for text in said if text]
    return [f"The least gap possible is {' and '.join(known)}."] if known else []


def _range(gap: tuple[Fraction | None, Fraction | None], words: str) -> str:
    found, bound = gap
    if found is None or found == bound:
        return ""
    return f"between {_text(bound or Fraction(0))} and {_text(found)} {words}"


def _swaps(found: Asks) -> str:
    if not any(len(ask.nations) > 1 for ask in found.asks):
        return ""
    return "; so it does with each of the nations named together, one line at a time"


def _ask(ask: Ask) -> list[str]:
    count = _NUMBERS[ask.units] if ask.units < len(_NUMBERS) else f"{ask.units:,}"
    k = ask.contingent
    whom = ask.nations[0] if len(ask.nations) == 1 else f"any of {{{', '.join(ask.nations)}}}"
    name = f" ({k.kind})" if k.kind else ""
    what = (k.kind or "unit") if ask.units == 1 else f"units{name}"
    head = f"  - {count} more {_text(k.strength)}-strong {what} of {whom} in {_window(ask.first, ask.last)}"
    places = [f"{role} in {sector}" for sector, role in sorted({(tour.sector, tour.role) for tour in ask.tours})]
    more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
    return [f"{head}, like {ask.like}: {', '.join(places[:_PLACES])}{more}"]


def _window(first: str, last: str) -> str:
    return first if first == last else f"{first}..{last}"


def _proof(found: Asks) -> str:
    if found.minimal:
        return "proven: nothing cheaper does as much"
    return "nothing is proven" if found.bound is None else f"for a gap no larger it takes at least {_text(found.bound)}"


def _text(value: Fraction | Decimal | None) -> str:
    return "unknown" if value is None else f"{float(value):,.10g}"
