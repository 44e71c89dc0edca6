"""Conditions: named statements that may come true, and the windows they open."""

from __future__ import annotations

from typing import Annotated, Any, Protocol

from pydantic import Discriminator, Field, Tag

from forcegen.domain.base import Document, Id, Sourced
from forcegen.domain.horizon import Horizon, Period
from forcegen.domain.numbers import Flag, NonNegative


class Span(Document):
    """From one period to another, both included; open where absent."""

    from_: Period | None = Field(None, alias="from")
    until: Period | None = None


def _shape(value: Any) -> str:
    return "window" if isinstance(value, dict | Span) else "flag"


class Condition(Sourced):
    """A named statement that holds, does not, or holds for a while."""

    holds: Annotated[Annotated[Flag, Tag("flag")] | Annotated[Span, Tag("window")], Discriminator(_shape)]
    probability: Annotated[NonNegative, Field(le=1)] | None = None
    name: str | None = None

    def periods(self, horizon: Horizon) -> tuple[bool, ...]:
        """Return for each period whether the condition holds."""
        if isinstance(self.holds, bool):
            return (self.holds,) * horizon.periods
        return horizon.window(self.holds.from_, self.holds.until)


class Conditional(Sourced):
    """Something that counts only while some conditions hold and others do not."""

    if_: tuple[Id, ...] = Field((), alias="if", description="All of these conditions must hold.")
    unless: tuple[Id, ...] = Field((), description="None of these conditions may hold.")


class Hanging(Protocol):
    """What hangs on conditions."""

    @property
    def if_(self) -> tuple[str, ...]:
        """All of these hold."""

    @property
    def unless(self) -> tuple[str, ...]:
        """None of these holds."""


def holding(thing: Hanging, conditions: dict[str, Condition], horizon: Horizon) -> tuple[bool, ...]:
    """Return for each period whether all of `if` hold and none of `unless` does."""
    if not thing.if_ and not thing.unless:
        return (True,) * horizon.periods
    needed = [conditions[name].periods(horizon) for name in thing.if_]
    barred = [conditions[name].periods(horizon) for name in thing.unless]
    return tuple(
        all(periods[t] for periods in needed) and not any(periods[t] for periods in barred)
        for t in range(horizon.periods)
    )
