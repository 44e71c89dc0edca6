"""Ready, uncommitted troops at home."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from forcegen.domain.rules.base import Rule
from forcegen.domain.values import StepValue


class Standby(Rule):
    """At least `least` troops of the scope are at home, neither on tour nor in dwell."""

    kind: Literal["standby"]
    least: StepValue

    @model_validator(mode="after")
    def _at_home(self) -> Self:
        if self.names_where:
            raise PydanticCustomError("standby", "a standby rule names no sectors, zones or roles")
        return self
