"""Compile the engine ahead, so that no search waits for it: ``python -m forcegen.engine.ready``."""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from forcegen.engine.implied import search as implied
from forcegen.engine.implied.approach import approach
from forcegen.engine.implied.dual import Aim, Dual
from forcegen.engine.implied.theatre import Theatre
from forcegen.engine.search import search
from forcegen.engine.task import task
from forcegen.engine.wire import Crew
from forcegen.mip import INF, MipModel
from forcegen.tours.tours import Tours

if TYPE_CHECKING:
    from forcegen.workers import Body, Channel


def main() -> None:
    """Search the smallest tasks there are; numba keeps what it compiles beside the modules."""
    load()
    _implied()


def load() -> None:
    """Search the smallest task there is with its matrix written down."""
    one, zero = np.ones(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    model = MipModel(
        objective=np.zeros(2, dtype=np.int64),
        offset=0,
        lower=np.zeros(2, dtype=np.int64),
        upper=np.ones(2, dtype=np.int64),
        integer=np.array([True, False]),
        matrix=sp.csr_array(np.ones((1, 2), dtype=np.int64)),
        row_lower=one,
        row_upper=np.array([INF]),
    )
    crew = Crew(Tours(zero, zero, zero, zero, one), one, zero, zero, one, zero, 1)
    what = task(model, np.array([0.0, 1.0]), crew, zero, np.zeros(0, dtype=np.int64), np.zeros(1, dtype=bool))
    assert what is not None
    steps = chain([0.0], repeat(1.0))  # asked once for each of the search's rounds
    search(what, seed=0, threads=1, progress=lambda: next(steps), better=lambda taken: None)


def _implied() -> None:
    """Search and prove on one unit that may serve in one period."""
    one, zero, none = np.ones(1, dtype=np.int64), np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64)
    whole, empty = np.array([0, 1]), np.zeros(2, dtype=np.int64)
    theatre = Theatre(
        station_of=whole,
        sector=zero,
        role=zero,
        service_of=whole,
        length=one,
        cycle=one,
        starts=np.ones((1, 1), dtype=bool),
        shared_first=empty,
        shared_line=none,
        shared_value=none,
        shared_kind=none,
        own_first=whole,
        own_line=zero,
        own_value=one,
        own_kind=zero,
        row=np.zeros((1, 1), dtype=np.int64),
        cap=one,
        effect=np.zeros((1, 0), dtype=np.int64),
        ages=zero,
        least=one,
        most=np.array([INF]),
        target=one,
        minimum=zero,
        hard=np.zeros(1, dtype=bool),
        unit_contingent=zero,
        unit_free=zero,
        size=one,
        nation=zero,
    )
    dual = Dual(theatre, Aim(zero[None], one[None], zero[None], (0,), (0,)))
    looks = iter((False, False, False, False, True))
    approach(dual, np.ones(1), lambda bound, price: None, lambda: next(looks))
    dual.evaluate(dual.start(), np.ones(1))
    dual.lead(dual.proof(0, dual.start(), np.ones(1)), 1.0, 1.0, guide := np.zeros((1, 1), dtype=np.float32))
    steps = iter(np.linspace(0, 1, 8).tolist())
    found = implied.Search(theatre, implied.Prices(np.zeros(1), np.ones(1), np.zeros(1)), dual.norm, 0, guide)
    implied.search(found, lambda: next(steps, 1.0), lambda _: None, None)
    found.serve(found.found())
    found.thin()


def enter(payload: Body, channel: Channel) -> Body:
    """Do so in a worker, which can be ended."""
    main()
    return {}


if __name__ == "__main__":
    main()
