"""So many units serve."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from forcegen.domain.numbers import PositiveCount
from forcegen.domain.rules.base import Rule


class Pin(Rule):
    """Of each contingent in the scope, at least `units` units are present in its places and roles."""

    kind: Literal["pin"]
    units: PositiveCount

    @model_validator(mode="after")
    def _of_somebody(self) -> Self:
        if not self.names_who:
            raise PydanticCustomError("pin", "a pin names contingents or nations")
        return self
