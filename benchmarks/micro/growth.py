"""How the work on huge theatres grows with their tours: `python -m benchmarks.micro.growth [MOST]`.

Nanoseconds of processor time of one thread, so that what else runs matters little: the build, the answers of all pools
at given prices and the audit's check of what these prices prove, each a tour; the first filling of an empty theatre and
the moves of the search (a ruin and recreate of up to six units), each a tour that is looked at, since a unit's best
timetable looks at all tours of its contingent. Theatres of more than MOST tours are left out.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
from rich.console import Console
from rich.table import Table

from forcegen.audit.certificate import Book, proven
from forcegen.bench.dials import FAMILIES
from forcegen.bench.theatre import draw
from forcegen.domain.instance import Instance
from forcegen.engine.implied.dual import Aim, Dual
from forcegen.engine.implied.search import Prices, Search
from forcegen.formulation.lines import lines_of, target_of
from forcegen.planning.implied import theatre_of
from forcegen.planning.priced_lines import PricedLines

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.engine.state import Floats
    from forcegen.formulation.lines import Lines, Target

T = TypeVar("T")
GOAL: Final = "unmet-target"
SIZES: Final[dict[int, tuple[str, dict[str, int]]]] = {
    75_000: ("large", {}),
    560_000: ("huge", {"periods": 24}),
    1_400_000: ("huge", {}),
    6_000_000: ("huge", {"periods": 260}),
    11_200_000: ("huge", {"periods": 260, "sectors": 60, "contingents": 833}),
}
"""Family and dials, by tours."""
_TIMES, _CALLS = 5, 20
# Moves of a call, and units that a move puts back: one to six.
_MOVES, _UNITS = 50, 3.5
_LOOSE, _STRICT, _COLD = 0.5, 50.0, 3e-3


@dataclass(frozen=True)
class Growth:
    """A theatre's size, and nanoseconds of one core: a tour, or (`fill`, `move`) a tour that is looked at."""

    tours: int
    units: int
    rows: int
    build: float
    price: float
    fill: float
    move: float
    check: float
    whole_move: float


def growth(instance: Instance) -> Growth:
    """Return what the work on a theatre takes; its rules must be such that no matrix is needed."""
    built, lines = _timed(lambda: lines_of(instance))
    assert lines is not None
    target = target_of({GOAL: 1}, lines)
    assert target is not None
    tours, units = len(lines.implied), sum(k.pool for k in instance.contingents)
    dual, price = _priced(lines, target)
    one = np.ones(1)
    pricing = median(_timed(lambda: dual.evaluate(price, one))[0] for _ in range(_TIMES))
    filled, moved = _searched(lines, target, dual)
    looked = _looked(lines)
    return Growth(
        tours,
        units,
        len(lines.least),
        built / tours,
        pricing / tours,
        filled / looked / units,
        moved / looked / _UNITS,
        _checked(instance, lines, target, dual.proof(0, price, one).price, dual.unit) / tours,
        moved,
    )


def _priced(lines: Lines, target: Target) -> tuple[Dual, Floats]:
    """Return what bounds come from, and drawn prices."""
    parts = (getattr(target, name)[None] for name in ("below_minimum", "below_target", "service"))
    dual, random = Dual(theatre_of(lines), Aim(*parts, (target.constant,), (0,))), np.random.default_rng(0)
    limits = random.uniform(0, 0.01, len(dual.norm)) * dual.typical_worth / dual.norm
    return dual, dual.signed(np.where(dual.covers, dual.start() * random.uniform(0, 1, len(dual.norm)), -limits))


def _searched(lines: Lines, target: Target, dual: Dual) -> tuple[float, float]:
    """Return nanoseconds of filling an empty theatre, and of a move in the plan that follows from it."""
    parts = (getattr(target, name).astype(float) for name in ("below_minimum", "below_target", "service"))
    search = Search(theatre_of(lines), Prices(*parts), dual.norm, seed=0)
    search.price(_LOOSE, _STRICT)
    filled, _ = _timed(lambda: search.fill(search.by_size(), lambda: False))
    search.price(_STRICT, _STRICT)
    search.thin()
    search.fill(search.by_size(), lambda: False)
    search.keep()
    return filled, median(_timed(lambda: search.run(_COLD))[0] for _ in range(_CALLS)) / _MOVES


def _looked(lines: Lines) -> float:
    """Return the tours of a unit's contingent, on average."""
    implied, pools = lines.implied, np.array([k.pool for k in lines.frame.instance.contingents])
    tours = np.bincount(implied.contingent[implied.station], implied.starts.sum(axis=1), len(pools))
    return float(tours @ pools / pools.sum())


def _checked(instance: Instance, lines: Lines, target: Target, price: np.ndarray, unit: int) -> float:
    """Return nanoseconds of the audit's check."""
    prices = PricedLines(GOAL, lines, price, unit, target.scale).prices(Book(instance))
    return _timed(lambda: proven(Book(instance), GOAL, prices))[0]


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    begun = time.thread_time_ns()
    made = work()
    return time.thread_time_ns() - begun, made


def main() -> None:
    """Print a line for each theatre."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else max(SIZES)
    growth(Instance.model_validate(draw(FAMILIES["tiny"], 0, "loads what is compiled").document))
    table = Table("tours", "units", "rows", "build", "price", "check", "fill", "move", "a move, ms")
    for size, (family, dials) in SIZES.items():
        if size <= most:
            found = growth(Instance.model_validate(draw(FAMILIES[family].but(**dials), 0, family).document))
            counts = (f"{n:,}" for n in (found.tours, found.units, found.rows))
            each = (f"{x:,.0f}" for x in (found.build, found.price, found.check, found.fill, found.move))
            table.add_row(*counts, *each, f"{found.whole_move / 1e6:.2f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
