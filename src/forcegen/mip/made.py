"""What makes an auxiliary column what it is, where no equation does."""

from __future__ import annotations

from typing import Final

IMPLIED: Final = -1
"""A binary that is 1 only where rows ask for it."""
CHOSEN: Final = -2
"""A binary that is a decision of its own."""
RAISED: Final = -3
"""An implied integer, only as large as rows ask."""
WHOLE: Final = -4
"""An integer, only as large as rows ask."""
