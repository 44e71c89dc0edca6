"""A plan that was made anew: its past is that of the plan before and not judged, nothing new comes before notice."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from forcegen.audit import words
from forcegen.audit.commands import commands
from forcegen.audit.presence import expand
from forcegen.audit.result import Violation
from forcegen.audit.rules.exclude import excludes
from forcegen.audit.rules.only import confines
from forcegen.audit.tours import check_tours
from forcegen.domain.condition import holding
from forcegen.domain.rules import Exclude, Only
from forcegen.domain.scope import active_periods, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forcegen.audit.presence import Presence, Theatre
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan


def after_the_past(violations: Sequence[Violation], instance: Instance, base: Plan, at: int) -> Iterator[Violation]:
    """Yield the violations that show in period `at` or later.

    A term that began earlier is still owed, but not by a nation of which the instance forbids a tour of `base`.
    """
    horizon = instance.horizon
    period = {str(horizon.label(t)): t for t in range(horizon.periods)}
    hit = _hit(instance, base, at)
    for v in violations:
        shows = period.get(v.cut or v.period or "", horizon.periods)
        lapsed = v.cut is not None and period.get(v.period or "", at) < at and bool(hit & set(v.subjects))
        if shows >= at and not lapsed:
            yield v


def check_past(theatre: Theatre, plan: Plan, base: Plan, at: int) -> Iterator[Violation]:
    """What had begun is in the plan, ended early only where it has to; the rest starts after notice."""
    before = expand(theatre.instance, base, at)
    yield from _check_begun(before, theatre, at)
    yield from _check_notice(theatre, base, at)
    yield from _check_led(before, theatre, at)


def _check_begun(before: Theatre, theatre: Theatre, at: int) -> Iterator[Violation]:
    was, now = ({_place(p): p for p in x.presences if p.begun} for x in (before, theatre))
    for key, p in now.items():
        if key not in was:
            yield _violation("past", p, theatre, "it is in the past, where the plan before had no such tour")
    excess: dict[str, int] = defaultdict(int)
    for key, p in was.items():
        ends = _must_leave(p, theatre, at)
        kept = now.get(key)
        if kept is None:
            yield _violation("past", p, theatre, "it is in the past, and missing")
        elif kept.leaves > ends:
            yield _violation("past", p, theatre, f"it has to end before {theatre.instance.horizon.label(ends)}")
        elif kept.leaves < ends and (kept.leaves != at or ends <= at):
            yield _violation("past", p, theatre, f"it ends after {words.periods(kept.periods)} without need")
        elif kept.leaves < ends:
            excess[p.station.contingent.id] += 1
    yield from _check_pools(theatre, excess, at)


def _check_pools(theatre: Theatre, excess: dict[str, int], at: int) -> Iterator[Violation]:
    """No more units serve than the pool has, and none comes home early for it without need."""
    given = (p for p in theatre.presences if (p.begun or p.running) and p.start < at < p.leaves)
    here = Counter(p.station.contingent.id for p in given)
    for k in theatre.instance.contingents:
        if here[k.id] > k.pool or (excess[k.id] and here[k.id] < k.pool):
            message = f"{k.id}: {here[k.id]:,} units on tours that have begun, its pool has {k.pool:,}"
            yield Violation("past", None, (k.id,), theatre.labels[at], message)


def _must_leave(p: Presence, theatre: Theatre, at: int) -> int:
    """Return the first period from `at` on in which the unit may not be where it is, or in which its tour is over."""
    instance, k = theatre.instance, p.station.contingent
    held = holding(k, instance.conditions, instance.horizon)
    bans = [rule for rule in instance.rules if isinstance(rule, Exclude | Only) and _forbids(rule, p, instance)]
    active = [active_periods(rule, instance) for rule in bans]
    for t in range(at, p.leaves):
        if k.until is not None and t > instance.horizon.index(k.until):
            return t
        inside = t < instance.horizon.periods
        if inside and (p.station.role.id not in k.fills or not held[t] or any(line[t] for line in active)):
            return t
    return p.leaves


def _forbids(rule: Exclude | Only, p: Presence, instance: Instance) -> bool:
    names = p.station.contingent.id, p.station.sector.id, p.station.role.id
    forbids = excludes if isinstance(rule, Exclude) else confines
    return forbids(scope_of(rule, instance), *names)


def _check_notice(theatre: Theatre, base: Plan, at: int) -> Iterator[Violation]:
    """Tours start after notice, counted from the decision, but for those that the plan before had already."""
    index = theatre.instance.horizon.index
    had = Counter((x.contingent, x.sector, x.role, index(x.start), x.periods) for x in base.tours)
    for p in theatre.planned:
        k = p.station.contingent
        if p.start < at + k.notice:
            key = (k.id, p.station.sector.id, p.station.role.id, p.start, p.periods)
            if not had[key]:
                needed = f"{words.periods(k.notice)} of notice after {theatre.labels[at]}"
                yield _violation("notice", p, theatre, f"it needs {needed}")
            had[key] -= 1 if had[key] else 0


def _check_led(before: Theatre, theatre: Theatre, at: int) -> Iterator[Violation]:
    for sector in theatre.instance.sectors:
        was, now = (
            {t: command.nation for command in commands(x, sector.id) for t in command.inside(x) if t < at}
            for x in (before, theatre)
        )
        for t in range(at):
            if now.get(t) not in (was.get(t), None):
                message = (
                    f"{now[t]} leads {sector.id} in {theatre.labels[t]}, which is past: {was.get(t) or 'nobody'} did"
                )
                yield Violation("past", None, (sector.id,), theatre.labels[t], message)


def _hit(instance: Instance, base: Plan, at: int) -> set[str]:
    """Return the nations of which the instance no longer allows a tour of a plan."""
    before = expand(instance, base, at)
    hit = {p.station.contingent.nation for p in before.presences if p.begun and _must_leave(p, before, at) < p.leaves}
    contingents = {v.subjects[0] for v in check_tours(before) if v.kind not in ("overlap", "dwell")}
    for p in before.planned:
        for rule in instance.rules:
            if isinstance(rule, Exclude | Only) and _forbids(rule, p, instance):
                active = active_periods(rule, instance)
                if any(active[t] for t in before.inside(p)):
                    contingents.add(p.station.contingent.id)
    here = Counter(p.station.contingent.id for p in before.presences if p.start < at < _must_leave(p, before, at))
    contingents |= {k.id for k in instance.contingents if here[k.id] > k.pool}
    return hit | {instance.contingent[k].nation for k in contingents}


def _place(p: Presence) -> tuple[str, int, str, str, int]:
    return p.station.contingent.id, p.unit, p.station.sector.id, p.station.role.id, p.start


def _violation(kind: str, p: Presence, theatre: Theatre, message: str) -> Violation:
    k, s, r = p.station.contingent.id, p.station.sector.id, p.station.role.id
    start = theatre.instance.horizon.label(p.start)
    return Violation(kind, None, (k, s, r), start, f"{k} unit {p.unit} in {s} as {r} from {start}: {message}")
