"""Share: a nation's share of the troops."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.audit import words
from forcegen.audit.rules.counting import in_places, in_scope, item_of
from forcegen.audit.rules.wording import scope_words, violation
from forcegen.domain.numbers import milli
from forcegen.domain.scope import active_periods, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit.presence import Theatre
    from forcegen.audit.result import Violation
    from forcegen.domain.rules import Share

_Place = str | None  # a sector by itself, or the force together
_Part = tuple[str | None, _Place, int]


def check_share(rule: Share, theatre: Theatre) -> Iterator[Violation]:
    """1000 x troops of those in scope <= most x troops of all in the same places and roles, handover in full."""
    most = milli(rule.most)
    parts, whole = _troops(rule, theatre)
    for (item, place, t), value in sorted(parts.items(), key=lambda part: str(part[0][:2])):
        everyone = whole[place, t]
        if 1_000_000 * value > most * everyone:
            subjects = tuple(name for name in (item, place) if name is not None)
            where = "" if place is None else f" in {place}"
            has = f"{words.number(value)} of {words.number(everyone)} troops{where} in {theatre.labels[t]}"
            message = f"{scope_words(rule, item)}: {has}, at most {words.number(most)} per mille"
            amount = Fraction(1_000_000 * value - most * everyone, 10**9)
            yield violation(rule, subjects, theatre.labels[t], message, amount)


def _troops(rule: Share, theatre: Theatre) -> tuple[dict[_Part, int], dict[tuple[_Place, int], int]]:
    """Return the strength of each part of the scope, and of all at its places and roles, in thousandths."""
    scope, active = scope_of(rule, theatre.instance), active_periods(rule, theatre.instance)
    parts: dict[_Part, int] = defaultdict(int)
    whole: dict[tuple[_Place, int], int] = defaultdict(int)
    for p in theatre.presences:
        if in_places(scope, p):
            place = p.station.sector.id if rule.in_ == "sector" else None
            for t in theatre.inside(p):
                if active[t]:
                    whole[place, t] += p.station.strength
                    if in_scope(scope, p):
                        parts[item_of(rule.each, p), place, t] += p.station.strength
    return parts, whole
