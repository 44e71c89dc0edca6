"""What requirements ask and what fills them, in billionths: fills, worths and handovers have three places each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.audit import words
from forcegen.audit.result import CoverageLine, Violation
from forcegen.audit.rules import forbidden
from forcegen.domain.numbers import milli
from forcegen.domain.scope import active_periods, kilometres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from decimal import Decimal

    from forcegen.audit.presence import Station, Theatre
    from forcegen.domain.instance import Instance
    from forcegen.domain.requirement import Destination, Requirement

    Barred = Callable[[str, str, str], tuple[bool, ...]]

BILLION = 10**9


@dataclass(frozen=True)
class Need:
    """A requirement: what it asks and gets in each period, in billionths; 0 and 0 where it is not active."""

    requirement: Requirement
    weight: Fraction
    active: tuple[bool, ...]
    minimum: tuple[int, ...]
    target: tuple[int, ...]
    filled: tuple[int, ...]

    @property
    def below_minimum(self) -> tuple[int, ...]:
        """max(0, minimum - filled) in each period."""
        return tuple(max(0, least - has) for least, has in zip(self.minimum, self.filled, strict=True))

    @property
    def unmet(self) -> tuple[int, ...]:
        """max(0, target - filled) in each period."""
        return tuple(max(0, wanted - has) for wanted, has in zip(self.target, self.filled, strict=True))


def needs(theatre: Theatre) -> tuple[Need, ...]:
    """Return every requirement with what it asks and what fills it."""
    instance = theatre.instance
    active = [active_periods(q, instance) for q in instance.requirements]
    filled = _filled(theatre, active)
    return tuple(
        _need(q, instance, periods, has) for q, periods, has in zip(instance.requirements, active, filled, strict=True)
    )


def lines(found: Sequence[Need], theatre: Theatre) -> Iterator[CoverageLine]:
    """Yield a line for each requirement and period in which it is active."""
    for need in found:
        for t, label in enumerate(theatre.labels):
            if need.active[t]:
                amounts = (Fraction(values[t], BILLION) for values in (need.minimum, need.target, need.filled))
                yield CoverageLine(need.requirement.id, label, *amounts)


def check_hard(found: Sequence[Need], theatre: Theatre) -> Iterator[Violation]:
    """A hard minimum is met in every period."""
    for need in found:
        if need.requirement.hard:
            for t, below in enumerate(need.below_minimum):
                if below:
                    yield _hard(need, theatre.labels[t], t)


def _hard(need: Need, when: str, t: int) -> Violation:
    q = need.requirement
    has, least = words.number(need.filled[t], BILLION), words.number(need.minimum[t], BILLION)
    source = "" if q.source is None else f" ({q.source})"
    return Violation("hard", None, (q.id,), when, f"{when}: {q.id} has {has} of its hard minimum of {least}{source}")


def _need(q: Requirement, instance: Instance, active: tuple[bool, ...], filled: Sequence[int]) -> Need:
    km = kilometres(q, instance)
    weight = Fraction(q.priority)
    if q.single_role is not None:
        weight *= Fraction(instance.role[q.single_role].worth)
    minimum = _asked(q.minimums(instance.horizon, km), active)
    target = _asked(q.targets(instance.horizon, km), active)
    return Need(q, weight, active, minimum, target, tuple(filled))


def _asked(amounts: Sequence[Decimal], active: Sequence[bool]) -> tuple[int, ...]:
    return tuple(milli(amount) * 10**6 if asked else 0 for amount, asked in zip(amounts, active, strict=True))


def _filled(theatre: Theatre, active: Sequence[tuple[bool, ...]]) -> list[list[int]]:
    """Return for each requirement the sum of e_i * c in each period in which it is active."""
    filled = [[0] * len(theatre.labels) for _ in active]
    matching, barred = _matching(theatre.instance), forbidden(theatre.instance)
    for station, counted in _counted(theatre).items():
        for i, q in matching[station.sector.id, station.role.id]:
            each = _one_unit(q, station, barred, len(theatre.labels))
            for t, count in counted.items():
                if active[i][t]:
                    filled[i][t] += count * each[t]
    return filled


def _counted(theatre: Theatre) -> dict[Station, dict[int, int]]:
    """Return for each station the sum of e_i over its units in each period, in thousandths."""
    counted: dict[Station, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for p in theatre.presences:
        for t in theatre.inside(p):
            counted[p.station][t] += p.counted(t)
    return counted


def _matching(instance: Instance) -> dict[tuple[str, str], list[tuple[int, Requirement]]]:
    return {
        (s, r): [(i, q) for i, q in enumerate(instance.requirements) if q.matches(s, r)]
        for s in instance.sector
        for r in instance.role
    }


def _one_unit(q: Requirement, station: Station, barred: Barred, periods: int) -> Sequence[int]:
    """Return `c`, what one unit in full adds in each period, in millionths."""
    if q.as_ is not None:
        return _sent(station, q.as_, barred)
    worth = 1000 if q.single_role is not None else milli(station.role.worth)
    return [station.fill * worth] * periods


def _sent(station: Station, there: Destination, barred: Barred) -> Sequence[int]:
    """Return what one unit would add elsewhere; 0 where it does not fill the role or a rule forbids it to serve."""
    k = station.contingent
    fill = milli(k.fills[there.role]) * 1000 if there.role in k.fills else 0
    return [0 if forbidden_then else fill for forbidden_then in barred(k.id, there.sector, there.role)]
