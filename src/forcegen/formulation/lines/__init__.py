"""An instance as lines of rows over implied tours: no column and no coefficient is written down a tour."""

from __future__ import annotations

from forcegen.formulation.lines.families import BANDS
from forcegen.formulation.lines.lines import Lines, Uses, counted, lines_of
from forcegen.formulation.lines.targets import Target, target_of

SAYABLE = tuple(BANDS)
"""Rule kinds that lines can say, beside those that only leave tours out."""

__all__ = ["SAYABLE", "Lines", "Target", "Uses", "counted", "lines_of", "target_of"]
