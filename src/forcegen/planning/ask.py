"""What a plan asks for beyond what is offered: how many of whom, from when until when, and who else would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forcegen.audit import audit
from forcegen.planning.offers import named_by, type_of
from forcegen.planning.relax import with_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from fractions import Fraction

    from forcegen.audit import Audit
    from forcegen.domain.contingent import Contingent
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan, Tour
    from forcegen.planning.offers import Offer


@dataclass(frozen=True)
class Ask:
    """Units to ask for.

    Parameters
    ----------
    contingent
        The offer, as the plan knows it.
    like
        The contingent that it is like.
    units
        How many.
    nations
        Any one of these could give them, by the audit of the same plan with the nation exchanged and all else left as
        it is; the plan's own nation comes first.
    first, last
        The periods between which they serve, by name.
    tours
        Their tours.
    """

    contingent: Contingent
    like: str
    units: int
    nations: tuple[str, ...]
    first: str
    last: str
    tours: tuple[Tour, ...]


@dataclass(frozen=True)
class Lack:
    """What a requirement still lacks over some periods that follow each other, the same in each."""

    requirement: str
    first: str
    last: str
    lacks: Fraction


def asks_of(
    instance: Instance,
    extended: Instance,
    asked: Sequence[Offer],
    plan: Plan,
    judged: Audit,
    goal: str,
    *,
    wide: bool,
    over: Callable[[], bool],
) -> tuple[Ask, ...]:
    """Return what a plan asks for, the most units first.

    Parameters
    ----------
    instance, extended
        As it is, and with the offers that the plan uses.
    judged
        The audit of the plan.
    goal
        What must not get worse where another nation gives the units.
    wide
        Try every nation, not only those that offer something of the kind.
    over
        Whether no other nations are to be tried any more.
    """
    horizon, found = extended.horizon, []
    named = named_by(instance.rules)
    for offer in asked:
        k = extended.contingent[offer.id]
        tours = tuple(t for t in plan.tours if t.contingent == offer.id)
        start = min(horizon.index(t.start) for t in tours)
        end = min(horizon.periods, max(horizon.index(t.start) + t.periods for t in tours))
        others = [] if offer.like in named else _others(instance, k, wide=wide)
        nations = [n for n in others if not over() and _would_do(extended, k, n, plan, judged, goal)]
        window = str(horizon.label(start)), str(horizon.label(end - 1))
        found.append(Ask(k, offer.like, k.pool, (k.nation, *nations), *window, tours))
    return tuple(sorted(found, key=lambda ask: (-ask.units, ask.contingent.id)))


def fewest_units(instance: Instance, tours: Sequence[Tour], contingents: Collection[str]) -> tuple[Tour, ...]:
    """Return tours in which these contingents use as few of their units as they can: each takes the first that is free.

    With tours in the order of their starts that is as many as are ever away at once.
    """
    horizon, free = instance.horizon, dict[str, list[int]]()
    found = []
    for tour in sorted(tours, key=lambda t: (horizon.index(t.start), t.contingent, t.unit)):
        if tour.contingent not in contingents:
            found.append(tour)
            continue
        start, units = horizon.index(tour.start), free.setdefault(tour.contingent, [])
        unit = next((i for i, again in enumerate(units) if again <= start), len(units))
        units[unit : unit + 1] = [start + tour.periods + instance.contingent[tour.contingent].dwell_after(tour.periods)]
        found.append(tour.model_copy(update={"unit": unit + 1}))
    return tuple(found)


def lacking(instance: Instance, judged: Audit, *, targets: bool) -> tuple[Lack, ...]:
    """Return what minimums or targets that count lack in a plan."""
    order = {str(instance.horizon.label(t)): t for t in range(instance.horizon.periods)}
    counted = {q.id for q in instance.requirements if q.priority}
    found: list[Lack] = []
    for line in sorted(judged.coverage, key=lambda line: (line.requirement, order[line.period])):
        lacks = (line.target if targets else line.minimum) - line.filled
        if lacks <= 0 or line.requirement not in counted:
            continue
        last = found[-1] if found else None
        same = last is not None and (last.requirement, last.lacks) == (line.requirement, lacks)
        if last and same and order[line.period] == order[last.last] + 1:
            found[-1] = Lack(last.requirement, last.first, line.period, lacks)
        else:
            found.append(Lack(line.requirement, line.period, line.period, lacks))
    return tuple(found)


def _others(instance: Instance, k: Contingent, *, wide: bool) -> list[str]:
    """Return the other nations that offer such a kind, or all."""
    kin = {x.nation for x in instance.contingents if (x.kind == k.kind if k.kind else type_of(x) == type_of(k))}
    return [n.id for n in instance.nations if n.id != k.nation and (wide or n.id in kin)]


def _would_do(extended: Instance, k: Contingent, nation: str, plan: Plan, judged: Audit, goal: str) -> bool:
    """Return whether the plan is allowed and worth as much with another nation giving the units."""
    swapped = tuple(x.model_copy(update={"nation": nation}) if x.id == k.id else x for x in extended.contingents)
    found = audit(with_lists(extended, contingents=swapped), plan, goals=[goal])
    return found.clean and found.goals[goal] <= judged.goals[goal]
