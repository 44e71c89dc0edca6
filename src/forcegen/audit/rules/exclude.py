"""Exclude: these nations not in this scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.audit.rules.posts import check_posts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit.presence import Theatre
    from forcegen.audit.result import Violation
    from forcegen.domain.rules import Exclude
    from forcegen.domain.scope import Scope


def check_exclude(rule: Exclude, theatre: Theatre) -> Iterator[Violation]:
    """No tour is in the scope in a period in which the rule is active."""
    yield from check_posts(rule, theatre, excludes)


def excludes(scope: Scope, k: str, s: str, r: str) -> bool:
    """Return whether an exclude rule of this scope forbids contingent `k` to serve in sector `s` and role `r`."""
    return k in scope.contingents and s in scope.sectors and r in scope.roles
