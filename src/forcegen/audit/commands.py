"""Commands: who leads a sector, from when until when; leads of one nation that follow without a gap are one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forcegen.audit.presence import unknown_of_lead
from forcegen.audit.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit.presence import Theatre
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Lead, Plan


@dataclass(frozen=True)
class Command:
    """A nation's unbroken lead of a sector, from `first` (before the horizon if history began it) to `leaves` - 1."""

    nation: str
    first: int
    leaves: int

    def inside(self, theatre: Theatre) -> range:
        """Return the periods of the horizon in which it leads."""
        return range(max(0, self.first), max(0, min(self.leaves, len(theatre.labels))))


def commands(theatre: Theatre, sector: str) -> list[Command]:
    """Return the commands of a sector in their order, that of history first; it ends at period 0 if not led on."""
    horizon = theatre.instance.horizon
    found = [
        Command(lead.nation, horizon.index(lead.since), 0) for lead in theatre.instance.leads if lead.sector == sector
    ]
    for lead in sorted(theatre.leads, key=lambda lead: horizon.index(lead.from_)):
        if lead.sector == sector:
            first, leaves = horizon.index(lead.from_), horizon.index(lead.until) + 1
            if found and found[-1].nation == lead.nation and found[-1].leaves == first:
                found[-1] = Command(lead.nation, found[-1].first, leaves)
            else:
                found.append(Command(lead.nation, first, leaves))
    return found


def check_leads(instance: Instance, plan: Plan) -> Iterator[Violation]:
    """Sectors and nations of leads exist; they lie inside the horizon, and those of one sector do not overlap."""
    for lead in plan.leads:
        for field, value in unknown_of_lead(instance, lead):
            message = f"{_title(lead)}: there is no {field} {value!r}"
            yield Violation("unknown", None, (lead.sector, lead.nation), str(lead.from_), message)
    known = [lead for lead in plan.leads if not any(unknown_of_lead(instance, lead))]
    yield from _outside(instance, known)
    yield from _overlapping(instance, known)


def _outside(instance: Instance, leads: list[Lead]) -> Iterator[Violation]:
    horizon = instance.horizon
    for lead in leads:
        first, last = horizon.index(lead.from_), horizon.index(lead.until)
        if not 0 <= first <= last < horizon.periods:
            message = f"{_title(lead)} until {lead.until}: it is not inside the horizon"
            yield Violation("lead-window", None, (lead.sector, lead.nation), str(lead.from_), message)


def _overlapping(instance: Instance, leads: list[Lead]) -> Iterator[Violation]:
    until: dict[str, Lead] = {}
    for lead in sorted(leads, key=lambda lead: instance.horizon.index(lead.from_)):
        former = until.get(lead.sector)
        if former is not None and instance.horizon.index(former.until) >= instance.horizon.index(lead.from_):
            message = f"{_title(lead)}: {former.nation} leads it until {former.until}"
            yield Violation("lead-overlap", None, (lead.sector, lead.nation), str(lead.from_), message)
        if former is None or instance.horizon.index(former.until) < instance.horizon.index(lead.until):
            until[lead.sector] = lead


def _title(lead: Lead) -> str:
    return f"lead of {lead.sector} by {lead.nation} from {lead.from_}"
