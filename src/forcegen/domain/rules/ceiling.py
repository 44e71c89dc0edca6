"""At most so much in the scope."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from forcegen.domain.rules.base import Counted, Each, Over, Rule
from forcegen.domain.values import StepValue


class Ceiling(Rule):
    """The scope holds at most `most`, in each period or over the horizon."""

    kind: Literal["ceiling"]
    most: StepValue
    of: Counted = "troops"
    over: Over = "period"
    each: Each | None = Field(None, description="For each nation, sector or role of the scope by itself.")

    @model_validator(mode="after")
    def _one_number(self) -> Ceiling:
        if self.over == "horizon" and isinstance(self.most, dict):
            raise PydanticCustomError("horizon_number", "over: horizon needs one number, not steps")
        return self
