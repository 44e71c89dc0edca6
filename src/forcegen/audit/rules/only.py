"""Only: these nations only in this scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.audit.rules.posts import check_posts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit.presence import Theatre
    from forcegen.audit.result import Violation
    from forcegen.domain.rules import Only
    from forcegen.domain.scope import Scope


def check_only(rule: Only, theatre: Theatre) -> Iterator[Violation]:
    """No tour of the scope's contingents is outside its places and roles in a period in which the rule is active."""
    yield from check_posts(rule, theatre, confines)


def confines(scope: Scope, k: str, s: str, r: str) -> bool:
    """Return whether an only rule of this scope forbids contingent `k` to serve in sector `s` and role `r`."""
    return k in scope.contingents and not (s in scope.sectors and r in scope.roles)
