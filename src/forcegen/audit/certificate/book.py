"""The rows of an instance by name, and the stations at which its units may serve."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, cached_property
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forcegen.audit.certificate.limits import RULES
from forcegen.audit.certificate.lines import Line, Rows
from forcegen.audit.coverage import _one_unit, needs
from forcegen.audit.presence import _station, expand
from forcegen.audit.rules import forbidden
from forcegen.domain.condition import holding
from forcegen.domain.numbers import milli
from forcegen.domain.plan import Plan
from forcegen.domain.scope import active_periods
from forcegen.domain.values import over_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forcegen.audit.certificate.lines import Amount, Row
    from forcegen.audit.coverage import Need
    from forcegen.audit.presence import Presence, Station, Theatre
    from forcegen.domain.instance import Instance

Bools = NDArray[np.bool_]


class Book:
    """All rows of an instance by name, and the stations at which its units may serve."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.theatre: Theatre = expand(instance, Plan())
        self.periods = instance.horizon.periods
        self.label = {str(label): t for t, label in enumerate(self.theatre.labels)}
        self._rule = {rule.id: rule for rule in instance.rules}
        self._known: dict[tuple[str, ...], Rows | None] = {}
        self._cut: dict[tuple[Rows, int], Rows] = {}

    def row(self, name: str) -> Row | None:
        """Return a row; None where there is none of the name, or it is not understood here."""
        found = self._found(name)
        return None if found is None else found[0].row(found[1])

    def _found(self, name: str) -> tuple[Rows, int] | None:
        """Return the rows of which a name is one, and its period."""
        head, _, inner = name.removesuffix(")").partition("(")
        if head == "rounded":
            base, _, divisor = inner.rpartition(",")
            return None if base.startswith(head) else self._rounded(base, divisor)
        parts = inner.split(",")
        rule = self._rule.get(parts[0])
        if rule is not None and head == rule.kind and getattr(rule, "over", "period") == "horizon":
            rows = self._rows(head, *parts)
            return None if rows is None else next(((rows, t) for t in rows.sides), None)
        t, rows = self.label.get(parts[-1]), self._rows(head, *parts[:-1])
        return None if t is None or rows is None else (rows, t)

    def _rows(self, *key: str) -> Rows | None:
        """Return the rows of a kind, of a requirement, sector or rule, and of the item of a rule."""
        if key not in self._known:
            self._known[key] = self._made(key[0], key[1:])
        return self._known[key]

    def _made(self, head: str, parts: tuple[str, ...]) -> Rows | None:
        if head in ("coverage", "least"):
            return self._coverage(head, parts[0]) if len(parts) == 1 and parts[0] in self.needs else None
        rule = self._rule.get(parts[0]) if parts else None
        if head in ("beds", "supply") and parts and parts[0] in self.instance.sector:
            # A hub may be called as a sector is: which of them is meant cannot be told.
            meant = len(parts) == 1 and not (rule is not None and rule.kind == head)
            return self._held(head, parts[0]) if meant else None
        if rule is None or rule.kind != head or rule.kind not in RULES:
            return None
        return RULES[rule.kind](self, rule, parts[1:])

    # Who may serve where

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
            if r.id in k.fills and (self.asked(s.id, r.id) & self.open(k.id, s.id, r.id)).any()
        ]

    def inside(self, sector: str) -> list[Station]:
        """Return the stations of a sector."""
        return [x for role in self.instance.roles for x in self._at[sector, role.id]]

    @cached_property
    def asked(self) -> Callable[[str, str], Bools]:
        """Whether a requirement asks for a role in a sector, period by period."""
        asking = [(q, np.array(active_periods(q, self.instance))) for q in self.instance.requirements]

        @cache
        def asked(sector: str, role: str) -> Bools:
            wanted = np.zeros(self.periods, dtype=bool)
            for q, active in asking:
                if q.matches(sector, role):
                    wanted |= active
            return wanted

        return asked

    def open(self, k: str, sector: str, role: str) -> Bools:
        """Return for each period whether conditions and exclusions let a contingent serve there."""
        free: Bools = ~np.array(self._barred(k, sector, role))
        return free & self._held_by(k)

    @cached_property
    def _held_by(self) -> Callable[[str], Bools]:
        instance = self.instance
        return cache(lambda k: np.array(holding(instance.contingent[k], instance.conditions, instance.horizon)))

    @cached_property
    def _barred(self) -> Callable[[str, str, str], tuple[bool, ...]]:
        return forbidden(self.instance)

    # Requirements

    @cached_property
    def needs(self) -> dict[str, Need]:
        """What requirements ask, and what running tours give."""
        return {need.requirement.id: need for need in needs(self.theatre)}

    def lacking(self, q: str, t: int) -> tuple[int, int]:
        """Return what lacks to minimum and target when nobody is sent, in billionths."""
        need = self.needs[q]
        return max(0, need.minimum[t] - need.filled[t]), max(0, need.target[t] - need.filled[t])

    def _coverage(self, head: str, q: str) -> Rows:
        """`least` is the row of the minimum alone."""
        sides = [self.lacking(q, t)[0 if head == "least" else 1] for t in range(self.periods)]
        need, most = self.needs[q].requirement, np.array(sides, dtype=object)

        def present(station: Station, e: int) -> Amount:
            given = _one_unit(need, station, self._barred, self.periods)
            each: Amount = given[0] if need.as_ is None else np.array(given, dtype=object)
            return np.minimum(each * e, most)  # type: ignore[no-any-return]  # numpy does not say it of objects

        places = [x for place, x in self._at.items() if need.matches(*place)]
        segment = "minimum" if head == "least" else "target"
        lacking = segment, self._position[q]
        asked = {t: side for t, side in enumerate(sides) if side > 0}
        return Rows(Line(list(chain.from_iterable(places)), present), 1, asked, lacking=lacking)

    def _rounded(self, base: str, divisor: str) -> tuple[Rows, int] | None:
        """Return rows of requirements by mixed-integer rounding."""
        found = self._found(base)
        try:
            d = int(divisor)
        except ValueError:
            return None
        if found is None or found[0].lacking is None or d <= 0:
            return None
        rows = found[0]
        if (rows, d) not in self._cut:
            self._cut[rows, d] = _cut(rows, d, self.periods)
        return self._cut[rows, d], found[1]

    @cached_property
    def _position(self) -> dict[str, int]:
        return {q: i for i, q in enumerate(self.needs)}

    @cached_property
    def _at(self) -> Mapping[tuple[str, str], Sequence[Station]]:
        found: dict[tuple[str, str], list[Station]] = defaultdict(list)
        for x in self.stations:
            found[x.sector.id, x.role.id].append(x)
        return found

    # Places

    def _held(self, what: str, sector: str) -> Rows | None:
        place = self.instance.sector[sector]
        limit = place.beds if what == "beds" else place.supply
        if limit is None:
            return None

        def present(station: Station, _: int) -> int:
            return (station.beds if what == "beds" else station.supply) * 10**6

        held = [milli(number) * 10**6 for number in over_time(limit, self.instance.horizon)]
        taken = self.taken(present, lambda p: p.station.sector.id == sector)
        return Rows(Line(self.inside(sector), present), -1, {t: held[t] - taken[t] for t in range(self.periods)})

    def taken(self, present: Callable[[Station, int], int], mine: Callable[[Presence], bool]) -> list[int]:
        """Return what running tours count in each period."""
        taken = [0] * self.periods
        for p in self.theatre.presences:
            if mine(p):
                for t in self.theatre.inside(p):
                    taken[t] += present(p.station, p.counted(t))
        return taken


def _cut(rows: Rows, d: int, periods: int) -> Rows:
    whole = rows.line.present
    assert whole is not None
    rest = np.array([rows.sides.get(t, 0) % d for t in range(periods)], dtype=object)

    def present(station: Station, e: int) -> Amount:
        amount = whole(station, e)
        return amount // d * rest + np.minimum(amount % d, rest)  # type: ignore[no-any-return]  # as above

    sides = {t: -(-side // d) * (side % d) for t, side in rows.sides.items() if side % d}
    return Rows(Line(rows.line.stations, present), 1, sides, lacking=rows.lacking)
