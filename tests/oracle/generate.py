"""Tiny random instances, valid and small enough to enumerate, whose few rules tend to bind."""

from __future__ import annotations

from math import prod
from random import Random
from typing import TYPE_CHECKING

from .brute import GOALS, best
from .draft_rules import RuleDraft
from .drafts import Document, Draft
from .reading import Reading
from .timetables import TooLarge, all_units
from .vectors import vectors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

SUMS = ("exclude", "only", "ceiling", "floor", "share", "lift", "supply", "ratio", "standby", "pin", "bar")
CHOICES = ("lead", "nations", "presence", "apart", "escort", "either")
ALL_KINDS = SUMS + CHOICES
FEWEST, MOST = 20, 60_000  # combinations of distinct timetables, all units together
TIMETABLES = 400  # of one unit
INFEASIBLE = 0.05  # how many of the infeasible draws are kept


def instance(seed: int, kinds: Sequence[str] = ALL_KINDS) -> Document:
    """A document with rules of these kinds alone; the same for the same seed and kinds."""
    rng = Random(seed)
    while True:
        document = _draw(rng, kinds)
        if _enumerable(document) and (best(document).feasible or rng.random() < INFEASIBLE):
            return document


def _draw(rng: Random, kinds: Sequence[str]) -> Document:
    """A draft, and rules aimed at the plan that is best without them."""
    draft = Draft(rng)
    if not kinds or not _enumerable(draft.document()):
        return draft.document()
    rules = RuleDraft(draft, best(draft.document()).tours)
    number = rng.choice((1, 2, 2, 2, 3, 4))
    weights = [2 if kind == "floor" else 1 for kind in kinds]  # floors are often out of reach, and such draws rejected
    drawn = rng.choices(kinds, weights, k=number)
    draft.rules = [rules.rule(f"P{i + 1}", kind) for i, kind in enumerate(drawn)]
    return draft.document()


def _enumerable(document: Document) -> bool:
    """Whether combinations are neither too many nor next to none, with any of the rules removed."""
    loose = [rule for rule in document.get("rules", ()) if rule["kind"] not in ("exclude", "only")]
    reading = Reading(document | {"rules": loose})
    try:
        units = all_units(reading, TIMETABLES)
    except TooLarge:
        return False
    return FEWEST <= prod(len(table) for table in vectors_of(reading, units, GOALS).tables) <= MOST
