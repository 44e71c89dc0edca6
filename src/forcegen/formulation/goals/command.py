"""lead-changes: handovers of command."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.goals.objective import Aim, Question
from forcegen.formulation.rows.family import CHOSEN, RAISED, Added, Entries, Rows, merged, own
from forcegen.mip import INF

if TYPE_CHECKING:
    from forcegen.formulation.rows.family import Ints


def lead_changes(question: Question) -> Aim:
    """Commands that follow one of another nation. Tag `lead-changes`.

    `holds(n,s,t)` says that n leads s, or was the last to do so: `holds >= lead`, at most one a sector and period;
    `takes_over(n,s,t) >= holds(n,s,t) - holds(n,s,t-1)`, where history's lead holds before period 0.
    """
    leads, frame = question.leads, question.frame
    if leads is None:
        return Aim(Fraction(1))
    size, periods = len(leads), frame.periods
    column = np.arange(size)
    pair, period = column // periods, column % periods
    first_lead = question.tours + question.shortfalls
    sectors, position = np.unique(leads.sector, return_inverse=True)
    inherited = np.array(
        [leads.history.get(s, (-1, 0))[0] for s in leads.sector.tolist()], dtype=np.int64
    )  # the nation that leads the pair's sector before the horizon, -1 for none
    ones = np.ones(size, dtype=np.int64)
    later = np.flatnonzero((period > 0) | (inherited[pair] >= 0))
    row = np.arange(len(later))
    before = np.flatnonzero(period[later] > 0)
    held = (period[later] == 0) & (inherited[pair[later]] == leads.nation[pair[later]])
    entries = merged(
        Entries(column, own(column), ones),
        Entries(column, first_lead + column, -ones),
        Entries(size + position[pair] * periods + period, own(column), -ones),
        Entries(size + len(sectors) * periods + row, own(size + row), ones[later]),
        Entries(size + len(sectors) * periods + row, own(later), -ones[later]),
        Entries(size + len(sectors) * periods + before, own(later[before] - 1), ones[before]),
    )
    lower = np.concatenate(
        [np.zeros(size, dtype=np.int64), np.full(len(sectors) * periods, -1), -held.astype(np.int64)]
    )

    def names() -> list[str]:
        heads = [name[5:] for name in leads.names()]
        one = [f"holds_one({frame.instance.sectors[s].id},{frame.label(t)})" for s in sectors for t in range(periods)]
        return [*(f"holds_lead({x}" for x in heads), *one, *(f"change({heads[j]}" for j in later)]

    def columns() -> list[str]:
        heads = [name[5:] for name in leads.names()]
        return [*(f"holds({x}" for x in heads), *(f"takes_over({heads[j]}" for j in later)]

    defined = np.concatenate([np.full(size, CHOSEN), np.full(len(later), RAISED)])
    rows = Rows("lead-changes", entries, lower, np.full(len(lower), INF), names, Added(defined, columns))
    return Aim(
        Fraction(1), rows=rows, own=np.concatenate([np.zeros(size, dtype=np.int64), np.ones(len(later), np.int64)])
    )


def holding(lead: Ints, history: Ints) -> Ints:
    """Return who holds each command, given who leads: the last to lead, or before the first, that first one.

    Parameters
    ----------
    lead : int64[pairs of one sector, periods]
        0 or 1.
    history : int64[pairs]
        1 for the nation that leads before the horizon.
    """
    led = np.concatenate([history[:, None], lead], axis=1)
    when = np.where(led.any(axis=0), np.arange(led.shape[1]), -1)
    last = np.maximum.accumulate(when)
    known = when[when >= 0]
    first = int(known[0]) if len(known) else 0
    return np.asarray(led[:, np.where(last >= 0, last, first)][:, 1:])
