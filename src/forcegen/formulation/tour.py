"""The aggregated tour formulation: one integer column for each contingent, sector, role, start and length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from forcegen.formulation.frame import Frame
from forcegen.formulation.goals import GOALS, Objective
from forcegen.formulation.registry import REMOVED_COLUMNS, RULE_ROWS
from forcegen.formulation.rows.coverage import Coverage, coverage, coverage_rows
from forcegen.formulation.rows.places import beds, supply
from forcegen.formulation.rows.pool import pool
from forcegen.mip import MipModel, Names, reduce_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forcegen.domain.instance import Instance
    from forcegen.formulation.rows.family import Ints, Rows


@dataclass(frozen=True, eq=False)
class Formulation:
    """An instance as an integer model: tours first, then below_minimum and below_target of each coverage row.

    The model's objective is zero; `objectives` holds each goal's.
    """

    frame: Frame
    model: MipModel
    objectives: dict[str, Objective]


def build(instance: Instance, goals: Sequence[str]) -> Formulation:
    """Return the tour formulation of an instance with these goals.

    Raises
    ------
    OverflowError
        If figures are too large to be counted exactly in 64 bits.
    """
    frame = Frame(instance)
    parts = coverage(frame)
    tours = len(frame.columns.tours)
    families = [
        pool(frame),
        coverage_rows(parts, tours, frame),
        beds(frame),
        supply(frame),
        *(RULE_ROWS[rule.kind](rule, frame) for rule in instance.rules if rule.kind not in REMOVED_COLUMNS),
    ]
    objectives = {name: GOALS[name](frame, parts) for name in goals}
    return Formulation(frame, reduce_rows(_assembled(frame, parts, families)), objectives)


def _assembled(frame: Frame, parts: list[Coverage], families: list[Rows]) -> MipModel:
    tours, shortfalls = len(frame.columns.tours), _segments(parts)
    columns = tours + len(shortfalls)
    offsets = np.cumsum([0, *(len(rows.lower) for rows in families)])
    row = np.concatenate([rows.entries.row + at for rows, at in zip(families, offsets[:-1], strict=True)])
    column = np.concatenate([rows.entries.column for rows in families])
    value = np.concatenate([rows.entries.value for rows in families])
    matrix = sp.coo_array((value, (row, column)), shape=(int(offsets[-1]), columns)).tocsr()

    def names() -> Names:
        return Names(_column_names(frame, parts), [name for rows in families for name in rows.names()])

    pools = frame.by_contingent(lambda k: k.pool)
    return MipModel(
        objective=np.zeros(columns, dtype=np.int64),
        offset=0,
        lower=np.zeros(columns, dtype=np.int64),
        upper=np.concatenate([pools[frame.columns.tours.contingent], shortfalls]),
        integer=np.concatenate([np.ones(tours, dtype=bool), np.zeros(len(shortfalls), dtype=bool)]),
        matrix=matrix,
        row_lower=np.concatenate([rows.lower for rows in families]),
        row_upper=np.concatenate([rows.upper for rows in families]),
        names=names,
    )


def _segments(parts: list[Coverage]) -> Ints:
    """Return the upper bounds of the shortfall columns; a hard minimum has none below it."""
    bounds = [
        np.column_stack([part.minimum * (not part.requirement.hard), part.target - part.minimum]).ravel()
        for part in parts
    ]
    return np.concatenate(bounds) if bounds else np.zeros(0, dtype=np.int64)


def _column_names(frame: Frame, parts: list[Coverage]) -> list[str]:
    tours, instance = frame.columns.tours, frame.instance
    names = [
        f"tour({instance.contingents[k].id},{instance.sectors[s].id},{instance.roles[r].id},{frame.label(a)},{length})"
        for k, s, r, a, length in zip(
            tours.contingent, tours.sector, tours.role, tours.start, tours.length, strict=True
        )
    ]
    for part in parts:
        for t in part.periods:
            names += [
                f"{segment}({part.requirement.id},{frame.label(t)})" for segment in ("below_minimum", "below_target")
            ]
    return names
