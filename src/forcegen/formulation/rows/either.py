"""either: one set of contingents or another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.rows.family import IMPLIED, Added, Entries, Rows, keep, merged, own, sums, together
from forcegen.formulation.rows.scoped import Scoped
from forcegen.mip import INF

if TYPE_CHECKING:
    from forcegen.domain.rules import Either
    from forcegen.formulation.frame import Body, Frame
    from forcegen.formulation.rows.family import Ints


def either(rule: Either, frame: Frame) -> Rows:
    """Use one set or another: `units(k,t) <= units(k) used(j)` for every k in set j; `sum of used(j) <= most`.

    Tag `either`.
    """
    sets = np.arange(len(rule.sets))
    choice = Rows(
        "either",
        Entries(np.zeros_like(sets), own(sets), np.ones_like(sets)),
        np.array([-INF]),
        np.array([rule.most]),
        lambda: [f"either({rule.id})"],
    )
    pieces = [choice, *(_used(rule, j, items, frame) for j, items in enumerate(rule.sets))]
    added = Added(np.full(len(sets), IMPLIED), lambda: [f"used({rule.id},{j + 1})" for j in sets])
    return together("either", pieces, added)


def _used(rule: Either, number: int, items: tuple[str, ...], frame: Frame) -> Rows:
    """Return `units(k) used - units(k,t) >= units of history` for the contingents of a set."""
    scoped = Scoped.of(rule, frame)
    position = {k: i for i, k in enumerate(dict.fromkeys(items))}
    which = np.array([position.get(k.id, -1) for k in frame.instance.contingents], dtype=np.int64)
    pool = {k.id: k.pool for k in frame.instance.contingents}

    def group(body: Body) -> Ints:
        return np.where(scoped.inside(body), which[body.tours.contingent], -1)

    def weight(body: Body) -> Ints:
        return scoped.active[body.cells.period].astype(np.int64)

    entries, taken = sums(frame, group, weight, len(position))
    row = np.arange(len(taken))
    size = np.repeat([pool[k] for k in position], frame.periods)
    rows = Rows(
        "either",
        merged(
            Entries(entries.row, entries.column, -entries.value), Entries(row, own(np.full_like(row, number)), size)
        ),
        taken,
        np.full(len(row), INF),
        lambda: [
            f"used_by({rule.id},{number + 1},{k},{frame.label(t)})" for k in position for t in range(frame.periods)
        ],
    )
    busy = taken > 0
    busy[entries.row] = True
    return keep(rows, np.flatnonzero(busy))
