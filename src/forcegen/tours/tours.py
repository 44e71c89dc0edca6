"""All tours that the rules allow, as parallel integer arrays, and their expansion into periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forcegen.tours.allowed import Bans, Bools, demanded, first_start, willing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.domain.contingent import Contingent
    from forcegen.domain.instance import Instance

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Tours:
    """Tours as arrays; `contingent`, `sector` and `role` are positions in the instance's lists.

    Parameters
    ----------
    contingent, sector, role, start, length : int64[n]
        One entry a tour; `length` is in periods.
    """

    contingent: Ints
    sector: Ints
    role: Ints
    start: Ints
    length: Ints

    def __len__(self) -> int:
        """Return the number of tours."""
        return len(self.start)

    @property
    def fields(self) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        """All five arrays, in their order."""
        return self.contingent, self.sector, self.role, self.start, self.length

    def take(self, which: Ints) -> Tours:
        """Return the tours at these positions, int64[m]."""
        return Tours(*(field[which] for field in self.fields))


@dataclass(frozen=True, eq=False)
class Presence:
    """Tours unfolded: one entry for each period of the horizon in which a tour is present.

    Parameters
    ----------
    tour, period, age : int64[m]
        Position of the tour; the period; which period of the tour it is, from 0.
    """

    tour: Ints
    period: Ints
    age: Ints


def allowed_tours(instance: Instance) -> Tours:
    """Return every tour that contingents, rules, conditions and requirements allow.

    Ordered by contingent, length, sector, role and start.
    """
    bans, wanted = Bans(instance), demanded(instance)
    blocks: list[Ints] = []
    for k, contingent in enumerate(instance.contingents):
        if contingent.pool:
            roles = np.array([role.id in contingent.fills for role in instance.roles], dtype=bool)
            free = bans.permitted(contingent.id) & willing(contingent, instance) & roles[:, None]
            blocks += _tours_of(k, contingent, instance, free, wanted)
    table = np.concatenate(blocks, axis=1) if blocks else np.zeros((5, 0), dtype=np.int64)
    return Tours(*table)


def running_tours(instance: Instance) -> tuple[Tours, Ints]:
    """Return the tours of history that still run, their starts before period 0, and the number of units in each."""
    index = {
        name: {item.id: i for i, item in enumerate(getattr(instance, name))}
        for name in ("contingents", "sectors", "roles")
    }
    rows = [
        (
            index["contingents"][row.contingent],
            index["sectors"][row.sector or ""],
            index["roles"][row.role or ""],
            since := instance.horizon.index(row.since or instance.horizon.start),
            instance.horizon.index(row.ends) - since + 1,
            row.units,
        )
        for row in instance.history
        if row.ends is not None
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 6).T
    return Tours(*table[:5]), table[5]


def presence(tours: Tours, periods: int) -> Presence:
    """Return the periods of the horizon in which each tour is present."""
    tour, period = unfolded(tours.start, tours.start + tours.length)
    age = period - tours.start[tour]
    inside = (period >= 0) & (period < periods)
    return Presence(tour[inside], period[inside], age[inside])


def unfolded(first: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Return for each number in each range `first .. end - 1` which range it is in, and the number."""
    count = np.maximum(end - first, 0)
    which = np.repeat(np.arange(len(count)), count)
    return which, first[which] + np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)


def starts_of(contingent: Contingent, length: int, instance: Instance) -> Ints:
    """Return the periods in which dates and the horizon let a tour of this length begin, int64[starts]."""
    starts = np.arange(first_start(contingent, instance), instance.horizon.periods)
    if length > contingent.tour_lengths[0]:
        # Of the lengths that run past the horizon only the shortest exists.
        starts = starts[starts + length - 1 <= instance.horizon.periods]
    if contingent.until is not None:
        starts = starts[starts + length - 1 <= instance.horizon.index(contingent.until)]
    return starts


def fits_somewhere(contingent: Contingent, instance: Instance, free: Bools, wanted: Bools) -> bool:
    """Return whether the contingent has a tour in places and periods that are free for it and somewhere wanted.

    Parameters
    ----------
    free, wanted : bool[sectors, roles, periods]
        Where it may be, and where a requirement matches.
    """
    return any(block.shape[1] for block in _tours_of(0, contingent, instance, free, wanted))


def _tours_of(k: int, contingent: Contingent, instance: Instance, free: Bools, wanted: Bools) -> Iterator[Ints]:
    periods = instance.horizon.periods
    for length in contingent.tour_lengths:
        starts = starts_of(contingent, length, instance)
        if len(starts):
            ends = np.minimum(starts + length, periods)
            fits = counted(~free, starts, ends) == 0
            useful = counted(wanted, starts, ends) > 0
            sector, role, at = np.nonzero(fits & useful)
            yield np.stack([np.full(len(at), k), sector, role, starts[at], np.full(len(at), length)])


def together(*parts: Ints) -> Ints:
    """Return one number for the parts that stand side by side, int64[k] not below 0, in their order."""
    key = np.zeros(len(parts[0]), dtype=np.int64)
    for part in parts:
        key = key * (int(part.max(initial=0)) + 1) + part
    return key


def counted(mask: Bools, starts: Ints, ends: Ints) -> Ints:
    """Count the True periods of `mask`, bool[..., periods], in each window `starts .. ends - 1`; int64[..., starts]."""
    counts = np.zeros((*mask.shape[:-1], mask.shape[-1] + 1), dtype=np.int64)
    np.cumsum(mask, axis=-1, out=counts[..., 1:])
    return np.asarray(counts[..., ends] - counts[..., starts])
