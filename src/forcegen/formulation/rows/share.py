"""share: a nation's share of the troops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.numbers import milli
from forcegen.formulation.frame import MILLI
from forcegen.formulation.rows.family import Entries, Rows, at_most, sums
from forcegen.formulation.rows.scoped import Items, Scoped, row_names, strength

if TYPE_CHECKING:
    from forcegen.domain.rules import Share
    from forcegen.formulation.frame import Body, Frame
    from forcegen.formulation.rows.family import Ints


def share(rule: Share, frame: Frame) -> Rows:
    """Limit a share: `1000 troops(those in scope) <= most troops(all in its places and roles)`. Tag `share`."""
    scoped = Scoped.of(rule, frame)
    items = Items.of(rule.each, scoped, frame)
    parts = _parts(rule, scoped, frame)
    blocks, names = [], []
    for i, item in enumerate(items.names):
        for sectors, part in parts:
            blocks.append(_row_block(rule, scoped, items, i, sectors, frame))
            names.append(",".join(filter(None, (item, part))))
    size = frame.periods
    entries = Entries(
        np.concatenate([block.row + i * size for i, (block, _) in enumerate(blocks)]),
        np.concatenate([block.column for block, _ in blocks]),
        np.concatenate([block.value for block, _ in blocks]),
    )
    taken = np.concatenate([constant for _, constant in blocks])
    return at_most("share", entries, -taken, lambda: row_names(rule, names, frame))


def _parts(rule: Share, scoped: Scoped, frame: Frame) -> list[tuple[Ints, str]]:
    """Return the sets of sectors that are compared, with their names."""
    sectors = np.flatnonzero(scoped.sectors)
    if rule.in_ == "force":
        return [(sectors, "")]
    return [(np.array([s]), frame.instance.sectors[s].id) for s in sectors]


def _row_block(
    rule: Share, scoped: Scoped, items: Items, item: int, sectors: Ints, frame: Frame
) -> tuple[Entries, Ints]:
    most = milli(rule.most)

    def group(body: Body) -> Ints:
        return np.where(scoped.here(body) & np.isin(body.tours.sector, sectors), 0, -1)

    def weight(body: Body) -> Ints:
        mine = scoped.inside(body) & (items.position(body, frame) == item)
        factor = np.where(mine, MILLI * MILLI, 0) - most
        return np.where(scoped.active[body.cells.period], strength(body, frame) * factor[body.cells.tour], 0)

    return sums(frame, group, weight, 1)
