"""burden-gap: how unequally nations carry."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.nation import expand
from forcegen.formulation.goals.objective import Aim, Question
from forcegen.formulation.rows.family import WHOLE, Added, Entries, Rows, merged, own
from forcegen.mip import INF

if TYPE_CHECKING:
    from forcegen.formulation.frame import Body
    from forcegen.formulation.rows.family import Ints

# Troop-periods are thousandths; a burden is per 1,000 soldiers, in thousandths.
_BURDEN = 1000


def burden_gap(question: Question) -> Aim:
    """The largest burden less the smallest, per 1,000 soldiers in thousandths. Tag `burden-gap`.

    `soldiers(n) heaviest >= 1000 burden(n)` and `soldiers(n) (most - spread) <= 1000 burden(n)`, where `most` is the
    largest that the smallest burden can be; the goal is `heaviest + spread - most`.
    """
    frame, nations = question.frame, _compared(question)
    if len(nations) < 2:
        return Aim(Fraction(1))
    position = np.full(len(frame.instance.nations), -1, dtype=np.int64)
    position[nations] = np.arange(len(nations))

    def borne(body: Body) -> tuple[Ints, Ints]:
        """Return each tour's nation among those compared, -1 for none, and its troop-periods in thousandths."""
        return position[frame.nation[body.tours.contingent]], frame.strength[body.tours.contingent] * body.stay

    row, amount = borne(frame.columns)
    column = np.flatnonzero(row >= 0)
    ran, given = borne(frame.running)
    taken = np.zeros(len(nations), dtype=np.int64)
    np.add.at(taken, ran[ran >= 0], (given * frame.running.units)[ran >= 0])
    soldiers = np.array([frame.instance.nations[n].soldiers for n in nations], dtype=np.int64)
    pools = frame.by_contingent(lambda k: k.pool) * frame.strength * frame.periods
    whole = np.bincount(position[frame.nation] + 1, weights=pools, minlength=len(nations) + 1)[1:].astype(np.int64)
    most = int((_BURDEN * whole // soldiers).min())
    each = np.arange(len(nations))
    entries = merged(
        Entries(row[column], column, -_BURDEN * amount[column]),
        Entries(each, own(np.zeros_like(each)), soldiers),
        Entries(len(nations) + row[column], column, _BURDEN * amount[column]),
        Entries(len(nations) + each, own(np.ones_like(each)), soldiers),
    )
    lower = np.concatenate([_BURDEN * taken, most * soldiers - _BURDEN * taken])
    ids = [frame.instance.nations[n].id for n in nations]
    rows = Rows(
        "burden-gap",
        entries,
        lower,
        np.full(len(lower), INF),
        lambda: [f"{side}({n})" for side in ("burden_most", "burden_least") for n in ids],
        Added(np.array([WHOLE, WHOLE]), lambda: ["heaviest", "spread"]),
    )
    return Aim(Fraction(1), rows=rows, own=np.array([1, 1]), constant=-most)


def _compared(question: Question) -> Ints:
    """Return the nations between which burdens are compared: with soldiers, and named or with a tour."""
    frame, instance = question.frame, question.frame.instance
    known = np.array([bool(nation.soldiers) for nation in instance.nations], dtype=bool)
    if question.willing is not None:
        named = expand(question.willing, instance.groups)
        return np.flatnonzero(known & np.array([nation.id in named for nation in instance.nations], dtype=bool))
    serving = np.zeros(len(instance.nations), dtype=bool)
    serving[frame.nation[frame.allowed.contingent]] = True
    return np.flatnonzero(known & serving)
