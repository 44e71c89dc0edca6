"""Ceiling: at most so much in the scope; units in handover do not count against ceilings of troops."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.audit import words
from forcegen.audit.rules.counting import cost, counts, tours, troops_that_count, units
from forcegen.audit.rules.wording import scope_words, violation
from forcegen.domain.numbers import milli
from forcegen.domain.values import over_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit.presence import Theatre
    from forcegen.audit.result import Violation
    from forcegen.domain.rules import Ceiling

AMOUNTS = {"troops": troops_that_count, "units": units, "tours": tours, "cost": cost}


def check_ceiling(rule: Ceiling, theatre: Theatre) -> Iterator[Violation]:
    """What is counted is at most `most`."""
    most = [milli(number) * 1000 for number in over_time(rule.most, theatre.instance.horizon)]
    for count in counts(rule, theatre, AMOUNTS):
        limit = most[count.t or 0]
        if count.value > limit:
            period, when = count.words(theatre)
            value = f"{words.counted(count.value, rule.of)} {when}, at most {words.number(limit, 10**6)}"
            subjects = () if count.item is None else (count.item,)
            yield violation(
                rule,
                subjects,
                period,
                f"{scope_words(rule, count.item)}: {value}",
                Fraction(count.value - limit, 10**6),
            )
