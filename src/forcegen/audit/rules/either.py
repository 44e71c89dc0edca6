"""Either: one set of contingents or another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.audit.rules.counting import in_scope
from forcegen.audit.rules.wording import violation
from forcegen.domain.scope import active_periods, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit.presence import Theatre
    from forcegen.audit.result import Violation
    from forcegen.domain.rules import Either


def check_either(rule: Either, theatre: Theatre) -> Iterator[Violation]:
    """Of the sets at most `most` have a unit present in an active period."""
    scope, active = scope_of(rule, theatre.instance), active_periods(rule, theatre.instance)
    serving = {
        p.station.contingent.id
        for p in theatre.presences
        if in_scope(scope, p) and any(active[t] for t in theatre.inside(p))
    }
    used = [items for items in rule.sets if serving & set(items)]
    if len(used) > rule.most:
        sets = " and ".join("+".join(items) for items in used)
        subjects = tuple(sorted({k for items in used for k in items} & serving))
        yield violation(rule, subjects, None, f"{len(used)} sets are used ({sets}), at most {rule.most}")
