"""What steps of relief are worth: intervals, ranked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.planning.stress.rank import ranked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forcegen.audit import Audit
    from forcegen.domain.model import Model
    from forcegen.planning.short.steps import Step
    from forcegen.planning.stress.answers import Answer


@dataclass(frozen=True)
class Relief:
    """What one step, or two together, is worth in the model's first goal, and to the requirement.

    Parameters
    ----------
    low, high
        The goal's best value falls by something between them; None: no upper end is known.
    found
        The difference of the two values that were found; None where it was not solved.
    own
        By how much less of the requirement is unmet in the plan found than in the base plan, in its measure times
        periods; below 0: more, for plans that are as good may leave different things unmet.
    rank
        From 1; those that may be worth as much as the first of their rank share it.
    binds
        Whether a limit that it widens binds in the base plan.
    solved
        Whether it was solved, or at most bounded by the base's relaxation.
    """

    steps: tuple[Step, ...]
    low: Fraction
    high: Fraction | None
    found: Fraction | None
    own: Fraction | None
    binds: bool
    solved: bool
    rank: int = 0
    infeasible: bool = False

    @property
    def exact(self) -> bool:
        """Whether the gain is known exactly."""
        return self.low == self.high

    @property
    def known(self) -> bool:
        """Whether anything is known of it."""
        return self.solved or self.high is not None

    @property
    def helps(self) -> bool:
        """Whether it is proven to help, and the requirement has some of it."""
        return self.low > 0 and self.own is not None and self.own > 0


def gain(base: Answer, after: Answer) -> tuple[Fraction, Fraction | None]:
    """Return by how much a goal's best value falls at least and at most, cut at 0."""
    nothing = Fraction(0)
    low = nothing if base.bound is None or after.found is None else max(nothing, base.bound - after.found)
    high = None if base.found is None or after.bound is None else max(nothing, base.found - after.bound)
    return low, high


def in_order(reliefs: Iterable[Relief]) -> tuple[Relief, ...]:
    """Return the reliefs by what they are proven to be worth, with ranks; last those of which nothing is known."""
    found = sorted(reliefs, key=_size, reverse=True)
    known = [relief for relief in found if relief.known]
    ranks = {id(relief): rank for rank, relief in ranked(known)}
    ordered = sorted(known, key=lambda relief: ranks[id(relief)])
    return (
        *(replace(relief, rank=ranks[id(relief)]) for relief in ordered),
        *(relief for relief in found if not relief.known),
    )


def _size(relief: Relief) -> tuple[Fraction, Fraction, Fraction, bool]:
    """Return what orders reliefs of one rank: what is proven, what was found, what is possible."""
    found = Fraction(-1) if relief.found is None else relief.found
    return relief.low, found, relief.high or Fraction(0), relief.binds


def unmet(audit: Audit, model: Model) -> dict[str, dict[str, Fraction]]:
    """Return what each requirement lacks in each period in which it lacks any, in its measure.

    It is what lacks to the target, or to the minimum where the model's first goal asks for no more.
    """
    parts = model.goals[0].parts
    minimums = "unmet-minimum" in parts and not set(parts) - {"unmet-minimum"}
    found: dict[str, dict[str, Fraction]] = {}
    for line in audit.coverage:
        lacks = (line.minimum if minimums else line.target) - line.filled
        if lacks > 0:
            found.setdefault(line.requirement, {})[line.period] = lacks
    return found
