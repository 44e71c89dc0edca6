"""Charts that more than one page needs: heat maps, bars, stacked columns."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING

from forcegen.report.html.colours import on, shade
from forcegen.report.html.looks import looks, named
from forcegen.report.html.markup import INK, LINE, MUTED, PAPER, Node, el, legend, stroke, svg
from forcegen.report.html.words import LINE_HEIGHT, column, lines_of, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH, _NAMES = 1180.0, 230.0


def heat_map(
    caption: str,
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[tuple[float, str, bool] | None]]],
) -> Node:
    """Return a table whose cells are shaded.

    Parameters
    ----------
    rows
        Heads and, for each column, a share (0 to 1), what to say on hovering, and whether to mark it; None for no cell.
    """
    head = el("tr", el("td", class_="left"), *(el("th", column, scope="col") for column in columns))
    body = [
        el("tr", el("th", name, class_="left", scope="row"), *(_cell(cell) for cell in cells)) for name, cells in rows
    ]
    return el("table", el("caption", caption), el("thead", head), el("tbody", *body), class_="heat")


def _cell(cell: tuple[float, str, bool] | None) -> Node:
    if cell is None:
        return el("td", "")
    share, words, marked = cell
    style = f"background:{shade(share * 0.85)};color:{on(share * 0.85)}"
    return el("td", f"{floor(share * 100 + 1e-9)}", title=words, style=style, class_="below" if marked else None)


def bars(
    title: str, rows: Sequence[tuple[str, float, str]], colour: str = "#0072b2", mark: float | None = None
) -> Node:
    """Return horizontal bars with their values written beside them, and an upright line at the value `mark`."""
    top, step, least = 4.0 if mark is None else 18.0, 20.0, 160.0
    most = max([*(value for _, value, _ in rows), mark or 0.0], default=0.0) or 1.0
    left, right = 12 + column((name for name, _, _ in rows), _NAMES), 8 + column((words for *_, words in rows), 1e9)
    across = max(WIDTH / 2 - 12, left + least + right)
    room = across - left - right
    drawn: list[Node] = []
    y = top
    for name, value, words in rows:
        names, length = wrapped(name, left - 12), value / most * room
        tall = max(step, LINE_HEIGHT * len(names) + 5)
        drawn += lines_of(names, left - 8, y + tall / 2, text_anchor="end")
        drawn += [
            el("rect", x=left, y=y + tall / 2 - 7, width=length, height=14.0, fill=colour),
            el("text", words, x=left + length + 6, y=y + tall / 2 + 4),
        ]
        y += tall
    if mark is not None:
        x = left + mark / most * room
        drawn.append(el("line", x1=x, x2=x, y1=top - 3, y2=y, stroke=INK, stroke_width=1.3, stroke_dasharray="4 2"))
        drawn.append(el("text", f"{mark:.10g}", x=x, y=top - 6, text_anchor="middle", style=f"fill:{MUTED}"))
    return svg(across, y + 4, title, *drawn)


def stacked(
    title: str, columns: Sequence[str], parts: Mapping[str, Sequence[float]], line: tuple[str, Sequence[float]] | None
) -> list[Node]:
    """Return columns made of parts, with a stepped line over them, and the legend.

    Parameters
    ----------
    parts
        For each part, a value for each column.
    line
        A name and a value for each column.
    """
    height, left, bottom, top = 280.0, 64.0, 58.0, 12.0
    kinds = looks(parts)
    totals = [sum(values[i] for values in parts.values()) for i in range(len(columns))]
    marks = ticks(max([*totals, *(line[1] if line else ())], default=0.0))
    most, step = marks[-1] or 1.0, (WIDTH - left) / max(1, len(columns))

    def y(value: float) -> float:
        return top + (height - top - bottom) * (1 - value / most)

    drawn = []
    for tick in marks:
        drawn += [
            el("line", x1=left, x2=WIDTH, y1=y(tick), y2=y(tick), stroke=LINE),
            el("text", f"{tick:,.10g}", x=left - 6, y=y(tick) + 4, text_anchor="end", style=f"fill:{MUTED}"),
        ]
    for i, head in enumerate(columns):
        base, x = 0.0, left + i * step + step * 0.12
        for name, values in parts.items():
            if values[i] > 0:
                edge = y(base + values[i])
                said = el("title", f"{head}: {name} {values[i]:,.0f}")
                drawn.append(
                    el(
                        "rect",
                        said,
                        x=x,
                        y=edge,
                        width=step * 0.76,
                        height=y(base) - edge,
                        fill=kinds[name].colour,
                        stroke=PAPER,
                        stroke_width=0.7,
                    )
                )
                drawn += kinds[name].edges(x, edge, step * 0.76, y(base) - edge)
                base += values[i]
        drawn.append(upright(head, left + (i + 0.5) * step, height - bottom + 8, "end"))
    keys = named(kinds)
    if line is not None:
        path = "".join(
            f"{'L' if i else 'M'}{left + i * step:.1f} {y(value):.1f}H{left + (i + 1) * step:.1f}"
            for i, value in enumerate(line[1])
        )
        drawn.append(el("path", d=path, fill="none", stroke=INK, stroke_width=2, stroke_dasharray="5 3"))
        keys.append((stroke(INK), line[0]))
    return [legend(*keys), svg(WIDTH, height, title, *drawn)]


def ticks(most: float) -> list[float]:
    """Return some five round values from 0 to at least `most`."""
    if most <= 0:
        return [0.0, 1.0]
    raw = most / 5
    power = 10.0 ** floor(log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw)
    count = int(-(-most // step))
    return [step * i for i in range(count + 1)]


def upright(text: str, x: float, y: float, anchor: str | None = None) -> Node:
    """Return text that runs upwards, its beginning (or, with `anchor` end, its end) at this point."""
    turned = f"translate({x + 4:.1f} {y:.1f}) rotate(-90)"
    return el("text", text, transform=turned, text_anchor=anchor, style=f"fill:{MUTED}")
