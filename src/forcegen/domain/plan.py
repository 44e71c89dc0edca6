"""The plan: tours, leads, and nothing else; everything reported is derived from instance and plan."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from forcegen.domain.base import Document, Id
from forcegen.domain.horizon import Period
from forcegen.domain.instance import Version
from forcegen.domain.numbers import PositiveCount


class Tour(Document):
    """One unit's unbroken service in one sector and role."""

    contingent: Id
    unit: PositiveCount = Field(description="Number of the unit, from 1; those in history come first.")
    sector: Id
    role: Id
    start: Period
    periods: PositiveCount


class Lead(Document):
    """A nation that leads a sector from one period to another, both included."""

    sector: Id
    nation: Id
    from_: Period = Field(alias="from")
    until: Period


class Plan(Document):
    """Tours and leads, with a header that says what they answer."""

    forcegen: Version = 1
    instance: str | None = None
    instance_sha256: str | None = None
    scenario: tuple[str, ...] = ()
    model: str | None = None
    model_sha256: str | None = None
    solver: str | None = None
    seed: int | None = None
    status: str | None = None
    termination: str | None = None
    versions: dict[str, str] = Field(default_factory=dict)
    tours: tuple[Tour, ...] = ()
    leads: tuple[Lead, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return the plan as plain data, header first, without empty fields."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
