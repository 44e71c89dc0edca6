"""The worlds that a robust plan is made for."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

from forcegen.planning.stress.bootstrap import TAIL
from forcegen.planning.stress.worlds import chances, drawn, world_instance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forcegen.domain.instance import Instance
    from forcegen.planning.stress.worlds import State


@dataclass(frozen=True)
class Sample:
    """Different worlds, and how much each counts.

    Parameters
    ----------
    states
        The conditions that come true in each.
    weights
        Their shares of the draws, or their probabilities; the sum is 1.
    draws
        How often was drawn; None where these are all worlds that may come.
    tail
        What share of the worlds CVaR looks at, the worst of them.
    """

    states: tuple[State, ...]
    weights: tuple[Fraction, ...]
    draws: int | None
    tail: Fraction

    def instances(self, instance: Instance) -> list[Instance]:
        """Return the instance in each of the worlds."""
        probabilities = chances(instance)
        return [world_instance(instance, state, probabilities) for state in self.states]

    def cvar(self, worths: Sequence[Fraction]) -> Fraction:
        """Return the mean of the worst (largest) worths over the share `tail` of the worlds."""
        return sum((q * worth for q, worth in zip(self.worst(worths), worths, strict=True)), Fraction(0))

    def mean(self, worths: Sequence[Fraction]) -> Fraction:
        """Return the mean over all worlds."""
        return sum((q * worth for q, worth in zip(self.weights, worths, strict=True)), Fraction(0))

    def worst(self, worths: Sequence[Fraction]) -> list[Fraction]:
        """Return how much each world counts in CVaR; the sum is 1."""
        counts, left = [Fraction(0)] * len(worths), self.tail
        for w in sorted(range(len(worths)), key=lambda w: -worths[w]):
            taken = min(left, self.weights[w])
            counts[w], left = taken / self.tail, left - taken
        return counts


def sampled(instance: Instance, most: int, seed: int) -> Sample:
    """Return all worlds with their probabilities where there are no more than `most`, else so many draws."""
    probabilities = chances(instance)
    open_ = [name for name, p in probabilities.items() if 0 < p < 1]
    tail = Fraction(str(TAIL))
    if 2 ** len(open_) <= most:
        sure = frozenset(name for name, p in probabilities.items() if p == 1)
        states, weights = [], []
        for picks in product((True, False), repeat=len(open_)):
            states.append(sure | {name for name, true in zip(open_, picks, strict=True) if true})
            chance = [
                probabilities[name] if true else 1 - probabilities[name]
                for name, true in zip(open_, picks, strict=True)
            ]
            weights.append(math.prod(chance, start=Fraction(1)))
        return Sample(tuple(states), tuple(weights), None, tail)
    counted = Counter(drawn(probabilities, most, f"robust {seed}"))
    weights = [Fraction(times, most) for times in counted.values()]
    return Sample(tuple(counted), tuple(weights), most, Fraction(math.ceil(tail * most), most))
