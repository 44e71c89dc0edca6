"""What limits and requirements count, row by row: a number for each unit present, moving or away, in billionths."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import gcd
from typing import TYPE_CHECKING

from forcegen.audit.coverage import _one_unit, needs
from forcegen.audit.presence import _station, expand
from forcegen.audit.rules import forbidden
from forcegen.audit.rules.standby import _away, _ready
from forcegen.domain.condition import holding
from forcegen.domain.numbers import milli
from forcegen.domain.plan import Plan
from forcegen.domain.scope import active_periods, scope_of, selected
from forcegen.domain.values import over_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from decimal import Decimal

    from forcegen.audit.coverage import Need
    from forcegen.audit.presence import Presence, Station, Theatre
    from forcegen.domain.contingent import Contingent
    from forcegen.domain.instance import Instance
    from forcegen.domain.requirement import Requirement
    from forcegen.domain.rules import Bar, Ceiling, Floor, Lift, Pin, Ratio, Rule, Share, Standby, Supply
    from forcegen.domain.values import Steps

BILLION = 10**9
FULL = 1000


@dataclass(frozen=True)
class Row:
    """`sum >= side` (sense 1) or `sum <= side` (sense -1) over the units of a plan, in billionths.

    Parameters
    ----------
    periods
        Those in which it counts.
    present
        What a unit at a station counts in each of them, by its handover factor in thousandths.
    starts, leaves
        What it counts in the period in which its tour starts, or in which it has just left.
    away
        What a unit counts while it is on tour or in dwell.
    lacking
        The shortfalls that it counts too: `minimum` or `target` of a requirement and period.
    """

    sense: int
    side: int
    periods: Sequence[int]
    stations: Sequence[Station]
    present: Callable[[Station, int], int] | None = None
    starts: Callable[[Station], int] | None = None
    leaves: Callable[[Station], int] | None = None
    away: Callable[[Contingent], int] | None = None
    lacking: tuple[str, int, int] | None = None

    def rounded(self) -> Row:
        """Return the row with its side rounded to what its units can add up to."""
        if self.lacking is not None:
            return self
        step = gcd(*self._amounts())
        if not step:
            return self
        side = -(-self.side // step) * step if self.sense > 0 else self.side // step * step
        return Row(
            self.sense, side, self.periods, self.stations, self.present, self.starts, self.leaves, self.away
        )  # fmt: skip

    def _amounts(self) -> Iterable[int]:
        for station in self.stations:
            if self.present is not None:
                yield from (self.present(station, e) for e in levels(station))
            if self.starts is not None:
                yield self.starts(station)
            if self.leaves is not None:
                yield self.leaves(station)
            if self.away is not None:
                yield self.away(station.contingent)


def levels(station: Station) -> list[int]:
    """Return the handover factors of a tour's periods, in thousandths, until the first that is full."""
    early = -(-station.handover // FULL)
    return [min(FULL, max(0, (age + 1) * FULL - station.handover)) for age in range(early)] + [FULL]


class Book:
    """All rows of an instance by name, and the stations at which its units may serve."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.theatre: Theatre = expand(instance, Plan())
        self.periods = instance.horizon.periods
        self.label = {str(label): t for t, label in enumerate(self.theatre.labels)}
        self._rule = {rule.id: rule for rule in instance.rules}

    def row(self, name: str) -> Row | None:
        """Return a row; None where there is none of the name, or it is not understood here."""
        head, _, inner = name.removesuffix(")").partition("(")
        if head == "rounded":
            base, _, divisor = inner.rpartition(",")
            return self._rounded(base, divisor)
        parts = inner.split(",")
        if head in ("coverage", "least"):
            return self._coverage(head, *parts) if len(parts) == 2 else None
        rule = self._rule.get(parts[0])
        named = head in ("beds", "supply") and parts[0] in self.instance.sector
        if named and rule is not None and rule.kind == head:
            return None  # a hub called as a sector is: which of them is meant cannot be told
        if named and len(parts) == 2:
            return self._held(head, parts[0], self.label.get(parts[1]))
        if rule is None or rule.kind != head or rule.kind not in _RULES:
            return None
        t, items = None, parts[1:]
        if getattr(rule, "over", "period") == "period":
            t, items = self.label.get(parts[-1]), parts[1:-1]
            if t is None or not active_periods(rule, self.instance)[t]:
                return None
        row = _RULES[rule.kind](self, rule, items, t)
        return None if row is None else row.rounded()

    @cached_property
    def stations(self) -> list[Station]:
        """Where units may serve."""
        instance = self.instance
        return [
            _station(k, s, r)
            for k in instance.contingents
            if k.pool
            for s in instance.sectors
            for r in instance.roles
            if r.id in k.fills
            and any(self.open(k.id, s.id, r.id))
            and any(a and b for a, b in zip(self.asked(s.id, r.id), self.open(k.id, s.id, r.id), strict=True))
        ]

    def asked(self, sector: str, role: str) -> list[bool]:
        """Return for each period whether a requirement asks for that role there."""
        matching = [active for q, active in self._asking if q.matches(sector, role)]
        return [any(active[t] for active in matching) for t in range(self.periods)]

    def open(self, k: str, sector: str, role: str) -> list[bool]:
        """Return for each period whether conditions and exclusions let a contingent serve there."""
        barred = self._barred(k, sector, role)
        held = holding(self.instance.contingent[k], self.instance.conditions, self.instance.horizon)
        return [a and not b for a, b in zip(held, barred, strict=True)]

    @cached_property
    def needs(self) -> dict[str, Need]:
        """What requirements ask, and what running tours give."""
        return {need.requirement.id: need for need in needs(self.theatre)}

    def lacking(self, q: str, t: int) -> tuple[int, int]:
        """Return what lacks to minimum and target when nobody is sent, in billionths."""
        need = self.needs[q]
        return max(0, need.minimum[t] - need.filled[t]), max(0, need.target[t] - need.filled[t])

    def within(self, contingents: Iterable[str], sectors: Iterable[str], roles: Iterable[str]) -> list[Station]:
        """Return the stations in a scope."""
        who, where, what = set(contingents), set(sectors), set(roles)
        return [
            x for x in self.stations if x.contingent.id in who and x.sector.id in where and x.role.id in what
        ]  # fmt: skip

    @cached_property
    def _asking(self) -> list[tuple[Requirement, tuple[bool, ...]]]:
        return [(q, active_periods(q, self.instance)) for q in self.instance.requirements]

    @cached_property
    def _barred(self) -> Callable[[str, str, str], tuple[bool, ...]]:
        return forbidden(self.instance)

    # Requirements

    def _coverage(self, head: str, q: str, period: str) -> Row | None:
        """`least` is the row of the minimum alone."""
        t = self.label.get(period)
        if t is None or q not in self.needs:
            return None
        side = self.lacking(q, t)[0 if head == "least" else 1]
        if side <= 0:
            return None
        given = self._given(q)

        def present(station: Station, e: int) -> int:
            return min(given[id(station)][t] * e, side)

        stations = [x for x in self.stations if id(x) in given]
        segment = "minimum" if head == "least" else "target"
        return Row(1, side, [t], stations, present, lacking=(segment, list(self.needs).index(q), t))

    def _rounded(self, base: str, divisor: str) -> Row | None:
        row = self.row(base)
        try:
            d = int(divisor)
        except ValueError:
            return None
        if row is None or row.lacking is None or row.present is None or d <= 0 or row.side % d == 0:
            return None
        rest, whole = row.side % d, row.present

        def present(station: Station, e: int) -> int:
            amount = whole(station, e)
            return amount // d * rest + min(amount % d, rest)

        side = -(-row.side // d) * rest
        return Row(1, side, row.periods, row.stations, present, lacking=row.lacking)

    def _given(self, q: str) -> dict[int, Sequence[int]]:
        """Return what a unit of each station that counts adds in each period, in millionths."""
        if q not in self._counts:
            need = self.needs[q].requirement
            self._counts[q] = {
                id(x): _one_unit(need, x, self._barred, self.periods)
                for x in self.stations
                if need.matches(x.sector.id, x.role.id)
            }
        return self._counts[q]

    @cached_property
    def _counts(self) -> dict[str, dict[int, Sequence[int]]]:
        return {}

    # Places

    def _held(self, what: str, sector: str, t: int | None) -> Row | None:
        place = self.instance.sector[sector]
        limit: Decimal | Steps | None = place.beds if what == "beds" else place.supply
        if limit is None or t is None:
            return None

        def present(station: Station, _: int) -> int:
            return (station.beds if what == "beds" else station.supply) * 10**6

        inside = [x for x in self.stations if x.sector.id == sector]
        return self.at_most(limit, t, inside, present, lambda p: p.station.sector.id == sector).rounded()

    def at_most(
        self,
        limit: Decimal | Steps,
        t: int,
        stations: Sequence[Station],
        present: Callable[[Station, int], int],
        running: Callable[[Presence], bool],
    ) -> Row:
        """Return a limit on those present in a period, less what running tours take of it."""
        side = milli(over_time(limit, self.instance.horizon)[t]) * 10**6
        return Row(-1, side - self.taken(t, present, running), [t], stations, present)

    def taken(self, t: int, present: Callable[[Station, int], int], mine: Callable[[Presence], bool]) -> int:
        """Return what running tours count in a period."""
        return sum(
            present(p.station, p.counted(t)) for p in self.theatre.presences if mine(p) and t in self.theatre.inside(p)
        )


def _item(rule: Rule, items: Sequence[str]) -> Callable[[Station], bool] | None:
    """Return whether a station belongs to the item of a rule; None where the item is not one."""
    each = getattr(rule, "each", None)
    if each in (None, "force"):
        return None if items else lambda _: True
    if len(items) != 1:
        return None
    if each == "nation":
        return lambda x: x.contingent.nation == items[0]
    return (lambda x: x.sector.id == items[0]) if each == "sector" else (lambda x: x.role.id == items[0])


def _scoped(book: Book, rule: Rule) -> tuple[list[Station], Callable[[Station], bool]]:
    scope = scope_of(rule, book.instance)

    def inside(x: Station) -> bool:
        return x.contingent.id in scope.contingents and x.sector.id in scope.sectors and x.role.id in scope.roles

    return [x for x in book.stations if inside(x)], inside


def _bound(book: Book, rule: Ceiling | Floor, items: Sequence[str], t: int | None) -> Row | None:
    """Ceilings and floors."""
    mine = _item(rule, items)
    if mine is None:
        return None
    stations, inside = _scoped(book, rule)
    stations = [x for x in stations if mine(x)]
    active = active_periods(rule, book.instance)
    periods = [i for i in range(book.periods) if active[i]] if t is None else [t]
    if not periods:
        return None
    sense = -1 if rule.kind == "ceiling" else 1
    limit = milli(over_time(rule.limit, book.instance.horizon)[t or 0]) * 10**6

    def present(x: Station, e: int) -> int:
        troops = x.strength * (e if sense < 0 else FULL) * 1000
        return {"troops": troops, "units": BILLION, "cost": x.cost * 10**6}[rule.of]

    if rule.of == "tours":
        return Row(sense, limit, periods, stations, starts=lambda _: BILLION)
    taken = sum(book.taken(i, present, lambda p: inside(p.station) and mine(p.station)) for i in periods)
    return Row(sense, limit - taken, periods, stations, present)


def _lift(book: Book, rule: Lift, items: Sequence[str], t: int | None) -> Row | None:
    if items or t is None:
        return None
    stations, inside = _scoped(book, rule)
    limit = milli(over_time(rule.most, book.instance.horizon)[t]) * 10**6
    taken = sum(
        p.station.strength * 10**6 * ((p.start == t) + (p.leaves == t))
        for p in book.theatre.presences
        if inside(p.station)
    )

    def moving(x: Station) -> int:
        return x.strength * 10**6

    return Row(-1, limit - taken, [t], stations, starts=moving, leaves=moving)


def _hub(book: Book, rule: Supply, items: Sequence[str], t: int | None) -> Row | None:
    if items or t is None:
        return None
    stations, inside = _scoped(book, rule)
    return book.at_most(rule.most, t, stations, lambda x, _: x.supply * 10**6, lambda p: inside(p.station))


def _share(book: Book, rule: Share, items: Sequence[str], t: int | None) -> Row | None:
    """1000 x troops of the part - most x troops of all <= 0."""
    place = items[-1] if rule.in_ == "sector" and items else None
    mine = _item(rule, items[:-1] if rule.in_ == "sector" else items)
    if mine is None or t is None or (rule.in_ == "sector") != (place is not None):
        return None
    scope, most = scope_of(rule, book.instance), milli(rule.most)

    def here(x: Station) -> bool:
        return x.sector.id in scope.sectors and x.role.id in scope.roles and place in (None, x.sector.id)

    def present(x: Station, _: int) -> int:
        part = x.contingent.id in scope.contingents and mine(x)
        return x.strength * (10**6 * part - most) * 1000

    stations = [x for x in book.stations if here(x)]
    return Row(-1, -book.taken(t, present, lambda p: here(p.station)), [t], stations, present)


def _ratio(book: Book, rule: Ratio, items: Sequence[str], t: int | None) -> Row | None:
    """1000 x troops of those who serve - least x troops of those served >= 0."""
    mine = _item(rule, items)
    if mine is None or t is None:
        return None
    stations, inside = _scoped(book, rule)
    of, to = selected(rule.of, book.instance), selected(rule.to, book.instance)
    least = milli(rule.least)

    def present(x: Station, _: int) -> int:
        k, r = x.contingent.id, x.role.id
        serving, served = (k in part.contingents and r in part.roles for part in (of, to))
        return x.strength * (10**6 * serving - least * served) * 1000

    taken = book.taken(t, present, lambda p: inside(p.station) and mine(p.station))
    return Row(1, -taken, [t], [x for x in stations if mine(x)], present)


def _standby(book: Book, rule: Standby, items: Sequence[str], t: int | None) -> Row | None:
    """Strength of those away <= strength of the pools - least, of contingents that are ready."""
    if items or t is None:
        return None
    scope = scope_of(rule, book.instance)
    ready = {k.id: k for k in book.instance.contingents if k.id in scope.contingents and _ready(k, book.theatre)[t]}
    home = sum(milli(k.strength) * (k.pool - _away(k, book.theatre)[t]) for k in ready.values())
    limit = home - milli(over_time(rule.least, book.instance.horizon)[t])
    stations = [x for x in book.stations if x.contingent.id in ready]
    return Row(-1, limit * 10**6, [t], stations, away=lambda k: milli(k.strength) * 10**6 if k.id in ready else 0)


def _units(book: Book, rule: Pin | Bar, items: Sequence[str], t: int | None) -> Row | None:
    """Pins and bars: units of one contingent."""
    if len(items) != 1 or t is None or items[0] not in scope_of(rule, book.instance).contingents:
        return None
    stations, inside = _scoped(book, rule)

    def present(_: Station, __: int) -> int:
        return BILLION

    taken = book.taken(t, present, lambda p: inside(p.station) and p.station.contingent.id == items[0])
    units = rule.units if rule.kind == "pin" else book.instance.contingent[items[0]].pool - rule.units
    mine = [x for x in stations if x.contingent.id == items[0]]
    return Row(1 if rule.kind == "pin" else -1, units * BILLION - taken, [t], mine, present)


_RULES: dict[str, Callable[..., Row | None]] = {
    "ceiling": _bound,
    "floor": _bound,
    "lift": _lift,
    "supply": _hub,
    "share": _share,
    "ratio": _ratio,
    "standby": _standby,
    "pin": _units,
    "bar": _units,
}
