"""What is covered in worlds drawn, and how plans compare in worlds unseen, as tables and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from forcegen.report.document import number
from forcegen.report.tables import titled
from forcegen.report.words import counted

if TYPE_CHECKING:
    from rich.console import RenderableType

    from forcegen.planning.stress import Comparison, Estimate, Outlook, World


def outlook_tables(found: Outlook) -> list[RenderableType]:
    """Return the distribution of coverage over the draws, and the worlds drawn most often."""
    parts: list[RenderableType] = []
    if found.mean is not None:
        table = titled(
            "What the best plans cover of what is required, in worlds drawn", "covered", "at least", "at most"
        )
        for line in found.coverage:
            table.add_row(f"{float(line.share):.0%} of the draws, no more than", *map(_percent, (line.low, line.high)))
        table.add_row("mean", *map(_percent, found.mean))
        if found.worst is not None and found.worst.covered is not None:
            table.add_row("worst", *map(_percent, found.worst.covered))
        parts.append(table)
    solved = sum(world.solved for world in found.worlds)
    parts.append(
        Text(
            f"{counted(found.draws, 'draw')} of {counted(len(found.worlds), 'world')}, {solved:,} of them solved",
            style="dim",
        )
    )
    if found.worst is not None:
        parts.append(Text(f"Worst: {_named(found.worst)}", style="dim"))
    return [*parts, Text()]


def candidate_tables(found: Comparison, goal: str) -> list[RenderableType]:
    """Return how the plans compare where nobody reacts."""
    columns = ("rank", "plan made", "mean", "95 %", "rank by CVaR", "worst tenth", "95 %", "draws that break a limit")
    table = titled(f"Plans in {counted(found.draws, 'draw')} that none has seen, nobody reacting ({goal})", *columns)
    for plan in found.candidates:
        mean, tail = (_estimate(figure) for figure in (plan.mean, plan.tail))
        table.add_row(str(plan.rank), Text(plan.name), *mean, str(plan.tail_rank), *tail, f"{plan.broken:.0%}")
    known = f"{found.known:,} of the draws fall in a world that one of the worlds drawn before equals"
    return [table, Text(f"{counted(found.distinct, 'different world')}; {known}", style="dim"), Text()]


def _estimate(figure: Estimate) -> tuple[str, str]:
    return f"{figure.value:,.0f}", f"{figure.low:,.0f} to {figure.high:,.0f}"


def _percent(share: Any) -> str:
    return f"{float(share):.1%}"


def _named(world: World) -> str:
    if not world.false:
        return "everything comes true"
    return f"without {', '.join(world.false)}"


def outlook_document(found: Outlook) -> dict[str, Any]:
    """Return the draws as plain data."""
    return {
        "draws": found.draws,
        "coverage": [
            {"share": number(line.share), "low": float(line.low), "high": float(line.high)} for line in found.coverage
        ],
        "mean": _pair(found.mean),
        "worst": None if found.worst is None else _world(found.worst),
        "worlds": [_world(world) for world in found.worlds],
    }


def candidates_document(found: Comparison) -> dict[str, Any]:
    """Return the comparison of plans as plain data."""
    return {
        "draws": found.draws,
        "distinct": found.distinct,
        "known": found.known,
        "plans": [
            {
                "name": plan.name,
                "rank": plan.rank,
                "mean": vars(plan.mean),
                "cvar_rank": plan.tail_rank,
                "cvar": vars(plan.tail),
                "broken": plan.broken,
            }
            for plan in found.candidates
        ],
    }


def _world(world: World) -> dict[str, Any]:
    return {
        "true": list(world.true),
        "false": list(world.false),
        "drawn": world.drawn,
        "bound": number(world.bound),
        "found": number(world.found),
        "covered": _pair(world.covered),
        "infeasible": world.infeasible,
        "solved": world.solved,
    }


def _pair(ends: Any) -> list[float] | None:
    return None if ends is None else [float(end) for end in ends]
