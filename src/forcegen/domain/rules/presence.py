"""A nation comes in strength and stays, or not at all."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from forcegen.domain.numbers import NonNegative, PositiveCount
from forcegen.domain.rules.base import Rule


class MinimumPresence(Rule):
    """A nation brings at least `least` troops to a sector or none, and keeps some there for `term` periods."""

    kind: Literal["presence"]
    least: NonNegative | None = None
    term: PositiveCount | None = Field(None, description="The least number of periods to stay.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.least is None and self.term is None:
            raise PydanticCustomError("presence", "a presence rule gives least, term or both")
        return self
