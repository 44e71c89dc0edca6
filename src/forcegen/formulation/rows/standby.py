"""standby: ready, uncommitted troops at home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.numbers import milli
from forcegen.domain.values import over_time
from forcegen.formulation.rows.family import Entries, Rows, keep
from forcegen.formulation.rows.pool import free_again, units_free
from forcegen.formulation.rows.scoped import Scoped, row_names
from forcegen.mip import INF
from forcegen.tours.allowed import willing

if TYPE_CHECKING:
    from forcegen.domain.contingent import Contingent
    from forcegen.domain.rules import Standby
    from forcegen.formulation.frame import Frame
    from forcegen.formulation.rows.family import Ints
    from forcegen.tours.allowed import Bools


def standby(rule: Standby, frame: Frame) -> Rows:
    """Keep troops at home: `sum of strength z with a <= t < a + l + dwell <= strength of the pools - least(t)`.

    Tag `standby`. Only contingents that are ready in t count, on both sides.
    """
    scoped, tours = Scoped.of(rule, frame), frame.columns.tours
    ready = np.array([_ready(k, frame) for k in frame.instance.contingents], dtype=bool).reshape(-1, frame.periods)
    ready &= scoped.contingents[:, None] & scoped.active
    free = np.minimum(free_again(frame), frame.periods)
    mine = np.flatnonzero(scoped.contingents[tours.contingent])
    count = free[mine] - tours.start[mine]
    column = np.repeat(mine, count)
    period = tours.start[column] + np.arange(len(column)) - np.repeat(np.cumsum(count) - count, count)
    used = ready[tours.contingent[column], period]
    column, period = column[used], period[used]
    entries = Entries(period, column, frame.strength[tours.contingent[column]])
    pools = (np.where(ready, units_free(frame), 0) * frame.strength[:, None]).sum(axis=0)
    limit = pools - np.array([milli(x) for x in over_time(rule.least, frame.instance.horizon)], dtype=np.int64)
    rows = Rows("standby", entries, np.full(frame.periods, -INF), limit, lambda: row_names(rule, [""], frame))
    return keep(rows, np.flatnonzero(scoped.active & (_reach(entries, frame) > limit)))


def _reach(entries: Entries, frame: Frame) -> Ints:
    """Return what all columns together could take from each row."""
    pool = frame.by_contingent(lambda k: k.pool)[frame.columns.tours.contingent[entries.column]]
    result = np.zeros(frame.periods, dtype=np.int64)
    np.add.at(result, entries.row, entries.value * pool)
    return result


def _ready(contingent: Contingent, frame: Frame) -> Bools:
    """Return whether the contingent's units at home are ready, bool[periods]."""
    window = frame.instance.horizon.window(contingent.ready, contingent.until)
    return np.asarray(willing(contingent, frame.instance) & np.array(window))
