"""Escort: those who serve only where others are."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from forcegen.audit import words
from forcegen.audit.rules.counting import in_scope, troops_by_nation
from forcegen.audit.rules.wording import scope_words, violation
from forcegen.domain.numbers import milli
from forcegen.domain.scope import selected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit.presence import Theatre
    from forcegen.audit.result import Violation
    from forcegen.domain.rules import Escort


def check_escort(rule: Escort, theatre: Theatre) -> Iterator[Violation]:
    """Where troops of the scope are, the troops of `with` are at least `least`."""
    least, escorts = milli(rule.least), _escorts(rule, theatre)
    for s, t, _ in troops_by_nation(rule, theatre):
        if escorts[s, t] < least:
            has = f"{words.number(escorts[s, t])} troops of their escort in {s} in {theatre.labels[t]}"
            message = f"{scope_words(rule)}: {has}, at least {words.number(least)}"
            yield violation(rule, (s,), theatre.labels[t], message)


def _escorts(rule: Escort, theatre: Theatre) -> dict[tuple[str, int], int]:
    escort = selected(rule.with_, theatre.instance)
    found: dict[tuple[str, int], int] = defaultdict(int)
    for p in theatre.presences:
        if in_scope(escort, p):
            for t in theatre.inside(p):
                found[p.station.sector.id, t] += p.station.strength
    return found
