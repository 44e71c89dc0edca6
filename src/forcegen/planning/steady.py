"""A theatre in its steady state: one period, in which each contingent keeps up what its dwell lets it for ever."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from forcegen.domain.condition import holding
from forcegen.domain.horizon import Horizon
from forcegen.domain.rules import Bar, Ceiling, Floor, Lift, Pin, Standby, Supply
from forcegen.domain.scope import active_periods, scope_of
from forcegen.domain.values import over_time
from forcegen.planning.relax import unused, with_lists

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.domain.contingent import Contingent
    from forcegen.domain.instance import Instance
    from forcegen.domain.place import Sector
    from forcegen.domain.rules import Rule


@dataclass(frozen=True)
class Steady:
    """The steady state as an instance of one period, without requirements.

    Parameters
    ----------
    share
        Units that each contingent keeps up on average: N (l - h) / (l + d).
    left_out
        Rules that say nothing about a steady state: on movement, on standby, over the horizon, on numbers of tours.
    unkept
        Rules that ask for more units than can be kept up.
    """

    instance: Instance
    share: dict[str, Fraction]
    left_out: tuple[str, ...]
    unkept: tuple[str, ...]


def steady(instance: Instance, fine: int = 1) -> Steady:
    """Return the steady state of an instance, with conditions, limits and rules as they are in its last period.

    Parameters
    ----------
    fine
        Into how many pieces each unit is cut. With 1, whole units stay on station, so what is found can be kept up.
        With many, units may be there for part of the time, as when two contingents take turns, and only rules that are
        sums remain: what the best of these lacks, every rotation lacks on average. Limits grow with the pieces.
    """
    last = instance.horizon.periods - 1
    horizon = Horizon(start=instance.horizon.label(last), periods=1, unit=instance.horizon.unit)
    share = {k.id: _kept_up(k, instance, last) for k in instance.contingents}
    there = {k: int(units) if fine == 1 else ceil(units * fine) for k, units in share.items()}
    active = [rule for rule in instance.rules if active_periods(rule, instance)[last]]
    kept = [rule for rule in active if _speaks(rule) and (fine == 1 or rule.kind in _averaged(instance))]
    counted = [rule for rule in kept if isinstance(rule, Pin | Bar)]
    others = [_in_pieces(rule, instance, last, fine) for rule in kept if rule not in counted]
    singles = [single for rule in counted for single in _of_each(rule, instance, there, fine)]
    state = with_lists(
        instance,
        horizon=horizon,
        sectors=tuple(_at_last(sector, instance, last, fine) for sector in instance.sectors),
        contingents=tuple(_stationed(k, there[k.id]) for k in instance.contingents),
        requirements=(),
        rules=(*others, *(single for single in singles if _within(single, there))),
        history=(),
        leads=(),
    )
    left_out = tuple(rule.id for rule in active if not _speaks(rule))
    return Steady(state, share, left_out, tuple(x.id for x in singles if not _within(x, there)))


def frozen(instance: Instance) -> Instance:
    """Return an instance of one period in which conditions, limits and rules are for ever as in its last period.

    Contingents keep their tours and dwell; those that could not serve then have no units. Rules that say nothing about
    a steady state are left out, and nothing is required.
    """
    last = instance.horizon.periods - 1
    active = [rule for rule in instance.rules if active_periods(rule, instance)[last] and _speaks(rule)]
    always = {"ready": None, "until": None, "if_": (), "unless": (), "notice": 0, "present": None}
    return with_lists(
        instance,
        horizon=Horizon(start=instance.horizon.label(last), periods=1, unit=instance.horizon.unit),
        sectors=tuple(_at_last(sector, instance, last, 1) for sector in instance.sectors),
        contingents=tuple(
            k.model_copy(update=always | {"units": k.pool if _kept_up(k, instance, last) else 0})
            for k in instance.contingents
        ),
        requirements=(),
        rules=tuple(_in_pieces(rule, instance, last, 1) for rule in active),
        history=(),
        leads=(),
    )


# Rules that hold on average where they hold in every period: in those of the first kind a unit in handover counts less
# or not at all, as in the steady state; in those of the second it counts in full.
_CAPS = frozenset({"exclude", "only", "ceiling", "supply", "bar"})
_SUMS = frozenset({"floor", "share", "ratio", "pin"})


def _averaged(instance: Instance) -> frozenset[str]:
    return _CAPS if any(k.handover for k in instance.contingents) else _CAPS | _SUMS


def _kept_up(k: Contingent, instance: Instance, last: int) -> Fraction:
    """Return the units that a contingent keeps up on average, 0 where it could not serve in the last period."""
    horizon = instance.horizon
    if not (holding(k, instance.conditions, horizon)[last] and horizon.window(k.ready, k.until)[last]):
        return Fraction(0)
    shares = [(length - Fraction(k.handover)) / (length + k.dwell_after(length)) for length in k.tour_lengths]
    return k.pool * max(shares)


def _of_each(rule: Pin | Bar, instance: Instance, there: dict[str, int], fine: int) -> Iterator[Pin | Bar]:
    """Yield a pin or bar for each contingent of its scope, in pieces; a bar leaves as many as it did of the pool."""
    taken = {other.id for other in instance.rules}
    for k in sorted(scope_of(rule, instance).contingents):
        units = rule.units * fine
        if isinstance(rule, Bar):
            units += there[k] - instance.contingent[k].pool * fine
        if units > 0:
            always = {"from_": None, "until": None, "if_": (), "unless": ()}
            name = unused(f"{rule.id}.{k}", taken)
            one = {"id": name, "nations": None, "contingents": (k,), "units": units}
            yield rule.model_copy(update=always | one)


def _within(rule: Pin | Bar, there: dict[str, int]) -> bool:
    """Return whether a pin or bar of one contingent asks for no more units than there are."""
    return all(rule.units <= there[k] for k in rule.contingents or ())


def _stationed(k: Contingent, units: int) -> Contingent:
    """Return the contingent as units on station that stay for the one period."""
    changes = {"units": units, "present": None, "tour": 1, "dwell": 0, "handover": Decimal(0), "notice": 0}
    return k.model_copy(update=changes | {"ready": None, "until": None, "if_": (), "unless": ()})


def _speaks(rule: Rule) -> bool:
    """Return whether a rule says anything about a steady state."""
    moving = isinstance(rule, Lift | Standby) or getattr(rule, "of", None) == "tours"
    return not moving and getattr(rule, "over", "period") != "horizon"


def _in_pieces(rule: Rule, instance: Instance, last: int, fine: int) -> Rule:
    """Return the rule as it is in the last period, always active, its amounts counted in pieces of units."""
    changes: dict[str, object] = {"from_": None, "until": None, "if_": (), "unless": ()}
    if isinstance(rule, Ceiling | Supply):
        changes["most"] = over_time(rule.most, instance.horizon)[last] * fine
    elif isinstance(rule, Floor):
        changes["least"] = over_time(rule.least, instance.horizon)[last] * fine
    return rule.model_copy(update=changes)


def _at_last(sector: Sector, instance: Instance, last: int, fine: int) -> Sector:
    values = {name: getattr(sector, name) for name in ("beds", "supply")}
    fixed = {
        name: over_time(value, instance.horizon)[last] * fine for name, value in values.items() if value is not None
    }
    return sector.model_copy(update=fixed)
