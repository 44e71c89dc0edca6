"""Whether an instance's matrix is written, or is too large for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil

from forcegen.formulation.lines import SAYABLE, lines_of, target_of
from forcegen.formulation.registry import REMOVED_COLUMNS
from forcegen.io.errors import refuse
from forcegen.tours.implied import implied_tours

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.formulation.lines import Lines
    from forcegen.tours.implied import Implied

# From so many periods of all tours on, the engine has a good plan and a bound before a matrix is built and relaxed.
LEAST_TOUR_PERIODS = 400_000
# A coefficient in a sparse matrix, and once more while it is put in order.
_BYTES = 24
# Rows in which each period of a tour counts at least: coverage and pool.
_ROWS = 2


def huge_lines(instance: Instance, model: Model) -> Lines | None:
    """Return an instance as lines if it is huge and lines can say its rules and its first goal; else None.

    Raises
    ------
    forcegen.io.errors.InputError
        If figures are too large to be counted exactly.
    """
    soft = any(rule.kind in model.prices for rule in instance.rules)
    if model.formulation != "tour" or soft or (implied := _implied_if_huge(instance)) is None:
        return None
    try:
        lines = lines_of(instance, implied)
        return None if lines is None or target_of(model.goals[0].parts, lines) is None else lines
    except OverflowError as error:
        raise refuse(str(error), advice="use larger units of measure") from None


def check_room(instance: Instance) -> None:
    """Make sure that the matrix of an instance has room in this machine's memory.

    Raises
    ------
    forcegen.io.errors.InputError
        If it has not.
    """
    implied = _implied_if_huge(instance)
    if implied is None:
        return
    size, there = _coefficients(instance, implied) * _BYTES, psutil.virtual_memory().total
    if size > there:
        message = (
            f"{len(implied):,} tours are allowed here; a model of them takes {_gb(size)}, this machine has {_gb(there)}"
        )
        raise refuse(message, advice=_ADVICE)


def _implied_if_huge(instance: Instance) -> Implied | None:
    each = sum(len(k.fills) * sum(k.tour_lengths) for k in instance.contingents if k.pool)
    if each * len(instance.sectors) * instance.horizon.periods < LEAST_TOUR_PERIODS:
        return None  # not even if nothing were forbidden
    implied = implied_tours(instance)
    return implied if _tour_periods(implied) >= LEAST_TOUR_PERIODS else None


def _tour_periods(implied: Implied) -> int:
    return int((implied.starts.sum(axis=1) * implied.length).sum())


def _coefficients(instance: Instance, implied: Implied) -> int:
    """Return how many coefficients there are at least: those of rules that lines cannot say are not counted."""
    rules = tuple(rule for rule in instance.rules if rule.kind in (*SAYABLE, *REMOVED_COLUMNS))
    try:
        lines = lines_of(instance.model_copy(update={"rules": rules}), implied)
    except OverflowError:
        lines = None  # told where they are counted
    return _tour_periods(implied) * _ROWS if lines is None else lines.coefficients


def _gb(size: int) -> str:
    return f"{size / 10**9:,.0f} GB"


_ADVICE = (
    "forcegen solve --solver auto needs no such model where no rule is soft, the first goal is unmet-minimum, "
    f"unmet-target, cost or troops, and all rules are {', '.join((*sorted(REMOVED_COLUMNS), *SAYABLE))}; "
    "else take fewer sectors or periods"
)
