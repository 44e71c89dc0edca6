"""Assumed numbers that may be wrong by 20 %: the instance with one of them larger or smaller."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from forcegen.domain.rules import Bar, Pin
from forcegen.domain.scope import scope_of
from forcegen.planning.relax import with_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forcegen.domain.instance import Instance
    from forcegen.domain.rules import AnyRule

Way = Literal["up", "down"]

_THOUSANDTH = Decimal("0.001")
SHAKEN: dict[Way, Decimal] = {"up": Decimal("1.2"), "down": Decimal("0.8")}


def more_units(instance: Instance, by: Decimal) -> Instance:
    """Return the instance with so many times the units, rounded; pins and bars ask for no more than there are."""
    contingents = tuple(
        k.model_copy(update={"units": int((k.pool * by).to_integral_value()), "present": None})
        for k in instance.contingents
    )
    pools = {k.id: k.units or 0 for k in contingents}
    gone: dict[str, int] = {}
    for row in instance.history:
        gone[row.contingent] = gone.get(row.contingent, 0) + row.units
    return with_lists(
        instance,
        contingents=contingents,
        history=tuple(row for row in instance.history if gone[row.contingent] <= pools[row.contingent]),
        rules=tuple(_within(instance, pools)),
    )


def longer_dwell(instance: Instance, by: Decimal) -> Instance:
    """Return the instance with so many times the dwell after the longest tour, rounded up; pools stay as they are."""
    contingents = tuple(
        k.model_copy(
            update={
                "dwell": int((k.dwell_after(k.tour_lengths[-1]) * by).to_integral_value(ROUND_CEILING)),
                "units": k.pool,
                "present": None,
            }
        )
        for k in instance.contingents
    )
    return with_lists(instance, contingents=contingents)


def more_beds(instance: Instance, by: Decimal) -> Instance:
    """Return the instance with so many times the beds in each sector."""

    def scaled(value: Decimal | dict[object, Decimal] | None) -> object:
        if value is None:
            return None
        if isinstance(value, dict):
            return {period: (x * by).quantize(_THOUSANDTH) for period, x in value.items()}
        return (value * by).quantize(_THOUSANDTH)

    sectors = tuple(s.model_copy(update={"beds": scaled(s.beds)}) for s in instance.sectors)  # type: ignore[arg-type]
    return with_lists(instance, sectors=sectors)


CHANGES: dict[str, tuple[Callable[[Instance, Decimal], Instance], Way]] = {
    "pools": (more_units, "up"),
    "dwell": (longer_dwell, "down"),
    "beds": (more_beds, "up"),
}
"""What is shaken by 20 %, one at a time, and which way lets a force be larger. Targets need no other instance."""

TARGETS = "targets"
NUMBER = 1 + len(CHANGES)
"""How many assumptions there are."""


def way_of(name: str, said: Literal["yes", "no"]) -> Way:
    """Return the way in which an assumption could flip what is said: a force that is held could fail with less."""
    helps: Way = "down" if name == TARGETS else CHANGES[name][1]
    against: Way = "down" if helps == "up" else "up"
    return helps if said == "no" else against


def words_of(name: str, way: Way) -> str:
    """Return a change in words."""
    return f"{name} {'+' if way == 'up' else '-'}20 %"


def share_of(way: Way) -> Fraction:
    """Return what a number is multiplied by."""
    return Fraction(SHAKEN[way])


def _within(instance: Instance, pools: dict[str, int]) -> Iterator[AnyRule]:
    for rule in instance.rules:
        if not isinstance(rule, Pin | Bar):
            yield rule
            continue
        most = min((pools[k] for k in scope_of(rule, instance).contingents), default=0)
        if min(rule.units, most):
            yield rule.model_copy(update={"units": min(rule.units, most)})
