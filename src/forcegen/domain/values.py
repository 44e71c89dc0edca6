"""Numbers that vary: over time (step values) or from place to place."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from forcegen.domain.base import Document, Id
from forcegen.domain.horizon import Horizon, Period
from forcegen.domain.numbers import NonNegative

Steps = dict[Period, NonNegative]


def _shape(value: Any) -> str:
    if isinstance(value, PerKm) or (isinstance(value, dict) and "per_km" in value):
        return "per_km"
    return "by key" if isinstance(value, dict) else "number"


class PerKm(Document):
    """A density: so much for each kilometre of the requirement's sectors."""

    per_km: Annotated[
        Annotated[NonNegative, Tag("number")] | Annotated[Steps, Tag("by key"), Field(min_length=1)],
        Discriminator(_shape),
    ]


StepValue = Annotated[
    Annotated[NonNegative, Tag("number")] | Annotated[Steps, Tag("by key"), Field(min_length=1)],
    Discriminator(_shape),
]
Amount = Annotated[
    Annotated[NonNegative, Tag("number")]
    | Annotated[Steps, Tag("by key"), Field(min_length=1)]
    | Annotated[PerKm, Tag("per_km")],
    Discriminator(_shape),
]
ByPlace = Annotated[
    Annotated[NonNegative, Tag("number")] | Annotated[dict[Id, NonNegative], Tag("by key")],
    Discriminator(_shape),
]


def over_time(value: Decimal | Steps, horizon: Horizon) -> tuple[Decimal, ...]:
    """Return a step value for each period of the horizon; 0 before its first step."""
    if isinstance(value, Decimal):
        return (value,) * horizon.periods
    steps = sorted((horizon.index(period), number) for period, number in value.items())
    result, current, upcoming = [], Decimal(0), 0
    for t in range(horizon.periods):
        while upcoming < len(steps) and steps[upcoming][0] <= t:
            current = steps[upcoming][1]
            upcoming += 1
        result.append(current)
    return tuple(result)


def at_place(value: Decimal | dict[str, Decimal], sector: str, zone: str | None, otherwise: Decimal) -> Decimal:
    """Return a number by sector or zone at one place: the sector's entry, else its zone's, else `otherwise`."""
    if isinstance(value, Decimal):
        return value
    if sector in value:
        return value[sector]
    return value.get(zone, otherwise) if zone is not None else otherwise
