"""What is asked for: a minimum and a target in some sectors and roles over a window."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from pydantic import Field

from forcegen.domain.base import Document, Id
from forcegen.domain.condition import Conditional
from forcegen.domain.horizon import Horizon, Period
from forcegen.domain.numbers import Flag, NonNegative
from forcegen.domain.place import RESERVE
from forcegen.domain.values import Amount, PerKm, Steps, over_time


class Destination(Document):
    """The place and role that a reserve is held for."""

    sector: Id
    role: Id


class Requirement(Conditional):
    """So much of a role, somewhere, for a while."""

    id: Id
    name: str | None = None
    sectors: tuple[Id, ...] | None = Field(None, description="Absent: all.")
    roles: tuple[Id, ...] | None = Field(None, description="Absent: all but reserve.")
    as_: Destination | None = Field(None, alias="as", description="Counts only those who could be sent there.")
    from_: Period | None = Field(None, alias="from")
    until: Period | None = None
    minimum: Amount | None = None
    target: Amount | None = None
    priority: NonNegative = Field(default=1, validate_default=True)
    hard: Flag = Field(False, description="The minimum must be met.")

    @property
    def single_role(self) -> str | None:
        """The role whose measure this requirement uses; None: troops."""
        if self.as_ is not None:
            return self.as_.role
        return self.roles[0] if self.roles is not None and len(self.roles) == 1 else None

    def matches(self, sector: str, role: str) -> bool:
        """Return whether service in this sector and role can count."""
        return self.asks_of(role) and self.asks_in(sector)

    def asks_of(self, role: str) -> bool:
        """Return whether service in this role can count, where it is in the right sector."""
        return role != RESERVE if self.roles is None else role in self.roles

    def asks_in(self, sector: str) -> bool:
        """Return whether service in this sector can count, where it is in the right role."""
        return self.sectors is None or sector in self.sectors

    def minimums(self, horizon: Horizon, km: Decimal) -> tuple[Decimal, ...]:
        """Return the minimum for each period; `km` is the length of its sectors."""
        return _amounts(self.minimum, horizon, km)

    def targets(self, horizon: Horizon, km: Decimal) -> tuple[Decimal, ...]:
        """Return the target for each period: the minimum where none is given."""
        return _amounts(self.minimum if self.target is None else self.target, horizon, km)


def _amounts(amount: Decimal | Steps | PerKm | None, horizon: Horizon, km: Decimal) -> tuple[Decimal, ...]:
    if amount is None:
        return (Decimal(0),) * horizon.periods
    if isinstance(amount, PerKm):
        return tuple(
            (density * km).quantize(Decimal("0.001"), ROUND_CEILING) for density in over_time(amount.per_km, horizon)
        )
    return over_time(amount, horizon)
