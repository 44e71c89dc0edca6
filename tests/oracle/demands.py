"""The fewest extra units that close all gaps, by enumeration of what is added to each contingent."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

from .brute import best_of_any

if TYPE_CHECKING:
    from .drafts import Document

KEPT = ("strength", "fills", "tour", "dwell", "handover", "notice", "supply", "cost", "beds", "nation", "kind")
CAP = 5_000
OFFERED = ("pin", "bar", "standby")


def fewest(document: Document, goal: str, most: int, by: str = "units") -> tuple[Fraction, Fraction | None]:
    """The least gap with at most so many copies of each contingent, and what the cheapest copies for it come to.

    Raises TooLarge rather than try too many. A gap of -1: no plan at all.
    """
    contingents = document["contingents"]
    weight = [Fraction(1) if by == "units" else Fraction(str(k["strength"])) for k in contingents]
    found: tuple[Fraction, Fraction] | None = None
    for numbers in product(range(most + 1), repeat=len(contingents)):
        price = sum((w * n for w, n in zip(weight, numbers, strict=True)), Fraction(0))
        if found is not None and found[0] == 0 and price >= found[1]:
            continue
        known = best_of_any(added(document, numbers), [goal], cap=CAP)
        if known.feasible and (found is None or (known.values[0], price) < found):
            found = known.values[0], price
    return (Fraction(-1), None) if found is None else found


def added(document: Document, numbers: tuple[int, ...]) -> Document:
    """The same with copies of its contingents, unconditional; no minimum is hard."""
    copies, names = [], {}
    for k, number in zip(document["contingents"], numbers, strict=True):
        if number:
            names[k["id"]] = k["id"] + ".copy"
            kept = {key: k[key] for key in KEPT if key in k}
            copies.append(kept | {"id": names[k["id"]], "units": number})

    def widened(rule: Document) -> Document:
        result = dict(rule)
        for key, value in rule.items():
            if key == "contingents":
                result[key] = [*value, *(names[k] for k in value if k in names)]
            if key == "sets":
                result[key] = [[*items, *(names[k] for k in items if k in names)] for items in value]
            if key in ("of", "to", "with") and isinstance(value, dict):
                result[key] = widened(value)
        return result

    rules = [
        _offered(rule, document) if rule["kind"] in OFFERED else widened(rule) for rule in document.get("rules", ())
    ]
    asks = [q | {"hard": False} for q in document["requirements"]]
    return document | {"contingents": [*document["contingents"], *copies], "rules": rules, "requirements": asks}


def _offered(rule: Document, document: Document) -> Document:
    """The rule about the contingents that are offered, by name."""
    groups = document.get("groups", {})
    if "nations" not in rule and "contingents" not in rule:
        names = [k["id"] for k in document["contingents"]]
    else:
        nations = {n for name in rule.get("nations", ()) for n in groups.get(name, [name])}
        names = [
            k["id"] for k in document["contingents"] if k["nation"] in nations or k["id"] in rule.get("contingents", ())
        ]
    return {key: value for key, value in rule.items() if key != "nations"} | {"contingents": names}
