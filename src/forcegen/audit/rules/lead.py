"""Lead: one nation leads a sector."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from forcegen.audit import words
from forcegen.audit.commands import commands
from forcegen.audit.rules.wording import violation
from forcegen.domain.numbers import milli
from forcegen.domain.scope import active_periods, lead_candidates, lead_scope

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from forcegen.audit.commands import Command
    from forcegen.audit.presence import Theatre
    from forcegen.audit.result import Violation
    from forcegen.domain.rules import LeadNation


def check_lead(rule: LeadNation, theatre: Theatre) -> Iterator[Violation]:
    """A sector with troops has one lead, a candidate, with its share and its roles, for its term."""
    active = active_periods(rule, theatre.instance)
    found, candidates = _Troops(theatre), lead_candidates(rule, theatre.instance)
    for s in sorted(lead_scope(rule, theatre.instance).sectors):
        terms = commands(theatre, s)
        leads = {t: command.nation for command in terms for t in command.inside(theatre)}
        for t, holds in enumerate(active):
            if holds:
                yield from _led(rule, theatre, found, candidates, s, t, leads.get(t))
        yield from _terms(rule, theatre, s, terms, active)


def _led(
    rule: LeadNation,
    theatre: Theatre,
    found: _Troops,
    candidates: Collection[str],
    s: str,
    t: int,
    nation: str | None,
) -> Iterator[Violation]:
    troops, when = found.by_nation[s, t], theatre.labels[t]
    everybody = sum(troops.values())
    if everybody and nation is None:
        yield violation(rule, (s,), when, f"nobody leads {s} in {when}, where {words.number(everybody)} troops are")
    elif everybody and nation not in candidates:
        yield violation(rule, (s, str(nation)), when, f"{nation} leads {s} in {when} and is not a candidate")
    own = troops.get(str(nation), 0)
    if nation is not None and 1_000_000 * own < milli(rule.share) * everybody:
        has = f"{nation} leads {s} in {when} with {words.number(own)} of {words.number(everybody)} troops"
        yield violation(rule, (s, nation), when, f"{has}, at least {words.number(milli(rule.share))} per mille")
    for r in rule.roles or ():
        for other in sorted(found.in_role[s, r, t] - {nation}):
            message = f"{other} serves in {s} as {r} in {when}, which only the lead may ({nation or 'there is none'})"
            yield violation(rule, (s, other, r), when, message)


def _terms(
    rule: LeadNation, theatre: Theatre, s: str, terms: list[Command], active: tuple[bool, ...]
) -> Iterator[Violation]:
    for command in terms:
        judged = max(0, command.first)
        cut = command.leaves >= len(theatre.labels)
        if active[judged] and not cut and command.leaves - command.first < rule.term:
            began = theatre.instance.horizon.label(command.first)
            lasts = f"{command.nation} leads {s} for {words.periods(command.leaves - command.first)} from {began}"
            found = violation(rule, (s, command.nation), theatre.labels[judged], f"{lasts}, at least {rule.term}")
            yield replace(found, cut=theatre.labels[command.leaves])


class _Troops:
    """Strength by sector, period and nation, and the nations in each role of a sector."""

    def __init__(self, theatre: Theatre) -> None:
        self.by_nation: dict[tuple[str, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.in_role: dict[tuple[str, str, int], set[str]] = defaultdict(set)
        for p in theatre.presences:
            s, r, n = p.station.sector.id, p.station.role.id, p.station.contingent.nation
            for t in theatre.inside(p):
                self.by_nation[s, t][n] += p.station.strength
                self.in_role[s, r, t].add(n)
