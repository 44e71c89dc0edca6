"""A robust plan beside the plain one, as tables and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from forcegen.report.document import number, result_document
from forcegen.report.headline import headline
from forcegen.report.tables import titled

if TYPE_CHECKING:
    from fractions import Fraction

    from rich.console import RenderableType
    from rich.table import Table

    from forcegen.planning.robust import Figure, Judged, Robust
    from forcegen.planning.stress import Estimate

_AIMS = {"expectation": "on average", "cvar": "in the worst tenth (CVaR)"}


def robust_tables(found: Robust) -> RenderableType:
    """Return whether the robust plan is better in a sentence, and both plans beside each other."""
    parts: list[RenderableType] = [Text(verdict(found), style="bold"), Text()]
    if found.result is None:
        return Group(*parts)
    parts += [Text(f"The robust plan as it stands: {headline(found.result)}"), Text(), _sample(found), Text()]
    if found.judged is not None:
        parts += [_judged(found.judged, found.plain.tiers[0].name), *_notes(found.judged)]
    return Group(*parts, Text(f"{found.seconds:.0f} s", style="dim"))


def verdict(found: Robust) -> str:
    """Return whether the robust plan is better where neither plan has been seen, no stronger than it is known."""
    if found.result is None:
        return headline(found.plain)
    if found.judged is None:
        return "Not judged in other draws: it was stopped before."
    figure = found.judged.mean if found.aim == "expectation" else found.judged.cvar
    where = f"{_AIMS[found.aim]} in {found.judged.draws:,} fresh draws"
    gap = figure.difference
    ends = sorted((abs(gap.low), abs(gap.high)))
    size = f"{_amount(abs(gap.value))} (95 %: {_amount(ends[0])} to {_amount(ends[1])})"
    if figure.verdict < 0:
        return f"The robust plan leaves less unmet {where}: by {size}."
    if figure.verdict > 0:
        return f"The robust plan leaves more unmet {where}, by {size}: keep the plain plan."
    return f"The robust plan is not proven better or worse {where}: the difference is {_signed(gap)}."


def _sample(found: Robust) -> Table:
    what = "all worlds that may come" if found.draws is None else f"{found.draws:,} draws"
    title = f"In the {found.worlds:,} worlds that it was made for ({what}), {_AIMS[found.aim]}"
    table = titled(title, "value", "plain", "robust", "no plan below")
    table.add_row("left unmet", *(_figure(x) for x in (found.plain_found, found.found, found.bound)))
    assert found.result is not None
    tiers = found.plain.tiers[0], found.result.tiers[0]
    table.add_row("as it stands", _figure(tiers[0].found), _figure(tiers[1].found), _figure(tiers[0].bound))
    return table


def _judged(found: Judged, goal: str) -> Table:
    title = f"In {found.draws:,} fresh draws, nobody reacting ({goal})"
    table = titled(title, "unmet", "plain", "95 %", "robust", "95 %", "difference", "95 %")
    for name, figure in _figures(found).items():
        ends = (figure.plain, figure.robust)
        cells = [
            cell for line in ends for cell in (_amount(line.value), f"{_amount(line.low)} to {_amount(line.high)}")
        ]
        gap = figure.difference
        table.add_row(name, *cells, f"{gap.value:+,.1f}", f"{gap.low:+,.1f} to {gap.high:+,.1f}")
    table.add_row("worst", _amount(found.worst[0]), "", _amount(found.worst[1]), "", "", "")
    table.add_row("draws that break a limit", f"{found.broken[0]:.0%}", "", f"{found.broken[1]:.0%}", "", "", "")
    return table


def _figures(found: Judged) -> dict[str, Figure]:
    return {"mean": found.mean, "worst tenth (CVaR)": found.cvar, "minimums missed": found.missed}


def _notes(found: Judged) -> list[RenderableType]:
    text = f"Better in {found.better:,} draws, worse in {found.worse:,}; {found.distinct:,} different worlds, "
    text += f"{found.known:,} of the draws in one that the robust plan was made for"
    return [Text(text, style="dim")]


def _figure(value: Fraction | None) -> str:
    return "unknown" if value is None else _amount(float(value))


def _amount(value: float) -> str:
    return f"{value:,.1f}"


def _signed(figure: Estimate) -> str:
    return f"{figure.value:+,.1f} (95 %: {figure.low:+,.1f} to {figure.high:+,.1f})"


def robust_document(found: Robust) -> dict[str, Any]:
    """Return the answer as plain data; `result` is that of `solve` for the robust plan."""
    return {
        "aim": found.aim,
        "goal": found.plain.tiers[0].name,
        "draws": found.draws,
        "worlds": found.worlds,
        "found": number(found.found),
        "bound": number(found.bound),
        "plain_found": number(found.plain_found),
        "proven": found.proven,
        "judged": None if found.judged is None else _judged_document(found.judged),
        "verdict": verdict(found),
        "plain": result_document(found.plain),
        "result": None if found.result is None else result_document(found.result),
        "seconds": round(found.seconds, 3),
    }


def _judged_document(found: Judged) -> dict[str, Any]:
    figures = {"mean": found.mean, "cvar": found.cvar, "missed": found.missed}
    return {
        "draws": found.draws,
        "distinct": found.distinct,
        "known": found.known,
        **{name: {part: vars(line) for part, line in vars(figure).items()} for name, figure in figures.items()},
        "worst": {"plain": found.worst[0], "robust": found.worst[1]},
        "broken": {"plain": found.broken[0], "robust": found.broken[1]},
        "better": found.better,
        "worse": found.worse,
    }
