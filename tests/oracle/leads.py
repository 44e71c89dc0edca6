"""Who may lead a sector, period by period, and whether leads that are given keep the rules."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from .reading import NOTHING, Item, Presence, Reading
from .watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .meters import Amount

Nation = str | None


@dataclass(frozen=True)
class State:
    """What is in a sector in a period: troops by nation, and the nations in each role."""

    troops: Mapping[str, Fraction]
    in_role: Mapping[str, frozenset[str]]


def lead_rules(reading: Reading, s: str) -> list[Item]:
    """The lead rules that speak of a sector; their roles are no scope."""
    return [rule for rule in reading.rules.values() if rule["kind"] == "lead" and s in reading.places(rule)]


def history_lead(reading: Reading, s: str) -> tuple[Nation, int]:
    """Who leads a sector when the horizon starts, and since when."""
    for row in reading.document.get("leads") or ():
        if row["sector"] == s:
            return row["nation"], reading.period(row["since"])
    return None, 0


def suits(reading: Reading, rule: Item, nation: Nation, state: State) -> bool:
    """Whether a nation, or nobody, may lead in a period in which the rule is active."""
    total = sum(state.troops.values(), NOTHING)
    if total and (nation is None or nation not in candidates(reading, rule)):
        return False
    if nation is not None and 1000 * state.troops.get(nation, NOTHING) < reading.step(rule.get("share", 0), 0) * total:
        return False
    return all(not state.in_role.get(r, frozenset()) - {nation} for r in rule.get("roles") or ())


def candidates(reading: Reading, rule: Item) -> frozenset[str]:
    """The nations that may lead."""
    if rule.get("candidates"):
        return reading.nations_of(rule["candidates"])
    if rule.get("nations") or rule.get("contingents"):
        return frozenset(reading.contingents[k]["nation"] for k in reading.who(rule))
    return frozenset(row["id"] for row in reading.document["nations"])


def term(reading: Reading, rules: Sequence[Item], t: int) -> int:
    """The periods that a command must last which begins in `t`."""
    return max((rule.get("term", 1) for rule in rules if t in reading.active(rule)), default=0)


def fewest_commands(reading: Reading, s: str, states: Sequence[State]) -> int | None:
    """The fewest changes of nation among the commands of a sector, that of history included; None: no way to lead."""
    return _Ways(reading, s, states).fewest()


class _Ways:
    """All ways to lead a sector, command by command; of equal ones the one with the fewest changes."""

    def __init__(self, reading: Reading, s: str, states: Sequence[State]) -> None:
        self.reading = reading
        self.rules = lead_rules(reading, s)
        self.nations: list[Nation] = [None, *sorted({row["id"] for row in reading.document["nations"]})]
        self.fits = [{n for n in self.nations if self._fits(n, t, state)} for t, state in enumerate(states)]
        self.led, self.since = history_lead(reading, s)
        self.best: dict[tuple[int, Nation, Nation], int] = {}  # period reached, who led up to it, who led last

    def fewest(self) -> int | None:
        """The changes of the best way."""
        if self.led is None:
            self._reach(0, None, None, 0)
        else:
            self._lead(0, self.since, self.led, self.led, 0)
            if -self.since >= term(self.reading, self.rules, 0):
                self._reach(0, self.led, self.led, 0)
        return min((changes for (t, _, _), changes in self.best.items() if t == self.reading.last), default=None)

    def _fits(self, n: Nation, t: int, state: State) -> bool:
        return all(t not in self.reading.active(rule) or suits(self.reading, rule, n, state) for rule in self.rules)

    def _reach(self, t: int, former: Nation, commander: Nation, changes: int) -> None:
        key = (t, former, commander)
        if changes >= self.best.get(key, changes + 1):
            return
        self.best[key] = changes
        if t < self.reading.last:
            if None in self.fits[t]:
                self._reach(t + 1, None, commander, changes)
            for n in self.nations:
                if n not in (None, former):
                    self._lead(t, t, n, commander, changes + (commander not in (None, n)))

    def _lead(self, t: int, begun: int, n: Nation, commander: Nation, changes: int) -> None:
        """Let `n` lead from `t` to every period in which it may end."""
        needed = term(self.reading, self.rules, max(0, begun))
        for end in range(t, self.reading.last):
            if n not in self.fits[end]:
                return
            if end + 1 == self.reading.last or end + 1 - begun >= needed:
                self._reach(end + 1, n, n, changes)


def lead_watches(reading: Reading) -> Iterator[Watch]:
    """For each sector that has lead rules: can it be led in accord with them all?"""
    for s in sorted(reading.sectors):
        if lead_rules(reading, s):
            look = Look(reading, s)
            yield Watch(
                "lead",
                look.amounts,
                lambda sums, look=look: fewest_commands(reading, look.s, look.states(sums)) is not None,
            )


def look_at(reading: Reading, s: str) -> Look:
    """What the leads of a sector depend on."""
    return Look(reading, s)


class Look:
    """The sums that the leads of a sector depend on, and what they say."""

    def __init__(self, reading: Reading, s: str) -> None:
        self.s = s
        self.periods = reading.periods
        self.nations = sorted({k["nation"] for k in reading.contingents.values()})
        self.roles = sorted({r for rule in lead_rules(reading, s) for r in rule.get("roles") or ()})
        self.amounts: list[Amount] = []
        for t in self.periods:
            for n in self.nations:
                self.amounts.append(_troops(reading, s, n, t))
                self.amounts += [_serving(reading, s, n, r, t) for r in self.roles]

    def states(self, sums: Sequence[Fraction]) -> list[State]:
        values = iter(sums)
        states = []
        for _ in self.periods:
            troops: dict[str, Fraction] = {}
            in_role: dict[str, set[str]] = {r: set() for r in self.roles}
            for n in self.nations:
                troops[n] = next(values)
                for r in self.roles:
                    if next(values):
                        in_role[r].add(n)
            states.append(State(troops, {r: frozenset(found) for r, found in in_role.items()}))
        return states


def _troops(reading: Reading, s: str, n: str, t: int) -> Amount:
    def amount(p: Presence) -> Fraction:
        mine = p.sector == s and p.holds(t) and reading.contingents[p.contingent]["nation"] == n
        return reading.amount(p.contingent, "strength") if mine else NOTHING

    return amount


def _serving(reading: Reading, s: str, n: str, r: str, t: int) -> Amount:
    troops = _troops(reading, s, n, t)
    return lambda p: Fraction(p.role == r and troops(p) > 0)


# Given leads


def broken_leads(reading: Reading, leads: Sequence[Item], present: Sequence[Presence]) -> set[str]:
    """The rules that these leads break, as `lead:id`."""
    found = set()
    for s in reading.sectors:
        look = Look(reading, s)
        states = look.states([sum((amount(p) for p in present), NOTHING) for amount in look.amounts])
        who = _who_leads(reading, leads, s)
        for rule in lead_rules(reading, s):
            wrong = any(not suits(reading, rule, who.get(t), states[t]) for t in reading.active(rule))
            if wrong or _breaks_a_term(reading, rule, s, who):
                found.add(f"lead:{rule['id']}")
    return found


def _who_leads(reading: Reading, leads: Sequence[Item], s: str) -> dict[int, str]:
    led, since = history_lead(reading, s)
    who = dict.fromkeys(range(since, 0), led) if led is not None else {}
    for lead in leads:
        if lead["sector"] == s:
            for t in range(reading.period(lead["from"]), reading.period(lead["until"]) + 1):
                who[t] = lead["nation"]
    return who  # type: ignore[return-value]


def changes_given(reading: Reading, leads: Sequence[Item]) -> int:
    """How often these leads change the nation that commands a sector, history's lead included."""
    total = 0
    for s in reading.sectors:
        who = _who_leads(reading, leads, s)
        nations = [who[t] for t in sorted(who)]
        total += sum(former != latter for former, latter in pairwise(nations))
    return total


def _breaks_a_term(reading: Reading, rule: Item, s: str, who: Mapping[int, str]) -> bool:
    first = min(who, default=0)
    for begun in range(first, reading.last):
        nation = who.get(begun)
        if nation is None or who.get(begun - 1) == nation:
            continue
        lasts = 0
        while who.get(begun + lasts) == nation:
            lasts += 1
        ended = begun + lasts < reading.last
        if max(0, begun) in reading.active(rule) and ended and lasts < rule.get("term", 1):
            return True
    return False
