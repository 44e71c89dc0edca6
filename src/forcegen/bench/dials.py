"""What a drawn theatre is like: dials, and the families that fix them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Literal, get_args

from forcegen.bench.gap import GAP_RANGES
from forcegen.io.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal[
    "exclude",
    "ceiling",
    "lift",
    "share",
    "presence",
    "nations",
    "apart",
    "only",
    "floor",
    "supply",
    "ratio",
    "standby",
    "escort",
    "lead",
]
Cause = Literal["beds", "politics"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Dials:
    """How a theatre is drawn. Shares are per cent.

    Parameters
    ----------
    nations, contingents, sectors, roles, periods
        How many there are of each.
    units
        Units a contingent, on average; from one to twice as many less one.
    tightness
        How much of beds and lift the plan needs from which the theatre is made: 100 leaves no room beyond it.
    exclusion
        How many of all pairs of a nation and a zone are forbidden; of one nation never all.
    dwell
        Periods at home for each on tour, in per cent: 300 is one to three.
    lumpiness
        How unlike the units' sizes are: 0 all alike, 100 from a tenth of it to twice as large.
    hard
        Share of requirements whose minimum must be met.
    demand
        Targets, in per cent of what the plan fills: above 100 nobody can fill all.
    rules
        Kinds of rules to draw beside beds and pools.
    planted
        Let the plan from which the theatre is made meet every target.
    infeasible
        What makes it impossible to meet all hard requirements; None for nothing.
    """

    nations: int = 6
    contingents: int = 12
    units: int = 3
    sectors: int = 4
    roles: int = 3
    periods: int = 12
    tightness: int = 90
    exclusion: int = 20
    dwell: int = 200
    lumpiness: int = 50
    hard: int = 10
    demand: int = 130
    rules: tuple[Kind, ...] = field(default=("exclude", "ceiling", "lift", "share"))
    planted: bool = False
    infeasible: Cause | None = None

    def __post_init__(self) -> None:
        """Refuse dials that mean nothing.

        Raises
        ------
        ValueError
            If one is out of its range; the message names it, its value and the range.
        """
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} is {value}, and must be from {low} to {high}")
        if unknown := sorted(set(self.rules) - set(KINDS)):
            raise ValueError(f"there are no rules of the kind {unknown[0]!r} to draw; choose among {', '.join(KINDS)}")
        if self.infeasible not in (None, *get_args(Cause)):
            raise ValueError(f"infeasible is {self.infeasible!r}, and must be {' or '.join(get_args(Cause))}")
        if self.planted and self.infeasible is not None:
            raise ValueError("a theatre cannot be infeasible and hold a plan that keeps every limit")

    def but(self, **changes: object) -> Dials:
        """Return the dials with others in place of some."""
        known = {item.name for item in fields(self)}
        return replace(self, **{name: value for name, value in changes.items() if name in known and value is not None})  # type: ignore[arg-type]


def read_dials(texts: Iterable[str]) -> dict[str, int]:
    """Return dials from texts such as `periods=36`.

    Raises
    ------
    InputError
        If a text is none, or there is no such dial.
    """
    chosen: dict[str, int] = {}
    known = (*RANGES, *GAP_RANGES)
    for text in texts:
        name, _, number = text.partition("=")
        if name not in known or not (number.isascii() and number.isdigit() and len(number) < 10):
            advice = f"write NAME=NUMBER with one of {', '.join(known)}"
            raise refuse(f"{text!r} is no dial", value=text, advice=advice)
        chosen[name] = int(number)
    return chosen


RANGES = {
    "nations": (1, 500),
    "contingents": (1, 20_000),
    "units": (1, 1_000),
    "sectors": (1, 500),
    "roles": (1, 60),
    "periods": (1, 520),
    "tightness": (1, 100),
    "exclusion": (0, 100),
    "dwell": (0, 1_000),
    "lumpiness": (0, 100),
    "hard": (0, 100),
    "demand": (1, 1_000),
}

FAMILIES = {
    "tiny": Dials(nations=4, contingents=6, units=2, sectors=3, roles=2, periods=8),
    "small": Dials(),
    "medium": Dials(nations=14, contingents=60, units=4, sectors=9, roles=6, periods=24, rules=KINDS[:4]),
    "large": Dials(nations=25, contingents=150, units=5, sectors=16, roles=9, periods=36, lumpiness=80),
    "huge": Dials(nations=40, contingents=900, units=6, sectors=30, roles=12, periods=60, lumpiness=80),
}
