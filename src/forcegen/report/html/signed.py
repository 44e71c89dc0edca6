"""Charts of what is more and what is less: a heat map in two colours with signs, and bars on both sides of zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.report.html.charts import WIDTH
from forcegen.report.html.colours import diverging, legible
from forcegen.report.html.markup import INK, MUTED, Node, el, legend, svg
from forcegen.report.html.words import LINE_HEIGHT, column, lines_of, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

_MINUS = "\N{MINUS SIGN}"
_PALEST, _NAMES = 0.14, 230.0
_STEP, _LEAST = 20.0, 220.0
Cell = tuple[float, str]


def signed(value: float, digits: int = 0) -> str:
    """Return a number with its sign and thousands separated; the sign alone where nothing else is left of it."""
    if value == 0:
        return "0"
    size = f"{abs(value):,.{digits}f}"
    return ("+" if value > 0 else _MINUS) + (size if float(size.replace(",", "")) else "")


def signed_map(
    caption: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[Cell | None]]], unit: str
) -> list[Node]:
    """Return the key and a table whose cells are blue where there is more, orange where there is less, white at zero.

    Parameters
    ----------
    rows
        Heads and, for each column, a signed amount and what to say on hovering; None for no cell.
    unit
        What the amounts are.
    """
    most = max((abs(cell[0]) for _, cells in rows for cell in cells if cell is not None), default=0.0) or 1.0
    head = el("tr", el("td", class_="left"), *(el("th", name, scope="col") for name in columns))
    body = [
        el("tr", el("th", name, class_="left", scope="row"), *(_cell(cell, most) for cell in cells))
        for name, cells in rows
    ]
    drawn = el("table", el("caption", caption), el("thead", head), el("tbody", *body), class_="heat signed")
    return [_key(most, unit), el("div", drawn, class_="wide")]


def signed_bars(title: str, rows: Sequence[tuple[str, float]]) -> Node:
    """Return bars to the right of zero for more, to the left of it for less, with the amounts at their ends."""
    most = max((abs(value) for _, value in rows), default=0.0) or 1.0
    words = 10 + column((signed(value) for _, value in rows), 1e9)
    left = 12 + column((name for name, _ in rows), _NAMES)
    across = max(WIDTH / 2 - 12, left + _LEAST + 2 * words)
    room = (across - left - 2 * words) / 2
    zero, y = left + words + room, 4.0
    drawn: list[Node] = []
    for name, value in rows:
        names, length = wrapped(name, left - 12), abs(value) / most * room
        tall = max(_STEP, LINE_HEIGHT * len(names) + 5)
        more, begins = value > 0, zero if value > 0 else zero - length
        drawn += lines_of(names, left - 8, y + tall / 2, text_anchor="end")
        drawn += [
            el("rect", el("title", f"{name}: {signed(value)}"), x=begins, y=y + tall / 2 - 7, width=length, height=14.0,
               fill=diverging(0.8 if more else -0.8)),
            el("text", signed(value), x=zero + length + 6 if more else zero - length - 6, y=y + tall / 2 + 4,
               text_anchor="start" if more else "end"),
        ]  # fmt: skip
        y += tall
    drawn.append(el("line", x1=zero, x2=zero, y1=0, y2=y, stroke=INK, stroke_width=1.0))
    return svg(across, y + 4, title, *drawn)


def _cell(cell: Cell | None, most: float) -> Node:
    if cell is None:
        return el("td", "")
    value, words = cell
    if value == 0:
        return el("td", "0", title=words, style=f"color:{MUTED}")
    colour = _shade(value, most)
    return el("td", signed(value), title=words, style=f"background:{colour};color:{legible(colour)}")


def _shade(value: float, most: float) -> str:
    """Return the colour of an amount; the smallest is not taken for none."""
    share = _PALEST + (1 - _PALEST) * abs(value) / most
    return diverging(share if value > 0 else -share)


def _key(most: float, unit: str) -> Node:
    marks = (-most, -most / 2, 0.0, most / 2, most)
    named = [(diverging(0) if value == 0 else _shade(value, most), signed(value)) for value in marks]
    named[0] = named[0][0], f"{named[0][1]} {unit} (less)"
    named[-1] = named[-1][0], f"{named[-1][1]} (more)"
    return legend(*named)
