"""How large a force can be kept up, as tables and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from forcegen.report.document import number
from forcegen.report.tables import titled

if TYPE_CHECKING:
    from rich.console import RenderableType

    from forcegen.planning.sustain import Sustainment, Verdict

_ANSWERS = {"yes": "yes", "no": "no (proven)", "open": "not shown"}


def sustainment_tables(found: Sustainment) -> RenderableType:
    """Return the answer in a sentence, the verdict on each size, and what each role could keep up."""
    verdicts = titled(
        "Verdicts", "force", "factor", "to the horizon", "held through", "indefinitely", "a change that flips it"
    )
    for verdict in found.verdicts:
        verdicts.add_row(
            f"{float(verdict.troops):,.0f}",
            f"{float(verdict.factor):g}",
            _ANSWERS[verdict.horizon],
            verdict.through or "no period",
            _ANSWERS[verdict.indefinitely],
            _flips(verdict),
        )
    roles = titled("Deploy-to-dwell, each role by itself", "role", "target", "could be kept up", "factor")
    for line in sorted(found.roles, key=lambda line: line.factor):
        kept = float(line.target * line.factor * found.hold)
        roles.add_row(Text(line.role), f"{float(line.target):,.10g}", f"{kept:,.0f}", f"{float(line.factor):.2f}")
    parts: list[RenderableType] = [Text(sentence(found), style="bold"), Text(), verdicts, roles]
    if found.set_aside:
        parts.append(Text(f"Set aside, since nobody offers them: {', '.join(found.set_aside)}"))
    held = f"held means at least {float(found.hold):.0%} of every role's target from period {found.build_up + 1} on"
    parts.append(Text(f"{held}; {found.seconds:.1f} s", style="dim"))
    return Group(*parts)


def sentence(found: Sustainment) -> str:
    """Return how large a force can be kept up for ever, in a sentence."""
    low, high = (float(found.troops * x) for x in (found.indefinitely.found, found.indefinitely.bound))
    what = f"of the {float(found.troops):,.0f} troops that all roles ask for"
    shown = f"{low:,.0f} {what} can be kept up indefinitely, and no more than {high:,.0f} (proven)"
    return f"{shown}; {found.scarcest} is the scarcest role."


def sustainment_document(found: Sustainment) -> dict[str, Any]:
    """Return the same as plain data."""
    return {
        "instance": found.instance.name,
        "troops": number(found.troops),
        "hold": number(found.hold),
        "build_up": found.build_up,
        "indefinitely": {"found": number(found.indefinitely.found), "bound": number(found.indefinitely.bound)},
        "closed_form": {"factor": number(found.closed_form), "role": found.scarcest},
        "roles": [{"role": x.role, "target": number(x.target), "factor": number(x.factor)} for x in found.roles],
        "set_aside": list(found.set_aside),
        "verdicts": [
            {
                "factor": number(verdict.factor),
                "troops": number(verdict.troops),
                "horizon": verdict.horizon,
                "through": verdict.through,
                "indefinitely": verdict.indefinitely,
                "flips": list(verdict.flips),
                "tried": list(verdict.tried),
            }
            for verdict in found.verdicts
        ],
        "seconds": round(found.seconds, 3),
    }


def _flips(verdict: Verdict) -> str:
    if verdict.flips:
        return ", ".join(verdict.flips)
    if verdict.indefinitely == "open":
        return ""
    names = ", ".join(words.split()[0] for words in verdict.tried)
    return f"none of {names}" if names else "none tried"
