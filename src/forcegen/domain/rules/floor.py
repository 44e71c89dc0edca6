"""At least so much in the scope."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from forcegen.domain.rules.base import Bound
from forcegen.domain.values import Steps, StepValue


class Floor(Bound):
    """The scope holds at least `least`, in each period or over the horizon."""

    kind: Literal["floor"]
    least: StepValue

    @property
    def limit(self) -> Decimal | Steps:
        """The least that the scope holds."""
        return self.least
