"""Where contingents serve and at what: sectors and roles."""

from __future__ import annotations

from pydantic import Field

from forcegen.domain.base import Id, Sourced
from forcegen.domain.numbers import Flag, NonNegative, Number, Positive
from forcegen.domain.values import StepValue

RESERVE = "reserve"


class Role(Sourced):
    """A kind of work, and how it is measured."""

    id: Id
    name: str | None = None
    measure: str = Field("troops", min_length=1, description="What is counted: troops, teams, beds, ...")
    worth: Positive = Field(default=1, validate_default=True, description="Troops that one of the measure stands for.")
    frees: NonNegative = Field(
        default=0, validate_default=True, description="Posts of the host's army that one troop here frees."
    )


class Sector(Sourced):
    """A place with beds and supply."""

    id: Id
    name: str | None = None
    zone: Id | None = Field(None, description="The kind of sector: line, rear, ...")
    km: NonNegative | None = Field(None, description="Length of line or border, for densities.")
    beds: StepValue | None = Field(None, description="Places for people; no limit unless given.")
    supply: StepValue | None = Field(None, description="Tonnes a day; no limit unless given.")
    at: tuple[Number, Number] | None = Field(None, description="Longitude and latitude, degrees.")
    next: tuple[Id, ...] = Field((), description="Neighbouring sectors.")
    abroad: Flag = Field(False, description="Outside the country where the force serves.")
