"""Colours that colour-blind readers tell apart, and that differ in lightness in greyscale."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# After Okabe and Ito (2008), with a lighter sky and a darker vermilion, so that the first four have lightness 46, 72,
# 84 and 33 of 100 and stay apart in greyscale; then five more.
DISTINCT = (
    *("#0072b2", "#e69f00", "#a6d8f5", "#8c2d04", "#009e73", "#f0e442", "#cc79a7"),
    *("#3d4a54", "#b8a1d9", "#7a4a1f", "#a8b3bb", "#0b3d2e"),
)
_FROM, _TO = (247, 251, 255), (8, 69, 148)
_MORE, _LESS, _NONE = (5, 88, 160), (179, 88, 6), (255, 255, 255)


def distinct(names: Iterable[str]) -> dict[str, str]:
    """Return a colour for each name; they repeat after twelve."""
    return {name: DISTINCT[i % len(DISTINCT)] for i, name in enumerate(dict.fromkeys(names))}


def legible(colour: str) -> str:
    """Return the colour of text on a colour, black or white: the one of more contrast, at least 4.5 to 1."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return "#ffffff" if sum(w * x for w, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True)) < 0.179 else "#000000"


def shade(share: float) -> str:
    """Return a blue, the darker the larger the share (0 to 1)."""
    return _between(_FROM, _TO, min(1.0, max(0.0, share)))


def diverging(share: float) -> str:
    """Return a blue above zero and an orange below it, the darker the farther from it (-1 to 1); zero is white.

    No common kind of colour blindness takes one for the other; in greyscale only a sign beside them tells them apart.
    """
    return _between(_NONE, _MORE if share > 0 else _LESS, min(1.0, abs(share)))


def on(share: float) -> str:
    """Return the colour of text on `shade(share)`: the one of more contrast, at least 4 to 1."""
    return "#ffffff" if share > 0.67 else "#0b1117"


def _between(one: tuple[int, int, int], other: tuple[int, int, int], share: float) -> str:
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(one, other, strict=True))
