"""Why requirements are left short, as tables and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from forcegen.report.document import number
from forcegen.report.headline import headline
from forcegen.report.tables import Opening, amount, titled
from forcegen.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from forcegen.planning.short import Relief, Shortage, WhyShort

_LIMITS, _NAMES, _STEPS, _TABLES = 5, 5, 12, 12


def short_tables(found: WhyShort) -> RenderableType:
    """Return the base in a sentence, and for each requirement what binds and what each step is worth."""
    parts: list[RenderableType] = [Text(headline(found.base), style="bold"), Text()]
    if found.base.audit is None:
        return Group(*parts)
    if not found.shortages:
        parts.append(Text("No requirement is left short."))
    for item in found.shortages[:_TABLES]:
        parts += _requirement(item, found)
    rest = found.shortages[_TABLES:]
    if rest:
        names = ", ".join(item.requirement.id for item in rest)
        parts.append(Text(f"{len(rest)} more are short: {names}; name them with --requirement, or see --json.\n"))
    goal = found.base.tiers[0].name
    note = f"Gains in {goal}; where intervals overlap, the rank is shared. Found and for it: in the plans found"
    return Group(*parts, Text(f"{note}; {found.seconds:.0f} s", style="dim"))


def sentence(found: WhyShort) -> str:
    """Return which requirements are left short, and which step is proven to gain most, in a sentence."""
    short = [item for item in found.shortages if item.unmet]
    if found.base.audit is None:
        return headline(found.base)
    if not short:
        return "No requirement is left short." if not found.shortages else "What was asked for is met in full."
    first, unit = short[0], found.base.instance.horizon.unit
    lacks = f"{first.requirement.id} is {amount(first.total)} short over {counted(len(first.unmet), unit)}"
    if len(short) > 1:
        lacks = f"{counted(len(short), 'requirement')} are left short, {first.requirement.id} at the greatest cost"
    return f"{lacks}; {_best(found, short)}."


def _best(found: WhyShort, short: Sequence[Shortage]) -> str:
    """Return the step whose proven gain is largest, or, where no single one is proven to help, the two."""
    tried = [relief for item in short for relief in (*item.reliefs, *item.pairs) if relief.known]
    helping = [relief for relief in tried if relief.low > 0]
    if not helping:
        none = bool(tried) and all(relief.solved and relief.high == 0 for relief in tried)
        return "no step that was tried helps (proven)" if none else "no step that was tried is proven to help"
    best = max(helping, key=lambda relief: (len(relief.steps) == 1, relief.low))
    gain = amount(best.low) if best.exact else f"at least {amount(best.low)}"
    return f"the largest proven gain is that of {_words(best)}: {gain} of {found.base.tiers[0].name}"


def _requirement(item: Shortage, found: WhyShort) -> list[RenderableType]:
    if not item.unmet:
        return [Opening(f"{item.requirement.id} is met in full.\n", item.requirement.id)]
    unit = found.base.instance.horizon.unit
    spent = f"{amount(item.total)} short over {counted(len(item.unmet), unit)}"
    first, last = next(iter(item.unmet)), list(item.unmet)[-1]
    parts: list[RenderableType] = [
        Opening(f"{item.requirement.id}: {spent} ({first}..{last}); {_who(item)}", item.requirement.id),
        Text(f"  binds: {_binds(item)}"),
    ]
    if item.reliefs:
        parts.append(_table("One step", item.reliefs))
        if all(relief.solved and relief.high == 0 for relief in item.reliefs):
            parts.append(Text("  No single step helps.\n"))
    elif item.able:
        parts.append(Text("  Nothing limits those who may serve it but what they count for.\n"))
    if item.pairs:
        parts.append(_table("Two together", item.pairs))
    return parts


def _who(item: Shortage) -> str:
    if not item.able:
        return "no contingent may serve it"
    more = len(item.able) - _NAMES
    return f"may serve it: {', '.join(item.able[:_NAMES])}" + (f" and {more} more" if more > 0 else "")


def _binds(item: Shortage) -> str:
    shown = [f"{limit.family} {limit.name} ({len(limit.periods)})" for limit in item.binding[:_LIMITS]]
    more = len(item.binding) - _LIMITS
    return (", ".join(shown) or "no limit in the plan found") + (f" and {more} more" if more > 0 else "")


def _table(title: str, reliefs: Sequence[Relief]) -> RenderableType:
    table = titled(title, "rank", "step", "gain at least", "at most", "found", "for it", "known", words={"step"})
    known = [relief for relief in reliefs if relief.known]
    for relief in known[:_STEPS]:
        figures = amount(relief.low), _most(relief), amount(relief.found), amount(relief.own)
        table.add_row(str(relief.rank), Text(_words(relief)), *figures, _known(relief))
    more, unknown = len(known) - _STEPS, len(reliefs) - len(known)
    rest = _proven(known)
    rest += [f"{counted(more, 'more step')}: see --json"] if more > 0 else []
    rest += [f"{unknown} not solved for want of time"] if unknown else []
    return Group(table, Text(f"  {'; '.join(rest)}\n")) if rest else table


def _proven(known: Sequence[Relief]) -> list[str]:
    """Return how many gains are proven to be above 0, unless all are known exactly."""
    if all(relief.exact for relief in known):
        return []
    helping = sum(relief.low > 0 for relief in known)
    return [f"{helping} of {len(known)} proven to help; the gain of the others may be 0"]


def _words(relief: Relief) -> str:
    return " and ".join(step.words for step in relief.steps)


def _most(relief: Relief) -> str:
    return "unknown" if relief.high is None else amount(relief.high)


def _known(relief: Relief) -> str:
    return "exactly" if relief.exact else "within these" if relief.solved else "bounded"


def short_document(found: WhyShort) -> dict[str, Any]:
    """Return the same as plain data."""
    base = found.base
    tier = base.tiers[0]
    return {
        "instance": base.instance.name,
        "scenario": list(base.scenario),
        "model": base.model.model,
        "unit": base.instance.horizon.unit,
        "goal": tier.name,
        "status": base.status.name,
        "base": {"found": number(tier.found), "bound": number(tier.bound), "required": number(tier.required)},
        "sentence": headline(base),
        "requirements": [_shortage_document(item) for item in found.shortages],
        "seconds": round(found.seconds, 3),
    }


def _shortage_document(item: Shortage) -> dict[str, Any]:
    return {
        "id": item.requirement.id,
        "unmet": number(item.total),
        "periods": [{"period": period, "unmet": number(lacks)} for period, lacks in item.unmet.items()],
        "able": list(item.able),
        "binding": [{"limit": b.family, "name": b.name, "periods": list(b.periods)} for b in item.binding],
        "reliefs": [_relief_document(relief) for relief in item.reliefs],
        "pairs": [_relief_document(relief) for relief in item.pairs],
    }


def _relief_document(relief: Relief) -> dict[str, Any]:
    return {
        "rank": relief.rank if relief.known else None,
        "steps": [{"kind": step.kind, "id": step.id, "words": step.words} for step in relief.steps],
        "gain": {"low": number(relief.low), "high": number(relief.high), "exact": relief.exact},
        "found": number(relief.found),
        "requirement_gain": number(relief.own),
        "binds": relief.binds,
        "solved": relief.solved,
    }
