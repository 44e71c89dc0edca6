"""What a force size asks for: each role's target, summed over its sectors, times a factor, in each period."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from forcegen.domain.requirement import Requirement
from forcegen.domain.scope import active_periods, kilometres
from forcegen.io.errors import refuse
from forcegen.planning.relax import unused, with_lists
from forcegen.tours.allowed import allowed_tours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit import Audit
    from forcegen.domain.instance import Instance

Answer = Literal["yes", "no", "open"]


@dataclass(frozen=True)
class Factor:
    """The largest factor on all targets, between a force that was found and a bound that is proven.

    Parameters
    ----------
    found
        A plan holds this much.
    bound
        None holds more.
    """

    found: Fraction
    bound: Fraction

    def answers(self, factor: Fraction) -> Answer:
        """Return whether a force of this size is held."""
        if self.found >= factor:
            return "yes"
        return "no" if self.bound < factor else "open"

    def over(self, by: Fraction) -> Factor:
        """Return the same where all targets are so many times as large."""
        return Factor(self.found / by, self.bound / by)


@dataclass(frozen=True)
class Line:
    """What one role is asked for: in these sectors (None: all), period by period."""

    role: str
    sectors: tuple[str, ...] | None
    targets: tuple[Decimal, ...]


@dataclass(frozen=True)
class Rounding:
    """What rounding up adds: `share` times as much at most of any one amount, and `total` troop-periods of all."""

    share: Fraction
    total: Fraction


@dataclass(frozen=True, eq=False)
class Sizes:
    """The force that is asked for, role by role.

    Parameters
    ----------
    hold
        Share of each target that counts as held.
    build_up
        Periods at the start in which nothing is asked.
    wanted
        By role; those that nobody offers are in `set_aside`.
    """

    instance: Instance
    hold: Fraction
    build_up: int
    wanted: dict[str, Line]
    set_aside: tuple[str, ...]

    @property
    def targets(self) -> dict[str, Fraction]:
        """What each role is asked for in the last period, in its measure."""
        return {role: Fraction(line.targets[-1]) for role, line in self.wanted.items()}

    @property
    def troops(self) -> Fraction:
        """What the targets of the last period stand for, in troops."""
        worth = {role.id: Fraction(role.worth) for role in self.instance.roles}
        return sum((worth[role] * target for role, target in self.targets.items()), Fraction(0))

    @property
    def first(self) -> int:
        """The first period from the end of the build-up on in which anything is asked."""
        periods = range(self.build_up, self.instance.horizon.periods)
        return next(t for t in periods if any(line.targets[t] for line in self.wanted.values()))

    def at_the_end(self, state: Instance, factor: Fraction) -> Instance:
        """Return a steady state that is asked for so many times the targets of the last period."""
        totals = [self._total(line, self._amount(line, -1, factor)) for line in self.wanted.values()]
        return with_lists(state, requirements=tuple(totals))

    def through(self, instance: Instance, factor: Fraction, last: int) -> Instance:
        """Return the instance asked for so many times the targets from the end of the build-up to a period.

        Its own requirements ask for nothing any more, but still say where tours may be.
        """
        horizon = instance.horizon
        totals = []
        for line in self.wanted.values():
            steps = {horizon.label(t): self._amount(line, t, factor) for t in range(self.build_up, last + 1)}
            totals.append(self._total(line, steps).model_copy(update={"until": horizon.label(last)}))
        return with_lists(instance, requirements=(*_silent(instance), *totals))

    def held(self, audit: Audit, last: int) -> list[Fraction | None]:
        """Return what factor a plan for `through` holds in each period to the last; None where nothing is asked."""
        labels = {str(self.instance.horizon.label(t)): t for t in range(self.build_up, last + 1)}
        roles = {self.name_of(role): line for role, line in self.wanted.items()}
        held: list[Fraction | None] = [None] * (last + 1)
        for got in audit.coverage:
            if got.requirement in roles and (t := labels.get(got.period)) is not None:
                asked = self.hold * Fraction(roles[got.requirement].targets[t])
                if asked:
                    former, share = held[t], got.filled / asked
                    held[t] = share if former is None else min(former, share)
        return held

    def at_once(self, instance: Instance, last: int) -> Fraction:
        """Return a factor that no plan holds more than: with every unit there at the same time."""
        able = serving(instance)
        everyone: dict[str, Fraction] = dict.fromkeys(self.wanted, Fraction(0))
        for k in instance.contingents:
            for role in k.fills:
                if role in everyone and (k.id, role) in able:
                    everyone[role] += Fraction(k.fills[role]) * k.pool
        started = [row for row in instance.history if row.role in everyone]
        for row in started:
            everyone[str(row.role)] += Fraction(instance.contingent[row.contingent].fills[str(row.role)]) * row.units
        return min(
            everyone[role] / (self.hold * Fraction(line.targets[t]))
            for role, line in self.wanted.items()
            for t in range(self.build_up, last + 1)
            if line.targets[t]
        )

    def rounding(self, factor: Fraction, last: int) -> Rounding:
        """Return what is asked for beyond so many times the targets, since amounts are whole thousandths."""
        worth = {role.id: Fraction(role.worth) for role in self.instance.roles}
        share, total = Fraction(1), Fraction(0)
        for role, line in self.wanted.items():
            for t in range(self.build_up, last + 1):
                if exact := Fraction(line.targets[t]) * self.hold * factor:
                    amount = Fraction(self._amount(line, t, factor))
                    share, total = max(share, amount / exact), total + worth[role] * (amount - exact)
        return Rounding(share, total)

    def _amount(self, line: Line, period: int, factor: Fraction) -> Decimal:
        """Return what is asked, rounded up to a thousandth."""
        exact = Fraction(line.targets[period]) * self.hold * factor
        return Decimal(math.ceil(exact * 1000)) / 1000

    def _total(self, line: Line, target: object) -> Requirement:
        name = self.name_of(line.role)
        return Requirement.model_validate(
            {"id": name, "sectors": line.sectors, "roles": (line.role,), "target": target}
        )

    def name_of(self, role: str) -> str:
        """Return the id of a role's total."""
        return unused(f"total-{role}", {q.id for q in self.instance.requirements})


def sizes_of(instance: Instance, build_up: int, hold: Fraction) -> Sizes:
    """Return what an instance asks for, role by role.

    Raises
    ------
    forcegen.io.errors.InputError
        If the build-up is as long as the horizon, or no requirement names exactly one role that somebody offers.
    """
    if build_up >= instance.horizon.periods:
        message = f"a build-up of {build_up} leaves nothing of a horizon of {instance.horizon.periods}"
        raise refuse(message, advice="shorten it: --build-up")
    lines = _wanted(instance)
    offered = {role for _, role in serving(instance)}
    wanted = {role: line for role, line in lines.items() if role in offered and line.targets[-1] > 0}
    if not wanted:
        raise refuse(
            "no requirement names exactly one role that somebody offers, so no force size is defined",
            advice="state targets role by role",
        )
    return Sizes(instance, hold, build_up, wanted, tuple(role for role in lines if role not in offered))


def serving(instance: Instance) -> set[tuple[str, str]]:
    """Return which contingents can serve in which roles."""
    tours = allowed_tours(instance)
    pairs = set(zip(tours.contingent.tolist(), tours.role.tolist(), strict=True))
    return {(instance.contingents[k].id, instance.roles[r].id) for k, r in pairs}


def _wanted(instance: Instance) -> dict[str, Line]:
    """Return what each role is asked for by the requirements that name it alone."""
    lines: dict[str, Line] = {}
    for q in instance.requirements:
        if q.as_ is None and q.roles is not None and len(q.roles) == 1:
            active = active_periods(q, instance)
            asked = q.targets(instance.horizon, kilometres(q, instance))
            targets = tuple(x if on else Decimal(0) for x, on in zip(asked, active, strict=True))
            former = lines.get(q.roles[0])
            lines[q.roles[0]] = _joined(former, q.sectors, targets) if former else Line(q.roles[0], q.sectors, targets)
    return lines


def _joined(line: Line, sectors: tuple[str, ...] | None, targets: tuple[Decimal, ...]) -> Line:
    united = None if sectors is None or line.sectors is None else tuple(dict.fromkeys((*line.sectors, *sectors)))
    return Line(line.role, united, tuple(a + b for a, b in zip(line.targets, targets, strict=True)))


def _silent(instance: Instance) -> Iterator[Requirement]:
    """Yield the requirements with nothing asked: they still say where tours may be."""
    for q in instance.requirements:
        yield q.model_copy(update={"minimum": None, "target": Decimal(0), "hard": False})
