"""beds, supply: what a sector holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.numbers import milli
from forcegen.domain.values import over_time
from forcegen.formulation.rows.family import Ints, Rows, at_most, sums

if TYPE_CHECKING:
    from forcegen.formulation.frame import Body, Frame


def beds(frame: Frame) -> Rows:
    """Keep each sector within its beds: `sum of beds(k,s) z over those present <= beds(s,t)`. Tag `beds`."""
    return _held(frame, "beds", frame.by_place(lambda k, s: k.beds_at(s)))


def supply(frame: Frame) -> Rows:
    """Keep each sector within its supply: `sum of supply(k) z over those present <= supply(s,t)`. Tag `supply`."""
    return _held(frame, "supply", frame.by_place(lambda k, _: k.supply))


def _held(frame: Frame, tag: str, needs: Ints) -> Rows:
    sectors = frame.instance.sectors
    limited = [i for i, sector in enumerate(sectors) if getattr(sector, tag) is not None]
    position = np.full(len(sectors), -1, dtype=np.int64)
    position[limited] = np.arange(len(limited))

    def weight(body: Body) -> Ints:
        return np.asarray(needs[body.tours.contingent, body.tours.sector][body.cells.tour])

    entries, taken = sums(frame, lambda body: position[body.tours.sector], weight, len(limited))
    held = [over_time(getattr(sectors[i], tag), frame.instance.horizon) for i in limited]
    limit = np.array([milli(number) for line in held for number in line], dtype=np.int64)

    def names() -> list[str]:
        return [f"{tag}({sectors[i].id},{frame.label(t)})" for i in limited for t in range(frame.periods)]

    return at_most(tag, entries, limit - taken, names)
