"""Bar: so many units of a contingent do not serve."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.audit import words
from forcegen.audit.rules.counting import units_of_each
from forcegen.audit.rules.wording import scope_words, violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit.presence import Theatre
    from forcegen.audit.result import Violation
    from forcegen.domain.rules import Bar


def check_bar(rule: Bar, theatre: Theatre) -> Iterator[Violation]:
    """Of each contingent at most all but `units` units are present in every active period."""
    for k, t, present in units_of_each(rule, theatre):
        most = theatre.instance.contingent[k].pool - rule.units
        if present > most:
            has = f"{words.counted(present * 10**6, 'units')} in {theatre.labels[t]}, at most {most:,}"
            yield violation(rule, (k,), theatre.labels[t], f"{scope_words(rule, k)}: {has}", Fraction(present - most))
