"""A theatre as arrays for the compiled loops, and how it travels to a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from forcegen.workers import Body

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Theatre(NamedTuple):
    """What does not change.

    `station_of` (contingents + 1) and `service_of` (stations + 1) say which stations (places of a contingent) and
    services (stations with a length) there are; `starts` (services, periods) where a tour may begin; `cycle` when its
    unit may start again. `shared_*` are what tours count in lines wherever a contingent serves, `own_*` what else they
    count at a station; `row` (lines, periods) is the row of a line in a period, or -1; `cap` (rows) what a unit counts
    at most. `effect` (contingents, ages) are thousandths of a unit in handover, `ages` how many such periods there are.
    """

    station_of: Ints
    sector: Ints
    role: Ints
    service_of: Ints
    length: Ints
    cycle: Ints
    starts: Bools
    shared_first: Ints
    shared_line: Ints
    shared_value: Ints
    shared_kind: Ints
    own_first: Ints
    own_line: Ints
    own_value: Ints
    own_kind: Ints
    row: Ints
    cap: Ints
    effect: Ints
    ages: Ints
    least: Ints
    most: Ints
    target: Ints
    minimum: Ints
    hard: Bools
    unit_contingent: Ints
    unit_free: Ints
    size: Ints
    nation: Ints


def packed(theatre: Theatre) -> Body:
    """Return a theatre as arrays by name."""
    return {f"theatre_{name}": value for name, value in theatre._asdict().items()}


def unpacked(payload: Body) -> Theatre:
    """Return the theatre of a payload; arrays are copied, since read-only ones would be compiled for anew."""
    return Theatre(*(np.array(payload[f"theatre_{name}"]) for name in Theatre._fields))
