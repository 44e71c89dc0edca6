"""Goals as integer objectives, one function each; `GOALS` is the table of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.formulation.goals.burden import burden_gap
from forcegen.formulation.goals.changes import changes
from forcegen.formulation.goals.command import lead_changes
from forcegen.formulation.goals.movement import peak_lift
from forcegen.formulation.goals.objective import Aim, Objective, Question, combined
from forcegen.formulation.goals.shortfall import excess, unmet_minimum, unmet_target, worst_shortfall
from forcegen.formulation.goals.spent import cost, troops

if TYPE_CHECKING:
    from collections.abc import Callable

GOALS: dict[str, Callable[[Question], Aim]] = {
    "unmet-minimum": unmet_minimum,
    "unmet-target": unmet_target,
    "worst-shortfall": worst_shortfall,
    "changes": changes,
    "burden-gap": burden_gap,
    "cost": cost,
    "troops": troops,
    "lead-changes": lead_changes,
    "peak-lift": peak_lift,
    "excess": excess,
}

__all__ = ["GOALS", "Aim", "Objective", "Question", "combined"]
