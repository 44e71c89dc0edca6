"""How figures of comparisons are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from forcegen.bench.comparison import Score


UNKNOWN: Final = "\N{EN DASH}"


def plural(count: int, word: str) -> str:
    """Return a count with its word."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def seconds(value: float) -> str:
    """Return seconds with three figures; a dash where unknown."""
    if not np.isfinite(value):
        return UNKNOWN
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def share(value: float) -> str:
    """Return a share in per cent; a dash where unknown."""
    if not np.isfinite(value):
        return UNKNOWN
    percent = 100 * value
    return "0 %" if percent == 0 else f"{percent:.0f} %" if percent >= 10 else f"{percent:.2g} %"


def figure(score: Score) -> str:
    """Return a figure."""
    return _written(score, score.value)


def interval(score: Score) -> str:
    """Return the interval of a figure; nothing where there is none."""
    if score.interval is None:
        return ""
    return f"{_written(score, score.interval.low)} to {_written(score, score.interval.high)}"


def _written(score: Score, value: float) -> str:
    return seconds(value) if score.unit == "s" else share(value)
