"""standby: ready, uncommitted troops at home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.numbers import milli
from forcegen.domain.values import over_time
from forcegen.formulation.rows.family import Entries, Rows, keep
from forcegen.formulation.rows.scoped import Scoped, row_names
from forcegen.mip import INF
from forcegen.tours.allowed import willing
from forcegen.tours.tours import unfolded

if TYPE_CHECKING:
    from forcegen.domain.contingent import Contingent
    from forcegen.domain.rules import Standby
    from forcegen.formulation.frame import Frame
    from forcegen.formulation.rows.family import Ints
    from forcegen.tours.tours import Bools


def standby(rule: Standby, frame: Frame) -> Rows:
    """Keep troops at home: `sum of strength z with a <= t < a + l + dwell <= strength of the pools - least(t)`.

    Tag `standby`. Only contingents that are ready in t count, on both sides.
    """
    scoped, spells = Scoped.of(rule, frame), frame.spells
    ready = np.array([_ready(k, frame) for k in frame.instance.contingents], dtype=bool).reshape(-1, frame.periods)
    ready &= scoped.contingents[:, None] & scoped.active
    of_spell = frame.columns.tours.contingent[spells.column]
    mine = np.flatnonzero(scoped.contingents[of_spell])
    which, period = unfolded(spells.start[mine], spells.free[mine])
    used = ready[of_spell[mine[which]], period]
    spell, period = mine[which[used]], period[used]
    entries = Entries(period, spells.column[spell], frame.strength[of_spell[spell]])
    pools = (np.where(ready, frame.units_free, 0) * frame.strength[:, None]).sum(axis=0)
    limit = pools - np.array([milli(x) for x in over_time(rule.least, frame.instance.horizon)], dtype=np.int64)
    rows = Rows("standby", entries, np.full(frame.periods, -INF), limit, lambda: row_names(rule, [""], frame))
    return keep(rows, np.flatnonzero(scoped.active & (_reach(entries, frame) > limit)))


def _reach(entries: Entries, frame: Frame) -> Ints:
    """Return what all columns together could take from each row."""
    result = np.zeros(frame.periods, dtype=np.int64)
    np.add.at(result, entries.row, entries.value * frame.upper[entries.column])
    return result


def _ready(contingent: Contingent, frame: Frame) -> Bools:
    """Return whether the contingent's units at home are ready, bool[periods]."""
    window = frame.instance.horizon.window(contingent.ready, contingent.until)
    return np.asarray(willing(contingent, frame.instance) & np.array(window))
