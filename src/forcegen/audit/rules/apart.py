"""Apart: nations that never share a sector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.audit.rules.counting import troops_by_nation
from forcegen.audit.rules.wording import scope_words, violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit.presence import Theatre
    from forcegen.audit.result import Violation
    from forcegen.domain.rules import Apart


def check_apart(rule: Apart, theatre: Theatre) -> Iterator[Violation]:
    """No two nations of the scope have troops in one sector."""
    for s, t, troops in troops_by_nation(rule, theatre):
        if len(troops) > 1:
            nations = sorted(troops)
            has = f"{' and '.join(nations)} are both in {s} in {theatre.labels[t]}"
            yield violation(rule, (s, *nations), theatre.labels[t], f"{scope_words(rule)}: {has}")
