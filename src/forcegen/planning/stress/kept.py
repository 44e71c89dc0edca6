"""What is left of a plan in another state of the world, judged: what that is worth, and what it breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forcegen.audit import audit
from forcegen.planning.left import left
from forcegen.planning.worth import worth

if TYPE_CHECKING:
    from fractions import Fraction

    from forcegen.audit import Audit
    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.domain.plan import Plan
    from forcegen.planning.left import Key


@dataclass(frozen=True)
class Kept:
    """The rest of a plan, judged in another instance.

    Parameters
    ----------
    plan
        The tours that the other instance allows one by one, and the leads of nations that still offer something.
    value
        Its audited worth in the model's first goal.
    """

    plan: Plan
    audit: Audit
    value: Fraction

    @property
    def broken(self) -> int:
        """How many limits the rest breaks, for those who would keep them are gone."""
        return len(self.audit.violations)


def kept(instance: Instance, plan: Plan, model: Model, allowed: set[Key] | None = None) -> Kept:
    """Return what an instance leaves of a plan: nothing is added, moved or dropped beyond what it forbids.

    Parameters
    ----------
    allowed
        What `tours_allowed` returns for the instance, where it is known already.
    """
    return judged(instance, left(instance, plan, allowed=allowed), model)


def judged(instance: Instance, plan: Plan, model: Model) -> Kept:
    """Return a plan with its audit and its worth in the model's first goal, prices of soft rules included."""
    parts = model.goals[0].parts
    found = audit(instance, plan, list(parts), willing=model.willing, soft=model.prices)
    return Kept(plan, found, worth(model.goals[0], model, found))
