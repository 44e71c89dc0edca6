"""At most so much in the scope."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from forcegen.domain.rules.base import Bound
from forcegen.domain.values import Steps, StepValue


class Ceiling(Bound):
    """The scope holds at most `most`, in each period or over the horizon."""

    kind: Literal["ceiling"]
    most: StepValue

    @property
    def limit(self) -> Decimal | Steps:
        """The most that the scope holds."""
        return self.most
