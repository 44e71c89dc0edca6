"""The rule kinds, one file each; `AnyRule` is the list of them all."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from forcegen.domain.rules.apart import Apart
from forcegen.domain.rules.bar import Bar
from forcegen.domain.rules.base import Rule, Selection
from forcegen.domain.rules.ceiling import Ceiling
from forcegen.domain.rules.either import Either
from forcegen.domain.rules.escort import Escort
from forcegen.domain.rules.exclude import Exclude
from forcegen.domain.rules.floor import Floor
from forcegen.domain.rules.lead import LeadNation
from forcegen.domain.rules.lift import Lift
from forcegen.domain.rules.nations import Nations
from forcegen.domain.rules.only import Only
from forcegen.domain.rules.pin import Pin
from forcegen.domain.rules.presence import MinimumPresence
from forcegen.domain.rules.ratio import Ratio
from forcegen.domain.rules.share import Share
from forcegen.domain.rules.standby import Standby
from forcegen.domain.rules.supply import Supply

AnyRule = Annotated[
    Exclude
    | Only
    | Ceiling
    | Floor
    | Share
    | LeadNation
    | Nations
    | MinimumPresence
    | Apart
    | Escort
    | Ratio
    | Either
    | Lift
    | Supply
    | Standby
    | Pin
    | Bar,
    Field(discriminator="kind"),
]
KINDS = (
    "exclude",
    "only",
    "ceiling",
    "floor",
    "share",
    "lead",
    "nations",
    "presence",
    "apart",
    "escort",
    "ratio",
    "either",
    "lift",
    "supply",
    "standby",
    "pin",
    "bar",
)

__all__ = [
    "KINDS",
    "AnyRule",
    "Apart",
    "Bar",
    "Ceiling",
    "Either",
    "Escort",
    "Exclude",
    "Floor",
    "LeadNation",
    "Lift",
    "MinimumPresence",
    "Nations",
    "Only",
    "Pin",
    "Ratio",
    "Rule",
    "Selection",
    "Share",
    "Standby",
    "Supply",
]
