"""What nations offer: contingents, their tours and dwell, and units that are away when the horizon starts."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from forcegen.domain.base import Document, Id, Sourced
from forcegen.domain.condition import Conditional
from forcegen.domain.horizon import Horizon, Period
from forcegen.domain.numbers import Count, NonNegative, Positive, PositiveCount
from forcegen.domain.place import Sector
from forcegen.domain.values import ByPlace, at_place


class TourRange(Document):
    """The shortest and the longest tour, in periods."""

    min: PositiveCount
    max: PositiveCount


class DwellRatio(Document):
    """Dwell as a multiple of the tour just served, rounded up."""

    ratio: NonNegative


def _shape(value: Any) -> str:
    return "fields" if isinstance(value, dict | TourRange | DwellRatio) else "periods"


class Contingent(Conditional):
    """Identical units of one nation and kind."""

    id: Id
    nation: Id
    name: str | None = None
    kind: str | None = Field(None, description="battlegroup, repair company, field hospital, ...")
    units: Count | None = Field(None, description="The whole pool, those at home included.")
    present: Count | None = Field(None, description="Units kept up in theatre; the pool is derived from it.")
    strength: Positive = Field(description="People in one unit.")
    fills: dict[Id, NonNegative] = Field(description="What one unit counts for, by role, in the role's measure.")
    tour: Annotated[
        Annotated[PositiveCount, Tag("periods")] | Annotated[TourRange, Tag("fields")], Discriminator(_shape)
    ] = Field(description="Periods that a unit serves without a break; or the shortest and the longest.")
    dwell: Annotated[Annotated[Count, Tag("periods")] | Annotated[DwellRatio, Tag("fields")], Discriminator(_shape)] = (
        Field(description="Periods at home after a tour; or a ratio: so many times the tour just served.")
    )
    handover: NonNegative = Field(
        default=0, validate_default=True, description="First periods of a tour, which occupy beds but do not fill yet."
    )
    notice: Count = Field(0, description="Periods from the decision to the first start.")
    ready: Period | None = Field(None, description="The first period in which a tour may start.")
    until: Period | None = Field(None, description="The last period in theatre.")
    supply: NonNegative = Field(default=0, validate_default=True, description="Tonnes a day that one unit needs.")
    cost: ByPlace = Field(default=0, validate_default=True, description="Cost of a unit and period; by sector or zone.")
    beds: ByPlace | None = Field(None, description="Places that a unit takes, its strength unless given.")

    @property
    def tour_lengths(self) -> range:
        """All tour lengths, in periods."""
        if isinstance(self.tour, TourRange):
            return range(self.tour.min, self.tour.max + 1)
        return range(self.tour, self.tour + 1)

    def dwell_after(self, served: int) -> int:
        """Return the periods at home owed after a tour of `served` periods."""
        return ceil(self.dwell.ratio * served) if isinstance(self.dwell, DwellRatio) else self.dwell

    @property
    def pool(self) -> int:
        """All units; derived from `present` where that is what was offered."""
        if self.units is not None:
            return self.units
        longest = self.tour_lengths[-1]
        cycle = longest + self.dwell_after(longest)
        return ceil(Fraction((self.present or 0) * cycle) / (longest - Fraction(self.handover)))

    def beds_at(self, sector: Sector) -> Decimal:
        """Return the places that one unit takes in a sector."""
        return self.strength if self.beds is None else at_place(self.beds, sector.id, sector.zone, self.strength)

    def cost_at(self, sector: Sector) -> Decimal:
        """Return what one unit costs in a sector, a period."""
        return at_place(self.cost, sector.id, sector.zone, Decimal(0))


class History(Sourced):
    """Units that came home recently or are still on tour when the horizon starts."""

    contingent: Id
    units: PositiveCount
    returned: Period | None = Field(None, description="The first period at home.")
    sector: Id | None = None
    role: Id | None = None
    since: Period | None = Field(None, description="The first period of the tour.")
    ends: Period | None = Field(None, description="The last period of a tour that still runs.")

    @property
    def running(self) -> bool:
        """Whether the tour still runs when the horizon starts."""
        return self.ends is not None


def free_again(row: History, contingent: Contingent, horizon: Horizon) -> int:
    """Return the first period in which units of history may start again, their dwell served."""
    if row.returned is not None:
        home = horizon.index(row.returned)
        served = contingent.tour_lengths[-1] if row.since is None else home - horizon.index(row.since)
    else:
        home = horizon.index(row.ends or horizon.start) + 1
        served = home - horizon.index(row.since or horizon.start)
    return home + contingent.dwell_after(served)


class Leading(Sourced):
    """A nation that leads a sector when the horizon starts."""

    sector: Id
    nation: Id
    since: Period = Field(description="The first period of its command, before the horizon.")
