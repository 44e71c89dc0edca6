"""peak-lift: the busiest period of movement."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.goals.objective import Aim, Question
from forcegen.formulation.rows.family import RAISED, Added, Entries, Rows, merged, own
from forcegen.mip import INF

if TYPE_CHECKING:
    from forcegen.formulation.frame import Body, Frame
    from forcegen.formulation.rows.family import Ints


def peak_lift(question: Question) -> Aim:
    """The most that moves in and out in a period. Tag `peak-lift`.

    `peak >= sum of strength z over the tours with a = t or a + l = t`, counted in the divisor of all strengths.
    """
    frame = question.frame

    moves, running = frame.columns.moves.within(frame.periods), frame.running.moves.within(frame.periods)
    given = np.zeros(frame.periods, dtype=np.int64)
    np.add.at(given, running.period, (_heads(frame.running, frame) * frame.running.units)[running.column])
    period = np.arange(frame.periods)
    entries = merged(
        Entries(moves.period, moves.column, -moves.units * _heads(frame.columns, frame)[moves.column]),
        Entries(period, own(np.zeros_like(period)), np.ones_like(period)),
    )
    rows = Rows(
        "peak-lift",
        entries,
        given,
        np.full(frame.periods, INF),
        lambda: [f"peak_lift({frame.label(t)})" for t in range(frame.periods)],
        Added(np.array([RAISED]), lambda: ["peak"]),
    )
    return Aim(Fraction(frame.person, 1000), rows=rows, own=np.array([1]))


def _heads(body: Body, frame: Frame) -> Ints:
    return np.asarray(frame.heads[body.tours.contingent])
