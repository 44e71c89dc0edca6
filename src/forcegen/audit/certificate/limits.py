"""What rules count, kind by kind: a number for each unit present, moving or away, in billionths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.audit.certificate.lines import BILLION, FULL, Line, Rows
from forcegen.audit.rules.standby import _away, _ready
from forcegen.domain.numbers import milli
from forcegen.domain.scope import active_periods, scope_of, selected
from forcegen.domain.values import over_time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from forcegen.audit.certificate.book import Book
    from forcegen.audit.certificate.lines import Amount
    from forcegen.audit.presence import Station
    from forcegen.domain.contingent import Contingent
    from forcegen.domain.rules import Bar, Ceiling, Floor, Lift, Pin, Ratio, Rule, Share, Standby, Supply
    from forcegen.domain.values import Steps


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


def _active(book: Book, rule: Rule) -> list[int]:
    return [t for t, active in enumerate(active_periods(rule, book.instance)) if active]


def _billionths(limit: Decimal | Steps, book: Book) -> list[int]:
    return [milli(number) * 10**6 for number in over_time(limit, book.instance.horizon)]


def _bound(book: Book, rule: Ceiling | Floor, items: Sequence[str]) -> Rows | None:
    """Ceilings and floors."""
    mine, active = _item(rule, items), _active(book, rule)
    if mine is None or not active:
        return None
    stations, inside = _scoped(book, rule)
    stations = [x for x in stations if mine(x)]
    sense = -1 if rule.kind == "ceiling" else 1
    limit = _billionths(rule.limit, book)

    def present(x: Station, e: int) -> int:
        troops = x.strength * (e if sense < 0 else FULL) * 1000
        return {"troops": troops, "units": BILLION, "cost": x.cost * 10**6}[rule.of]

    line, taken = Line(stations, starts=lambda _: BILLION), [0] * book.periods
    if rule.of != "tours":
        line, taken = Line(stations, present), book.taken(present, lambda p: inside(p.station) and mine(p.station))
    if rule.over == "period":
        return Rows(line, sense, {t: limit[t] - taken[t] for t in active})
    return Rows(line, sense, {active[0]: limit[0] - sum(taken[t] for t in active)}, active)


def _lift(book: Book, rule: Lift, items: Sequence[str]) -> Rows | None:
    if items:
        return None
    stations, inside = _scoped(book, rule)
    left = dict(enumerate(_billionths(rule.most, book)))
    for p in book.theatre.presences:
        for t in (p.start, p.leaves) if inside(p.station) else ():
            if t in left:
                left[t] -= p.station.strength * 10**6

    def moving(x: Station) -> int:
        return x.strength * 10**6

    return Rows(Line(stations, starts=moving, leaves=moving), -1, {t: left[t] for t in _active(book, rule)})


def _hub(book: Book, rule: Supply, items: Sequence[str]) -> Rows | None:
    if items:
        return None
    stations, inside = _scoped(book, rule)

    def present(x: Station, _: int) -> int:
        return x.supply * 10**6

    limit, taken = _billionths(rule.most, book), book.taken(present, lambda p: inside(p.station))
    return Rows(Line(stations, present), -1, {t: limit[t] - taken[t] for t in _active(book, rule)})


def _share(book: Book, rule: Share, items: Sequence[str]) -> Rows | None:
    """1000 x troops of the part - most x troops of all <= 0."""
    place = items[-1] if rule.in_ == "sector" and items else None
    mine = _item(rule, items[:-1] if rule.in_ == "sector" else items)
    if mine is None or (rule.in_ == "sector") != (place is not None):
        return None
    scope, most = scope_of(rule, book.instance), milli(rule.most)

    def here(x: Station) -> bool:
        return x.sector.id in scope.sectors and x.role.id in scope.roles and place in (None, x.sector.id)

    def present(x: Station, _: int) -> int:
        part = x.contingent.id in scope.contingents and mine(x)
        return x.strength * (10**6 * part - most) * 1000

    stations = [x for x in (book.stations if place is None else book.inside(place)) if here(x)]
    taken = book.taken(present, lambda p: here(p.station))
    return Rows(Line(stations, present), -1, {t: -taken[t] for t in _active(book, rule)})


def _ratio(book: Book, rule: Ratio, items: Sequence[str]) -> Rows | None:
    """1000 x troops of those who serve - least x troops of those served >= 0."""
    mine = _item(rule, items)
    if mine is None:
        return None
    stations, inside = _scoped(book, rule)
    of, to = selected(rule.of, book.instance), selected(rule.to, book.instance)
    least = milli(rule.least)

    def present(x: Station, _: int) -> int:
        k, r = x.contingent.id, x.role.id
        serving, served = (k in part.contingents and r in part.roles for part in (of, to))
        return x.strength * (10**6 * serving - least * served) * 1000

    taken = book.taken(present, lambda p: inside(p.station) and mine(p.station))
    line = Line([x for x in stations if mine(x)], present)
    return Rows(line, 1, {t: -taken[t] for t in _active(book, rule)})


def _standby(book: Book, rule: Standby, items: Sequence[str]) -> Rows | None:
    """Strength of those away <= strength of the pools - least, of contingents that are ready."""
    if items:
        return None
    scope, least = scope_of(rule, book.instance), _billionths(rule.least, book)
    counted: dict[str, Amount] = {}
    home = np.zeros(book.periods, dtype=object)
    for k in book.instance.contingents:
        if k.id in scope.contingents:
            ready = np.array(_ready(k, book.theatre), dtype=object)
            counted[k.id] = ready * (milli(k.strength) * 10**6)
            home += counted[k.id] * (k.pool - np.array(_away(k, book.theatre), dtype=object))

    def away(k: Contingent) -> Amount:
        return counted[k.id]

    line = Line([x for x in book.stations if x.contingent.id in counted], away=away)
    return Rows(line, -1, {t: home[t] - least[t] for t in _active(book, rule)})


def _units(book: Book, rule: Pin | Bar, items: Sequence[str]) -> Rows | None:
    """Pins and bars: units of one contingent."""
    if len(items) != 1 or items[0] not in scope_of(rule, book.instance).contingents:
        return None
    stations, inside = _scoped(book, rule)

    def present(_: Station, __: int) -> int:
        return BILLION

    taken = book.taken(present, lambda p: inside(p.station) and p.station.contingent.id == items[0])
    units = rule.units if rule.kind == "pin" else book.instance.contingent[items[0]].pool - rule.units
    line = Line([x for x in stations if x.contingent.id == items[0]], present)
    sides = {t: units * BILLION - taken[t] for t in _active(book, rule)}
    return Rows(line, 1 if rule.kind == "pin" else -1, sides)


RULES: dict[str, Callable[..., Rows | None]] = {
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
"""Rules that prices know."""
