"""Compile the engine ahead, so that no search waits for it: ``python -m forcegen.engine.ready``."""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from forcegen.engine.search import search
from forcegen.engine.task import task
from forcegen.engine.wire import Crew
from forcegen.mip import INF, MipModel
from forcegen.tours.tours import Tours

if TYPE_CHECKING:
    from forcegen.workers import Body, Channel


def main() -> None:
    """Search the smallest tasks there are; numba keeps what it compiles beside the modules."""
    # Here: a process that loads one of the two does not wait for the other.
    from forcegen.engine.implied import ready as implied

    load()
    implied.load()


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


def enter(payload: Body, channel: Channel) -> Body:
    """Do so in a worker, which can be ended."""
    main()
    return {}


if __name__ == "__main__":
    main()
