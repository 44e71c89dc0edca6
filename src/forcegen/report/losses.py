"""What each nation and condition is worth, as a table and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from forcegen.report.document import number
from forcegen.report.headline import headline
from forcegen.report.tables import titled

if TYPE_CHECKING:
    from rich.console import RenderableType

    from forcegen.planning.stress import Loss, Stress


def stress_tables(found: Stress) -> RenderableType:
    """Return the base in a sentence, and the losses, largest first."""
    goal = found.base.tiers[0].name
    columns = ("rank", "without", "", "loss at least", "at most", "known", "minimums newly missed")
    table = titled(f"What is lost without them ({goal})", *columns)
    for loss in found.losses:
        most = "no plan at all" if loss.infeasible else "unknown" if loss.high is None else f"{float(loss.high):,.10g}"
        known = "exactly" if loss.exact else "proven" if loss.infeasible else "within these"
        short = "" if loss.short is None else f"{loss.short:,}"
        table.add_row(str(loss.rank), loss.kind, Text(loss.id), f"{float(loss.low):,.10g}", most, known, short)
    note = "Losses whose intervals overlap share a rank; minimums are counted in the plans that were found"
    return Group(
        Text(headline(found.base), style="bold"), Text(), table, Text(f"{note}; {found.seconds:.0f} s", style="dim")
    )


def stress_document(found: Stress) -> dict[str, Any]:
    """Return the same as plain data."""
    tier = found.base.tiers[0]
    return {
        "instance": found.base.instance.name,
        "goal": tier.name,
        "base": {"found": number(tier.found), "bound": number(tier.bound)},
        "losses": [_document(loss) for loss in found.losses],
        "seconds": round(found.seconds, 3),
    }


def _document(loss: Loss) -> dict[str, Any]:
    return {
        "kind": loss.kind,
        "id": loss.id,
        "low": number(loss.low),
        "high": number(loss.high),
        "exact": loss.exact,
        "rank": loss.rank,
        "short": loss.short,
        "infeasible": loss.infeasible,
    }
