"""Tours of the plan that a rule forbids while it is active."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.audit.rules.wording import violation
from forcegen.domain.scope import active_periods, scope_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forcegen.audit.presence import Theatre
    from forcegen.audit.result import Violation
    from forcegen.domain.rules import Rule
    from forcegen.domain.scope import Scope


def check_posts(rule: Rule, theatre: Theatre, forbids: Callable[[Scope, str, str, str], bool]) -> Iterator[Violation]:
    """Yield a violation for each tour that is forbidden in a period of the horizon, at the first such period."""
    scope, active = scope_of(rule, theatre.instance), active_periods(rule, theatre.instance)
    for p in theatre.planned:
        k, s, r = p.station.contingent.id, p.station.sector.id, p.station.role.id
        if forbids(scope, k, s, r):
            t = next((t for t in theatre.inside(p) if active[t]), None)
            if t is not None:
                when = theatre.labels[t]
                yield violation(rule, (k, s, r), when, f"{k} serves in {s} as {r} from {when}")
