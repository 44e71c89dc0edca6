"""Search and prove on the smallest theatre there is, so that what is compiled of both is there."""

from __future__ import annotations

import numpy as np

from forcegen.engine.implied import search as implied
from forcegen.engine.implied.approach import approach
from forcegen.engine.implied.dual import Aim, Dual
from forcegen.engine.implied.theatre import Theatre
from forcegen.mip import INF


def load() -> None:
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
