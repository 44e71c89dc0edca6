"""Nations: how many share a sector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.audit.rules.counting import troops_by_nation
from forcegen.audit.rules.wording import scope_words, violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit.presence import Theatre
    from forcegen.audit.result import Violation
    from forcegen.domain.rules import Nations


def check_nations(rule: Nations, theatre: Theatre) -> Iterator[Violation]:
    """Where troops of the scope are, the number of their nations is at least `least` and at most `most`."""
    for s, t, troops in troops_by_nation(rule, theatre):
        wrong = None
        if rule.least is not None and len(troops) < rule.least:
            wrong = f"at least {rule.least}"
        if rule.most is not None and len(troops) > rule.most:
            wrong = f"at most {rule.most}"
        if wrong:
            has = f"{len(troops)} nations in {s} in {theatre.labels[t]} ({', '.join(sorted(troops))})"
            yield violation(rule, (s, *sorted(troops)), theatre.labels[t], f"{scope_words(rule)}: {has}, {wrong}")
