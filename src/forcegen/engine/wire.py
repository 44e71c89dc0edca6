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

_TOURS = ("contingent", "sector", "role", "start", "length")


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
) -> Body:
    """Make the payload; parameters as in `task` and `search`, `deadline` as `time.monotonic` gives it.

    With `work`, the search is over after so many moves on one thread, and follows these, not the clock.
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
    return payload | {name: value for name, value in given.items() if value is not None}


def unpack(payload: Body) -> tuple[MipModel, Crew]:
    """Turn a payload's model and crew back."""
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
    return model, crew
