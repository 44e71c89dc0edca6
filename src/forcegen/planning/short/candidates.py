"""Which steps of relief may help a requirement: those on limits of whoever may serve it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from forcegen.domain.rules import Ceiling, Exclude, Lift, Only, Supply
from forcegen.domain.scope import active_periods, scope_of
from forcegen.planning.short.reach import Able, Reach
from forcegen.planning.short.steps import (
    Step,
    dwell_shorter,
    hub_tenth_more,
    raised,
    set_aside,
    tenth_more,
    unit_more,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from forcegen.domain.contingent import Contingent
    from forcegen.domain.instance import Instance
    from forcegen.domain.place import Sector
    from forcegen.domain.requirement import Requirement
    from forcegen.domain.rules import Rule
    from forcegen.planning.result import Binding
    from forcegen.tours.tours import Bools

_MOST = 5
"""Of each kind of step for one requirement."""


@dataclass(frozen=True)
class Asked:
    """A requirement, when it is short, and who may serve it then."""

    requirement: Requirement
    short: Bools
    able: dict[str, Able]


class Candidates:
    """The steps of relief of one instance.

    Parameters
    ----------
    binding
        The limits that bind in the base plan: of each kind, steps on these come first.
    """

    def __init__(self, instance: Instance, binding: Sequence[Binding]) -> None:
        self._instance, self._reach = instance, Reach(instance)
        self._tight = {(limit.family, _head(limit.name)) for limit in binding}
        self._lifted: dict[str, Reach] = {}

    def asked(self, q: Requirement, short: Bools) -> Asked:
        """Return who may serve a requirement."""
        return Asked(q, short, self._reach.able(q, short))

    def binds(self, step: Step) -> bool:
        """Return whether a limit that a step widens binds in the base plan; a caveat binds whoever it keeps out."""
        return step.kind == "caveat" or bool(step.limits & self._tight)

    def touching(self, asked: Asked, binding: Sequence[Binding]) -> tuple[Binding, ...]:
        """Return the limits of a plan that concern a requirement: pools of who may serve it, its sectors, its rules."""
        sectors = {s.id for s in self._sectors(asked)}
        rules = {rule.id for rule in self._instance.rules if self._concerns(rule, asked)}
        named = {"pool": set(asked.able), "beds": sectors}
        return tuple(
            limit
            for limit in binding
            if _head(limit.name) in named.get(limit.family, rules | (sectors if limit.family == "supply" else set()))
        )

    def steps(self, asked: Asked) -> list[Step]:
        """Return at most `_MOST` of each kind, the first of every kind before the second of any."""
        found = (
            self._units(asked),
            self._caveats(asked),
            self._ceilings(asked),
            self._beds(asked),
            self._dwell(asked),
            self._lifts(asked),
            self._supply(asked),
            self._others(asked),
        )
        kinds = [self._first(steps) for steps in found]
        return [kind[i] for i in range(_MOST) for kind in kinds if i < len(kind)]

    def _first(self, steps: Iterable[Step]) -> list[Step]:
        return sorted(steps, key=lambda step: not self.binds(step))[:_MOST]

    def _units(self, asked: Asked) -> Iterator[Step]:
        return (unit_more(self._instance.contingent[name]) for name in asked.able)

    def _dwell(self, asked: Asked) -> Iterator[Step]:
        instance = self._instance
        groups: dict[tuple[str, str], list[Contingent]] = {}
        for k in instance.contingents:
            groups.setdefault((k.nation, k.kind or k.id), []).append(k)
        worth = {
            group: sum(asked.able[k.id].fill * k.pool for k in members if k.id in asked.able)
            for group, members in groups.items()
        }
        for group in sorted((group for group in groups if worth[group]), key=lambda group: -worth[group]):
            step = dwell_shorter(":".join(group), groups[group], instance.horizon.unit)
            if step is not None:
                yield step

    def _caveats(self, asked: Asked) -> Iterator[Step]:
        """Yield the rules without which somebody may serve more, the largest units first."""
        found = []
        for rule in self._instance.rules:
            if isinstance(rule, Exclude | Only):
                more = self._without(rule).able(asked.requirement, asked.short)
                new = [one.fill for name, one in more.items() if one.tours > _tours(asked.able.get(name))]
                found += [(max(new), rule)] if new else []
        return (set_aside("caveat", rule) for _, rule in sorted(found, key=lambda item: -item[0]))

    def _without(self, rule: Rule) -> Reach:
        if rule.id not in self._lifted:
            self._lifted[rule.id] = Reach(set_aside("caveat", rule).change(self._instance))
        return self._lifted[rule.id]

    def _beds(self, asked: Asked) -> Iterator[Step]:
        limited = [sector for sector in self._sectors(asked) if sector.beds is not None]
        if limited:
            yield tenth_more("beds", limited)

    def _supply(self, asked: Asked) -> Iterator[Step]:
        limited = [sector for sector in self._sectors(asked) if sector.supply is not None]
        if limited:
            yield tenth_more("supply", limited)
        for rule in self._instance.rules:
            if isinstance(rule, Supply) and self._concerns(rule, asked):
                yield hub_tenth_more(rule)

    def _lifts(self, asked: Asked) -> Iterator[Step]:
        for rule in self._instance.rules:
            if isinstance(rule, Lift) and self._concerns(rule, asked):
                yield raised("lift", rule, max(k.strength for k in self._served(rule, asked)))

    def _ceilings(self, asked: Asked) -> Iterator[Step]:
        for rule in self._instance.rules:
            if isinstance(rule, Ceiling) and self._concerns(rule, asked):
                by = self._one_unit(rule, asked)
                if by:
                    yield raised("ceiling", rule, by)

    def _others(self, asked: Asked) -> Iterator[Step]:
        """Yield the rules of other kinds, set aside."""
        numbered = Exclude | Only | Ceiling | Lift | Supply
        return (
            set_aside("rule", rule)
            for rule in self._instance.rules
            if not isinstance(rule, numbered) and self._concerns(rule, asked)
        )

    def _one_unit(self, rule: Ceiling, asked: Asked) -> Decimal:
        """Return the most that one unit counts for in a ceiling: in a period, or on its longest tour."""
        sectors = self._sectors(asked)

        def counts(k: Contingent) -> Decimal:
            if rule.of == "troops":
                return k.strength
            return max((k.cost_at(s) for s in sectors), default=Decimal(0)) if rule.of == "cost" else Decimal(1)

        span = rule.over == "horizon" and rule.of != "tours"
        return max(counts(k) * (k.tour_lengths[-1] if span else 1) for k in self._served(rule, asked))

    def _served(self, rule: Rule, asked: Asked) -> list[Contingent]:
        own = scope_of(rule, self._instance).contingents
        return [self._instance.contingent[name] for name in asked.able if name in own]

    def _sectors(self, asked: Asked) -> list[Sector]:
        q = asked.requirement
        return [sector for sector in self._instance.sectors if q.sectors is None or sector.id in q.sectors]

    def _concerns(self, rule: Rule, asked: Asked) -> bool:
        """Return whether a rule is ever active and about somebody who may serve."""
        scope, q = scope_of(rule, self._instance), asked.requirement
        places = any(q.matches(sector, role) for sector in scope.sectors for role in scope.roles)
        everywhere = not isinstance(rule, Ceiling | Lift | Supply)
        served = any(name in scope.contingents for name in asked.able)
        return served and (places or everywhere) and any(active_periods(rule, self._instance))


def _tours(able: Able | None) -> int:
    return 0 if able is None else able.tours


def _head(name: str) -> str:
    return name.split(",", 1)[0]
