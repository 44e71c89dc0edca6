"""These nations only in this scope."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from forcegen.domain.rules.base import Rule


class Only(Rule):
    """Those in the scope of nations serve in its places and roles, or not at all."""

    kind: Literal["only"]

    @model_validator(mode="after")
    def _somewhere(self) -> Only:
        if not self.names_where:
            raise PydanticCustomError("only", "an only rule names sectors, zones or roles")
        return self
