"""Which function writes the rows of which rule kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forcegen.formulation.rows.bounds import ceiling, floor
from forcegen.formulation.rows.either import either
from forcegen.formulation.rows.escort import escort
from forcegen.formulation.rows.flow import lift, supply
from forcegen.formulation.rows.lead import lead
from forcegen.formulation.rows.ratio import ratio
from forcegen.formulation.rows.share import share
from forcegen.formulation.rows.standby import standby
from forcegen.formulation.rows.stay import presence
from forcegen.formulation.rows.together import apart, nations
from forcegen.formulation.rows.units import bar, pin

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.formulation.frame import Frame
    from forcegen.formulation.rows.family import Rows

RULE_ROWS: dict[str, Callable[[Any, Frame], Rows]] = {
    "ceiling": ceiling,
    "floor": floor,
    "share": share,
    "nations": nations,
    "presence": presence,
    "apart": apart,
    "escort": escort,
    "ratio": ratio,
    "either": either,
    "lift": lift,
    "supply": supply,
    "standby": standby,
    "pin": pin,
    "bar": bar,
}
"""Rule kinds whose rows each rule has for itself."""

JOINT_ROWS: dict[str, Callable[[Any, Frame], Rows]] = {"lead": lead}
"""Rule kinds whose rules share columns, and are written together."""

REMOVED_COLUMNS = frozenset({"exclude", "only"})
"""Rule kinds that remove columns and are never rows."""

DEFINING_ROWS = frozenset(
    {
        *(f"{kind}_here" for kind in ("apart", "escort", "nations", "presence")),
        *("lead_goes_on", "lead_led", "lead_one", "nations_on", "nations_units", "used_by"),
    }
)
"""Families of rows that only say what a column is: tight by nature, limits of nobody."""
