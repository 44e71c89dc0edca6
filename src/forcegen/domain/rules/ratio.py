"""Enablers keep up with those they serve."""

from __future__ import annotations

from typing import Literal

from forcegen.domain.numbers import NonNegative
from forcegen.domain.rules.base import Rule, Selection


class Ratio(Rule):
    """The troops of `of` are at least `least` per mille of those of `to`; both are parts of the scope."""

    kind: Literal["ratio"]
    of: Selection
    to: Selection
    least: NonNegative
    each: Literal["sector", "nation", "force"] = "force"
