"""Standby: ready, uncommitted troops at home."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.audit import words
from forcegen.audit.presence import history_units
from forcegen.audit.rules.wording import scope_words, violation
from forcegen.domain.condition import holding
from forcegen.domain.numbers import milli
from forcegen.domain.scope import active_periods, scope_of
from forcegen.domain.values import over_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.audit.presence import Theatre
    from forcegen.audit.result import Violation
    from forcegen.domain.contingent import Contingent
    from forcegen.domain.rules import Standby


def check_standby(rule: Standby, theatre: Theatre) -> Iterator[Violation]:
    """The strength of the units that are neither on tour nor in dwell is at least `least`."""
    instance = theatre.instance
    least, active = over_time(rule.least, instance.horizon), active_periods(rule, instance)
    scope = scope_of(rule, instance)
    home = [0] * len(theatre.labels)
    for k in instance.contingents:
        if k.id in scope.contingents:
            away = _away(k, theatre)
            for t, ready in enumerate(_ready(k, theatre)):
                home[t] += milli(k.strength) * (k.pool - away[t]) if ready else 0
    for t, label in enumerate(theatre.labels):
        if active[t] and home[t] < milli(least[t]):
            has = f"{words.number(home[t])} troops at home in {label}, at least {words.number(milli(least[t]))}"
            lacking = Fraction(milli(least[t]) - home[t], 1000)
            yield violation(rule, (), label, f"{scope_words(rule)}: {has}", lacking)


def _ready(k: Contingent, theatre: Theatre) -> list[bool]:
    """Return for each period whether the contingent's units at home are ready."""
    horizon = theatre.instance.horizon
    held = holding(k, theatre.instance.conditions, horizon)
    return [a and b for a, b in zip(held, horizon.window(k.ready, k.until), strict=True)]


def _away(k: Contingent, theatre: Theatre) -> list[int]:
    """Return how many units are on tour or in the dwell after it, period by period."""
    away = [0] * len(theatre.labels)
    spans = [(p.start, p.leaves + k.dwell_after(p.periods)) for p in theatre.presences if p.station.contingent is k]
    for row, _ in history_units(theatre.instance):
        if row.contingent == k.id and row.returned is not None:
            home = theatre.instance.horizon.index(row.returned)
            served = k.tour_lengths[-1] if row.since is None else home - theatre.instance.horizon.index(row.since)
            spans.append((home, home + k.dwell_after(served)))
    for first, free in spans:
        for t in range(max(0, first), min(free, len(away))):
            away[t] += 1
    return away
