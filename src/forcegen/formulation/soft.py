"""Soft rule families: their rows may be broken, at a price."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.rows.family import RAISED, Added, Entries, Rows, merged, own
from forcegen.mip import INF

if TYPE_CHECKING:
    from forcegen.formulation.frame import Frame
    from forcegen.formulation.rows.family import Ints


def softened(rows: Rows, frame: Frame) -> tuple[Rows, Ints]:
    """Return the rows with a column each for what breaks them, and what one of each column stands for in the row.

    Equations that fix auxiliary columns stay hard. A column counts in the greatest common divisor of its row and its
    side, so that it is an implied integer. Column `violation(ROW)`.
    """
    fixed = np.zeros(len(rows.lower), dtype=bool)
    defined = np.zeros(0, dtype=np.int64) if rows.added is None else rows.added.defined
    fixed[defined[defined >= 0]] = True
    loose = np.flatnonzero(~fixed)
    step = np.zeros(len(rows.lower), dtype=np.int64)
    np.gcd.at(step, rows.entries.row, rows.entries.value)
    above = rows.upper < INF
    step = np.gcd(step, np.where(above, rows.upper, rows.lower))[loose]
    step = np.maximum(step, 1)
    column = own(len(defined) + np.arange(len(loose)))
    entries = merged(rows.entries, Entries(loose, column, np.where(above[loose], -step, step)))

    def names() -> list[str]:
        every = rows.names()
        return ([] if rows.added is None else rows.added.names()) + [f"violation({every[i]})" for i in loose]

    added = Added(np.concatenate([defined, np.full(len(loose), RAISED)]), names)
    return Rows(rows.tag, entries, rows.lower, rows.upper, rows.names, added), step


def unit_of(kind: str, frame: Frame) -> Fraction:
    """Return what one in a row of this kind stands for, in what the kind counts."""
    if kind in ("share", "ratio"):  # per mille in thousandths, people in their common divisor in thousandths
        return Fraction(frame.person, 10**9)
    return {"standby": Fraction(1, 1000), "pin": Fraction(1), "bar": Fraction(1)}.get(kind, Fraction(1, 10**6))
