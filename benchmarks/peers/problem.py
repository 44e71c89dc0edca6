"""An instance in the plain numbers that every peer starts from, or a refusal that says what cannot be said in them.

Only `forcegen.domain` is used: no tour, row or column of the product's own formulations. Everything is whole numbers.
A row says something about one period: what units present count there is within two sides. Lift rows are about units
that come and go instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd
from typing import TYPE_CHECKING

from forcegen.domain.condition import holding
from forcegen.domain.contingent import free_again
from forcegen.domain.numbers import milli
from forcegen.domain.rules import Ceiling, Exclude, Floor, Lift, Only, Pin, Share, Supply
from forcegen.domain.scope import active_periods, kilometres, scope_of
from forcegen.domain.values import over_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from forcegen.domain.contingent import Contingent, History
    from forcegen.domain.instance import Instance
    from forcegen.domain.requirement import Requirement
    from forcegen.domain.rules import Rule

Post = tuple[str, str]
"""A sector and a role."""
Place = tuple[str, str, str]
"""A contingent at a sector and role."""
GOALS = ("unmet-target", "cost")


class Unsupported(Exception):
    """The instance says something that the peers cannot."""


@dataclass(frozen=True)
class Kind:
    """The units of one contingent.

    Parameters
    ----------
    free
        For each unit, in the order of its number, the first period in which it may start a tour.
    shortest, longest
        Tour lengths.
    dwell
        Periods at home after a tour of a length, by length.
    parts
        Thousandths by which a unit counts in the first, second, ... period of its tour; the last is always 1000.
    last
        The last period in theatre, which may be after the horizon.
    usable
        For each post it may ever serve at, in which periods of the horizon.
    asked
        For each post, in which periods a requirement asks for somebody there.
    """

    id: str
    strength: int
    free: tuple[int, ...]
    shortest: int
    longest: int
    dwell: Mapping[int, int]
    parts: tuple[int, ...]
    last: int
    usable: Mapping[Post, tuple[bool, ...]]
    asked: Mapping[Post, tuple[bool, ...]]

    def may_start(self, post: Post, a: int) -> bool:
        """Whether a tour of the shortest length may start at a post in period `a`."""
        usable = self.usable[post]
        inside = range(a, min(a + self.shortest, len(usable)))
        return a + self.shortest - 1 <= self.last and all(usable[t] for t in inside)

    def tours(self) -> Iterator[tuple[Post, int, int]]:
        """Yield post, start and length of all tours that are allowed by themselves."""
        for post, usable in self.usable.items():
            periods = len(usable)
            for a in range(min(self.free, default=periods), periods):
                for length in range(self.shortest, self.longest + 1):
                    inside = range(a, min(a + length, periods))
                    if a + length - 1 > self.last or not all(usable[t] for t in inside):
                        break
                    if any(self.asked[post][t] for t in inside):
                        yield post, a, length
                    if a + length > periods:
                        break


@dataclass(frozen=True)
class Row:
    """One limit in one period: low <= constant + what all units present count <= high, None for no side.

    `amounts` has what a unit counts in the first, second, ... period of its tour; after the last entry it stays so. The
    constant is what running tours of history count. All numbers of a row are divided by their common divisor.
    """

    name: str
    t: int
    amounts: Mapping[Place, tuple[int, ...]]
    constant: int
    low: int | None
    high: int | None

    @property
    def kept_by_nobody(self) -> bool:
        """Whether the limit is kept if nobody counts anything."""
        return (self.low is None or self.constant >= self.low) and (self.high is None or self.constant <= self.high)


@dataclass(frozen=True)
class LiftRow:
    """The amounts of units whose tour starts in `t`, or has `t` as its first period after, are at most `high`."""

    name: str
    t: int
    amounts: Mapping[Place, int]
    constant: int
    high: int


@dataclass(frozen=True)
class Need:
    """A requirement in one period: every unit by which `row` stays below its `low`, the target, costs `weight`."""

    row: Row
    target: int
    weight: Fraction


@dataclass(frozen=True)
class Problem:
    """Everything that a peer models."""

    instance: Instance
    goal: str
    periods: int
    kinds: tuple[Kind, ...]
    rows: tuple[Row, ...]
    lifts: tuple[LiftRow, ...]
    needs: tuple[Need, ...]
    costs: Mapping[Place, int]
    """Thousandths of cost of a unit and period."""
    spent: Fraction
    """What running tours of history add to the goal."""

    @cached_property
    def scale(self) -> int:
        """The least number that makes every weight a whole one."""
        factor = 1
        for need in self.needs:
            factor = factor * need.weight.denominator // gcd(factor, need.weight.denominator)
        return factor


def read_problem(instance: Instance, goal: str = "unmet-target") -> Problem:
    """Return an instance in plain numbers.

    Raises
    ------
    Unsupported
        Naming what cannot be said.
    """
    if goal not in GOALS:
        raise Unsupported(f"the goal {goal}; the peers know {' and '.join(GOALS)}")
    reading = _Reading(instance)
    rows = [*reading.places(), *(row for rule in instance.rules for row in reading.rule(rule))]
    return Problem(
        instance,
        goal,
        reading.periods,
        tuple(reading.kinds),
        tuple(row for row in (*rows, *reading.minimums()) if row.amounts or not row.kept_by_nobody),
        tuple(lift for rule in instance.rules if isinstance(rule, Lift) for lift in reading.lift(rule)),
        tuple(reading.needs()) if goal == "unmet-target" else (),
        {p: milli(instance.contingent[p[0]].cost_at(instance.sector[p[1]])) for p in reading.all_places},
        reading.spent() if goal == "cost" else Fraction(0),
    )


class _Reading:
    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.periods = instance.horizon.periods
        self.bans = [
            (scope_of(rule, instance), isinstance(rule, Only), active_periods(rule, instance))
            for rule in instance.rules
            if isinstance(rule, Exclude | Only)
        ]
        self.kinds = [self._kind(contingent) for contingent in instance.contingents]
        self.parts = {kind.id: kind.parts for kind in self.kinds}
        self.all_places = [(kind.id, *post) for kind in self.kinds for post in kind.usable]
        self.running = [row for row in instance.history if row.running]

    def permitted(self, k: str, s: str, r: str, t: int) -> bool:
        """Whether no active rule forbids a contingent to serve there."""
        for scope, only, active in self.bans:
            if active[t] and k in scope.contingents and only != (s in scope.sectors and r in scope.roles):
                return False
        return True

    def _kind(self, contingent: Contingent) -> Kind:
        instance, horizon = self.instance, self.instance.horizon
        k, lengths = contingent.id, contingent.tour_lengths
        willing = holding(contingent, instance.conditions, horizon)
        first = max(0, contingent.notice, 0 if contingent.ready is None else horizon.index(contingent.ready))
        away = [
            free_again(row, contingent, horizon)
            for row in instance.history
            if row.contingent == k
            for _ in range(row.units)
        ]
        free = [max(first, *away[i : i + 1]) if i < len(away) else first for i in range(contingent.pool)]
        last = self.periods + lengths[-1] if contingent.until is None else horizon.index(contingent.until)
        posts = {(s, r): self._asked(s, r) for s in instance.sector for r in instance.role if r in contingent.fills}
        asked = {post: when for post, when in posts.items() if any(when)}
        usable = {
            (s, r): tuple(willing[t] and t <= last and self.permitted(k, s, r, t) for t in range(self.periods))
            for s, r in asked
        }
        handover = milli(contingent.handover)
        return Kind(
            k,
            milli(contingent.strength),
            tuple(free),
            lengths[0],
            lengths[-1],
            {length: contingent.dwell_after(length) for length in lengths},
            tuple(min(1000, max(0, 1000 * (i + 1) - handover)) for i in range(lengths[-1] + 1)),
            last,
            {post: when for post, when in usable.items() if any(when)},
            asked,
        )

    def _asked(self, s: str, r: str) -> tuple[bool, ...]:
        active = [active_periods(q, self.instance) for q in self.instance.requirements if q.matches(s, r)]
        return tuple(any(line[t] for line in active) for t in range(self.periods))

    def places(self) -> Iterator[Row]:
        """Yield beds and supply of each sector."""
        for sector in self.instance.sectors:
            inside = [place for place in self.all_places if place[1] == sector.id]
            for name, limit in (("beds", sector.beds), ("supply", sector.supply)):
                if limit is None:
                    continue
                most = over_time(limit, self.instance.horizon)

                def amount(place: Place, name: str = name) -> int:
                    contingent = self.instance.contingent[place[0]]
                    taken = contingent.beds_at(self.instance.sector[place[1]]) if name == "beds" else contingent.supply
                    return milli(taken)

                for t in range(self.periods):
                    yield self._row(f"{name}({sector.id})", t, inside, amount, high=milli(most[t]), where=sector.id)

    def rule(self, rule: Rule) -> Iterator[Row]:
        """Yield the rows of a rule."""
        match rule:
            case Exclude() | Only() | Lift():
                return
            case Ceiling() | Floor():
                yield from self._bound(rule)
            case Share():
                yield from self._share(rule)
            case Supply():
                yield from self._hub(rule)
            case Pin():
                yield from self._pin(rule)
            case _:
                raise Unsupported(f"rules of the kind {rule.kind}: {rule.id}")

    def _bound(self, rule: Ceiling | Floor) -> Iterator[Row]:
        if rule.over == "horizon" or rule.of not in ("troops", "units"):
            raise Unsupported(f"a {rule.kind} of {rule.of} over the {rule.over}: {rule.id}")
        limit = over_time(rule.limit, self.instance.horizon)
        high, unit = isinstance(rule, Ceiling), rule.of == "units"
        for name, inside in self._items(rule):
            for t in self._active(rule):
                side = milli(limit[t])
                yield self._row(
                    f"{rule.id}{name}",
                    t,
                    inside,
                    lambda place: 1000 if unit else self._strength(place),
                    handover=high and not unit,
                    high=side if high else None,
                    low=None if high else side,
                )

    def _share(self, rule: Share) -> Iterator[Row]:
        if rule.in_ != "force":
            raise Unsupported(f"a share in each sector by itself: {rule.id}")
        scope, most = scope_of(rule, self.instance), milli(rule.most)
        everyone = [place for place in self._everywhere() if place[1] in scope.sectors and place[2] in scope.roles]
        for name, part in self._items(rule):
            mine = set(part)
            for t in self._active(rule):
                yield self._row(
                    f"{rule.id}{name}",
                    t,
                    everyone,
                    lambda place, mine=mine: self._strength(place) * ((10**6 if place in mine else 0) - most),
                    high=0,
                )

    def _hub(self, rule: Supply) -> Iterator[Row]:
        most = over_time(rule.most, self.instance.horizon)
        inside = self._in(rule)
        for t in self._active(rule):
            yield self._row(
                rule.id, t, inside, lambda place: milli(self.instance.contingent[place[0]].supply), high=milli(most[t])
            )

    def _pin(self, rule: Pin) -> Iterator[Row]:
        inside = self._in(rule)
        for k in sorted(scope_of(rule, self.instance).contingents):
            own = [place for place in inside if place[0] == k]
            for t in self._active(rule):
                yield self._row(f"{rule.id}({k})", t, own, lambda _: 1000, low=1000 * rule.units)

    def lift(self, rule: Lift) -> Iterator[LiftRow]:
        """Yield the rows of a rule about lift."""
        scope, most = scope_of(rule, self.instance), over_time(rule.most, self.instance.horizon)
        amounts = {place: self._strength(place) for place in self._in(rule) if place in set(self.all_places)}
        for t in self._active(rule):
            leaving = sum(
                row.units * milli(self.instance.contingent[row.contingent].strength)
                for row in self.running
                if row.contingent in scope.contingents and row.sector in scope.sectors and row.role in scope.roles
                if self._left(row) == t
            )
            yield LiftRow(rule.id, t, amounts, leaving, milli(most[t]))

    def minimums(self) -> Iterator[Row]:
        """Yield the minimums that must be met."""
        for q in self.instance.requirements:
            if q.hard:
                least = q.minimums(self.instance.horizon, kilometres(q, self.instance))
                for t, active in enumerate(active_periods(q, self.instance)):
                    if active:
                        yield self._filling(q, t, milli(least[t]) * 1000)

    def needs(self) -> Iterator[Need]:
        """Yield what is asked for, with what it costs to leave it unmet."""
        for q in self.instance.requirements:
            wanted = q.targets(self.instance.horizon, kilometres(q, self.instance))
            weight = Fraction(q.priority)
            if q.single_role is not None:
                weight *= Fraction(self.instance.role[q.single_role].worth)
            for t, active in enumerate(active_periods(q, self.instance)):
                if active and wanted[t] and weight:
                    row = self._filling(q, t, milli(wanted[t]) * 1000)
                    assert row.low is not None
                    yield Need(row, row.low, weight * Fraction(wanted[t]) / row.low)

    def _filling(self, q: Requirement, t: int, least: int | None) -> Row:
        def amount(place: Place) -> int:
            k, _, r = place
            fills = self.instance.contingent[k].fills
            if q.as_ is not None:
                there = q.as_.role in fills and self.permitted(k, q.as_.sector, q.as_.role, t)
                return milli(fills[q.as_.role]) * 1000 if there else 0
            worth = 1000 if q.single_role is not None else milli(self.instance.role[r].worth)
            return milli(fills[r]) * worth if r in fills else 0

        inside = [place for place in self._everywhere() if q.matches(place[1], place[2])]
        return self._row(q.id, t, inside, amount, handover=True, low=least)

    def spent(self) -> Fraction:
        """Return what running tours of history cost."""
        total = 0
        for row in self.running:
            place = (row.contingent, row.sector or "", row.role or "")
            cost = milli(self.instance.contingent[place[0]].cost_at(self.instance.sector[place[1]]))
            total += row.units * cost * min(self._left(row), self.periods)
        return Fraction(total, 1000)

    def _row(
        self,
        name: str,
        t: int,
        inside: Sequence[Place],
        amount: Callable[[Place], int],
        *,
        handover: bool = False,
        low: int | None = None,
        high: int | None = None,
        where: str | None = None,
    ) -> Row:
        """Return a row, given what a unit counts, handover aside; with it, by the part of each period of its tour."""
        own, known = set(self.all_places), set(inside)
        amounts = {
            place: tuple(value * part for part in (self.parts[place[0]] if handover else (1000,)))
            for place in inside
            if place in own and (value := amount(place))
        }
        constant = 0
        for row in self.running:
            place = (row.contingent, row.sector or "", row.role or "")
            if t < self._left(row) and (place in known or place[1] == where):
                constant += row.units * amount(place) * (self._part(row, t) if handover else 1000)
        sides = [None if side is None else side * 1000 for side in (low, high)]
        numbers = (constant, *(side or 0 for side in sides), *(n for line in amounts.values() for n in line))
        step = gcd(*numbers) or 1
        return Row(
            name,
            t,
            {place: tuple(n // step for n in line) for place, line in amounts.items()},
            constant // step,
            *(None if side is None else side // step for side in sides),
        )

    def _everywhere(self) -> list[Place]:
        """Return all places, also those at which only running tours of history are."""
        past = [(row.contingent, row.sector or "", row.role or "") for row in self.running]
        return list(dict.fromkeys((*self.all_places, *past)))

    def _in(self, rule: Rule) -> list[Place]:
        scope = scope_of(rule, self.instance)
        return [
            place
            for place in self._everywhere()
            if place[0] in scope.contingents and place[1] in scope.sectors and place[2] in scope.roles
        ]

    def _items(self, rule: Ceiling | Floor | Share) -> Iterator[tuple[str, list[Place]]]:
        inside, scope = self._in(rule), scope_of(rule, self.instance)
        if rule.each is None:
            yield "", inside
            return
        names = {
            "nation": {self.instance.contingent[k].nation for k in scope.contingents},
            "sector": scope.sectors,
            "role": scope.roles,
        }[rule.each]
        for name in sorted(names):
            yield f"({name})", [p for p in inside if name in (self.instance.contingent[p[0]].nation, p[1], p[2])]

    def _active(self, rule: Rule) -> list[int]:
        return [t for t, active in enumerate(active_periods(rule, self.instance)) if active]

    def _strength(self, place: Place) -> int:
        return milli(self.instance.contingent[place[0]].strength)

    def _left(self, row: History) -> int:
        assert row.ends is not None
        return self.instance.horizon.index(row.ends) + 1

    def _part(self, row: History, t: int) -> int:
        assert row.since is not None
        served = t - self.instance.horizon.index(row.since)
        return min(1000, max(0, 1000 * (served + 1) - milli(self.instance.contingent[row.contingent].handover)))
