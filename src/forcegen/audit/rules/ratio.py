"""Ratio: enablers keep up with those they serve."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.audit import words
from forcegen.audit.rules.counting import in_scope
from forcegen.audit.rules.wording import scope_words, violation
from forcegen.domain.numbers import milli
from forcegen.domain.scope import active_periods, scope_of, selected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit.presence import Presence, Theatre
    from forcegen.audit.result import Violation
    from forcegen.domain.rules import Ratio


def check_ratio(rule: Ratio, theatre: Theatre) -> Iterator[Violation]:
    """1000 x troops of `of` >= least x troops of `to`, handover in full."""
    least, active = milli(rule.least), active_periods(rule, theatre.instance)
    served, serving = _troops(rule, theatre)
    for item, t in sorted(served, key=str):
        has, to = serving[item, t], served[item, t]
        if active[t] and 1_000_000 * has < least * to:
            numbers = f"{words.number(has)} troops to {words.number(to)} in {theatre.labels[t]}"
            message = f"{scope_words(rule, item)}: {numbers}, at least {words.number(least)} per mille"
            amount = Fraction(least * to - 1_000_000 * has, 10**9)
            yield violation(rule, () if item is None else (item,), theatre.labels[t], message, amount)


_Sums = dict[tuple[str | None, int], int]


def _troops(rule: Ratio, theatre: Theatre) -> tuple[_Sums, _Sums]:
    """Return the strength of `to` and that of `of`, by item and period, in thousandths."""
    scope = scope_of(rule, theatre.instance)
    to, of = selected(rule.to, theatre.instance), selected(rule.of, theatre.instance)
    served: _Sums = defaultdict(int)
    serving: _Sums = defaultdict(int)
    for p in theatre.presences:
        if in_scope(scope, p):
            for t in theatre.inside(p):
                if in_scope(to, p):
                    served[_item(rule, p), t] += p.station.strength
                if in_scope(of, p):
                    serving[_item(rule, p), t] += p.station.strength
    return served, serving


def _item(rule: Ratio, presence: Presence) -> str | None:
    if rule.each == "sector":
        return presence.station.sector.id
    return presence.station.contingent.nation if rule.each == "nation" else None
