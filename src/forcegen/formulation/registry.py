"""Which function writes the rows of which rule kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forcegen.formulation.rows.bounds import ceiling, floor
from forcegen.formulation.rows.flow import lift, supply
from forcegen.formulation.rows.share import share

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.formulation.frame import Frame
    from forcegen.formulation.rows.family import Rows

RULE_ROWS: dict[str, Callable[[Any, Frame], Rows]] = {
    "ceiling": ceiling,
    "floor": floor,
    "share": share,
    "lift": lift,
    "supply": supply,
}
"""Rule kinds that are rows."""

REMOVED_COLUMNS = frozenset({"exclude", "only"})
"""Rule kinds that remove columns and are never rows."""
