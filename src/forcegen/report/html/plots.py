"""Plots on two axes: lines with bands, and points."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor, isfinite, log10
from typing import TYPE_CHECKING, Literal

from forcegen.report.html.charts import ticks
from forcegen.report.html.markup import INK, LINE, MUTED, Node, el, legend, stroke, svg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_WIDE, _HIGH, _LEFT, _RIGHT, _TOP, _BOTTOM = 570.0, 300.0, 58.0, 14.0, 12.0, 44.0
_DASHES = (None, "7 3", "2 3", "9 3 2 3", "4 2 1 2 1 2")


@dataclass(frozen=True)
class Axis:
    """An axis: what it shows, its ends, whether it is logarithmic, how its figures are written, and `at` which values.

    Unless values are given, some round ones are. On a logarithmic axis what lies below its lower end is drawn there.
    """

    label: str
    low: float
    high: float
    log: bool = False
    written: Callable[[float], str] = "{:g}".format
    at: Sequence[float] = ()

    def place(self, value: float) -> float:
        """Return where a value lies: 0 at the lower end, 1 at the upper."""
        value = min(max(value, self.low), self.high)
        if self.log:
            return (log10(value) - log10(self.low)) / ((log10(self.high) - log10(self.low)) or 1.0)
        return (value - self.low) / ((self.high - self.low) or 1.0)

    def ticks(self) -> list[float]:
        """Return the values that are written beside it."""
        if self.at:
            return list(self.at)
        if not self.log and self.low == 0:
            return [value for value in ticks(self.high) if value <= self.high * 1.001]
        if not self.log:
            return [self.low + (self.high - self.low) * i / 5 for i in range(6)]
        decades = range(floor(log10(self.low)), ceil(log10(self.high)) + 1)
        steps = (1.0, 2.0, 5.0) if len(decades) <= 3 else (1.0,)
        values = [step * 10.0**decade for decade in decades for step in steps]
        inside = [value for value in values if self.low * 0.999 <= value <= self.high * 1.001]
        crowded = inside and self.place(self.high) - self.place(inside[-1]) < 0.06
        return inside if crowded or self.high > 1000 else [*inside, float(f"{self.high:.3g}")]


@dataclass(frozen=True)
class Curve:
    """A line; a NaN breaks it. A band gives a lower and an upper value for each point."""

    name: str
    xs: Sequence[float]
    ys: Sequence[float]
    colour: str
    band: tuple[Sequence[float], Sequence[float]] | None = None
    stepped: bool = False


Mark = Literal["dot", "cross"]


@dataclass(frozen=True)
class Point:
    """A point: where, in which colour, what is said on hovering, a cross if it is out of range, where a click leads."""

    x: float
    y: float
    colour: str
    words: str
    mark: Mark = "dot"
    link: str | None = None


def both(found: Curve, bound: Curve, proven: str) -> list[Curve]:
    """Return what was found and what is proven; where they are the same throughout, one curve of the name `proven`."""
    if list(found.ys) == list(bound.ys):
        return [replace(found, name=proven, band=None)]
    return [found, bound]


def curves(title: str, x: Axis, y: Axis, lines: Sequence[Curve]) -> Node:
    """Return lines on two axes, each with a dash of its own, and their legend."""
    drawn = _frame(x, y)
    for line in lines:
        if line.band is not None:
            drawn.append(_band(x, y, line))
    for i, line in enumerate(lines):
        path = _path(x, y, line)
        said = el("title", line.name)
        dash = _DASHES[i % len(_DASHES)]
        drawn.append(el("path", said, d=path, fill="none", stroke=line.colour, stroke_width=1.8, stroke_dasharray=dash))
    keys = legend(*((_dashed(line.colour, i), line.name) for i, line in enumerate(lines)))
    return el("figure", el("figcaption", title), keys, svg(_WIDE, _HIGH, title, *drawn))


def points(
    title: str, x: Axis, y: Axis, some: Sequence[Point], keys: Sequence[tuple[str, str]] = (), diagonal: bool = False
) -> Node:
    """Return points on two axes; with `diagonal` the line of equal values, where the axes have equal ends."""
    drawn = _frame(x, y)
    if diagonal:
        drawn.append(el("line", x1=_x(x, x.low), y1=_y(y, x.low), x2=_x(x, x.high), y2=_y(y, x.high), stroke=MUTED))
    drawn += [_mark(x, y, point) for point in some]
    key = legend(*keys) if keys else None
    return el("figure", el("figcaption", title), key, svg(_WIDE, _HIGH, title, *drawn))


def _frame(x: Axis, y: Axis) -> list[Node]:
    base, right = _HIGH - _BOTTOM, _WIDE - _RIGHT
    drawn: list[Node] = []
    for tick in x.ticks():
        place = _x(x, tick)
        drawn += [
            el("line", x1=place, x2=place, y1=_TOP, y2=base, stroke=LINE),
            el("text", x.written(tick), x=place, y=base + 15, text_anchor="middle", style=f"fill:{MUTED}"),
        ]
    for tick in y.ticks():
        place = _y(y, tick)
        drawn += [
            el("line", x1=_LEFT, x2=right, y1=place, y2=place, stroke=LINE),
            el("text", y.written(tick), x=_LEFT - 6, y=place + 4, text_anchor="end", style=f"fill:{MUTED}"),
        ]
    turned = f"translate(11 {(_TOP + base) / 2:.0f}) rotate(-90)"
    drawn += [
        el("line", x1=_LEFT, x2=right, y1=base, y2=base, stroke=INK),
        el("text", x.label, x=(_LEFT + right) / 2, y=_HIGH - 8, text_anchor="middle"),
        el("text", y.label, transform=turned, text_anchor="middle"),
    ]
    return drawn


def _x(axis: Axis, value: float) -> float:
    return _LEFT + (_WIDE - _LEFT - _RIGHT) * axis.place(value)


def _y(axis: Axis, value: float) -> float:
    return _TOP + (_HIGH - _TOP - _BOTTOM) * (1 - axis.place(value))


def _path(x: Axis, y: Axis, line: Curve) -> str:
    parts: list[str] = []
    before: float | None = None
    for a, b in zip(line.xs, line.ys, strict=True):
        if not (isfinite(a) and isfinite(b)):
            before = None
            continue
        across, up = _x(x, a), _y(y, b)
        if before is None:
            parts.append(f"M{across:.1f} {up:.1f}")
        elif line.stepped and before != up:
            parts.append(f"H{across:.1f}V{up:.1f}")
        else:
            parts.append(f"L{across:.1f} {up:.1f}")
        before = up
    return "".join(parts) or "M0 0"


def _band(x: Axis, y: Axis, line: Curve) -> Node:
    assert line.band is not None
    ends = [
        (_x(x, a), _y(y, low), _y(y, high))
        for a, low, high in zip(line.xs, *line.band, strict=True)
        if isfinite(low) and isfinite(high)
    ]
    there = "L".join(f"{across:.1f} {low:.1f}" for across, low, _ in ends)
    back = "L".join(f"{across:.1f} {high:.1f}" for across, _, high in reversed(ends))
    return el("path", d=f"M{there}L{back}Z" if ends else "M0 0", fill=line.colour, fill_opacity=0.15, stroke="none")


def _mark(x: Axis, y: Axis, point: Point) -> Node:
    across, up = _x(x, point.x), _y(y, point.y)
    if point.mark == "dot":
        drawn = el("circle", el("title", point.words), cx=across, cy=up, r=3.6, fill=point.colour, fill_opacity=0.75)
    else:
        path = f"M{across - 3.5:.1f} {up - 3.5:.1f}l7 7m-7 0l7 -7"
        drawn = el("path", el("title", point.words), d=path, stroke=point.colour, stroke_width=1.8, fill="none")
    return drawn if point.link is None else el("a", drawn, href=point.link)


def _dashed(colour: str, i: int) -> str:
    """Return a line as a CSS background, dashed as the i-th of a plot."""
    if _DASHES[i % len(_DASHES)] is None:
        return stroke(colour)
    on, gap = (float(part) for part in (_DASHES[i % len(_DASHES)] or "").split()[:2])
    dash = f"repeating-linear-gradient(90deg,{colour} 0 {on:g}px,transparent {on:g}px {on + gap:g}px)"
    return f"{dash} 0 50%/100% 2px no-repeat"
