"""Plans to choose from, as tables, plain data and files."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from forcegen.report.document import number
from forcegen.report.headline import headline
from forcegen.report.tables import amount, titled
from forcegen.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from forcegen.planning.alternatives import Alternative, Alternatives, Exchange, Shared

_NEEDED = {"yes": "yes (proven)", "no": "no, a plan does without", "open": "not shown"}
_ROWS = 15


def alternatives_tables(found: Alternatives) -> RenderableType:
    """Return how far the plans are apart, what all share, and who could replace whom."""
    if not found.plans:
        return Text(headline(found.base), style="bold")
    parts: list[RenderableType] = [Text(sentence(found), style="bold"), Text(), _plans(found)]
    if len(found.plans) > 1:
        parts += [_differences(found), _exchanges(found)]
    if found.shared:
        parts += [_shared(found.shared)]
    parts += [Text(_note(found), style="dim")]
    return Group(*parts)


def sentence(found: Alternatives) -> str:
    """Return what was found, in a sentence."""
    count, loss = len(found.plans), f"within a loss of {float(found.loss):.3g}"
    end = "; no other plan differs (proven)" if found.exhausted else ""
    if count == 1:
        return f"1 plan {loss}{end}."
    pairs = [x for i, row in enumerate(found.differences) for x in row[:i]]
    least, most = min(pairs), max(pairs)
    between = f"{amount(least)}" if least == most else f"{amount(least)} to {amount(most)}"
    total = sum(found.plans[0].served.values(), Fraction(0))
    return f"{count} plans {loss}, {between} of {amount(total)} troop-periods replaced between any two{end}."


def _plans(found: Alternatives) -> Table:
    goals = list(found.limits)
    table = titled("Plans", "plan", *goals, "troop-periods", "replaced at least", "no plan more than")
    for i, plan in enumerate(found.plans, start=1):
        bound = "" if plan.difference is None else "unknown" if plan.bound is None else amount(plan.bound)
        nearest = "" if plan.difference is None else amount(plan.difference)
        values = [amount(plan.goals[goal]) for goal in goals]
        table.add_row(str(i), *values, amount(sum(plan.served.values(), Fraction(0))), nearest, bound)
    limits = [amount(limit) for limit in found.limits.values()]
    table.add_row("limit", *limits, "", "", "", style="dim")
    return table


def _differences(found: Alternatives) -> Table:
    numbers = [str(i + 1) for i in range(len(found.plans))]
    table = titled("Troop-periods replaced", "plan", *numbers)
    for name, row in zip(numbers, found.differences, strict=True):
        table.add_row(name, *(amount(x) for x in row))
    return table


def _exchanges(found: Alternatives) -> Table:
    columns = ("plan", "sector", "role", "instead of", "come")
    table = titled("Who could replace whom (the largest exchanges)", *columns, words=columns)
    ordered = sorted(found.exchanges, key=lambda x: -_exchanged(x))
    for item in ordered[:_ROWS]:
        less, more = _nations(item.less), _nations(item.more)
        table.add_row(str(item.plan), Text(item.sector), Text(item.role), Text(less), Text(more))
    if len(ordered) > _ROWS:
        table.add_row("", f"and {len(ordered) - _ROWS} more", "", "", "", style="dim")
    return table


def _exchanged(item: Exchange) -> Fraction:
    return min(sum((x for _, x in side), Fraction(0)) for side in (item.less, item.more))


def _nations(amounts: Sequence[tuple[str, Fraction]]) -> str:
    named = ", ".join(f"{nation} {amount(x)}" for nation, x in amounts[:3])
    return f"{named} and {len(amounts) - 3} more" if len(amounts) > 3 else named


def _shared(lines: Sequence[Shared]) -> Table:
    columns = ("nation", "sector", "role", "least", "most", "in every plan within the loss")
    table = titled("In all of these plans (troop-periods)", *columns, words=("sector", "role", columns[-1]))
    for line in lines[:_ROWS]:
        place = (Text(name) for name in line.place)
        table.add_row(*place, amount(line.least), amount(line.most), _NEEDED[line.needed])
    if len(lines) > _ROWS:
        table.add_row(f"and {len(lines) - _ROWS} more", "", "", "", "", "", style="dim")
    return table


def _note(found: Alternatives) -> str:
    serving = {place.nation for plan in found.plans for place in plan.served}
    nobody = sorted({place.nation for place in found.unused} - serving)
    verb = "is" if len(found.unused) == 1 else "are"
    words = f"{counted(len(found.unused), 'place')} that rules allow a nation {verb} used by none of these plans"
    words = words if found.unused else "Every place that rules allow a nation is used by one of these plans"
    words += f"; {', '.join(nobody)} serve{'s' * (len(nobody) == 1)} in none" if nobody else ""
    return f"{words}; every plan passed the audit; {found.seconds:.1f} s"


def alternatives_document(found: Alternatives) -> dict[str, Any]:
    """Return the same as plain data."""
    tier = found.base.tiers[0] if found.base.tiers else None
    return {
        "instance": found.base.instance.name,
        "model": found.base.model.model,
        "status": found.base.status.name,
        "loss": number(found.loss),
        "best": None if tier is None else {"goal": tier.name, "found": number(tier.found), "bound": number(tier.bound)},
        "limits": {name: number(limit) for name, limit in found.limits.items()},
        "plans": [_plan(i, plan) for i, plan in enumerate(found.plans, start=1)],
        "differences": [[number(x) for x in row] for row in found.differences],
        "shared": [
            line.place._asdict()
            | {"least": number(line.least), "most": number(line.most), "in_every_plan": line.needed}
            for line in found.shared
        ],
        "unused": [place._asdict() for place in found.unused],
        "exchanges": [
            {
                "plan": item.plan,
                "sector": item.sector,
                "role": item.role,
                "less": _amounts(item.less),
                "more": _amounts(item.more),
            }
            for item in found.exchanges
        ],
        "exhausted": found.exhausted,
        "seconds": round(found.seconds, 3),
    }


def _plan(position: int, plan: Alternative) -> dict[str, Any]:
    document = plan.plan.document()
    return {
        "plan": position,
        "goals": {name: number(value) for name, value in plan.goals.items()},
        "difference": number(plan.difference),
        "bound": number(plan.bound),
        "proven": plan.proven,
        "clean": plan.audit.clean,
        "served": [place._asdict() | {"troop_periods": number(x)} for place, x in plan.served.items()],
        "tours": document.get("tours", []),
        "leads": document.get("leads", []),
    }


def _amounts(amounts: Sequence[tuple[str, Fraction]]) -> list[dict[str, Any]]:
    return [{"nation": nation, "troop_periods": number(x)} for nation, x in amounts]


def alternatives_files(found: Alternatives, texts: Sequence[str]) -> Mapping[str, str]:
    """Return file names and texts: the document, and each plan as YAML, from 1."""
    document = json.dumps(alternatives_document(found), indent=1, ensure_ascii=False) + "\n"
    return {"alternatives.json": document} | {f"plan-{i}.yaml": text for i, text in enumerate(texts, start=1)}
