"""changes: how far a plan is from one that is given."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.goals.objective import Aim, Question
from forcegen.formulation.rows.family import RAISED, Added, Entries, Rows, merged, own
from forcegen.mip import INF

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forcegen.formulation.rows.family import Ints


def changes(question: Question) -> Aim:
    """Tours added and dropped, after matching on contingent, sector and role; a shift in time is one. Tag `changes`.

    `missing(z) >= base(z) - z` for each tour of the base; `changed(k,s,r) >= sum of missing` and
    `changed(k,s,r) >= sum of z - tours of the base + sum of missing`.

    Raises
    ------
    ValueError
        Without a base.
    """
    if question.base is None:
        raise ValueError("the goal changes needs a plan to compare with")
    frame, instance, tours = question.frame, question.frame.instance, question.frame.columns.tours
    key = [
        (instance.contingents[k].id, instance.sectors[s].id, instance.roles[r].id, str(frame.label(a)), length)
        for k, s, r, a, length in zip(
            *(x.tolist() for x in (tours.contingent, tours.sector, tours.role, tours.start, tours.length)), strict=True
        )
    ]
    base = Counter((t.contingent, t.sector, t.role, str(t.start), t.periods) for t in question.base.tours)
    place = {name: i for i, name in enumerate(sorted({*(x[:3] for x in key), *(x[:3] for x in base)}))}
    group = np.array([place[x[:3]] for x in key], dtype=np.int64)
    held = np.array([base.get(x, 0) for x in key], dtype=np.int64)
    whole = _by_place(((place[x[:3]], count) for x, count in base.items()), len(place))
    kept = np.flatnonzero(held)  # tours of the base that are allowed
    lost = whole - _by_place(zip(group[kept].tolist(), held[kept].tolist(), strict=True), len(place))
    missing, changed = np.arange(len(kept)), len(kept) + np.arange(len(place))
    one, here = np.ones(len(kept), dtype=np.int64), np.arange(len(place))
    second, third = len(kept), len(kept) + len(place)
    entries = merged(
        Entries(missing, own(missing), one),
        Entries(missing, kept, one),
        Entries(second + here, own(changed), np.ones_like(here)),
        Entries(second + group[kept], own(missing), -one),
        Entries(third + here, own(changed), np.ones_like(here)),
        Entries(third + group[kept], own(missing), -one),
        Entries(third + group, np.arange(len(key)), -np.ones(len(key), dtype=np.int64)),
    )
    lower = np.concatenate([held[kept], lost, lost - whole])

    def names() -> list[str]:
        heads = [",".join(name) for name in place]
        tour = [",".join(map(str, key[z])) for z in kept]
        return [*(f"kept({x})" for x in tour), *(f"dropped({x})" for x in heads), *(f"added({x})" for x in heads)]

    def columns() -> list[str]:
        tour = [",".join(map(str, key[z])) for z in kept]
        return [*(f"missing({x})" for x in tour), *(f"changed({','.join(name)})" for name in place)]

    added = Added(np.full(len(kept) + len(place), RAISED), columns)
    rows = Rows("changes", entries, lower, np.full(len(lower), INF), names, added)
    return Aim(Fraction(1), rows=rows, own=np.concatenate([np.zeros_like(missing), np.ones_like(here)]))


def _by_place(counts: Iterable[tuple[int, int]], size: int) -> Ints:
    result = np.zeros(size, dtype=np.int64)
    for place, count in counts:
        result[place] += count
    return result
