"""How wide text is in a drawing, and text in as many lines as it needs."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from forcegen.report.html.markup import Node, el

if TYPE_CHECKING:
    from collections.abc import Iterable

SIZE, LINE_HEIGHT = 11.0, 12.5
"""Of a drawing's text, and from one of its lines to the next, in pixels."""

# Widths in DejaVu Sans, the widest font of the house's style, in thousandths of the size; others are not wider.
_WIDTHS = {
    350: "IJijl' ,./:;\\|",
    400: "()-[]ft",
    450: "!r",
    500: '"*_`',
    550: "?csz",
    600: "FLkvxy",
    650: "$0123456789EPSTYabdeghnopqu{}",
    700: "ABCKRVXZ",
    750: "NU",
}
_OF = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_BROAD, _BOLD = 1000, 1.12


def wide(text: str, size: float = SIZE, *, bold: bool = False) -> float:
    """Return the width of text in pixels, at the most what a browser needs."""
    return sum(_OF.get(letter, 850 if letter < "\u0250" and letter not in "@Wm%M" else _BROAD) for letter in text) * (
        size / 1000 * (_BOLD if bold else 1.0)
    )


def wrapped(text: str, room: float, *, bold: bool = False) -> list[str]:
    """Return text in lines no wider than `room` pixels; what has no blank is broken where the room ends."""
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if wide(joined, bold=bold) <= room:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if lines[-1] and wide(lines[-1] + letter, bold=bold) > room:
                lines.append("")
            lines[-1] += letter
    return lines


def column(names: Iterable[str], most: float, least: float = 40.0) -> float:
    """Return the room that a column of names gets: what the widest needs, within limits, in whole pixels."""
    return min(most, max([least, *(float(ceil(wide(name))) for name in names)]))


def lines_of(lines: list[str], x: float, middle: float, **look: str) -> list[Node]:
    """Return lines of text around the height `middle`."""
    top = middle - LINE_HEIGHT * len(lines) / 2
    return [el("text", line, x=x, y=top + LINE_HEIGHT * i + 9.7, **look) for i, line in enumerate(lines)]
