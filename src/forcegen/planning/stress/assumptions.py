"""What groups of assumed numbers are worth: each 20 % up and 20 % down, alone."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from forcegen.domain.contingent import DwellRatio
from forcegen.domain.values import PerKm
from forcegen.planning.relax import with_lists
from forcegen.planning.stress.cases import Case

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from forcegen.domain.instance import Instance
    from forcegen.planning.stress.answers import Answer, Desk

Way = Literal["up", "down"]

_BY: dict[Way, Decimal] = {"up": Decimal("1.2"), "down": Decimal("0.8")}
_THOUSANDTH = Decimal("0.001")
_Value = TypeVar("_Value", bound="Decimal | dict[Any, Decimal] | PerKm | None")


@dataclass(frozen=True)
class Shaken:
    """How the model's first goal changes with one group of numbers.

    Parameters
    ----------
    group, way
        `density` (minimums and targets), `pools`, `dwell` or `beds`; up or down by 20 %.
    low, high
        The change of the goal's best value lies between them (below 0: less is unmet); None for no such end.
    required
        What the goal asks for now, for goals of unmet need.
    """

    group: str
    way: Way
    low: Fraction | None
    high: Fraction | None
    infeasible: bool
    required: Fraction | None
    solved: bool

    @property
    def exact(self) -> bool:
        """Whether the change is known exactly."""
        return self.low is not None and self.low == self.high


def shaken(desk: Desk, instance: Instance, base: Answer, until: float) -> tuple[Shaken, ...]:
    """Return what each group does, up and down."""
    asked: list[tuple[str, Way]] = [(group, way) for group in GROUPS for way in _BY]
    cases = [Case(f"with {group} 20 % {way}", GROUPS[group](instance, _BY[way])) for group, way in asked]
    answers = desk.answers(cases, base.plan, until)
    return tuple(
        Shaken(
            group=group,
            way=way,
            low=None if answer.bound is None or base.found is None else answer.bound - base.found,
            high=answer.above(base),
            infeasible=answer.infeasible,
            required=answer.required,
            solved=answer.solved,
        )
        for (group, way), answer in zip(asked, answers, strict=True)
    )


def _density(instance: Instance, by: Decimal) -> Instance:
    """Scale what is asked; minimums stay below their targets since both are rounded up."""
    requirements = tuple(
        q.model_copy(update={"minimum": _scaled(q.minimum, by), "target": _scaled(q.target, by)})
        for q in instance.requirements
    )
    return with_lists(instance, requirements=requirements)


def _pools(instance: Instance, by: Decimal) -> Instance:
    """Scale units, rounded to whole ones; those that history names stay."""
    named: dict[str, int] = {}
    for row in instance.history:
        named[row.contingent] = named.get(row.contingent, 0) + row.units
    contingents = tuple(
        k.model_copy(update={"units": max(round(k.pool * by), named.get(k.id, 0)), "present": None})
        for k in instance.contingents
    )
    return with_lists(instance, contingents=contingents)


def _dwell(instance: Instance, by: Decimal) -> Instance:
    """Scale what is owed at home, periods rounded up; pools stay what they are."""
    contingents = tuple(
        k.model_copy(update={"dwell": _longer(k.dwell, by), "units": k.pool, "present": None})
        for k in instance.contingents
    )
    return with_lists(instance, contingents=contingents)


def _longer(dwell: int | DwellRatio, by: Decimal) -> int | DwellRatio:
    if isinstance(dwell, DwellRatio):
        return DwellRatio(ratio=(dwell.ratio * by).quantize(_THOUSANDTH, ROUND_CEILING))
    return int((dwell * by).to_integral_value(ROUND_CEILING))


def _beds(instance: Instance, by: Decimal) -> Instance:
    sectors = tuple(sector.model_copy(update={"beds": _scaled(sector.beds, by)}) for sector in instance.sectors)
    return with_lists(instance, sectors=sectors)


GROUPS: dict[str, Callable[[Instance, Decimal], Instance]] = {
    "density": _density,
    "pools": _pools,
    "dwell": _dwell,
    "beds": _beds,
}
"""What is shaken, one group at a time."""


def _scaled(value: _Value, by: Decimal) -> _Value:
    if isinstance(value, PerKm):
        return value.model_copy(update={"per_km": _scaled(value.per_km, by)})
    if isinstance(value, dict):
        return {key: _scaled(number, by) for key, number in value.items()}  # type: ignore[return-value]
    return value if value is None else (value * by).quantize(_THOUSANDTH, ROUND_CEILING)  # type: ignore[return-value]
