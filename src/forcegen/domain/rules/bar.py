"""So many units do not serve."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from forcegen.domain.numbers import PositiveCount
from forcegen.domain.rules.base import Rule


class Bar(Rule):
    """Of each contingent in the scope, all but `units` units at most are present in its places and roles."""

    kind: Literal["bar"]
    units: PositiveCount

    @model_validator(mode="after")
    def _of_somebody(self) -> Self:
        if not self.names_who:
            raise PydanticCustomError("bar", "a bar names contingents or nations")
        return self
