"""unmet-minimum, unmet-target, worst-shortfall, excess: what requirements lack, or get beyond their targets."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.goals.objective import Aim, Question
from forcegen.formulation.rows.coverage import NANO, weight
from forcegen.formulation.rows.family import RAISED, WHOLE, Added, Entries, Rows, merged, own, together
from forcegen.mip import INF

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.formulation.rows.family import Ints

_PER_MILLE = 1000


def unmet_minimum(question: Question) -> Aim:
    """Priority-weighted troop-periods below the minimum. Tag `unmet-minimum`."""
    return _shortfall(question, segments=(1, 0))


def unmet_target(question: Question) -> Aim:
    """Priority-weighted troop-periods below the target, those below the minimum included. Tag `unmet-target`."""
    return _shortfall(question, segments=(1, 1))


def worst_shortfall(question: Question) -> Aim:
    """The largest unmet part of a target, per mille, rounded up. Tag `worst-shortfall`.

    `worst * target >= 1000 (below_minimum + below_target)`, with the whole target, history's part included.
    """
    parts, frame = question.parts, question.frame
    targets = [part.asked[part.periods] for part in parts]
    row = np.arange(question.shortfalls // 2)
    nothing = np.zeros(0, dtype=np.int64)
    sizes = [np.repeat(int(part.unit * NANO), len(part.periods)) for part in parts]
    size = np.concatenate([nothing, *sizes])
    entries = merged(
        Entries(np.repeat(row, 2), question.tours + np.arange(2 * len(row)), np.repeat(-_PER_MILLE * size, 2)),
        Entries(row, own(np.zeros_like(row)), np.concatenate([nothing, *targets])),
    )

    def names() -> list[str]:
        return [f"worst_shortfall({part.requirement.id},{frame.label(t)})" for part in parts for t in part.periods]

    added = Added(np.array([WHOLE]), lambda: ["worst"])
    rows = Rows("worst-shortfall", entries, np.zeros(len(row), dtype=np.int64), np.full(len(row), INF), names, added)
    return Aim(Fraction(1), rows=rows, own=np.array([1]))


def excess(question: Question) -> Aim:
    """Priority-weighted fill beyond the target. Tag `excess`.

    `excess(q,t) >= sum of c z - target`, with coefficients that are not clipped.
    """
    pieces: list[Rows] = []
    worths: list[Ints] = []
    worth = [weight(part.requirement, question.frame) * Fraction(1, NANO) for part in question.parts]
    denominator = lcm(*(number.denominator for number in worth))
    labels: list[str] = []
    first = 0
    for part, value in zip(question.parts, worth, strict=True):
        periods = np.flatnonzero(part.active)
        position = np.full(question.frame.periods, -1, dtype=np.int64)
        position[periods] = np.arange(len(periods))
        used = position[part.whole.row] >= 0
        row = position[part.whole.row[used]]
        amount = part.whole.value[used]
        given = part.given[periods] - part.asked[periods]
        unit = int(np.gcd.reduce(np.concatenate([amount, given]), initial=0)) or 1
        column = np.arange(len(periods))
        entries = merged(
            Entries(row, part.whole.column[used], -(amount // unit)),
            Entries(column, own(first + column), np.ones_like(column)),
        )
        heads = [f"{part.requirement.id},{question.frame.label(t)}" for t in periods.tolist()]
        pieces.append(Rows("excess", entries, given // unit, np.full(len(column), INF), _names("excess", heads)))
        labels += heads
        worths.append(np.full(len(periods), int(value * denominator) * unit))
        first += len(periods)
    added = Added(np.full(first, RAISED), lambda: [f"beyond({label})" for label in labels])
    nothing = np.zeros(0, dtype=np.int64)
    rows = together("excess", pieces, added) if pieces else None
    return Aim(Fraction(1, denominator), rows=rows, own=np.concatenate([nothing, *worths]))


def _names(head: str, labels: list[str]) -> Callable[[], list[str]]:
    return lambda: [f"{head}({label})" for label in labels]


def _shortfall(question: Question, segments: tuple[int, int]) -> Aim:
    parts = question.parts
    worth = [weight(part.requirement, question.frame) * part.unit for part in parts]
    denominator = lcm(*(number.denominator for number in worth))
    whole = [int(number * denominator) for number in worth]
    pieces = [
        np.tile(np.array(segments) * number, len(part.periods)) for number, part in zip(whole, parts, strict=True)
    ]
    return Aim(Fraction(1, denominator), shortfalls=np.concatenate([np.zeros(0, dtype=np.int64), *pieces]))
