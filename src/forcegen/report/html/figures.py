"""What answers look like: a drawing for each question whose answer is more than sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.report.costs import in_order
from forcegen.report.html.changes import changes_figures
from forcegen.report.html.charts import ticks
from forcegen.report.html.intervals import Interval, intervals
from forcegen.report.html.plots import Axis, Curve, both, curves
from forcegen.report.html.worlds import candidate_figures, outlook_figures
from forcegen.report.tables import amount

if TYPE_CHECKING:
    from fractions import Fraction

    from forcegen.planning.replan import Replan
    from forcegen.planning.robust import Robust
    from forcegen.planning.rule_costs import RuleCosts
    from forcegen.planning.short import WhyShort
    from forcegen.planning.stress import Shaken, Stress
    from forcegen.planning.sweep import Line, Sweep
    from forcegen.report.html.markup import Node

_ROWS = 20


def stress_figures(found: Stress) -> list[Node]:
    """Return what is lost without each nation, condition and pair, and by surprise, and what draws of worlds say."""
    goal, required = found.base.tiers[0].name, found.base.tiers[0].required
    scale, axis = (100 / required, "per cent of all that is required") if required else (1, goal)

    def row(name: str, low: Fraction, high: Fraction | None, infeasible: bool) -> Interval:
        least, most = float(low * scale), None if infeasible or high is None else float(high * scale)
        return Interval(name, least, most, "no plan at all" if infeasible else _ends(least, most, "%" * bool(required)))

    nations, conditions = (
        [row(x.id, x.low, x.high, x.infeasible) for x in found.of_kind(kind)] for kind in ("nation", "condition")
    )
    pairs = sorted(found.pairs, key=lambda pair: (not pair.infeasible, -pair.low))
    lists = {
        "What is lost without a nation": nations,
        "What is lost if a condition fails": conditions,
        "What is lost without two nations": [row(" and ".join(x.ids), x.low, x.high, x.infeasible) for x in pairs],
        "What is lost by surprise": [
            row(f"{x.nation}, leaving in {x.at}", x.low, x.high, x.infeasible) for x in found.surprises
        ],
    }
    drawn = [intervals(_first(title, rows), axis, rows[:_ROWS]) for title, rows in lists.items() if rows]
    if found.assumptions:
        title = "How other assumptions change what is lacking: below 0, less"
        drawn.append(intervals(title, goal, [_shaken(line) for line in found.assumptions]))
    drawn += [] if found.outlook is None else outlook_figures(found.outlook)
    return drawn + ([] if found.candidates is None else candidate_figures(found.candidates, goal))


def _shaken(line: Shaken) -> Interval:
    low, high = (None if end is None else float(end) for end in (line.low, None if line.infeasible else line.high))
    words = " to ".join(
        "unknown" if end is None else f"{end:+,.10g}" for end in ((low,) if line.exact else (low, high))
    )
    return Interval(f"{line.group} 20 % {line.way}", low, high, "no plan at all" if line.infeasible else words)


def short_figures(found: WhyShort) -> list[Node]:
    """Return the steps of relief that are worth most, whichever requirement they are for."""
    best: dict[str, tuple[Fraction, Fraction | None]] = {}
    for item in found.shortages:
        for relief in (*item.reliefs, *item.pairs):
            if relief.solved:
                best[" and ".join(step.words for step in relief.steps)] = (relief.low, relief.high)
    worth = [(name, ends) for name, ends in best.items() if ends[1] is None or ends[1] > 0]
    worth.sort(key=lambda one: (-one[1][0], one[1][1] is not None, -(one[1][1] or 0)))
    rows = [_interval(name, low, high) for name, (low, high) in worth]
    if not rows:
        return []
    return [intervals(_first("What one step of relief is worth", rows), found.base.tiers[0].name, rows[:_ROWS])]


def costs_figures(found: RuleCosts) -> list[Node]:
    """Return what each rule costs, those of the largest proven cost first; rules that cost nothing are left out."""
    rows = [_interval(cost.rule.id, cost.low, cost.high) for cost in in_order(found) if cost.known and cost.high != 0]
    return [intervals(_first("What a rule costs", rows), found.goal, rows[:_ROWS])] if rows else []


def sweep_figures(found: Sweep) -> list[Node]:
    """Return the first goal's value and bound of each run, a chart for each instance, model and goal."""
    groups: dict[tuple[str, str, str], list[Line]] = {}
    for line in found.lines:
        groups.setdefault((line.instance, line.model, line.goal), []).append(line)
    solvers, seeds = (len({getattr(line, name) for line in found.lines}) > 1 for name in ("solver", "seed"))

    def row(line: Line) -> Interval:
        name = " ".join(
            [line.scenario or "(base)", *([line.solver] if solvers else []), *([f"seed {line.seed}"] if seeds else [])]
        )
        if line.status == "INFEASIBLE":
            return Interval(name, None, None, "no plan exists")
        return _interval(name, line.bound, line.value)

    return [
        intervals(
            f"{instance}, model {model}: what is proven and what was found",
            goal,
            [row(line) for line in lines],
            "from bound to value",
        )
        for (instance, model, goal), lines in groups.items()
    ]


def replan_figures(found: Replan) -> list[Node]:
    """Return what is lacking against how much changes, and where the plan made anew covers more or less."""
    after, audit = found.result.instance, found.result.audit
    drawn = [] if found.diff is None or audit is None else changes_figures(found.diff, after, audit)
    return [*_frontier(found), *drawn]


def _frontier(found: Replan) -> list[Node]:
    points = [point for point in found.frontier if point.high is not None]
    if len(points) < 2:
        return []
    xs = [float(point.changes) for point in points]
    high, low = ([float(end or 0) for end in ends] for ends in zip(*((x.high, x.low) for x in points), strict=True))
    across = Axis("tours that change at most", 0.0, ticks(max(xs))[-1], written="{:,.10g}".format)
    up = Axis(found.result.model.goals[0].name, 0.0, ticks(max(high))[-1], written="{:,.10g}".format)
    lines = both(
        Curve("lacking in a plan that was found", xs, high, "#0072b2", (low, high)),
        Curve("lacking at least (proven)", xs, low, "#d55e00"),
        "lacking at least (proven, and a plan was found)",
    )
    return [curves("What is lacking with so many changes", across, up, lines)]


def robust_figures(found: Robust) -> list[Node]:
    """Return both plans in fresh draws, with the confidence of each figure."""
    if found.judged is None:
        return []
    rows = [
        Interval(f"{what}: {plan}", line.low, line.high, f"{line.value:,.0f} ({line.low:,.0f} to {line.high:,.0f})",
                 line.value)
        for what, figure in (("mean", found.judged.mean), ("worst tenth", found.judged.cvar))
        for plan, line in (("plain plan", figure.plain), ("robust plan", figure.robust))
    ]  # fmt: skip
    title = f"What each plan leaves unmet in {found.judged.draws:,} fresh draws"
    return [intervals(title, found.plain.tiers[0].name, rows, "95 % confidence; the dot is the estimate")]


def _interval(name: str, low: Fraction | None, high: Fraction | None) -> Interval:
    least, most = (None if end is None else float(end) for end in (low, high))
    if low is None and high is None:
        return Interval(name, None, None, "nothing is known")
    if low is None:
        return Interval(name, None, most, f"at most {amount(high)}")
    if high is None:
        return Interval(name, least, None, f"at least {amount(low)}")
    return Interval(name, least, most, amount(low) if low == high else f"{amount(low)} to {amount(high)}")


def _ends(low: float, high: float | None, unit: str) -> str:
    if high is None:
        return f"at least {low:,.1f}{unit}"
    return f"{low:,.1f}{unit}" if low == high else f"{low:,.1f} to {high:,.1f}{unit}"


def _first(title: str, rows: list[Interval]) -> str:
    return title if len(rows) <= _ROWS else f"{title}: the first {_ROWS} of {len(rows)}"
