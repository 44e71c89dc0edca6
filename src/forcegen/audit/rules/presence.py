"""Presence: a nation comes in strength and stays, or not at all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from forcegen.audit import words
from forcegen.audit.rules.counting import in_scope
from forcegen.audit.rules.wording import scope_words, violation
from forcegen.domain.numbers import milli
from forcegen.domain.scope import active_periods, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forcegen.audit.presence import Theatre
    from forcegen.audit.result import Violation
    from forcegen.domain.rules import MinimumPresence


def check_presence(rule: MinimumPresence, theatre: Theatre) -> Iterator[Violation]:
    """A nation's troops in a sector are 0 or at least `least`, and an unbroken run of them lasts `term` periods."""
    active = active_periods(rule, theatre.instance)
    troops, inherited = _troops(rule, theatre)
    for (nation, s), line in sorted(troops.items()):
        yield from _too_few(rule, theatre, nation, s, [x if on else 0 for x, on in zip(line, active, strict=True)])
        for first, length in _runs(line):
            cut = first + length == len(line)
            told = active[first] and not (first == 0 and (nation, s) in inherited)
            if rule.term is not None and told and not cut and length < rule.term:
                stays = f"{nation} stays in {s} for {words.periods(length)} from {theatre.labels[first]}"
                message = f"{scope_words(rule)}: {stays}, at least {rule.term}"
                found = violation(rule, (nation, s), theatre.labels[first], message)
                yield replace(found, cut=theatre.labels[first + length])


def _too_few(rule: MinimumPresence, theatre: Theatre, nation: str, s: str, line: Sequence[int]) -> Iterator[Violation]:
    least = 0 if rule.least is None else milli(rule.least)
    for t, value in enumerate(line):
        if 0 < value < least:
            has = f"{words.number(value)} troops of {nation} in {s} in {theatre.labels[t]}"
            message = f"{scope_words(rule)}: {has}, none or at least {words.number(least)}"
            yield violation(rule, (nation, s), theatre.labels[t], message)


def _troops(rule: MinimumPresence, theatre: Theatre) -> tuple[dict[tuple[str, str], list[int]], set[tuple[str, str]]]:
    """Return each nation's strength in each sector by period, and where running tours of history are in period 0."""
    scope = scope_of(rule, theatre.instance)
    troops: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(theatre.labels))
    inherited = set()
    for p in theatre.presences:
        if in_scope(scope, p):
            key = (p.station.contingent.nation, p.station.sector.id)
            for t in theatre.inside(p):
                troops[key][t] += p.station.strength
            if p.running:
                inherited.add(key)
    return troops, inherited


def _runs(line: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield first period and length of every unbroken run of troops."""
    first = None
    for t, value in enumerate([*line, 0]):
        if value and first is None:
            first = t
        elif not value and first is not None:
            yield first, t - first
            first = None
