"""Scenarios: overlays of edits on an instance, applied to the plain document, which is then validated whole."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from forcegen.domain.base import Id, Sourced
from forcegen.domain.condition import Condition
from forcegen.domain.horizon import Period
from forcegen.domain.numbers import NonNegative, PositiveCount

ListName = Literal["nations", "roles", "sectors", "contingents", "requirements", "rules", "history", "leads"]


class Edit(Sourced):
    """What every edit of a list names: the list, and which of its items."""

    list: ListName
    where: dict[str, Any] = Field(default_factory=dict, description="Fields and the value (or values) they have.")


class SetField(Edit):
    """Give a field a value."""

    field: str
    value: Any


class ScaleField(Edit):
    """Multiply a field's numbers."""

    field: str
    factor: NonNegative


class Remove(Edit):
    """Take items out of a list."""


class Add(Sourced):
    """Put an item into a list."""

    list: ListName
    item: dict[str, Any]


class Withdraw(Sourced):
    """A nation or contingent leaves: units of its pool, or all of it, at once or by a period."""

    nation: Id | None = None
    contingent: Id | None = None
    units: PositiveCount | None = None
    by: Period | None = Field(None, description="The first period without them.")

    @model_validator(mode="after")
    def _one(self) -> Withdraw:
        if (self.nation is None) == (self.contingent is None):
            raise PydanticCustomError("withdraw", "a withdrawal names a nation or a contingent")
        if self.units is not None and (self.by is not None or self.contingent is None):
            raise PydanticCustomError("withdraw", "units of a withdrawal go with a contingent and without by")
        return self


class Scenario(Sourced):
    """Edits in the order set, scale, remove, add, conditions, withdraw."""

    forcegen: Literal[1]
    scenario: Id
    name: str | None = None
    asks: str | None = Field(None, description="The question that the scenario puts.")
    announced: Period | None = Field(None, description="When it becomes known; absent: before anything is decided.")
    set: tuple[SetField, ...] = ()
    scale: tuple[ScaleField, ...] = ()
    remove: tuple[Remove, ...] = ()
    add: tuple[Add, ...] = ()
    conditions: dict[Id, Condition | bool] = Field(default_factory=dict)
    withdraw: tuple[Withdraw, ...] = ()


def scaled(value: Any, factor: Decimal, *, whole: bool) -> Any:
    """Return a number, or every number of a mapping, times a factor, to three places or to whole numbers.

    Raises
    ------
    TypeError
        If there is something else than numbers.
    """
    if isinstance(value, dict):
        return {key: scaled(item, factor, whole=whole) for key, item in value.items()}
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError
    product = value * factor
    return round(product) if whole else product.quantize(Decimal("0.001")).normalize()
