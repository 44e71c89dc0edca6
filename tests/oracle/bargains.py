"""The cheapest repair by enumeration: every choice of rules to set aside, the best plan of each."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

from .brute import Terms, best_of_any
from .reading import Reading
from .timetables import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from .drafts import Document

COUNTED = ("ceiling", "floor", "share", "ratio", "lift", "supply", "standby", "pin", "bar")
PLACED = ("lead", "nations", "presence", "apart", "escort")
CHOICES = 64


def negotiable(document: Document, rng: Random) -> Document:
    """The same with penalties on most of its rules, the same for all of a counted kind, and some hard minimums."""
    pers = {kind: rng.choice((1, 2, 5)) for kind in COUNTED}
    asked = {kind: rng.choice(("once", "per", "per")) for kind in COUNTED}
    rules = []
    for rule in document.get("rules", ()):
        if rule["kind"] in COUNTED:
            penalty: Document = (
                {"per": pers[rule["kind"]]} if asked[rule["kind"]] == "per" else {"once": rng.randint(1, 30)}
            )
            fixed = False
        else:
            penalty = {rng.choice(("once", "per") if rule["kind"] in PLACED else ("once",)): rng.randint(1, 30)}
            fixed = rng.random() < 0.2
        rules.append(rule if fixed else rule | {"negotiable": True, "penalty": penalty})
    asks = [q | ({"hard": True} if rng.random() < 0.5 else {}) for q in document["requirements"]]
    return document | {"rules": rules, "requirements": asks}


def cheapest(document: Document, *, cuts: bool = True) -> Fraction | None:
    """What the cheapest repair costs, None if none helps; raises TooLarge rather than try too many."""
    free = [_choices(document, rule) for rule in document.get("rules", ())]
    number = 1
    for choices in free:
        number *= len(choices)
    if number > CHOICES:
        raise TooLarge
    soft = {r["kind"]: r["penalty"]["per"] for r in document.get("rules", ()) if _soft(r)}
    asks = [_asked(q, cuts) for q in document["requirements"]]
    best: Fraction | None = None
    for chosen in product(*free):
        rules = [rule for rules, _ in chosen for rule in rules]
        paid = sum(Fraction(price) for _, price in chosen)
        known = best_of_any(document | {"rules": rules, "requirements": asks}, ["unmet-minimum"], Terms(soft=soft))
        if known.feasible and (best is None or paid + known.values[0] < best):
            best = paid + known.values[0]
    return best


def _soft(rule: Document) -> bool:
    return bool(rule.get("negotiable")) and rule["kind"] in COUNTED and "per" in rule["penalty"]


def _asked(q: Document, cuts: bool) -> Document:
    rest = {key: value for key, value in q.items() if key not in ("hard", "minimum", "target")}
    target = q.get("target", q.get("minimum", 0))
    if not q.get("hard"):
        return rest | {"target": target}
    return rest | {"target": target, "minimum": q.get("minimum", 0), "hard": not cuts}


def _choices(document: Document, rule: Document) -> list[tuple[list[Document], Any]]:
    """What a rule may become, and at which price."""
    if not rule.get("negotiable") or _soft(rule):
        return [([rule], 0)]
    if "once" in rule["penalty"]:
        return [([rule], 0), ([], rule["penalty"]["once"])]
    cells = list(_cells(document, rule))
    if 2 ** len(cells) > CHOICES:
        raise TooLarge
    return [
        ([cell for cell, keep in zip(cells, kept, strict=True) if keep], rule["penalty"]["per"] * kept.count(False))
        for kept in product((True, False), repeat=len(cells))
    ]


def _cells(document: Document, rule: Document) -> Iterator[Document]:
    """The rule in each sector and period by itself."""
    reading = Reading(document)
    read = reading.rules[rule["id"]]
    sectors = [s["id"] for s in document["sectors"]]
    if "sectors" in rule or "zones" in rule:
        inside = [
            s
            for s in document["sectors"]
            if s["id"] in rule.get("sectors", ()) or s.get("zone") in rule.get("zones", ())
        ]
        sectors = [s["id"] for s in inside]
    for t in sorted(reading.active(read)):
        for s in sectors:
            rest = {key: value for key, value in rule.items() if key not in ("zones", "from", "until", "if", "unless")}
            yield rest | {
                "id": f"{rule['id']}.{s}.{t}",
                "sectors": [s],
                "from": reading.date(t),
                "until": reading.date(t),
            }
