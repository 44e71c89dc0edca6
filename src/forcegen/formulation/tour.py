"""The aggregated tour formulation: one integer column for each contingent, sector, role, start and length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from forcegen.domain.rules import LeadNation
from forcegen.domain.scope import active_periods
from forcegen.formulation.frame import Frame
from forcegen.formulation.goals import GOALS, Objective
from forcegen.formulation.registry import JOINT_ROWS, REMOVED_COLUMNS, RULE_ROWS
from forcegen.formulation.rows.coverage import Coverage, coverage, coverage_rows
from forcegen.formulation.rows.lead import Leads
from forcegen.formulation.rows.places import beds, supply
from forcegen.formulation.rows.pool import pool
from forcegen.mip import INF, MipModel, Names, reduce_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forcegen.domain.instance import Instance
    from forcegen.domain.rules import AnyRule
    from forcegen.formulation.rows.family import Ints, Rows


@dataclass(frozen=True, eq=False)
class Formulation:
    """An instance as an integer model: tours first, then below_minimum and below_target of each coverage row.

    Auxiliary columns of row families come last; `defined` (int64) is the equation that fixes each of them, IMPLIED for
    a binary that rows ask for, CHOSEN for one that is a decision; `leads` says which of these are leads.
    The model's objective is zero; `objectives` holds each goal's.
    """

    frame: Frame
    model: MipModel
    objectives: dict[str, Objective]
    defined: Ints
    leads: Leads | None = None

    @property
    def first_auxiliary(self) -> int:
        """The first auxiliary column."""
        return self.model.columns - len(self.defined)

    @property
    def lead_columns(self) -> slice:
        """The columns of leads, the first of the auxiliary ones."""
        return slice(self.first_auxiliary, self.first_auxiliary + (0 if self.leads is None else len(self.leads)))


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
    rules = _rules_as_rows(instance)
    led = [rule for rule in rules if isinstance(rule, LeadNation)]
    families = [
        pool(frame),
        coverage_rows(parts, tours, frame),
        beds(frame),
        supply(frame),
        *([JOINT_ROWS["lead"](led, frame)] if led else []),
        *(RULE_ROWS[rule.kind](rule, frame) for rule in rules if rule.kind in RULE_ROWS),
    ]
    model, defined = _assembled(frame, parts, families)
    objectives = {name: GOALS[name](frame, parts).over(model.columns) for name in goals}
    return Formulation(frame, reduce_rows(model), objectives, defined, Leads(led, frame) if led else None)


def _rules_as_rows(instance: Instance) -> list[AnyRule]:
    """Return the rules that are rows, without those that are never active."""
    rules = [rule for rule in instance.rules if rule.kind not in REMOVED_COLUMNS]
    return [rule for rule in rules if any(active_periods(rule, instance))]


def _assembled(frame: Frame, parts: list[Coverage], families: list[Rows]) -> tuple[MipModel, Ints]:
    """Return the model, and the row that fixes each auxiliary column."""
    tours, shortfalls = len(frame.columns.tours), _segments(parts)
    rows = np.cumsum([0, *(len(family.lower) for family in families)])
    added = np.cumsum([0, *(0 if family.added is None else len(family.added.defined) for family in families)])
    own = tours + len(shortfalls) + added
    columns = int(own[-1])
    matrix = sp.coo_array(
        (
            np.concatenate([family.entries.value for family in families]),
            (
                np.concatenate([family.entries.row + at for family, at in zip(families, rows[:-1], strict=True)]),
                np.concatenate(
                    [_placed(family.entries.column, at) for family, at in zip(families, own[:-1], strict=True)]
                ),
            ),
        ),
        shape=(int(rows[-1]), columns),
    ).tocsr()
    defined = np.concatenate(
        [
            np.zeros(0, dtype=np.int64),
            *(
                np.where(family.added.defined >= 0, family.added.defined + at, family.added.defined)
                for family, at in zip(families, rows[:-1], strict=True)
                if family.added is not None
            ),
        ]
    )
    binary = defined < 0
    pools = frame.by_contingent(lambda k: k.pool)
    model = MipModel(
        objective=np.zeros(columns, dtype=np.int64),
        offset=0,
        lower=np.zeros(columns, dtype=np.int64),
        upper=np.concatenate([pools[frame.columns.tours.contingent], shortfalls, np.where(binary, 1, INF)]),
        integer=np.concatenate([np.arange(columns - len(binary)) < tours, binary]),
        matrix=matrix,
        row_lower=np.concatenate([family.lower for family in families]),
        row_upper=np.concatenate([family.upper for family in families]),
        names=lambda: _names(frame, parts, families),
    )
    return model, defined


def _placed(column: Ints, own: int) -> Ints:
    """Return column numbers in the whole model: a family's own columns are numbered -1, -2, ..."""
    return np.where(column < 0, own - 1 - column, column)


def _names(frame: Frame, parts: list[Coverage], families: list[Rows]) -> Names:
    added = [name for family in families if family.added is not None for name in family.added.names()]
    return Names(_column_names(frame, parts) + added, [name for family in families for name in family.names()])


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
