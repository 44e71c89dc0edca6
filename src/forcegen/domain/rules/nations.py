"""How many nations share a sector."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from forcegen.domain.numbers import Count
from forcegen.domain.rules.base import Rule


class Nations(Rule):
    """In a sector with troops of the scope, between `least` and `most` nations have such troops."""

    kind: Literal["nations"]
    least: Count | None = None
    most: Count | None = None

    @model_validator(mode="after")
    def _some_number(self) -> Self:
        if self.least is None and self.most is None:
            raise PydanticCustomError("nations", "a nations rule gives least, most or both")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise PydanticCustomError("nations", "least is more than most")
        return self
