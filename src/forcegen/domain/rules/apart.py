"""Nations that never share a sector."""

from __future__ import annotations

from typing import Literal

from forcegen.domain.rules.base import Rule


class Apart(Rule):
    """In a sector, at most one nation of the scope has troops at a time."""

    kind: Literal["apart"]
