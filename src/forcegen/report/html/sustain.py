"""How large a force can be kept up, as a page: verdicts, the curve of size against time held, the scarcest roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.report.html.charts import bars
from forcegen.report.html.markup import Node, el, page, section, table
from forcegen.report.html.plots import Axis, Curve, both, curves
from forcegen.report.sustainment import MOST, VERDICTS, most_rows, sentence, verdict_rows
from forcegen.report.tables import amount

if TYPE_CHECKING:
    from fractions import Fraction

    from forcegen.planning.sizes import Factor
    from forcegen.planning.sustain import Sustainment

_FLIPS = "Each size, and the one assumption whose change by 20 % would flip the verdict"
_FOUND, _BOUND, _FOREVER, _ASKED = "#0072b2", "#d55e00", "#009e73", "#5c6b78"


def sustain_page(found: Sustainment) -> str:
    """Return the answer of `sustain` as one self-contained HTML document."""
    name = found.instance.name
    return page(
        f"{name}: what force is realistic",
        el("p", f"{name} · to {found.instance.horizon.label(found.instance.horizon.periods - 1)}", class_="kicker"),
        *sustain_parts(found),
    )


def sustain_parts(found: Sustainment) -> list[Node]:
    """Return the answer for a page that has more: its sentence as a heading, then a section for each part of it."""
    verdicts = table(_FLIPS, VERDICTS, verdict_rows(found), left=len(VERDICTS))
    held = f"Held: at least {float(found.hold):.0%} of every role's target, from period {found.build_up + 1} on."
    return [
        el("h1", sentence(found)),
        el("p", held, class_="note"),
        section("verdicts", "Is it realistic?", verdicts) if found.verdicts else el("p"),
        section("curve", "How large, for how long", sustain_curve(found), _points(found)),
        section("most", "What is?", table("", MOST, most_rows(found))),
        section("roles", "Which roles are scarce", *_roles(found)),
    ]


def sustain_curve(found: Sustainment) -> Node:
    """Return the largest force against the periods for which it is held; between the lines nothing is known."""
    xs = [float(point.held) for point in found.curve]
    low, high = ([_troops(found, x) for x in side] for side in _sides([point.factor for point in found.curve]))
    unit = found.instance.horizon.unit
    most = max([*high, _troops(found, found.indefinitely.bound)])
    asked = [float(verdict.troops) for verdict in found.verdicts if float(verdict.troops) <= 1.5 * most]
    across = Axis(f"{unit}s held after the build-up", 0.0, 5.0 * -(-xs[-1] // 5), written="{:.0f}".format)
    up = Axis("troops", 0.0, _rounded(max([*asked, most])), written="{:,.0f}".format)
    sides = [across.low, across.high]
    lines = [
        *both(
            Curve("a plan holds as much", xs, low, _FOUND, (low, high)),
            Curve("no plan holds more (proven)", xs, high, _BOUND),
            "the most that can be held (proven)",
        ),
        Curve(
            "kept up indefinitely by a cycle that was found", sides, _flat(found, found.indefinitely.found), _FOREVER
        ),
        Curve("no more than this indefinitely (proven)", sides, _flat(found, found.indefinitely.bound), _FOREVER),
    ]
    lines += [Curve(f"asked: {size:,.0f}", sides, [size, size], _ASKED) for size in asked]
    return curves(f"The largest force, by {unit}s held", across, up, lines)


def _flat(found: Sustainment, factor: Fraction) -> list[float]:
    return [_troops(found, factor)] * 2


def _sides(factors: list[Factor]) -> tuple[list[Fraction], list[Fraction]]:
    return [factor.found for factor in factors], [factor.bound for factor in factors]


def _troops(found: Sustainment, factor: Fraction) -> float:
    return float(found.troops * factor)


def _rounded(most: float) -> float:
    """Return a round value, a multiple of five steps, at or above the largest."""
    step = 10.0 ** (len(str(int(most))) - 1) / 2
    return max(step * -(-most // step), 1.0)


def _points(found: Sustainment) -> Node:
    rows = [
        (
            point.period,
            str(point.held),
            *(f"{_troops(found, x):,.0f}" for x in (point.factor.found, point.factor.bound)),
        )
        for point in found.curve
    ]
    return table("The same in figures", ("through", "held", "a plan holds", "at most"), rows)


def _roles(found: Sustainment) -> list[Node]:
    order = sorted(found.roles, key=lambda line: line.factor)
    title = "What deploy-to-dwell alone lets each role keep up, by itself, as a multiple of its target"
    drawn = bars(
        title,
        [(line.role, float(line.factor), f"{float(line.factor):.2f}") for line in order],
        mark=1.0,
    )
    aside = f"Set aside, since nobody offers them: {', '.join(found.set_aside)}." if found.set_aside else None
    shown = el("figure", el("figcaption", title), drawn)
    rows = [
        (line.role, amount(line.target), f"{float(line.target * line.factor * found.hold):,.0f}",
         f"{float(line.factor):.2f}")
        for line in order
    ]  # fmt: skip
    kept = table("Each role by itself", ("role", "target", "could be kept up", "factor"), rows)
    return [shown, kept, *([el("p", aside)] if aside else [])]
