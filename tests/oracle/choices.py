"""Rules that are not sums: what they look at is a list of sums, and they hold or do not."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from .leads import lead_watches
from .meters import Amount, Scope, scope_of
from .reading import NOTHING, Item, Presence, Reading
from .watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Watch", "watches"]


def watches(reading: Reading) -> Iterator[Watch]:
    """Everything that such rules look at; leads are looked at sector by sector, for all rules together."""
    for rule in reading.rules.values():
        if rule["kind"] in CHOICES:
            yield from CHOICES[rule["kind"]](reading, rule)
    yield from lead_watches(reading)


@dataclass(frozen=True)
class _At:
    """A scope, one period and, where given, one sector and one nation."""

    reading: Reading
    scope: Scope
    t: int
    sector: str | None = None
    nation: str | None = None

    def troops(self, p: Presence) -> Fraction:
        """Strength, handover in full."""
        here = self.sector in (None, p.sector) and p.holds(self.t) and self.scope.has(p)
        owned = self.nation in (None, self.reading.contingents[p.contingent]["nation"])
        return self.reading.amount(p.contingent, "strength") if here and owned else NOTHING


def nations_in(reading: Reading, scope: Scope) -> list[str]:
    """The nations of a scope's contingents."""
    return sorted({reading.contingents[k]["nation"] for k in scope.who})


def _by_nation(reading: Reading, rule: Item, holds: Callable[[Sequence[Fraction]], bool]) -> Iterator[Watch]:
    scope = scope_of(reading, rule)
    for t in sorted(reading.active(rule)):
        for s in sorted(scope.places):
            amounts = [_At(reading, scope, t, s, n).troops for n in nations_in(reading, scope)]
            yield Watch(f"{rule['kind']}:{rule['id']}", amounts, holds)


def _nations(reading: Reading, rule: Item) -> Iterator[Watch]:
    least, most = rule.get("least"), rule.get("most")

    def holds(troops: Sequence[Fraction]) -> bool:
        present = sum(x > 0 for x in troops)
        return not present or ((least is None or present >= least) and (most is None or present <= most))

    return _by_nation(reading, rule, holds)


def _apart(reading: Reading, rule: Item) -> Iterator[Watch]:
    return _by_nation(reading, rule, lambda troops: sum(x > 0 for x in troops) <= 1)


def _presence(reading: Reading, rule: Item) -> Iterator[Watch]:
    scope = scope_of(reading, rule)
    for s in sorted(scope.places):
        for n in nations_in(reading, scope):
            cells = [_At(reading, scope, t, s, n) for t in reading.periods]
            given = any(cells[0].troops(p) for p in reading.running)
            yield Watch(f"presence:{rule['id']}", [cell.troops for cell in cells], _stays(reading, rule, given))


def _stays(reading: Reading, rule: Item, given: bool) -> Callable[[Sequence[Fraction]], bool]:
    active = reading.active(rule)
    least = reading.step(rule.get("least") or 0, 0)
    term = rule.get("term") or 1

    def holds(troops: Sequence[Fraction]) -> bool:
        if any(0 < troops[t] < least for t in active):
            return False
        for t in sorted(active):
            begins = troops[t] > 0 and (not given if t == 0 else troops[t - 1] == 0)
            if begins and not all(x > 0 for x in troops[t : t + term]):
                return False
        return True

    return holds


def _escort(reading: Reading, rule: Item) -> Iterator[Watch]:
    scope, least = scope_of(reading, rule), reading.step(rule["least"], 0)
    named = rule["with"]
    escort = Scope(reading.who(named), frozenset(reading.sectors), reading.roles_in_scope(named))
    for t in sorted(reading.active(rule)):
        for s in sorted(scope.places):
            amounts = [_At(reading, scope, t, s).troops, _At(reading, escort, t, s).troops]
            yield Watch(f"escort:{rule['id']}", amounts, lambda troops: not troops[0] or troops[1] >= least)


def _either(reading: Reading, rule: Item) -> Iterator[Watch]:
    scope, active = scope_of(reading, rule), reading.active(rule)

    def used(items: Sequence[str]) -> Amount:
        def amount(p: Presence) -> Fraction:
            return Fraction(p.contingent in items and scope.has(p) and any(p.holds(t) for t in active))

        return amount

    amounts = [used(items) for items in rule["sets"]]
    yield Watch(f"either:{rule['id']}", amounts, lambda sets: sum(x > 0 for x in sets) <= rule["most"])


CHOICES: dict[str, Callable[[Reading, Item], Iterator[Watch]]] = {
    "nations": _nations,
    "apart": _apart,
    "presence": _presence,
    "escort": _escort,
    "either": _either,
}
