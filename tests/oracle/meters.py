"""Everything that is summed over units present: the limits, the fill of requirements, and cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from .reading import NOTHING, Item, Presence, Reading

Amount = Callable[[Presence], Fraction]


@dataclass(frozen=True)
class Limit:
    """The sum of `amount` over units present is at least `low` and at most `high`."""

    name: str
    amount: Amount
    low: Fraction | None = None
    high: Fraction | None = None


@dataclass(frozen=True)
class Need:
    """A requirement in one period; the sum of `amount` is what fills it."""

    name: str
    amount: Amount
    minimum: Fraction
    target: Fraction
    weight: Fraction
    hard: bool


def limits(reading: Reading) -> Iterator[Limit]:
    """Every limit of the document, hard requirements aside."""
    for s, sector in reading.sectors.items():
        for t in reading.periods:
            yield from _sector_limits(reading, s, sector, t)
    for rule in reading.rules.values():
        if rule["kind"] in RULES:
            yield from RULES[rule["kind"]](reading, rule)


def needs(reading: Reading) -> Iterator[Need]:
    """Every requirement in every period in which it asks something."""
    for requirement in reading.requirements.values():
        for t in sorted(reading.active(requirement)):
            yield _need(reading, requirement, t)


def cost(reading: Reading) -> Amount:
    """Cost of a presence within the horizon."""
    return lambda p: reading.cost(p.contingent, p.sector) * sum(p.holds(t) for t in reading.periods)


def _need(reading: Reading, requirement: Item, t: int) -> Need:
    minimum, target = reading.asked(requirement, t)
    return Need(
        requirement["id"],
        lambda p: reading.fill(requirement, p, t),
        minimum,
        target,
        reading.weight(requirement),
        bool(requirement.get("hard")),
    )


def _sector_limits(reading: Reading, s: str, sector: Item, t: int) -> Iterator[Limit]:
    if sector.get("beds") is not None:
        high = reading.step(sector["beds"], t)
        yield Limit(f"beds:{s}", _here(s, t, lambda p: reading.beds(p.contingent, s)), high=high)
    if sector.get("supply") is not None:
        high = reading.step(sector["supply"], t)
        yield Limit(f"supply:{s}", _here(s, t, lambda p: reading.amount(p.contingent, "supply")), high=high)


def _here(s: str, t: int, amount: Amount) -> Amount:
    return lambda p: amount(p) if p.sector == s and p.holds(t) else NOTHING


# Rules


@dataclass(frozen=True)
class Scope:
    """Contingents, sectors and roles."""

    who: frozenset[str]
    places: frozenset[str]
    roles: frozenset[str]

    def has(self, p: Presence) -> bool:
        """Whether a presence is in scope."""
        return p.contingent in self.who and p.sector in self.places and p.role in self.roles


def scope_of(reading: Reading, rule: Item) -> Scope:
    """The scope of a whole rule."""
    return Scope(reading.who(rule), reading.places(rule), reading.roles_in_scope(rule))


def items_of(reading: Reading, rule: Item) -> list[Scope]:
    """The scope cut into the items that `each` asks for."""
    whole, each = scope_of(reading, rule), rule.get("each")
    if each == "sector":
        return [Scope(whole.who, frozenset({s}), whole.roles) for s in sorted(whole.places)]
    if each == "role":
        return [Scope(whole.who, whole.places, frozenset({r})) for r in sorted(whole.roles)]
    if each == "nation":
        nation = {k: reading.contingents[k]["nation"] for k in whole.who}
        return [
            Scope(frozenset(k for k in whole.who if nation[k] == n), whole.places, whole.roles)
            for n in sorted(set(nation.values()))
        ]
    return [whole]


def _counted_limits(reading: Reading, rule: Item) -> Iterator[Limit]:
    """Limits of a `ceiling` or `floor`: for each item, in every active period or over all of them."""
    active = sorted(reading.active(rule))
    for scope in items_of(reading, rule):
        if rule.get("over", "period") == "horizon":
            if active:
                yield _bounded(reading, rule, _total([_counted(reading, rule, scope, t) for t in active]), active[0])
        else:
            for t in active:
                yield _bounded(reading, rule, _counted(reading, rule, scope, t), t)


def _bounded(reading: Reading, rule: Item, amount: Amount, t: int) -> Limit:
    name = f"{rule['kind']}:{rule['id']}"
    if rule["kind"] == "ceiling":
        return Limit(name, amount, high=reading.step(rule["most"], t))
    return Limit(name, amount, low=reading.step(rule["least"], t))


def _total(amounts: list[Amount]) -> Amount:
    return lambda p: sum((amount(p) for amount in amounts), NOTHING)


def _counted(reading: Reading, rule: Item, scope: Scope, t: int) -> Amount:
    count = COUNTED[rule.get("of", "troops")]
    handover = rule["kind"] == "ceiling"
    return lambda p: count(reading, p, t, handover) if scope.has(p) and p.holds(t) else NOTHING


def _troops(reading: Reading, p: Presence, t: int, handover: bool) -> Fraction:
    strength = reading.amount(p.contingent, "strength")
    return strength * reading.factor(p, t) if handover else strength


def _units(reading: Reading, p: Presence, t: int, handover: bool) -> Fraction:
    return Fraction(1)


def _tours(reading: Reading, p: Presence, t: int, handover: bool) -> Fraction:
    return Fraction(p.start == t)


def _cost(reading: Reading, p: Presence, t: int, handover: bool) -> Fraction:
    return reading.cost(p.contingent, p.sector)


def _share_limits(reading: Reading, rule: Item) -> Iterator[Limit]:
    """1000 x troops of the item - most x troops of all in the same places and roles, at most 0."""
    whole = scope_of(reading, rule)
    groups = [frozenset({s}) for s in sorted(whole.places)] if rule.get("in") == "sector" else [whole.places]
    for t in sorted(reading.active(rule)):
        most = reading.step(rule["most"], t)
        for places in groups:
            everyone = Scope(frozenset(reading.contingents), places, whole.roles)
            for part in items_of(reading, rule):
                numerator = Scope(part.who, part.places & places, part.roles)
                amount = _excess_share(reading, numerator, everyone, most, t)
                yield Limit(f"share:{rule['id']}", amount, high=NOTHING)


def _excess_share(reading: Reading, part: Scope, everyone: Scope, most: Fraction, t: int) -> Amount:
    def amount(p: Presence) -> Fraction:
        if not p.holds(t):
            return NOTHING
        return (1000 * part.has(p) - most * everyone.has(p)) * reading.amount(p.contingent, "strength")

    return amount


def _lift_limits(reading: Reading, rule: Item) -> Iterator[Limit]:
    """Strength that starts in a period, and that leaves in it, together."""
    scope = scope_of(reading, rule)
    for t in sorted(reading.active(rule)):
        yield Limit(f"lift:{rule['id']}", _moved(reading, scope, t), high=reading.step(rule["most"], t))


def _moved(reading: Reading, scope: Scope, t: int) -> Amount:
    def amount(p: Presence) -> Fraction:
        moves = (p.start == t) + (p.leaves == t)
        return moves * reading.amount(p.contingent, "strength") if scope.has(p) else NOTHING

    return amount


def _supply_limits(reading: Reading, rule: Item) -> Iterator[Limit]:
    """Supply of the units present in scope."""
    scope = scope_of(reading, rule)
    for t in sorted(reading.active(rule)):
        amount = _supplied(reading, scope, t)
        yield Limit(f"supply-rule:{rule['id']}", amount, high=reading.step(rule["most"], t))


def _supplied(reading: Reading, scope: Scope, t: int) -> Amount:
    return lambda p: reading.amount(p.contingent, "supply") if scope.has(p) and p.holds(t) else NOTHING


def _ratio_limits(reading: Reading, rule: Item) -> Iterator[Limit]:
    """1000 x troops of `of` - least x troops of `to`, at least 0, force-wide or for each sector or nation."""
    whole, least = scope_of(reading, rule), reading.step(rule["least"], 0)
    of, to = (Scope(reading.who(rule[x]), whole.places, reading.roles_in_scope(rule[x])) for x in ("of", "to"))
    parts = [whole] if rule.get("each", "force") == "force" else items_of(reading, rule)
    for t in sorted(reading.active(rule)):
        for part in parts:
            yield Limit(f"ratio:{rule['id']}", _served(reading, (part, of, to), least, t), low=NOTHING)


def _served(reading: Reading, scopes: tuple[Scope, Scope, Scope], least: Fraction, t: int) -> Amount:
    part, of, to = scopes

    def amount(p: Presence) -> Fraction:
        if not (p.holds(t) and part.has(p)):
            return NOTHING
        return (1000 * of.has(p) - least * to.has(p)) * reading.amount(p.contingent, "strength")

    return amount


def _units_limits(reading: Reading, rule: Item) -> Iterator[Limit]:
    """Units present of each contingent by itself: at least so many, or all but so many."""
    whole = scope_of(reading, rule)
    for t in sorted(reading.active(rule)):
        for k in sorted(whole.who):
            scope = Scope(frozenset({k}), whole.places, whole.roles)
            amount = _present(scope, t)
            if rule["kind"] == "pin":
                yield Limit(f"pin:{rule['id']}", amount, low=Fraction(rule["units"]))
            else:
                yield Limit(f"bar:{rule['id']}", amount, high=Fraction(reading.units(k) - rule["units"]))


def _present(scope: Scope, t: int) -> Amount:
    return lambda p: Fraction(scope.has(p) and p.holds(t))


def _standby_limits(reading: Reading, rule: Item) -> Iterator[Limit]:
    """The strength of all units that are ready, less those on tour or in dwell, is at least so much."""
    who = reading.who(rule)
    for t in sorted(reading.active(rule)):
        ready = {k for k in who if _could_stand_by(reading, k, t)}
        pool = sum((reading.amount(k, "strength") * reading.units(k) for k in ready), NOTHING)
        resting = [
            reading.amount(k, "strength") for k, first, free in reading.rests if k in ready and first <= t < free
        ]
        amount = _not_at_home(reading, ready, t)
        low = reading.step(rule["least"], t) - pool + sum(resting, NOTHING)
        yield Limit(f"standby:{rule['id']}", amount, low=low)


def _could_stand_by(reading: Reading, k: str, t: int) -> bool:
    contingent = reading.contingents[k]
    dates = {"from": contingent.get("ready"), "until": contingent.get("until")}
    return reading.conditions_met(contingent, t) and reading.in_window(dates, t)


def _not_at_home(reading: Reading, ready: set[str], t: int) -> Amount:
    def amount(p: Presence) -> Fraction:
        away = p.contingent in ready and p.start <= t < reading.next_start(p)
        return -reading.amount(p.contingent, "strength") if away else NOTHING

    return amount


COUNTED: dict[str, Callable[[Reading, Presence, int, bool], Fraction]] = {
    "troops": _troops,
    "units": _units,
    "tours": _tours,
    "cost": _cost,
}
RULES: dict[str, Callable[[Reading, Item], Iterator[Limit]]] = {
    "ceiling": _counted_limits,
    "floor": _counted_limits,
    "share": _share_limits,
    "lift": _lift_limits,
    "supply": _supply_limits,
    "ratio": _ratio_limits,
    "pin": _units_limits,
    "bar": _units_limits,
    "standby": _standby_limits,
}
