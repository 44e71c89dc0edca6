"""A nation's share of the troops."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from forcegen.domain.numbers import NonNegative
from forcegen.domain.rules.base import Each, Rule


class Share(Rule):
    """The troops of those in scope are at most `most` per mille of all troops in its places and roles."""

    kind: Literal["share"]
    most: Annotated[NonNegative, Field(le=1000)]
    in_: Literal["force", "sector"] = Field("force", alias="in")
    each: Each | None = Field(None, description="For each nation, sector or role of the scope by itself.")

    @model_validator(mode="after")
    def _of_somebody(self) -> Share:
        if not self.names_who and self.each != "nation":
            raise PydanticCustomError("share", "a share names nations or contingents, or says each: nation")
        return self
