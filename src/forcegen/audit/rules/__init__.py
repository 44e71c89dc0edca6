"""The rule kinds, one file each, and the tables of what they check and forbid."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from forcegen.audit.rules.apart import check_apart
from forcegen.audit.rules.bar import check_bar
from forcegen.audit.rules.ceiling import check_ceiling
from forcegen.audit.rules.either import check_either
from forcegen.audit.rules.escort import check_escort
from forcegen.audit.rules.exclude import check_exclude, excludes
from forcegen.audit.rules.floor import check_floor
from forcegen.audit.rules.lead import check_lead
from forcegen.audit.rules.lift import check_lift
from forcegen.audit.rules.nations import check_nations
from forcegen.audit.rules.only import check_only, confines
from forcegen.audit.rules.pin import check_pin
from forcegen.audit.rules.presence import check_presence
from forcegen.audit.rules.ratio import check_ratio
from forcegen.audit.rules.share import check_share
from forcegen.audit.rules.standby import check_standby
from forcegen.audit.rules.supply import check_supply_rule
from forcegen.domain.scope import active_periods, scope_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from forcegen.audit.presence import Theatre
    from forcegen.audit.result import Violation
    from forcegen.domain.instance import Instance
    from forcegen.domain.scope import Scope

CHECKS: Mapping[str, Callable[[Any, Theatre], Iterator[Violation]]] = {
    "exclude": check_exclude,
    "only": check_only,
    "ceiling": check_ceiling,
    "floor": check_floor,
    "share": check_share,
    "lead": check_lead,
    "nations": check_nations,
    "presence": check_presence,
    "apart": check_apart,
    "escort": check_escort,
    "ratio": check_ratio,
    "either": check_either,
    "lift": check_lift,
    "supply": check_supply_rule,
    "standby": check_standby,
    "pin": check_pin,
    "bar": check_bar,
}
FORBIDS: Mapping[str, Callable[[Scope, str, str, str], bool]] = {"exclude": excludes, "only": confines}


def check_rules(theatre: Theatre) -> Iterator[Violation]:
    """Every rule is kept in every period in which it is active."""
    for rule in theatre.instance.rules:
        yield from CHECKS[rule.kind](rule, theatre)


def forbidden(instance: Instance) -> Callable[[str, str, str], tuple[bool, ...]]:
    """Return what tells for each period whether a rule forbids contingent `k` to serve in sector `s` and role `r`."""
    bans = [
        (FORBIDS[rule.kind], scope_of(rule, instance), active_periods(rule, instance))
        for rule in instance.rules
        if rule.kind in FORBIDS
    ]

    @cache
    def together(barring: tuple[int, ...]) -> tuple[bool, ...]:
        return tuple(any(bans[i][2][t] for i in barring) for t in range(instance.horizon.periods))

    @cache
    def periods(k: str, s: str, r: str) -> tuple[bool, ...]:
        return together(tuple(i for i, (forbids, scope, _) in enumerate(bans) if forbids(scope, k, s, r)))

    return periods
