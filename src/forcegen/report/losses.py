"""What each nation and condition is worth, as tables and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from forcegen.report.document import number
from forcegen.report.headline import headline
from forcegen.report.tables import titled
from forcegen.report.words import counted
from forcegen.report.worlds import candidate_tables, candidates_document, outlook_document, outlook_tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from rich.console import RenderableType
    from rich.table import Table

    from forcegen.planning.stress import Damage, Loss, Pair, Separated, Shaken, Stress, Surprise

_MOST_PAIRS = 20
_HARM = ("minimums broken", "periods of gap", "leads lost")


def stress_tables(found: Stress) -> RenderableType:
    """Return the base in a sentence, the ranking in another, and the losses, largest first."""
    goal = found.base.tiers[0].name
    parts: list[RenderableType] = [Text(headline(found.base), style="bold"), Text(ranking(found), style="bold"), Text()]
    for kind, title in (("nation", "without a nation"), ("condition", "if a condition fails")):
        if found.of_kind(kind):
            parts += [_losses(found, kind, f"What is lost {title} ({goal})"), _apart(found.separated(kind))]
    parts += _pairs(found, goal) + _surprises(found, goal) + _assumptions(found, goal)
    if found.outlook is not None:
        parts += outlook_tables(found.outlook)
    if found.candidates is not None:
        parts += candidate_tables(found.candidates, goal)
    note = "Losses whose intervals overlap share a rank; what is broken is counted in the plans that were found"
    return Group(*parts, Text(f"{note}; {found.seconds:.0f} s", style="dim"))


def ranking(found: Stress) -> str:
    """Return whose loss costs most, in a sentence that says no more than is known."""
    nations = found.of_kind("nation")
    if not nations:
        return "No nation has a tour to lose."
    leading = [loss for loss in nations if loss.rank == nations[0].rank]
    first = max(leading, key=lambda loss: (loss.infeasible, loss.low))
    tied = [loss.id for loss in leading]
    required = found.base.tiers[0].required
    if len(tied) == 1:
        text = f"Losing {first.id} costs most: {_costs(first.low, first.high, first.infeasible, required)}"
    else:
        named = ", ".join(tied[:4]) + (f" and {len(tied) - 4} more" if len(tied) > 4 else "")
        text = f"Which loss costs most is not settled among {named}; {first.id}'s is "
        text += _costs(first.low, first.high, first.infeasible, required)
    pair = next(iter(_by_proof(found.pairs)), None)
    if pair is not None:
        text += f"; {pair.ids[0]} and {pair.ids[1]} together {_costs(pair.low, pair.high, pair.infeasible, required)}"
    return f"{text}."


def _costs(low: Fraction, high: Fraction | None, infeasible: bool, required: Fraction | None) -> str:
    if infeasible:
        return "no plan is left at all"
    if required:
        what, ends = "of what is required", [f"{float(x / required):.1%}" for x in (low, high) if x is not None]
    else:
        what, ends = "of the goal's value", [f"{float(x):,.10g}" for x in (low, high) if x is not None]
    if high is None:
        return f"at least {ends[0]} {what}"
    return f"{ends[0]} {what}" if low == high else f"between {ends[0]} and {ends[1]} {what}"


def _by_proof(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs by what they are proven to cost."""
    return sorted(pairs, key=lambda pair: (not pair.infeasible, -pair.low))


def _losses(found: Stress, kind: str, title: str) -> Table:
    required = found.base.tiers[0].required
    name = "who" if kind == "nation" else kind
    table = titled(title, "rank", name, "loss at least", "at most", "of required", "known", *_HARM, words={name})
    for loss in found.of_kind(kind):
        row = _interval(loss.low, loss.high, loss.infeasible), _share(loss.low, loss.high, required)
        table.add_row(str(loss.rank), Text(loss.id), *row[0], row[1], _known(loss), *_harm(loss.damage))
    return table


def _pairs(found: Stress, goal: str) -> list[RenderableType]:
    if not found.pairs:
        return []
    required, solved = found.base.tiers[0].required, sum(pair.solved for pair in found.pairs)
    columns = ("rank", "nations", "loss at least", "at most", "of required", "beyond the sum", "known")
    table = titled(f"What is lost without two nations ({goal})", *columns, *_HARM, words={"nations"})
    for pair in _by_proof(found.pairs)[:_MOST_PAIRS]:
        row = (*_interval(pair.low, pair.high, pair.infeasible), _share(pair.low, pair.high, required))
        names = Text(" and ".join(pair.ids))
        table.add_row(str(pair.rank), names, *row, _more(pair), _known(pair), *_harm(pair.damage))
    rest = f"the first {_MOST_PAIRS} of " if len(found.pairs) > _MOST_PAIRS else ""
    bounded = "the others are bounded by what is known of each alone, for a pair loses no less than either"
    return [
        table,
        Text(f"{rest}{counted(len(found.pairs), 'pair')}, {solved} of them solved; {bounded}", style="dim"),
        Text(),
    ]


def _surprises(found: Stress, goal: str) -> list[RenderableType]:
    if not found.surprises:
        return []
    required = found.base.tiers[0].required
    columns = ("rank", "who", "leaves in", "loss at least", "at most", "of required", "below base")
    table = titled(f"What is lost by surprise ({goal})", *columns, *_HARM, "changed", "cut short", words={"who"})
    for item in found.surprises:
        row = (*_interval(item.low, item.high, item.infeasible), _share(item.low, item.high, required))
        changes = tuple("" if count is None else f"{count:,}" for count in (item.changes, item.broken_off))
        below = "" if item.uncovered is None else f"{item.uncovered:,}"
        table.add_row(str(item.rank), Text(item.nation), str(item.at), *row, below, *_harm(item.damage), *changes)
    note = "Until then the base plan stands; then it is made anew, with as few tours changed as the loss allows. "
    note += "Below base: periods in which less is covered than planned"
    lines = [Text(_paused(item)) for item in found.surprises if item.pause is not None]
    if left := _untried(found):
        lines.append(Text(f"not tried for want of time: {', '.join(left)}"))
    return [table, Text(note, style="dim"), *lines, Text()]


def _untried(found: Stress) -> list[str]:
    """Return the nations that serve in the base plan and whose leaving by surprise there was no time for."""
    plan, instance = found.base.plan, found.base.instance
    serving = {instance.contingent[tour.contingent].nation for tour in (() if plan is None else plan.tours)}
    return sorted(serving - {item.nation for item in found.surprises})


def _paused(item: Surprise) -> str:
    assert item.pause is not None
    aside = f"set aside until {item.pause.until}: {', '.join(item.pause.rules)}"
    return f"{item.nation}: no plan keeps all rules from {item.at} on (proven); {aside}"


def _more(pair: Pair) -> str:
    low, high = pair.more
    return _signed(low) if low == high else f"{_signed(low)} to {_signed(high)}"


def _assumptions(found: Stress, goal: str) -> list[RenderableType]:
    if not found.assumptions:
        return []
    table = titled(f"How other assumptions change it ({goal})", "assumption", "at least", "at most", "known")
    for line in found.assumptions:
        most = "no plan at all" if line.infeasible else _signed(line.high)
        known = "exactly" if line.exact else "within these" if line.solved else "not solved"
        table.add_row(f"{line.group} 20 % {line.way}", _signed(line.low), most, known)
    return [table, Text("Below 0: less is unmet", style="dim"), Text()]


def _signed(value: Fraction | None) -> str:
    return "unknown" if value is None else f"{float(value):+,.10g}"


def _interval(low: Fraction, high: Fraction | None, infeasible: bool) -> tuple[str, str]:
    most = "no plan at all" if infeasible else "unknown" if high is None else f"{float(high):,.10g}"
    return f"{float(low):,.10g}", most


def _share(low: Fraction, high: Fraction | None, required: Fraction | None) -> str:
    if not required:
        return ""
    least = f"{float(low / required):.1%}"
    return f"{least} or more" if high is None else least if low == high else f"{least} to {float(high / required):.1%}"


def _known(loss: Loss | Pair) -> str:
    if loss.exact:
        return "exactly"
    return "proven" if loss.infeasible else "within these" if loss.solved else "bounded"


def _harm(damage: Damage | None) -> tuple[str, ...]:
    if damage is None:
        return ("",) * len(_HARM)
    return f"{damage.minimums:,}", f"{damage.gap:,}", f"{damage.leads:,}"


def _apart(separated: Separated) -> Text:
    pairs = f"{separated.separated:,} of {separated.pairs:,} pairs are proven to differ"
    return Text(f"{pairs}\n" if separated.pairs else "", style="dim")


def stress_document(found: Stress) -> dict[str, Any]:
    """Return the same as plain data."""
    tier = found.base.tiers[0]
    return {
        "instance": found.base.instance.name,
        "unit": found.base.instance.horizon.unit,
        "goal": tier.name,
        "base": {"found": number(tier.found), "bound": number(tier.bound), "required": number(tier.required)},
        "sentence": ranking(found),
        "losses": [_document(loss) for loss in found.losses],
        "separated": {kind: vars(found.separated(kind)) for kind in ("nation", "condition")},
        "pairs": [_pair_document(pair) for pair in found.pairs],
        "surprises": [_surprise_document(item) for item in found.surprises],
        "assumptions": [_assumption_document(line) for line in found.assumptions],
        "outlook": None if found.outlook is None else outlook_document(found.outlook),
        "candidates": None if found.candidates is None else candidates_document(found.candidates),
        "seconds": round(found.seconds, 3),
    }


def _document(loss: Loss) -> dict[str, Any]:
    return {"kind": loss.kind, "id": loss.id, **_common(loss), "solved": loss.solved, "between": number(loss.between)}


def _pair_document(pair: Pair) -> dict[str, Any]:
    return {"ids": list(pair.ids), **_common(pair), "solved": pair.solved, "more": [number(end) for end in pair.more]}


def _surprise_document(item: Surprise) -> dict[str, Any]:
    return {
        "nation": item.nation,
        "at": str(item.at),
        **_common(item),
        "periods_below_base": item.uncovered,
        "changes": item.changes,
        "broken_off": item.broken_off,
        "proven": item.proven,
        "set_aside": None if item.pause is None else {"rules": list(item.pause.rules), "until": str(item.pause.until)},
    }


def _common(loss: Loss | Pair | Surprise) -> dict[str, Any]:
    damage = loss.damage
    return {
        "low": number(loss.low),
        "high": number(loss.high),
        "exact": loss.exact,
        "rank": loss.rank,
        "infeasible": loss.infeasible,
        "minimums_broken": None if damage is None else damage.minimums,
        "periods_of_gap": None if damage is None else damage.gap,
        "leads_lost": None if damage is None else damage.leads,
    }


def _assumption_document(line: Shaken) -> dict[str, Any]:
    return {
        "group": line.group,
        "way": line.way,
        "low": number(line.low),
        "high": number(line.high),
        "exact": line.exact,
        "infeasible": line.infeasible,
        "required": number(line.required),
        "solved": line.solved,
    }
