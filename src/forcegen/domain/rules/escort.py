"""Those who serve only where others are."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from forcegen.domain.numbers import NonNegative
from forcegen.domain.rules.base import Rule, Selection


class Escort(Rule):
    """Those in scope serve in a sector only while at least `least` troops of `with` are there."""

    kind: Literal["escort"]
    with_: Annotated[Selection, Field(alias="with")]
    least: NonNegative
