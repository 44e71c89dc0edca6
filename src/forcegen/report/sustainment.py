"""How large a force can be kept up, as tables and as plain data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from forcegen.planning.assumptions import NUMBER as ASSUMPTIONS
from forcegen.report.document import number
from forcegen.report.files import csv_text
from forcegen.report.tables import titled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from rich.console import RenderableType
    from rich.table import Table

    from forcegen.planning.sizes import Factor
    from forcegen.planning.sustain import Sustainment, Verdict

ANSWERS = {"yes": "yes", "no": "no (proven)", "open": "not shown"}
"""Verdicts in words."""

VERDICTS = ("force", "to the horizon", "held through", "runs dry by", "indefinitely", "20 % that flips it")
MOST = ("kept up", "a plan holds", "factor", "no plan more than", "factor")
"""The columns of what is answered of each size, and of the most that can be kept up."""


def sustainment_tables(found: Sustainment, curve: bool = False) -> RenderableType:
    """Return the answer in a sentence, the verdict on each size, and what each role could keep up; also the curve."""
    verdicts = titled("Is it realistic?", *VERDICTS)
    for row in verdict_rows(found):
        verdicts.add_row(*row)
    most = titled("What is?", *MOST)
    for row in most_rows(found):
        most.add_row(*row)
    roles = titled("Deploy-to-dwell, each role by itself", "role", "target", "could be kept up", "factor")
    for line in sorted(found.roles, key=lambda line: line.factor):
        kept = float(line.target * line.factor * found.hold)
        roles.add_row(Text(line.role), f"{float(line.target):,.10g}", f"{kept:,.0f}", f"{float(line.factor):.2f}")
    parts: list[RenderableType] = [Text(sentence(found), style="bold"), Text(), verdicts, most, roles]
    parts += [_curve(found)] if curve else []
    if found.set_aside:
        parts.append(Text(f"Set aside, since nobody offers them: {', '.join(found.set_aside)}"))
    held = f"held: at least {float(found.hold):.0%} of every role's target from period {found.build_up + 1} on"
    held += "; flips: targets, pools, dwell or beds, one at a time, up or down 20 %"
    parts.append(Text(f"{held}; {found.seconds:.1f} s", style="dim"))
    return Group(*parts)


def verdict_rows(found: Sustainment) -> list[tuple[str, ...]]:
    """Return what is answered of each size, in the columns of `VERDICTS`."""
    return [
        (
            f"{float(verdict.troops):,.0f}",
            ANSWERS[verdict.horizon],
            verdict.through or "",
            verdict.dry or "",
            ANSWERS[verdict.indefinitely],
            flips_words(verdict),
        )
        for verdict in found.verdicts
    ]


def most_rows(found: Sustainment) -> list[tuple[str, ...]]:
    """Return the most that can be kept up, found and proven, in the columns of `MOST`."""
    rows = [
        (name, *(words for x in (factor.found, factor.bound) for words in (_troops(found, x), f"{float(x):.3f}")))
        for name, factor in (("to the horizon", found.horizon), ("indefinitely", found.indefinitely))
    ]
    closed = _troops(found, found.closed_form), f"{float(found.closed_form):.3f}"
    return [*rows, ("deploy-to-dwell alone", "", "", *closed)]


def sentence(found: Sustainment) -> str:
    """Return how large a force can be kept up, to the horizon and for ever, in a sentence."""
    horizon, for_ever = _between(found, found.horizon), _between(found, found.indefinitely)
    most = f"{horizon} can be held to the horizon and {for_ever} indefinitely{_filled(found)}"
    bound = (
        f"deploy-to-dwell alone allows {_troops(found, found.closed_form)}, {found.scarcest} being the scarcest role"
    )
    return f"Of the {float(found.troops):,.0f} troops that all roles ask for, {most}; {bound}."


def _filled(found: Sustainment) -> str:
    return "" if found.hold == 1 else f", of which at least {100 * float(found.hold):g} % is filled in every role"


def _between(found: Sustainment, factor: Factor) -> str:
    low, high = _troops(found, factor.found), _troops(found, factor.bound)
    return low if low == high else f"{low} (at most {high}, proven)"


def _troops(found: Sustainment, factor: Fraction) -> str:
    return f"{float(found.troops * factor):,.0f}"


def _curve(found: Sustainment) -> Table:
    table = titled("The largest force held from the build-up's end", "through", "periods", "a plan holds", "at most")
    for point in found.curve:
        low, high = _troops(found, point.factor.found), _troops(found, point.factor.bound)
        table.add_row(point.period, str(point.held), low, high)
    return table


def sustainment_files(found: Sustainment) -> dict[str, str]:
    """Return file names and texts: the document, the verdicts and the curve."""
    document = json.dumps(sustainment_document(found), indent=1, ensure_ascii=False) + "\n"
    curve = csv_text(
        ("period", "held", "factor_found", "factor_bound", "troops_found", "troops_bound"),
        (tuple(line.values()) for line in _points(found)),
    )
    verdicts = csv_text(
        ("troops", "factor", "horizon", "through", "dry", "horizon_flips", "indefinitely", "flips"),
        (
            (
                number(v.troops),
                number(v.factor),
                v.horizon,
                v.through,
                v.dry,
                "; ".join(v.horizon_flips),
                v.indefinitely,
                "; ".join(v.flips),
            )
            for v in found.verdicts
        ),
    )
    return {"sustain.json": document, "curve.csv": curve, "verdicts.csv": verdicts}


def _points(found: Sustainment) -> list[dict[str, Any]]:
    return [
        {
            "period": point.period,
            "held": point.held,
            "factor_found": number(point.factor.found),
            "factor_bound": number(point.factor.bound),
            "troops_found": number(found.troops * point.factor.found),
            "troops_bound": number(found.troops * point.factor.bound),
        }
        for point in found.curve
    ]


def sustainment_document(found: Sustainment) -> dict[str, Any]:
    """Return the same as plain data."""
    return {
        "instance": found.instance.name,
        "troops": number(found.troops),
        "hold": number(found.hold),
        "build_up": found.build_up,
        "indefinitely": {"found": number(found.indefinitely.found), "bound": number(found.indefinitely.bound)},
        "horizon": {"found": number(found.horizon.found), "bound": number(found.horizon.bound)},
        "curve": _points(found),
        "closed_form": {"factor": number(found.closed_form), "role": found.scarcest},
        "roles": [{"role": x.role, "target": number(x.target), "factor": number(x.factor)} for x in found.roles],
        "set_aside": list(found.set_aside),
        "verdicts": [
            {
                "factor": number(verdict.factor),
                "troops": number(verdict.troops),
                "horizon": verdict.horizon,
                "through": verdict.through,
                "dry": verdict.dry,
                "horizon_flips": list(verdict.horizon_flips),
                "horizon_tried": list(verdict.horizon_tried),
                "indefinitely": verdict.indefinitely,
                "flips": list(verdict.flips),
                "tried": list(verdict.tried),
            }
            for verdict in found.verdicts
        ],
        "seconds": round(found.seconds, 3),
    }


def flips_words(verdict: Verdict) -> str:
    """Return the changes that flip a verdict, or that none does, or what is not known of that."""
    said = (
        ("to the horizon", verdict.horizon, verdict.horizon_flips, verdict.horizon_tried),
        ("indefinitely", verdict.indefinitely, verdict.flips, verdict.tried),
    )
    words = {name: _changes(found, tried) for name, answer, found, tried in said if answer != "open"}
    if len(set(words.values())) == 1 and len(words) == 2:
        return next(iter(words.values()))
    return "; ".join(f"{name}: {text}" for name, text in words.items())


def _changes(found: Sequence[str], tried: Sequence[str]) -> str:
    if found:
        return ", ".join(found)
    if len(tried) == ASSUMPTIONS:
        return "none"
    return f"none of {', '.join(words.split()[0] for words in tried)}" if tried else "not known"
