"""Drawings that the page adds to the report's: how a search goes, and two plans beside each other."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from forcegen.report.headline import in_troops
from forcegen.report.html.markup import INK, LINE, MUTED, Node, el, legend, stroke, svg, table
from forcegen.report.tables import amount

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forcegen.planning.result import Result, TierProgress

BLUE = "#0b57a4"
_TARGET = "#a8b3bb"
_LINES = 400


def search_chart(points: Sequence[TierProgress], limit: float) -> Node | None:
    """Return incumbent and bound of the goal being solved over time; None before there is something to draw."""
    if not points:
        return None
    goal = points[-1].goal
    mine = [point for point in points if point.goal == goal]
    values = [float(v) for point in mine for v in (point.incumbent, point.bound) if v is not None]
    if not values:
        return None
    wide, high, pad = 300.0, 84.0, 5.0
    low, most = min(values), max(values)
    first, last = mine[0].seconds, max(mine[-1].seconds, mine[0].seconds + 0.5)

    def at(seconds: float, value: float) -> str:
        x = pad + (seconds - first) / (last - first) * (wide - 2 * pad)
        y = high - pad - ((value - low) / (most - low) if most > low else 0.5) * (high - 2 * pad)
        return f"{x:.1f} {y:.1f}"

    drawn = [el("rect", x=0.5, y=0.5, width=wide - 1, height=high - 1, fill="none", stroke=LINE)]
    for name, colour, dash in (("bound", MUTED, "4 3"), ("incumbent", BLUE, None)):
        known = [(p.seconds, float(v)) for p in mine if (v := getattr(p, name)) is not None]
        if known:
            known.append((last, known[-1][1]))
            corners = [(later[0], value) for (_, value), later in pairwise(known)]
            path = "M" + "L".join(at(*point) for pair in zip(known, corners, strict=False) for point in pair)
            path += "L" + at(*known[-1])
            drawn.append(el("path", d=path, fill="none", stroke=colour, stroke_width=1.6, stroke_dasharray=dash))
    return svg(wide, high, f"{goal}: incumbent and bound over time, at most {limit:g} s", *drawn)


def coverage_pairs(base: Result, now: Result) -> list[Node]:
    """Return small charts of the requirements whose coverage differs, largest difference first."""
    before, after = _series(base), _series(now)
    periods = now.instance.horizon.periods
    none = ([0.0] * periods, [0.0] * periods)
    names = {q.id: q.name or q.id for q in (*base.instance.requirements, *now.instance.requirements)}

    def change(name: str) -> float:
        a, b = before.get(name, none)[1], after.get(name, none)[1]
        return sum(abs(x - y) for x, y in zip(a, b, strict=False))

    differing = sorted((name for name in {**before, **after} if change(name)), key=lambda name: -change(name))
    if not differing:
        return [el("p", "Every requirement is covered as before in every period.")]
    keys = legend((stroke(MUTED), "base"), (stroke(BLUE), "now"), (stroke(_TARGET), "target now"))
    small = [_pair(names[name], before.get(name, none), after.get(name, none)) for name in differing[:24]]
    rest = len(differing) - len(small)
    more = [el("p", f"and {rest} more with smaller differences", class_="note")] if rest > 0 else []
    return [keys, el("div", *small, class_="multiples"), *more]


def figures_pair(base: Result, now: Result) -> Node:
    """Return the figures of two answers beside each other."""
    rows = [(name, a, b) for (name, a), (_, b) in zip(_figures(base), _figures(now), strict=True)]
    for tier in now.tiers:
        old = next((other for other in base.tiers if other.name == tier.name), None)
        rows.append((tier.name, "" if old is None else amount(old.value), amount(tier.value)))
    return table("Base and now", ("", "base", "now"), rows)


def nations_pair(base: Result, now: Result) -> Node | None:
    """Return the nations whose burden differs."""
    pair = [
        {} if result.audit is None else {b.nation: b.troop_periods for b in result.audit.nations}
        for result in (base, now)
    ]
    names = {n.id: n.name or n.id for n in (*base.instance.nations, *now.instance.nations)}
    rows: list[tuple[Fraction, tuple[str, ...]]] = []
    for nation in dict.fromkeys((*pair[0], *pair[1])):
        a, b = (side.get(nation, Fraction(0)) for side in pair)
        if a != b:
            rows.append(
                (abs(b - a), (names.get(nation, nation), f"{float(a):,.0f}", f"{float(b):,.0f}", _signed(b - a)))
            )
    rows.sort(key=lambda row: -row[0])
    if not rows:
        return None
    header = ("nation", "base", "now", "change")
    return table("Troop-periods of the nations that differ", header, [row for _, row in rows])


def lines(words: Sequence[str]) -> Iterator[Node]:
    """Return sentences as a list, the first of them."""
    if words:
        yield el("ul", *(el("li", line) for line in words[:_LINES]), class_="said")
    if len(words) > _LINES:
        yield el("p", f"and {len(words) - _LINES:,} more", class_="note")


def _figures(result: Result) -> list[tuple[str, str]]:
    if result.audit is None:
        return [("covered", "no plan"), ("troops at the peak", ""), ("nations that serve", ""), ("minimums missed", "")]
    wanted = had = 0.0
    for part in in_troops(result.instance, result.audit):
        wanted, had = wanted + float(part.wanted), had + float(part.had)
    troops: dict[str, float] = defaultdict(float)
    for line in result.audit.force:
        troops[line.period] += float(line.troops)
    missed = sum(1 for line in result.audit.coverage if line.filled < line.minimum)
    return [
        ("covered", f"{had / wanted:.1%}" if wanted else "nothing required"),
        ("troops at the peak", f"{max(troops.values(), default=0.0):,.0f}"),
        ("nations that serve", str(sum(1 for burden in result.audit.nations if burden.troop_periods))),
        ("minimums missed, period by period", str(missed)),
    ]


def _series(result: Result) -> dict[str, tuple[list[float], list[float]]]:
    """Return targets and coverage of each requirement, period by period."""
    found: dict[str, tuple[list[float], list[float]]] = {}
    if result.audit is None:
        return found
    horizon = result.instance.horizon
    at = {str(horizon.label(t)): t for t in range(horizon.periods)}
    for line in result.audit.coverage:
        target, filled = found.setdefault(line.requirement, ([0.0] * horizon.periods, [0.0] * horizon.periods))
        target[at[line.period]], filled[at[line.period]] = float(line.target), float(line.filled)
    return found


def _pair(name: str, base: tuple[list[float], list[float]], now: tuple[list[float], list[float]]) -> Node:
    wide, high, pad = 170.0, 56.0, 3.0
    most = max((*base[1], *now[1], *now[0], 1.0))

    def path(values: Sequence[float]) -> str:
        step = (wide - 2 * pad) / max(1, len(values))
        spots = ((pad + i * step, high - pad - value / most * (high - 2 * pad)) for i, value in enumerate(values))
        return "".join(f"{'L' if i else 'M'}{x:.1f} {y:.1f}h{step:.1f}" for i, (x, y) in enumerate(spots))

    lines_ = [
        el("path", d=path(now[0]), fill="none", stroke=_TARGET, stroke_width=1.2, stroke_dasharray="3 2"),
        el("path", d=path(base[1]), fill="none", stroke=MUTED, stroke_width=1.4),
        el("path", d=path(now[1]), fill="none", stroke=BLUE, stroke_width=1.8),
        el("line", x1=0, x2=wide, y1=high - 0.5, y2=high - 0.5, stroke=INK, stroke_width=0.5),
    ]
    average = [sum(side[1]) / max(1, len(side[1])) for side in (base, now)]
    said = f"{average[0]:,.0f} → {average[1]:,.0f} on average"
    return el("figure", svg(wide, high, f"{name}: {said}", *lines_), el("figcaption", el("b", name), f" {said}"))


def _signed(value: Fraction) -> str:
    return f"{float(value):+,.0f}"
