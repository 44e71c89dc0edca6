"""A sweep as a table, as plain data and as files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.markup import escape
from rich.text import Text

from forcegen.planning.sweep import Difference
from forcegen.report.document import number
from forcegen.report.files import csv_text
from forcegen.report.tables import amount, titled
from forcegen.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from forcegen.planning.sweep import Line, Sweep

_NAMES = ("instance", "model", "solver", "seed", "goal")
_NAMED = 3  # scenarios or problems in a sentence


def sweep_tables(found: Sweep) -> RenderableType:
    """Return the comparison, and what a reader must know of it; what all lines share stands in the title."""
    differ = [name for name in _NAMES if len({getattr(line, name) for line in found.lines}) > 1]
    shared = ", ".join(_said(found.lines[0], name) for name in _NAMES if name not in differ) if found.lines else ""
    table = titled(f"Sweep: {escape(shared)}" if shared else "Sweep")
    for name in ("scenario", *differ):
        table.add_column(name, overflow="fold")
    for name in ("value", "bound", "gap", "covered", "minimums broken", "against the base"):
        table.add_column(name, justify="right", overflow="fold")
    for line in found.lines:
        names = (Text(_said(line, name)) for name in differ)
        table.add_row(Text((line.scenario or "(base)") + "*" * (line.announced is not None)), *names, *_cells(line))
    notes = [f"{len(found.lines)} of {found.wanted} runs finished; {found.seconds:.0f} s"]
    if any(line.announced for line in found.lines):
        notes[0] += "; * a surprise: the plan without it, made anew when it becomes known"
    notes += [f"Contradiction: {text}" for text in found.contradictions]
    return Group(table, *(Text(note, style="dim" if i == 0 else "bold") for i, note in enumerate(notes)))


def sentence(found: Sweep) -> str:
    """Return what the comparison comes to: which scenario is proven to cost most, or what is known of each problem."""
    if found.contradictions:
        return f"Runs contradict each other: {found.contradictions[0]}"
    if not found.lines:
        return f"None of {counted(found.wanted, 'run')} is finished."
    parts = [_dearest(found) or _problems(found)]
    without = list(dict.fromkeys(line.scenario or "the base" for line in found.lines if _impossible(line)))
    if without:
        more = f" and {len(without) - _NAMED} more" if len(without) > _NAMED else ""
        parts.append(f"no plan exists for {', '.join(without[:_NAMED])}{more}")
    if not found.complete:
        parts.append(f"{len(found.lines)} of {found.wanted} runs finished")
    text = "; ".join(part for part in parts if part)
    begins = text.startswith(("no plan exists for ", "of ", "which scenario "))
    return f"{text[0].upper() + text[1:] if begins else text}."


def _impossible(line: Line) -> bool:
    return line.status == "INFEASIBLE"


def _dearest(found: Sweep) -> str:
    """Return the scenario that is proven to cost most against the base, for each problem; nothing where none can be."""
    groups: dict[tuple[str, str], list[Line]] = {}
    impossible = {_problem(line) for line in found.lines if _impossible(line)}
    for line in found.lines:
        if line.scenario and _problem(line) not in impossible:
            groups.setdefault((line.instance, line.model), []).append(line)
    known = {names: lines for names, lines in groups.items() if any(_compared(line) for line in lines)}
    if not known or len(known) > _NAMED:
        return ""
    if len(known) == 1:
        (lines,) = known.values()
        words, much = _most(lines)
        return f"{words}: {much}, against the base" if much else f"{words} than the base"
    places, models = (len({names[i] for names in known}) > 1 for i in (0, 1))
    parts = []
    for names, lines in known.items():
        words, much = _most(lines)
        where = " and ".join(name for name, told in zip(names, (places, models), strict=True) if told)
        parts.append(f"in {where} {words}" + (f" ({much})" if much else ""))
    return f"Against the base, {'; '.join(parts)}"


def _problem(line: Line) -> tuple[str, str, str]:
    return line.instance, line.model, line.scenario


def _compared(line: Line) -> bool:
    return line.difference is not None and line.value is not None


def _most(lines: Sequence[Line]) -> tuple[str, str]:
    """Return what is proven of which scenario costs most, and how much; nothing for that where none is proven to cost.

    A scenario is proven to cost most where at least as much is lost in it as in any other at most.
    """
    costs: dict[str, Difference | None] = {}
    for line in lines:
        costs[line.scenario] = _both(costs.get(line.scenario), line.difference)
    lows = {name: cost.low for name, cost in costs.items() if cost is not None and (cost.low or 0) > 0}
    if not lows:
        return f"of {counted(len(costs), 'scenario')} none is proven to be worse", ""
    name = max(lows, key=lambda one: lows[one] or 0)
    highs = [None if cost is None else cost.high for other, cost in costs.items() if other != name]
    settled = all(high is not None and high <= (lows[name] or 0) for high in highs)
    words = f"{name} costs" if not highs else f"{name} is proven to cost most"
    unsettled = f"which scenario costs most is not settled, {name} costs"
    return words if settled else unsettled, f"{_interval(costs[name])} in {lines[0].goal}"


def _both(one: Difference | None, other: Difference | None) -> Difference | None:
    """Return what two runs of the same prove together."""
    if one is None or other is None:
        return one or other
    lows = [end.low for end in (one, other) if end.low is not None]
    highs = [end.high for end in (one, other) if end.high is not None]
    return Difference(max(lows, default=None), min(highs, default=None))


def _problems(found: Sweep) -> str:
    """Return the best value that was found for each problem, and whether it is proven."""
    problems: dict[tuple[str, ...], list[Line]] = {}
    for line in found.lines:
        if not _impossible(line):
            name = f"{line.instance}+{line.scenario}" if line.scenario else line.instance
            problems.setdefault((name, line.model, line.goal), []).append(line)
    shown = [_best(name, model, goal, lines) for (name, model, goal), lines in problems.items()]
    more = f"; {len(shown) - _NAMED} problems more" if len(shown) > _NAMED else ""
    return "; ".join(shown[:_NAMED]) + more


def _best(name: str, model: str, goal: str, lines: Sequence[Line]) -> str:
    value = min((line.value for line in lines if line.value is not None), default=None)
    bound = max((line.bound for line in lines if line.bound is not None), default=None)
    if value is None:
        return f"{name}, {model}: no plan was found"
    known = "proven" if value == bound else "no bound" if bound is None else f"no plan has less than {amount(bound)}"
    return f"{name}, {model}: {goal} {amount(value)} ({known})"


def _said(line: Line, name: str) -> str:
    return f"seed {line.seed}" if name == "seed" else str(getattr(line, name))


def _cells(line: Line) -> tuple[str, ...]:
    if line.value is None:
        what = "no plan exists" if line.status == "INFEASIBLE" else line.status.replace("_", " ").lower()
        return (what, amount(line.bound), "", "", "", "" if line.difference is None else "no plan")
    gap = "proven" if line.proven else "" if line.gap is None else f"{line.gap:.2%}"
    covered = "" if line.covered is None else f"{float(line.covered):.1%}"
    short = "" if line.minimums is None else f"{line.minimums:,}"
    return amount(line.value), amount(line.bound), gap, covered, short, _interval(line.difference)


def _interval(difference: Difference | None) -> str:
    if difference is None:
        return ""
    if difference.exact:
        return _signed(difference.low, "")
    return f"{_signed(difference.low, 'unknown')} to {_signed(difference.high, 'unknown')}"


def _signed(value: Any, otherwise: str) -> str:
    return otherwise if value is None else f"{float(value):+,.10g}"


def sweep_document(found: Sweep) -> dict[str, Any]:
    """Return the comparison as one JSON document."""
    return {
        "wanted": found.wanted,
        "finished": len(found.lines),
        "lines": [_line(line) for line in found.lines],
        "contradictions": list(found.contradictions),
        "seconds": round(found.seconds, 3),
    }


def sweep_files(found: Sweep) -> dict[str, str]:
    """Return the files that lie beside the runs: sweep.json, and sweep.csv with a row a line."""
    rows = [_line(line) for line in found.lines]
    for row in rows:
        difference = row.pop("difference") or {"low": None, "high": None}
        row |= {"difference_low": difference["low"], "difference_high": difference["high"]}
    header = list(rows[0]) if rows else ["run"]
    return {
        "sweep.json": json.dumps(sweep_document(found), indent=1, ensure_ascii=False) + "\n",
        "sweep.csv": csv_text(header, ([row[name] for name in header] for row in rows)),
    }


def _line(line: Line) -> dict[str, Any]:
    difference = line.difference
    interval = None
    if difference is not None:
        interval = {"low": number(difference.low), "high": number(difference.high), "exact": difference.exact}
    exact = {name: number(getattr(line, name)) for name in ("value", "bound", "covered")}
    return vars(line) | exact | {"difference": interval}
