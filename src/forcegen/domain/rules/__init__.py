"""The rule kinds, one file each; `AnyRule` is the list of them all."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from forcegen.domain.rules.base import Rule
from forcegen.domain.rules.ceiling import Ceiling
from forcegen.domain.rules.exclude import Exclude
from forcegen.domain.rules.floor import Floor
from forcegen.domain.rules.lift import Lift
from forcegen.domain.rules.only import Only
from forcegen.domain.rules.share import Share
from forcegen.domain.rules.supply import Supply

AnyRule = Annotated[Exclude | Only | Ceiling | Floor | Share | Lift | Supply, Field(discriminator="kind")]
KINDS = ("exclude", "only", "ceiling", "floor", "share", "lift", "supply")

__all__ = ["KINDS", "AnyRule", "Ceiling", "Exclude", "Floor", "Lift", "Only", "Rule", "Share", "Supply"]
