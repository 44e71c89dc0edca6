"""Certificates: prices on limits and requirements, and what they are said to prove."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from forcegen.domain.base import Document
from forcegen.domain.instance import Version

Decimals = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,30}(\.[0-9]{1,30})?$")]
CERTIFIED = "unmet-minimum", "unmet-target"
"""The goals whose bounds can be rechecked."""


class GoalPrices(Document):
    """What prices prove of one goal; numbers are texts, so that they stay exact."""

    name: Literal["unmet-minimum", "unmet-target"]
    bound: Decimals = Field(description="No plan that keeps `most` is worth less.")
    most: Decimals | None = Field(None, description="What unmet-minimum may be at most; absent: anything.")
    prices: dict[str, Decimals] = Field(description="By the name of the row: what one more of what it counts saves.")


class Certificate(Document):
    """The bounds of a plan that prices prove."""

    forcegen: Version = 1
    instance: str | None = None
    instance_sha256: str | None = None
    scenario: tuple[str, ...] = ()
    goals: tuple[GoalPrices, ...] = ()
