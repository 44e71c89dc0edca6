"""What every rule has: an identifier, a scope, a window, a source, and what relaxing it costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from forcegen.domain.base import Document, Id
from forcegen.domain.condition import Conditional
from forcegen.domain.horizon import Period
from forcegen.domain.numbers import Flag, NonNegative
from forcegen.domain.values import Steps

Counted = Literal["troops", "units", "tours", "cost"]
Over = Literal["period", "horizon"]
Each = Literal["nation", "sector", "role"]


class Penalty(Document):
    """What relaxing a rule costs: once, or for each unit of violation."""

    once: NonNegative | None = None
    per: NonNegative | None = None

    @model_validator(mode="after")
    def _one(self) -> Penalty:
        if (self.once is None) == (self.per is None):
            raise PydanticCustomError("penalty", "a penalty has one of the fields once and per")
        return self


class Selection(Document):
    """Some of the contingents, at some of the roles."""

    nations: tuple[Id, ...] | None = Field(None, description="Nations and groups. Absent, with contingents: all.")
    contingents: tuple[Id, ...] | None = None
    roles: tuple[Id, ...] | None = Field(None, description="Absent: all.")


class Rule(Conditional):
    """A political or military limit on who serves where, at what and when."""

    id: Id
    kind: str
    name: str | None = None
    nations: tuple[Id, ...] | None = Field(None, description="Nations and groups. Absent, with contingents: all.")
    contingents: tuple[Id, ...] | None = None
    sectors: tuple[Id, ...] | None = Field(None, description="Absent, with zones: all.")
    zones: tuple[Id, ...] | None = None
    roles: tuple[Id, ...] | None = Field(None, description="Absent: all.")
    from_: Period | None = Field(None, alias="from")
    until: Period | None = None
    negotiable: Flag = False
    penalty: Penalty | None = None

    @property
    def names_who(self) -> bool:
        """Whether nations or contingents are named."""
        return self.nations is not None or self.contingents is not None

    @property
    def names_where(self) -> bool:
        """Whether sectors, zones or roles are named."""
        return not (self.sectors is None and self.zones is None and self.roles is None)


class Bound(Rule):
    """A limit on what a scope holds: what is counted, over what, and for which items."""

    of: Counted = "troops"
    over: Over = "period"
    each: Each | None = Field(None, description="For each nation, sector or role of the scope by itself.")

    @property
    def limit(self) -> Decimal | Steps:
        """The number that is not to be passed."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _one_number(self) -> Self:
        if self.over == "horizon" and isinstance(self.limit, dict):
            raise PydanticCustomError("horizon_number", "over: horizon needs one number, not steps")
        return self
