"""Goals over lines: what is lacking in coverage rows costs something, and so may a period of service."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.rows.coverage import weight

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from forcegen.formulation.frame import Ints
    from forcegen.formulation.lines.lines import Lines


@dataclass(frozen=True, eq=False)
class Target:
    """A goal: its value is `scale` times what is lacking and what serves, at these prices, and `constant`.

    Parameters
    ----------
    below_minimum, below_target : int64[rows]
        What one lacking costs below the minimum, and between minimum and target.
    service : int64[stations]
        What a unit's period costs.
    constant
        The part that history makes.
    scale
        What one stands for.
    """

    below_minimum: Ints
    below_target: Ints
    service: Ints
    constant: int
    scale: Fraction

    def value(self, lines: Lines, amount: Ints, periods: Ints) -> int:
        """Return what amounts in the rows, and periods served at the stations, are worth, `scale` aside."""
        lacking = np.maximum(lines.target - amount, 0)
        below = np.maximum(lines.minimum - amount, 0)
        parts = (self.below_minimum, below), (self.below_target, lacking - below), (self.service, periods)
        return self.constant + sum(_dot(price, number) for price, number in parts)


def target_of(weighted: Mapping[str, Decimal | int], lines: Lines) -> Target | None:
    """Return a sum of goals, or None where one of them is no sum over rows and periods of service."""
    if any(name not in _PARTS for name in weighted):
        return None
    rows, stations = len(lines.least), len(lines.implied.contingent)
    unmet = [np.zeros(rows, dtype=object), np.zeros(rows, dtype=object)]
    service, constant = np.zeros(stations, dtype=object), Fraction(0)
    for name, number in weighted.items():
        factor = Fraction(number)
        below_minimum, below_target, spent = _PARTS[name]
        for requirement, part, unit in lines.measured:
            price = factor * weight(requirement, lines.frame) * unit
            unmet[0][part] += price * below_minimum
            unmet[1][part] += price * below_target
        if spent:
            each, running = _spent(name, lines)
            service = service + each.astype(object) * (factor / 1000)
            constant += factor * Fraction(running, 1000)
    return _whole(unmet[0], unmet[1], service, constant)


_PARTS = {"unmet-minimum": (1, 0, 0), "unmet-target": (1, 1, 0), "cost": (0, 0, 1), "troops": (0, 0, 1)}


def _spent(name: str, lines: Lines) -> tuple[Ints, int]:
    """Return thousandths a unit and period at each station, and what history spends in all."""
    frame, running = lines.frame, lines.frame.running
    costs = frame.by_place(lambda k, s: k.cost_at(s) if name == "cost" else k.strength)
    of_running = costs[running.tours.contingent, running.tours.sector] * running.stay * running.units
    return costs[lines.implied.contingent, lines.implied.sector], int(of_running.sum())


def _whole(below_minimum: Ints, below_target: Ints, service: Ints, constant: Fraction) -> Target:
    """Return the goal in whole numbers."""
    fractions = {Fraction(x) for part in (below_minimum, below_target, service) for x in set(part.tolist())}
    denominator = lcm(constant.denominator, *(number.denominator for number in fractions))
    numbers = [
        np.array([int(Fraction(x) * denominator) for x in part.tolist()], dtype=np.int64)
        for part in (below_minimum, below_target, service)
    ]
    whole = int(constant * denominator)
    divisor = int(np.gcd.reduce(np.concatenate([*numbers, [whole]]).astype(np.int64), initial=0)) or 1
    shrunk = [part // divisor for part in numbers]
    return Target(shrunk[0], shrunk[1], shrunk[2], whole // divisor, Fraction(divisor, denominator))


def _dot(price: Ints, number: Ints) -> int:
    used = np.flatnonzero((price != 0) & (number != 0))
    return sum(a * b for a, b in zip(price[used].tolist(), number[used].tolist(), strict=True))
