"""What a plan is worth in a model's goals, as the audit finds it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forcegen.audit import Audit
    from forcegen.domain.model import Goal, Model


def worth(goal: Goal, model: Model, audit: Audit) -> Fraction:
    """Return the audited value of a goal; what soft rules cost is part of the first."""
    value = sum((Fraction(w) * audit.goals[part] for part, w in goal.parts.items()), Fraction(0))
    return value + (sum(audit.soft.values()) if goal is model.goals[0] else 0)
