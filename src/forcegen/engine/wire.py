"""What parent and engine send each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from forcegen.mip import MipModel
from forcegen.tours.tours import Tours

if TYPE_CHECKING:
    from forcegen.workers import Body

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_TOURS = ("contingent", "sector", "role", "start", "length")
_LEADING = ("sector", "nation", "lead", "hold", "needed", "must", "led")


@dataclass(frozen=True, eq=False)
class Crew:
    """Who serves: the tours as columns, the units that take them.

    Parameters
    ----------
    tours
        Columns 0, 1, ... of the model.
    again : int64[tours]
        The first period in which a unit that took the tour may start another.
    contingent, free : int64[units]
        Each unit's contingent and first free period.
    size, nation : int64[contingents]
        People a unit, and position of the nation.
    periods
        Of the horizon.
    """

    tours: Tours
    again: Ints
    contingent: Ints
    free: Ints
    size: Ints
    nation: Ints
    periods: int


@dataclass(frozen=True, eq=False)
class Leading:
    """Who may lead: a pair of nation and sector has a column for each period, and may have one for having led last.

    Parameters
    ----------
    sector, nation : int64[pairs]
        Pairs of one sector are consecutive.
    lead, hold : int64[pairs, periods]
        Columns, counted from the first after the tours; -1 where the nation may not, or there is none.
    needed : int64[pairs, periods]
        How many periods a lead that begins there lasts at least.
    must, led : bool[pairs, periods]
        Where a nation leads whatever is decided, and where one leads to begin with.
    """

    sector: Ints
    nation: Ints
    lead: Ints
    hold: Ints
    needed: Ints
    must: Bools
    led: Bools

    @property
    def columns(self) -> int:
        """How many columns of the model they take."""
        return self.lead.size * (1 + int((self.hold >= 0).any()))


def pack(
    model: MipModel,
    worth: NDArray[np.float64],
    crew: Crew,
    *,
    period: Ints,
    defined: Ints,
    ignored: NDArray[np.bool_],
    deadline: float,
    threads: int,
    seed: int,
    start: Ints | None = None,
    work: int | None = None,
    leading: Leading | None = None,
) -> Body:
    """Make the payload; parameters as in `task` and `search`, `deadline` as `time.monotonic` gives it.

    `leading` tells which columns after the tours say who leads. With `work`, the search is over after so many moves on
    one thread, and follows these, not the clock.
    """
    payload: Body = {
        "lower": model.lower,
        "upper": model.upper,
        "integer": model.integer,
        "data": model.matrix.data,
        "indices": model.matrix.indices,
        "indptr": model.matrix.indptr,
        "row_lower": model.row_lower,
        "row_upper": model.row_upper,
        "worth": worth,
        **{f"tour_{name}": getattr(crew.tours, name) for name in _TOURS},
        "again": crew.again,
        "unit_contingent": crew.contingent,
        "unit_free": crew.free,
        "size": crew.size,
        "nation": crew.nation,
        "periods": crew.periods,
        "period": period,
        "defined": defined,
        "ignored": ignored,
        "deadline": deadline,
        "threads": threads,
        "seed": seed,
    }
    given = {"start": start, "work": work}
    if leading is not None:
        payload |= {f"lead_{name}": getattr(leading, name) for name in _LEADING}
    return payload | {name: value for name, value in given.items() if value is not None}


def unpack(payload: Body) -> tuple[MipModel, Crew, Leading | None]:
    """Turn a payload's model, crew and columns of leads back."""
    rows, columns = len(payload["row_lower"]), len(payload["worth"])
    model = MipModel(
        objective=np.zeros(columns, dtype=np.int64),
        offset=0,
        lower=payload["lower"],
        upper=payload["upper"],
        integer=payload["integer"],
        matrix=sp.csr_array((payload["data"], payload["indices"], payload["indptr"]), shape=(rows, columns)),
        row_lower=payload["row_lower"],
        row_upper=payload["row_upper"],
    )
    crew = Crew(
        Tours(*(payload[f"tour_{name}"] for name in _TOURS)),
        payload["again"],
        payload["unit_contingent"],
        payload["unit_free"],
        payload["size"],
        payload["nation"],
        payload["periods"],
    )
    leading = Leading(*(payload[f"lead_{name}"] for name in _LEADING)) if "lead_sector" in payload else None
    return model, crew, leading
