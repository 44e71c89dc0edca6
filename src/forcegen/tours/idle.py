"""What cannot take part, and why: found before any model is built, in the planner's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.rules import Exclude, Only
from forcegen.domain.scope import active_periods, scope_of
from forcegen.tours.allowed import allowed_tours, demanded, first_start, fits_somewhere, matching, willing
from forcegen.tours.tours import Tours, presence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forcegen.domain.contingent import Contingent
    from forcegen.domain.instance import Instance
    from forcegen.domain.requirement import Requirement
    from forcegen.tours.tours import Bools


@dataclass(frozen=True)
class Idle:
    """Something that takes no part in any plan.

    Parameters
    ----------
    kind
        contingent, requirement, sector or tours.
    subject
        Its identifier.
    reason
        Why, in words.
    rules
        The rules that keep it out, where it is rules.
    """

    kind: str
    subject: str
    reason: str
    rules: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return it as a line."""
        return f"{self.subject}: {self.reason}"


def idle(instance: Instance) -> tuple[Idle, ...]:
    """Return contingents that can serve nowhere, requirements that nobody can fill, and sectors without demand."""
    tours = allowed_tours(instance)
    wanted = demanded(instance)
    return (*_contingents(instance, tours, wanted), *_requirements(instance, tours), *_sectors(instance, wanted))


def _contingents(instance: Instance, tours: Tours, wanted: Bools) -> Iterator[Idle]:
    serving = set(tours.contingent.tolist())
    for position, k in enumerate(instance.contingents):
        if position not in serving:
            yield _contingent(k, instance, wanted)


def _contingent(k: Contingent, instance: Instance, wanted: Bools) -> Idle:
    roles = np.array([role.id in k.fills for role in instance.roles], dtype=bool)
    if not k.pool:
        return Idle("contingent", k.id, "it has no units")
    if not (wanted & roles[:, None]).any():
        return Idle("contingent", k.id, f"no requirement asks for {_listed(k.fills) or 'what it fills'} in any period")
    able = willing(k, instance)
    if not able.any():
        return Idle("contingent", k.id, f"its conditions never hold ({_listed((*k.if_, *k.unless))})")
    start = first_start(k, instance)
    if start >= instance.horizon.periods:
        return Idle("contingent", k.id, f"it is first ready in {instance.horizon.label(start)}, after the horizon")
    free = np.broadcast_to(able & roles[:, None], wanted.shape)
    if not fits_somewhere(k, instance, free, wanted):
        return Idle("contingent", k.id, "no tour fits between its dates, its conditions and what is required")
    rules = _closing(k, instance, free & wanted)
    return Idle("contingent", k.id, f"excluded everywhere by {_listed(rules)}", rules)


def _closing(k: Contingent, instance: Instance, useful: Bools) -> tuple[str, ...]:
    """Return the rules that close a place to a contingent in a period in which it could be useful."""
    found = []
    for rule in instance.rules:
        if isinstance(rule, Exclude | Only):
            scope, active = scope_of(rule, instance), np.array(active_periods(rule, instance))
            if k.id in scope.contingents and active.any():
                inside = np.array(
                    [[s.id in scope.sectors and r.id in scope.roles for r in instance.roles] for s in instance.sectors]
                ).reshape(useful.shape[:2])
                closed = ~inside if isinstance(rule, Only) else inside
                if (closed[:, :, None] & active & useful).any():
                    found.append(rule.id)
    return tuple(found)


def _requirements(instance: Instance, tours: Tours) -> Iterator[Idle]:
    cells = presence(tours, instance.horizon.periods)
    for q in instance.requirements:
        active = np.array(active_periods(q, instance))
        if not active.any():
            yield Idle("requirement", q.id, "it is not active in any period of the horizon")
            continue
        places = matching(q, instance)
        there = places[tours.sector, tours.role] & _fills(q, instance)[tours.contingent, tours.role]
        if not (there[cells.tour] & active[cells.period]).any():
            yield Idle("requirement", q.id, _unfilled(q, instance, places))


def _unfilled(q: Requirement, instance: Instance, places: Bools) -> str:
    able = [k.id for i, k in enumerate(instance.contingents) if (places.any(axis=0) & _fills(q, instance)[i]).any()]
    if not able:
        return f"nobody can fill it: no contingent fills {_listed(q.roles or ()) or 'its roles'}"
    return f"nobody can fill it: rules, dates or conditions keep out {_listed(able)}"


def _fills(q: Requirement, instance: Instance) -> Bools:
    """Return bool[contingents, roles]: whether a unit that serves in the role fills anything of the requirement."""
    held = None if q.as_ is None else q.as_.role
    table = [
        [(k.fills.get(held or r.id) or 0) > 0 and r.id in k.fills for r in instance.roles] for k in instance.contingents
    ]
    return np.array(table, dtype=bool).reshape(len(instance.contingents), len(instance.roles))


def _sectors(instance: Instance, wanted: Bools) -> Iterator[Idle]:
    for sector, line in zip(instance.sectors, wanted, strict=True):
        if not line.any():
            yield Idle("sector", sector.id, "no requirement asks for anything there in any period")


def _listed(names: Iterable[str]) -> str:
    items = list(names)
    return ", ".join(items) if len(items) <= 4 else f"{', '.join(items[:3])} and {len(items) - 3} more"
