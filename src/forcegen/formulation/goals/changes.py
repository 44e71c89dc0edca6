"""changes: how far a plan is from one that is given."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.goals.objective import Aim, Question
from forcegen.formulation.rows.family import IMPLIED, RAISED, Added, Entries, Rows, merged, own, together
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
    frame, instance = question.frame, question.frame.instance
    ids = [[item.id for item in items] for items in (instance.contingents, instance.sectors, instance.roles)]
    key = [
        (*(names[i] for names, i in zip(ids, where, strict=True)), str(frame.label(a)), length)
        for *where, a, length in zip(*(field.tolist() for field in frame.allowed.fields), strict=True)
    ]
    base = Counter((t.contingent, t.sector, t.role, str(t.start), t.periods) for t in question.base.tours)
    place = {name: i for i, name in enumerate(sorted({*(x[:3] for x in key), *(x[:3] for x in base)}))}
    group = np.array([place[x[:3]] for x in key], dtype=np.int64)
    held = np.array([base.get(x, 0) for x in key], dtype=np.int64)
    whole = _by_place(((place[x[:3]], count) for x, count in base.items()), len(place))
    kept = np.flatnonzero(held)  # tours of the base that are allowed
    lost = whole - _by_place(zip(group[kept].tolist(), held[kept].tolist(), strict=True), len(place))
    taken, starts = frame.takers(kept), frame.starts
    begun = zip(*(field[starts].tolist() for field in frame.columns.tours.fields[:3]), strict=True)
    of_start = [place[tuple(names[i] for names, i in zip(ids, where, strict=True))] for where in begun]
    row, here, first = np.arange(len(kept)), np.arange(len(place)), len(taken.begins)
    missing, changed = first + row, first + len(kept) + here
    one, second, third = np.ones(len(kept), dtype=np.int64), len(kept), len(kept) + len(place)
    entries = merged(
        Entries(row, own(missing), one),
        taken.counted,
        Entries(second + here, own(changed), np.ones_like(here)),
        Entries(second + group[kept], own(missing), -one),
        Entries(third + here, own(changed), np.ones_like(here)),
        Entries(third + group[kept], own(missing), -one),
        Entries(third + np.array(of_start, dtype=np.int64), starts, -np.ones_like(starts)),
    )
    lower = np.concatenate([held[kept] - taken.units, lost, lost - whole])

    def names() -> list[str]:
        heads = [",".join(name) for name in place]
        tour = [",".join(map(str, key[z])) for z in kept]
        return [*(f"kept({x})" for x in tour), *(f"dropped({x})" for x in heads), *(f"added({x})" for x in heads)]

    def columns() -> list[str]:
        tour = [",".join(map(str, key[z])) for z in kept]
        return [
            *taken.names(),
            *(f"missing({x})" for x in tour),
            *(f"changed({','.join(name)})" for name in place),
        ]

    raised = np.full(len(kept) + len(place), RAISED)
    added = Added(np.concatenate([np.full(first, IMPLIED), raised]), columns)
    main = Rows("changes", entries, lower, np.full(len(lower), INF), names)
    worth = np.concatenate([np.zeros_like(taken.begins), np.zeros_like(missing), np.ones_like(here)])
    return Aim(Fraction(1), rows=together("changes", [main, taken.rows], added), own=worth)


def _by_place(counts: Iterable[tuple[int, int]], size: int) -> Ints:
    result = np.zeros(size, dtype=np.int64)
    for place, count in counts:
        result[place] += count
    return result
