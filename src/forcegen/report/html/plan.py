"""A plan as a page: the answer, its proof, who covers what and when, what it asks of each nation, what it rests on."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.report.headline import covered, headline, in_troops
from forcegen.report.html.changes import changed
from forcegen.report.html.charts import bars, heat_map, stacked
from forcegen.report.html.gantt import by_nation, by_sector
from forcegen.report.html.leads import leads_over_time
from forcegen.report.html.map import sector_map
from forcegen.report.html.markup import Node, details, el, page, section, table
from forcegen.report.html.rules import COMMANDS, rules_kept
from forcegen.report.pools import pools
from forcegen.report.tables import amount, verdict

if TYPE_CHECKING:
    from forcegen.audit import Audit, CoverageLine
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan
    from forcegen.planning.diff import PlanDiff
    from forcegen.planning.result import Result
    from forcegen.planning.rule_costs import RuleCosts

_LISTS = ("nations", "roles", "sectors", "contingents", "requirements", "rules", "history")


def plan_page(result: Result, changes: PlanDiff | None = None, costs: RuleCosts | None = None) -> str:
    """Return the answer of `solve` as one self-contained HTML document.

    Parameters
    ----------
    changes
        What changes from another plan.
    costs
        What each rule costs.
    """
    name, shown = result.instance.name, plan_sections(result, changes, costs)
    if not shown:
        return page(f"{name}: no plan", *plan_head(result))
    links = el("nav", *(el("a", part[0].text or "", href=f"#{part.get('id')}") for part in shown))
    return page(f"{name}: plan", *plan_head(result), links, *shown)


def plan_head(result: Result) -> list[Node]:
    """Return the answer in a sentence and in figures, and what it is the answer to."""
    scenario = f", scenario {' + '.join(result.scenario)}" if result.scenario else ""
    kicker = f"{result.instance.name}{scenario} · model {result.model.model} · {_span(result.instance)}"
    parts = [el("p", kicker, class_="kicker"), el("h1", headline(result))]
    if result.plan is None or result.audit is None:
        return [*parts, el("p", result.message or _ending(result))]
    return [*parts, _cards(result, result.audit)]


def plan_sections(
    result: Result, changes: PlanDiff | None = None, costs: RuleCosts | None = None, ask: str = COMMANDS
) -> list[Node]:
    """Return the parts of the answer, each with its name as `id` and its heading first; none without a plan.

    Parameters
    ----------
    ask
        Where what rules cost can be asked.
    """
    if result.plan is None or result.audit is None:
        return []
    instance, plan, audit = result.instance, result.plan, result.audit
    sections: list[Node | None] = [
        section("proof", "What is proven", *_proof(result)),
        None if changes is None else section("changes", "What changes", *changed(changes, instance, audit)),
        section("coverage", "Who is covered, and when", *_coverage(instance, audit)),
        section("map", "Where", *sector_map(instance, _by_sector(instance, audit))),
        section("force", "How large the force is", *_force(instance, audit)),
        section("nations", "What it asks of each nation", *_burden(instance, audit), *_pools(instance, plan)),
        section("tours", "Who serves, and who relieves whom", *_tours(result, plan, audit)),
        section("leads", "Who leads", *leads_over_time(instance, plan)) if plan.leads else None,
        section("binding", "What binds", *_binding(result)),
        section("rules", "Rules that are kept, and where they come from", *rules_kept(result, costs, ask)),
        section("basis", "What it rests on", *_basis(instance)),
        section("made", "How it was made", el("p", _ending(result)), el("p", f"Audit: {verdict(audit)}.")),
    ]
    return [part for part in sections if part is not None]


def _span(instance: Instance) -> str:
    horizon = instance.horizon
    return f"{horizon.start} to {horizon.label(horizon.periods - 1)}"


def _labels(instance: Instance) -> list[str]:
    """Return the names of all periods."""
    return [str(instance.horizon.label(t)) for t in range(instance.horizon.periods)]


def _ending(result: Result) -> str:
    seconds, size = result.seconds, result.size
    versions = ", ".join(f"{name} {number}" for name, number in result.versions.items())
    return (
        f"{result.ending} by {result.solver} in {seconds.total:.0f} s; "
        f"{size.columns:,} columns, {size.rows:,} rows, {size.nonzeros:,} non-zeros; {versions}."
    )


def _cards(result: Result, audit: Audit) -> Node:
    wanted, had = covered(result.instance, audit)
    troops = _troops(audit)
    serving = sum(1 for burden in audit.nations if burden.troop_periods)
    units = 0 if result.plan is None else len({(tour.contingent, tour.unit) for tour in result.plan.tours})
    cards = [
        (f"{had / wanted:.0%}" if wanted else "none", f"of {wanted:,.0f} troops required covered on average"),
        (f"{max(troops.values(), default=0):,.0f}", "troops in theatre at the peak"),
        (f"{serving}", "nations serve"),
        (f"{units:,}", "units serve at least once"),
    ]
    return el("ul", *(el("li", el("b", figure), words) for figure, words in cards), class_="cards")


def _troops(audit: Audit) -> dict[str, float]:
    troops: dict[str, float] = defaultdict(float)
    for line in audit.force:
        troops[line.period] += float(line.troops)
    return troops


def _proof(result: Result) -> list[Node]:
    rows = [
        (
            tier.name,
            amount(tier.found),
            amount(tier.bound),
            "" if tier.gap is None else f"{float(tier.gap):.2%}",
            "" if not tier.required or tier.bound is None or tier.found is None
            else f"{float(abs(tier.found - tier.bound) / tier.required):.2%}",
            "yes" if tier.proven else "no",
            amount(tier.value),
        )
        for tier in result.tiers
    ]  # fmt: skip
    words = (
        "Goals count in this order: each is as good as it can be without harming those before it. No plan that keeps "
        "the limits of the earlier goals is better than the bound; where found and bound meet, the goal is proven."
    )
    header = ("goal", "found", "bound", "gap", "of all required", "proven", "in the final plan")
    return [el("p", words), table("Goals, in their order", header, rows)]


def _coverage(instance: Instance, audit: Audit) -> list[Node]:
    lines: dict[str, dict[str, CoverageLine]] = defaultdict(dict)
    for line in audit.coverage:
        lines[line.requirement][line.period] = line
    periods = _labels(instance)
    rows: list[tuple[str, list[tuple[float, str, bool] | None]]] = []
    for requirement in instance.requirements:
        mine = lines[requirement.id]
        cells = [_covered_cell(mine.get(period), requirement.name or requirement.id) for period in periods]
        if any(cell is not None for cell in cells):
            rows.append((requirement.id, cells))
    if not rows:
        return [el("p", "Nothing is required.")]
    words = (
        "Per cent of each requirement's target in each period, the darker the better. A red frame: below the minimum. "
        "Empty: nothing is required then. Fill beyond the target is not counted."
    )
    return [
        el("p", words),
        el("div", heat_map("Requirement by period, per cent covered", periods, rows), class_="wide"),
    ]


def _covered_cell(line: CoverageLine | None, name: str) -> tuple[float, str, bool] | None:
    if line is None or line.target <= 0:
        return None
    words = f"{name}, {line.period}: {amount(line.filled)} of {amount(line.target)} (minimum {amount(line.minimum)})"
    return float(min(line.filled, line.target) / line.target), words, line.filled < line.minimum


def _by_sector(instance: Instance, audit: Audit) -> dict[str, tuple[float, float]]:
    """Return troops required and covered on average, of the requirements that name one sector alone."""
    sums: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
    for part in in_troops(instance, audit):
        sectors = part.requirement.sectors
        if sectors is not None and len(sectors) == 1:
            sums[sectors[0]][0] += part.wanted
            sums[sectors[0]][1] += part.had
    periods = instance.horizon.periods
    return {sector: (float(wanted / periods), float(had / periods)) for sector, (wanted, had) in sums.items()}


def _force(instance: Instance, audit: Audit) -> list[Node]:
    periods = _labels(instance)
    at = {period: t for t, period in enumerate(periods)}
    zones: dict[str, list[float]] = {s.zone or "no zone": [0.0] * len(periods) for s in instance.sectors}
    moved = [0.0] * len(periods)
    for line in audit.force:
        zones[line.zone or "no zone"][at[line.period]] += float(line.troops)
        moved[at[line.period]] += float(line.moved)
    required = [0.0] * len(periods)
    for part in in_troops(instance, audit):
        required[at[part.period]] += float(part.wanted)
    rows = [
        (period, *(f"{zones[zone][t]:,.0f}" for zone in zones), f"{required[t]:,.0f}", f"{moved[t]:,.0f}")
        for t, period in enumerate(periods)
    ]
    chart = stacked(
        "Troops in theatre by zone and period",
        periods,
        zones,
        ("all targets together; a troop may count for several", required),
    )
    freed = [(line.role, amount(line.posts)) for line in audit.freed if line.posts]
    return [
        *chart,
        details("The same as a table", table("Troops by zone", ("period", *zones, "targets", "moved"), rows)),
        *([table("Posts of the host's army that are freed, on average", ("role", "posts"), freed)] if freed else []),
    ]


def _burden(instance: Instance, audit: Audit) -> list[Node]:
    serving = sorted((b for b in audit.nations if b.troop_periods), key=lambda b: (-b.troop_periods, b.nation))
    if not serving:
        return [el("p", "No nation serves.")]
    names = {nation.id: nation.name or nation.id for nation in instance.nations}
    total = [(names[b.nation], float(b.troop_periods), amount(b.troop_periods)) for b in serving]
    relative = [
        (names[b.nation], float(b.per_thousand), amount(b.per_thousand) + (" *" if b.stand_in else ""))
        for b in serving
        if b.per_thousand is not None
    ]
    relative.sort(key=lambda row: -row[1])
    charts = el("div", style="display:flex;flex-wrap:wrap;justify-content:space-between")
    for heading, lines, colour in (
        ("Troop-periods", total, "#0072b2"),
        ("Troop-periods per 1,000 of the army", relative, "#009e73"),
    ):
        if lines:
            charts.append(el("figure", el("h3", heading), bars(heading, lines, colour)))
    note = "* of active forces: the army is not known." if any(b.stand_in for b in serving) else ""
    rows = [(names[b.nation], amount(b.troop_periods), amount(b.peak), amount(b.per_thousand)) for b in serving]
    header = ("nation", "troop-periods", "peak", "per 1,000 army")
    return [
        charts,
        *([el("p", note, class_="note")] if note else []),
        details("The same as a table", table("Burden by nation", header, rows)),
    ]


def _pools(instance: Instance, plan: Plan) -> list[Node]:
    """Return the share of each nation's units that are away or owe dwell in each period."""
    horizon = instance.horizon
    away: dict[str, list[Fraction]] = {}
    offered: dict[str, Fraction] = defaultdict(Fraction)
    for pool in pools(instance, plan):
        k = pool.contingent
        offered[k.nation] += k.pool * Fraction(k.strength)
        taken = [pool.taken(t) * Fraction(k.strength) for t in range(horizon.periods)]
        if any(taken):
            away[k.nation] = [a + b for a, b in zip(away.get(k.nation, [Fraction(0)] * len(taken)), taken, strict=True)]
    periods = _labels(instance)

    def cell(nation: str, t: int) -> tuple[float, str, bool]:
        used, all_of_it = away[nation][t], offered[nation]
        said = f"{nation}, {periods[t]}: {amount(used)} of {amount(all_of_it)} troops"
        return float(used / all_of_it), said, False

    rows = [
        (nation.name or nation.id, [cell(nation.id, t) for t in range(horizon.periods)])
        for nation in instance.nations
        if nation.id in away and offered[nation.id]
    ]
    if not rows:
        return []
    words = "Per cent of all that a nation offers which is on tour or in dwell: at 100 nothing is left to send."
    return [
        el("h3", "Pools drawn down"),
        el("p", words),
        el("div", heat_map("Nation by period, per cent of its offers in use", periods, rows), class_="wide"),
    ]


def _tours(result: Result, plan: Plan, audit: Audit) -> list[Node]:
    instance = result.instance
    header = ("sector", "role", "start", "contingent", "unit", "periods")
    order = {s.id: i for i, s in enumerate(instance.sectors)}, {r.id: i for i, r in enumerate(instance.roles)}
    listed = sorted(plan.tours, key=lambda t: (order[0][t.sector], order[1][t.role], instance.horizon.index(t.start)))
    rows = [(t.sector, t.role, str(t.start), t.contingent, str(t.unit), str(t.periods)) for t in listed]
    relieved = [relief for relief in audit.reliefs if relief.in_ is not None]
    gaps = sum(1 for relief in relieved if relief.gap)
    words = (
        f"{len(relieved):,} of {len(audit.reliefs):,} tours that end are relieved by another; "
        f"{len(relieved) - gaps:,} of them without a gap or an overlap."
    )
    reliefs = [
        (
            relief.sector,
            relief.role,
            f"{relief.out.contingent} unit {relief.out.unit}",
            "nobody" if relief.in_ is None else f"{relief.in_.contingent} unit {relief.in_.unit}",
            "" if relief.in_ is None else relief.in_.start,
            "" if relief.gap is None else str(relief.gap),
        )
        for relief in audit.reliefs
    ]
    relief_header = ("sector", "role", "relieved", "by", "from", "gap")
    return [
        el("p", words),
        el("h3", "By nation"),
        *by_nation(instance, plan),
        el("h3", "By sector"),
        *by_sector(instance, plan),
        details("All tours as a table, sector by sector", table("Tours", header, rows, left=4)),
        details("Who relieves whom", table("Reliefs; the gap in periods", relief_header, reliefs, left=5)),
    ]


def _binding(result: Result) -> list[Node]:
    if not result.binding:
        return [el("p", "No limit leaves less room than one unit.")]
    rows = [(limit.family, limit.name, str(len(limit.periods))) for limit in result.binding]
    parts = [table("Limits that leave no room for one unit more", ("limit", "of", "periods"), rows[:20], left=2)]
    if len(rows) > 20:
        parts.append(details(f"{len(rows) - 20} more", table("", ("limit", "of", "periods"), rows[20:], left=2)))
    return parts


def _basis(instance: Instance) -> list[Node]:
    kinds = ("reported", "common", "derived", "assumed", "not said")
    counts = {name: dict.fromkeys(kinds, 0) for name in _LISTS}
    assumed: list[tuple[str, str, str]] = []
    for name in _LISTS:
        for item in getattr(instance, name):
            basis = getattr(item, "basis", None) or "not said"
            counts[name][basis] += 1
            if basis == "assumed":
                label = str(getattr(item, "id", None) or getattr(item, "contingent", ""))
                assumed.append((name, label, getattr(item, "note", None) or getattr(item, "source", None) or ""))
    rows = [(name, *(str(counts[name][kind] or "") for kind in kinds)) for name in _LISTS if any(counts[name].values())]
    words = "How many entries rest on a public report, on common knowledge, on a derivation, or on an assumption."
    parts = [el("p", words), table("Entries by basis", ("list", *kinds), rows)]
    if assumed:
        listed = table("Assumptions", ("list", "item", "note"), assumed, left=3)
        parts.append(details(f"What is assumed ({len(assumed)})", listed))
    return parts
