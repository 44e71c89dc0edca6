"""Supply: tonnes a day through a hub."""

from __future__ import annotations

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
    from forcegen.domain.rules import Supply


def check_supply_rule(rule: Supply, theatre: Theatre) -> Iterator[Violation]:
    """The supply that the units in scope need is at most `most`."""
    most = over_time(rule.most, theatre.instance.horizon)
    needed = _needed(rule, theatre)
    for t, active in enumerate(active_periods(rule, theatre.instance)):
        limit = milli(most[t])
        if active and needed[t] > limit:
            needs = f"{words.number(needed[t])} tonnes a day in {theatre.labels[t]}, at most {words.number(limit)}"
            amount = Fraction(needed[t] - limit, 1000)
            yield violation(rule, (), theatre.labels[t], f"{scope_words(rule)}: {needs}", amount)


def _needed(rule: Supply, theatre: Theatre) -> list[int]:
    scope = scope_of(rule, theatre.instance)
    needed = [0] * len(theatre.labels)
    for p in theatre.presences:
        if in_scope(scope, p):
            for t in theatre.inside(p):
                needed[t] += p.station.supply
    return needed
