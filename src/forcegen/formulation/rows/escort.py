"""escort: those who serve only where others are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.numbers import milli
from forcegen.domain.scope import selected
from forcegen.formulation.rows.family import IMPLIED, Added, Entries, Rows, merged, own, sums, together
from forcegen.formulation.rows.here import Here
from forcegen.formulation.rows.scoped import Scoped, strength
from forcegen.mip import INF

if TYPE_CHECKING:
    from forcegen.domain.rules import Escort
    from forcegen.formulation.frame import Body, Frame
    from forcegen.formulation.rows.family import Ints


def escort(rule: Escort, frame: Frame) -> Rows:
    """Bring an escort: `troops of with(s,t) >= least here(s,t)`. Tag `escort`."""
    here = Here(Scoped.of(rule, frame), frame, by_nation=False)
    scope = selected(rule.with_, frame.instance)
    contingents, roles = frame.members("contingents", scope.contingents), frame.members("roles", scope.roles)

    def group(body: Body) -> Ints:
        escorting = contingents[body.tours.contingent] & roles[body.tours.role]
        return np.where(escorting, body.tours.sector, -1)

    entries, taken = sums(frame, group, lambda body: strength(body, frame), len(frame.instance.sectors))
    row = here.at(np.zeros_like(entries.row), entries.row // frame.periods, entries.row % frame.periods)
    column = np.arange(len(here))
    heads = here.heads()
    escorted = Rows(
        "escort",
        merged(
            Entries(row[row >= 0], entries.column[row >= 0], entries.value[row >= 0]),
            Entries(column, own(column), np.full(len(here), -milli(rule.least))),
        ),
        -taken[here.sector * frame.periods + here.period],
        np.full(len(here), INF),
        lambda: [f"escort({rule.id},{head})" for head in heads],
    )
    added = Added(np.full(len(here), IMPLIED), lambda: here.names(rule))
    return together("escort", [here.link(rule), escorted], added)
