"""All tours that the rules allow, implied: a byte a tour, for theatres with millions of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forcegen.tours.allowed import Bans, demanded, starts_of, willing
from forcegen.tours.tours import Bools, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.domain.contingent import Contingent
    from forcegen.domain.instance import Instance

Ints = NDArray[np.int64]

# How a tour counts in something: in each of its periods; there, but in handover in part; in its first period; in that
# and in the first period after its last.
STEADY, EFFECTIVE, START, MOVES = range(4)


@dataclass(frozen=True, eq=False)
class Implied:
    """Allowed tours as starts of services.

    A station is a contingent in a sector and role; a service is a station with a length of tours. Both are ordered by
    contingent, services also by station.

    Parameters
    ----------
    contingent, sector, role : int64[stations]
        Positions in the instance's lists.
    service_of : int64[stations + 1]
        Station p has the services `service_of[p]` to `service_of[p + 1] - 1`.
    length, cycle : int64[services]
        Periods of a tour, and those until its unit may start again, dwell included.
    starts : bool[services, periods]
        Where a tour may begin.
    station_of : int64[contingents + 1]
        As `service_of`.
    """

    contingent: Ints
    sector: Ints
    role: Ints
    service_of: Ints
    length: Ints
    cycle: Ints
    starts: Bools
    station_of: Ints

    def __len__(self) -> int:
        """Return the number of tours."""
        return int(np.count_nonzero(self.starts))

    @property
    def periods(self) -> int:
        """Periods of the horizon."""
        return int(self.starts.shape[1])

    @property
    def station(self) -> Ints:
        """The station of each service, int64[services]."""
        return np.repeat(np.arange(len(self.contingent)), np.diff(self.service_of))


def implied_tours(instance: Instance) -> Implied:
    """Return every tour that contingents, rules, conditions and requirements allow, in a byte each."""
    periods, bans, wanted = instance.horizon.periods, Bans(instance), demanded(instance)
    asked = wanted.any(axis=2)
    stations: list[Ints] = []
    services: list[Ints] = []
    starts: list[Bools] = []
    first = 0
    for k, contingent in enumerate(instance.contingents):
        if not contingent.pool:
            continue
        roles = np.array([role.id in contingent.fills for role in instance.roles], dtype=bool)
        sector, role = np.nonzero(asked & roles)
        if not len(sector):
            continue
        free = bans.permitted(contingent.id)[sector, role] & willing(contingent, instance)
        found = list(_services(contingent, instance, free, wanted[sector, role]))
        served = np.unique(np.concatenate([np.flatnonzero(able.any(axis=1)) for _, able in found] or [sector[:0]]))
        for i in served:
            for length, able in found:
                if able[i].any():
                    services.append(np.array([first, length, length + contingent.dwell_after(length)]))
                    starts.append(able[i])
            stations.append(np.array([k, sector[i], role[i]]))
            first += 1
    table = np.array(stations, dtype=np.int64).reshape(-1, 3).T
    served = np.array(services, dtype=np.int64).reshape(-1, 3).T
    return Implied(
        contingent=table[0],
        sector=table[1],
        role=table[2],
        service_of=np.searchsorted(served[0], np.arange(first + 1)).astype(np.int64),
        length=served[1],
        cycle=served[2],
        starts=np.array(starts, dtype=bool).reshape(-1, periods),
        station_of=np.searchsorted(table[0], np.arange(len(instance.contingents) + 1)).astype(np.int64),
    )


def _services(contingent: Contingent, instance: Instance, free: Bools, wanted: Bools) -> Iterator[tuple[int, Bools]]:
    """Yield each length with bool[places, periods]: where a tour of that length may begin."""
    periods = instance.horizon.periods
    for length in contingent.tour_lengths:
        starts = starts_of(contingent, length, instance)
        ends = np.minimum(starts + length, periods)
        able = np.zeros((len(free), periods), dtype=bool)
        able[:, starts] = (counted(~free, starts, ends) == 0) & (counted(wanted, starts, ends) > 0)
        yield length, able
