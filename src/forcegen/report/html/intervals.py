"""Intervals beside each other: a band from what is at least true to what is at most true, a dot where it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forcegen.report.html.charts import ticks
from forcegen.report.html.markup import INK, LINE, MUTED, Node, el, legend, svg
from forcegen.report.html.words import LINE_HEIGHT, column, lines_of, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WIDE, _LEAST, _TOP, _BOTTOM, _STEP = 885.0, 400.0, 8.0, 40.0, 22.0
_NAMES, _WORDS = 360.0, 300.0  # what a row's name and its words get at most
_BAND, _EDGE = "#a6d8f5", "#0072b2"
_DOT = f"{_EDGE};border-radius:50%;width:.9em"


@dataclass(frozen=True)
class Interval:
    """What is known of one thing.

    Parameters
    ----------
    name
        Of the thing.
    low, high
        Its ends; None where nothing is known on that side.
    words
        What is written beside it.
    middle
        An estimate inside it.
    """

    name: str
    low: float | None
    high: float | None
    words: str
    middle: float | None = None


def intervals(
    title: str,
    axis: str,
    rows: Sequence[Interval],
    key: str = "between at least and at most",
    exact: str = "known exactly",
) -> Node:
    """Return intervals on one axis, with zero marked and a legend; an end that is not known runs to the chart's edge.

    Parameters
    ----------
    title
        Stands above the chart, and is what a screen reader says.
    axis
        What the axis shows.
    key, exact
        What a band means, and what a dot alone.
    """
    known = [x for row in rows for x in (row.low, row.high, row.middle) if x is not None]
    values = _ticks(min([0.0, *known]), max([0.0, *known]))
    low, high = values[0], values[-1]
    left, right = 14 + column((row.name for row in rows), _NAMES), 16 + column((row.words for row in rows), _WORDS, 60)
    across = max(_WIDE, left + _LEAST + right)
    written = [(wrapped(row.name, left - 14), wrapped(row.words, right - 16)) for row in rows]
    tall = [max(_STEP, LINE_HEIGHT * max(map(len, both)) + 6) for both in written]
    bottom = _TOP + sum(tall)

    def at(value: float) -> float:
        return left + (value - low) / (high - low) * (across - left - right)

    drawn: list[Node] = []
    for value in values:
        x, colour = at(value), INK if value == 0 else LINE
        drawn += [
            el("line", x1=x, x2=x, y1=_TOP, y2=bottom, stroke=colour),
            el("text", f"{value:,.10g}", x=x, y=bottom + 14, text_anchor="middle", style=f"fill:{MUTED}"),
        ]
    drawn.append(el("text", axis, x=(at(low) + at(high)) / 2, y=bottom + 32, text_anchor="middle"))
    top = _TOP
    for row, (name, words), height in zip(rows, written, tall, strict=True):
        middle, top = top + height / 2, top + height
        drawn += lines_of(name, left - 8, middle, text_anchor="end") + lines_of(words, across - right + 10, middle)
        drawn.append(el("line", x1=at(low), x2=at(high), y1=middle, y2=middle, stroke=LINE, stroke_dasharray="1 3"))
        ends = at(low if row.low is None else row.low), at(high if row.high is None else row.high)
        drawn += _drawn(row, *ends, middle, None if row.middle is None else at(row.middle))
    keys = [(_BAND, key)] if any(row.low != row.high for row in rows) else []
    keys += [(_DOT, exact)] if any(_exact(row) for row in rows) else []
    return el(
        "figure", el("figcaption", title), legend(*keys), svg(across, bottom + _BOTTOM, title, *drawn), class_="lane"
    )


def _drawn(row: Interval, left: float, right: float, y: float, middle: float | None) -> Iterator[Node]:
    said = el("title", f"{row.name}: {row.words}")
    if _exact(row):
        yield el("circle", said, cx=left, cy=y, r=4.5, fill=_EDGE)
        return
    yield el("rect", said, x=left, y=y - 6, width=max(right - left, 1.0), height=12.0, fill=_BAND)
    for known, x in ((row.low, left), (row.high, right)):
        if known is not None:
            yield el("line", x1=x, x2=x, y1=y - 7, y2=y + 7, stroke=_EDGE, stroke_width=2)
    if row.high is None:
        yield el("path", d=f"M{right - 6:.1f} {y - 5:.1f}l6 5l-6 5", fill="none", stroke=_EDGE, stroke_width=1.6)
    if row.low is None:
        yield el("path", d=f"M{left + 6:.1f} {y - 5:.1f}l-6 5l6 5", fill="none", stroke=_EDGE, stroke_width=1.6)
    if middle is not None:
        yield el("circle", cx=middle, cy=y, r=3.6, fill=_EDGE)


def _exact(row: Interval) -> bool:
    return row.low is not None and row.low == row.high


def _ticks(low: float, high: float) -> list[float]:
    """Return round values, zero among them, that reach from `low` to `high`."""
    above, below = ticks(high), ticks(-low)
    step = max((side[1] for side, most in ((above, high), (below, -low)) if most > 0), default=1.0)
    most, least = (int(-(-x // step)) for x in (high, -low))
    return [step * i for i in range(-least, max(most, 1 - least) + 1)]
