"""A result for people: tables for the terminal."""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from dataclasses import replace
from fractions import Fraction
from textwrap import wrap
from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.measure import Measurement
from rich.table import Column, Table
from rich.text import Text

from forcegen.report.headline import headline

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from forcegen.audit import Audit
    from forcegen.domain.instance import Instance
    from forcegen.planning.result import Result
    from forcegen.planning.validate import Idle, Validation

_DOMINATED_SHOWN = 3
_LIMITS_SHOWN = 12
_WIDE = 10_000


def result_tables(result: Result) -> RenderableType:
    """Return headline, goals, coverage, burden, what binds and the audit's verdict."""
    parts: list[RenderableType] = [Text(headline(result), style="bold"), Text()]
    if result.tiers and result.audit is not None:
        instance, audit = result.instance, result.audit
        coverage = _Fitting(_coverage(instance, audit, places=True), _coverage(instance, audit, places=False))
        parts += [_goals(result), coverage, _burden(instance, audit)]
        parts += [_leads(result)] if result.plan is not None and result.plan.leads else []
        parts += [_soft(audit)] if any(audit.soft.values()) else []
        parts += [_binding(result)] if result.binding else []
        parts.append(Text(f"Audit: {verdict(result.audit)}"))
    parts.append(Text(_footer(result), style="dim"))
    if result.message:
        parts.append(Text(f"Note: {result.message}"))
    return Group(*parts)


def idle_lines(found: Sequence[Idle]) -> list[str]:
    """Return what takes no part in any plan, a line for each kind of thing and reason."""
    groups: dict[tuple[str, str], list[str]] = {}
    for part in found:
        if part.kind != "tours":
            groups.setdefault((part.kind, part.reason), []).append(part.subject)
    return [
        f"takes no part: {kind}{'s' if len(names) > 1 else ''} {', '.join(names)}: {reason}"
        for (kind, reason), names in groups.items()
    ]


def dominated_lines(validation: Validation) -> list[str]:
    """Return how many tours others dominate, in all and for the first contingents of them."""
    if validation.dominated is None:
        return [f"{validation.tours:,} tours are allowed: too many to look for dominated ones"]
    if not validation.dominated:
        return []
    parts = [part for part in validation.idle if part.kind == "tours"]
    hidden = len(parts) - _DOMINATED_SHOWN
    return [
        f"need not be looked at: {validation.dominated:,} of {validation.tours:,} tours",
        *(f"  {part}" for part in parts[:_DOMINATED_SHOWN]),
        *([f"  and those of {hidden} more contingents: see --json"] if hidden > 0 else []),
    ]


def verdict(audit: Audit) -> str:
    """Return what the audit says, in a line."""
    count = len(audit.violations)
    return "clean, no limit is violated" if audit.clean else f"{count} violation{'s' if count > 1 else ''}"


def proven_words(audit: Audit) -> list[str]:
    """Return what the prices of a certificate prove, a line a goal."""
    found = []
    for bound in audit.certified:
        kept = "" if bound.most is None else f" that keeps unmet-minimum at {amount(bound.most)} or less"
        value = audit.goals.get(bound.goal)
        own = "" if value is None else f"; this one's is {amount(value)}"
        found.append(f"Certificate: no plan{kept} has {bound.goal} below {amount(bound.proven)} (by prices alone){own}")
    return found


def _goals(result: Result) -> Table:
    table = titled("Goals", "goal", "found", "bound", "gap", "proven", "final value")
    for tier in result.tiers:
        gap = "" if tier.gap is None else f"{float(tier.gap):.2%}"
        cells = (amount(tier.found), amount(tier.bound), gap, "yes" if tier.proven else "no", amount(tier.value))
        table.add_row(Text(tier.name), *cells)
    return table


def _leads(result: Result) -> Table:
    """Return who leads each sector, in the order of time."""
    assert result.plan is not None
    table = titled("Leads", "sector", "led by")
    table.columns[1].justify = "left"
    by_sector: dict[str, list[str]] = {}
    for lead in result.plan.leads:
        by_sector.setdefault(lead.sector, []).append(f"{lead.nation} {lead.from_} to {lead.until}")
    for sector, leads in by_sector.items():
        table.add_row(Text(sector), Text(", ".join(leads)))
    return table


def _soft(audit: Audit) -> Table:
    """Return what breaking soft rules costs, by kind; it is part of the first goal."""
    table = titled("Soft rules broken", "kind", "cost")
    for kind, cost in audit.soft.items():
        if cost:
            table.add_row(Text(kind), amount(cost))
    return table


class _Fitting:
    """The first of some renderables that needs to cut no word where it is shown; else the last."""

    def __init__(self, *choices: RenderableType) -> None:
        self._choices = choices

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Choose."""
        for choice in self._choices:
            if Measurement.get(console, options.update(width=_WIDE), choice).minimum <= options.max_width:
                yield choice
                return
        yield self._choices[-1]


def _coverage(instance: Instance, audit: Audit, places: bool) -> Table:
    """Return average target and cover by requirement, and the periods below the minimum; with its places and roles."""
    table = titled("Coverage (averages over the periods in which it is required)")
    table.add_column("requirement", overflow="fold")
    for name in ("sectors", "roles") if places else ():
        table.add_column(name, overflow="fold")
    for name in ("target", "covered", "share", "below minimum"):
        table.add_column(name, justify="right")
    lines = defaultdict(list)
    for line in audit.coverage:
        lines[line.requirement].append(line)
    for requirement in instance.requirements:
        mine = [line for line in lines[requirement.id] if line.target > 0]
        if mine:
            wanted = sum((line.target for line in mine), Fraction(0))
            had = sum((min(line.filled, line.target) for line in mine), Fraction(0))
            below = sum(line.filled < line.minimum for line in mine)
            where = few(requirement.sectors, "all"), few(requirement.roles, "all but reserve")
            table.add_row(
                Text(requirement.id),
                *(Text(name) for name in where if places),
                amount(wanted / len(mine)),
                amount(had / len(mine)),
                f"{float(had / wanted):.0%}",
                f"{below} of {len(mine)}" if below else "",
            )
    return table


def _burden(instance: Instance, audit: Audit) -> Table:
    table = titled("Burden by nation", "nation", "troop-periods", "peak", "per 1,000 army", "")
    for burden in sorted(audit.nations, key=lambda burden: (-burden.troop_periods, burden.nation)):
        if burden.troop_periods:
            nation = instance.nation[burden.nation]
            table.add_row(
                Text(f"{nation.id} {nation.name or ''}".strip()),
                amount(burden.troop_periods),
                amount(burden.peak),
                "" if burden.per_thousand is None else amount(burden.per_thousand),
                "of active forces" if burden.stand_in else "",
            )
    return table


def _binding(result: Result) -> Table:
    table = titled("What binds (no room for one unit more)", "limit", "of", "periods")
    for limit in result.binding[:_LIMITS_SHOWN]:
        table.add_row(limit.family, Text(limit.name), f"{len(limit.periods)}")
    hidden = len(result.binding) - _LIMITS_SHOWN
    if hidden > 0:
        table.add_row("", f"and {hidden} more: see result.json", "")
    return table


def _footer(result: Result) -> str:
    seconds, size = result.seconds, result.size
    left_out = f", {result.dominated:,} dominated tours left out" if result.dominated else ""
    return (
        f"{result.ending} by {result.solver}, model {result.model.model}; "
        f"{size.columns:,} columns, {size.rows:,} rows, {size.nonzeros:,} non-zeros{left_out}; "
        f"load {seconds.load:.2f} s, build {seconds.build:.2f} s, solve {seconds.solve:.1f} s, "
        f"audit {seconds.audit:.2f} s"
    )


class Opening(Text):
    """A line as others in a terminal; where an answer is a page, a section of this name begins with it."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.name = name


class Item(Text):
    """A line as others in a terminal; where an answer is a page, an item of a list."""


class _Narrowing(Table):
    """A table that, where there is little room, first breaks its headers, then words, and figures last of all."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Show it as it is, or narrower where that is too wide."""
        roomy, shown = options.update(width=_WIDE), copy(self)
        if Measurement.get(console, roomy, self).maximum > options.max_width:
            shown.columns = [_narrowed(column) for column in self.columns]
            if Measurement.get(console, roomy, shown).minimum <= options.max_width:
                for column in shown.columns:
                    column.no_wrap = column.justify == "right" and not any(" " in line for line in _lines(column))
        return Table.__rich_console__(shown, console, options)


def _narrowed(column: Column) -> Column:
    """Return the column, its header broken where the cells are narrower."""
    header = str(column.header)
    widest = max(map(len, [*_lines(column), *header.split()]), default=0)
    return replace(column, header="\n".join(wrap(header, max(1, widest))))


def _lines(column: Column) -> list[str]:
    return [line for cell in column.cells for line in str(cell).split("\n")]


def titled(title: str, *columns: str, words: Collection[str] = ()) -> Table:
    """Return a table in the house's style: its first column, nameless ones and those of words to the left."""
    whole = Text.from_markup(title, style="bold", overflow="ignore")
    whole.no_wrap = True  # a title may be wider than its table
    table = _Narrowing(title=whole, title_justify="left", box=box.SIMPLE_HEAD)
    for i, column in enumerate(columns):
        table.add_column(
            column, justify="left" if i == 0 or not column or column in words else "right", overflow="fold"
        )
    return table


def few(names: tuple[str, ...] | None, otherwise: str) -> str:
    """Return names in a line, of many the first two and how many more; `otherwise` for None."""
    if names is None:
        return otherwise
    return ", ".join(names) if len(names) <= 3 else f"{', '.join(names[:2])} and {len(names) - 2} more"


def amount(value: Fraction | None) -> str:
    """Return a figure with thousands separated, fractions to one place; nothing for None."""
    if value is None:
        return ""
    return f"{int(value):,}" if value == int(value) else f"{float(value):,.1f}"
