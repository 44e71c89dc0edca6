"""One nation leads a sector."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from forcegen.domain.base import Id
from forcegen.domain.numbers import NonNegative, PositiveCount
from forcegen.domain.rules.base import Rule


class LeadNation(Rule):
    """A sector with troops has one lead nation, which supplies `share` per mille of them and stays for `term` periods.

    `roles` are not a scope here: they are the roles that only the lead may fill.
    """

    kind: Literal["lead"]
    candidates: tuple[Id, ...] | None = Field(None, description="Nations and groups. Absent: those of the scope.")
    share: Annotated[NonNegative, Field(le=1000)] = Field(
        default=0, validate_default=True, description="The least part of the sector's troops, per mille."
    )
    term: PositiveCount = Field(1, description="The least number of periods to stay.")
