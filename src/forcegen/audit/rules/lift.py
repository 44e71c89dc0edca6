"""Lift: troops moved in and out in a period."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.audit import words
from forcegen.audit.rules.counting import in_scope
from forcegen.audit.rules.wording import scope_words, violation
from forcegen.domain.numbers import milli
from forcegen.domain.scope import active_periods, scope_of
from forcegen.domain.values import over_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit.presence import Theatre
    from forcegen.audit.result import Violation
    from forcegen.domain.rules import Lift


def check_lift(rule: Lift, theatre: Theatre) -> Iterator[Violation]:
    """The strength of the tours that start, and of those whose first period after the last it is, is at most `most`."""
    most = over_time(rule.most, theatre.instance.horizon)
    moved = _moved(rule, theatre)
    for t, active in enumerate(active_periods(rule, theatre.instance)):
        limit = milli(most[t])
        if active and moved[t] > limit:
            has = f"{words.number(moved[t])} troops move in or out in {theatre.labels[t]}"
            message = f"{scope_words(rule)}: {has}, at most {words.number(limit)}"
            yield violation(rule, (), theatre.labels[t], message, Fraction(moved[t] - limit, 1000))


def _moved(rule: Lift, theatre: Theatre) -> dict[int, int]:
    scope = scope_of(rule, theatre.instance)
    moved: dict[int, int] = defaultdict(int)
    for p in theatre.presences:
        if in_scope(scope, p):
            moved[p.start] += p.station.strength
            moved[p.leaves] += p.station.strength
    return moved
