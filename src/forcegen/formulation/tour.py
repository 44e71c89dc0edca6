"""The aggregated tour formulation: one integer column for each contingent, sector, role, start and length."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from forcegen.domain.model import WEIGHTED
from forcegen.domain.rules import LeadNation
from forcegen.domain.scope import active_periods
from forcegen.formulation.compact import Compact, timetable
from forcegen.formulation.dominated import stand_ins
from forcegen.formulation.frame import Frame
from forcegen.formulation.goals import GOALS, Aim, Objective, Question, combined
from forcegen.formulation.past import after_the_past
from forcegen.formulation.registry import JOINT_ROWS, REMOVED_COLUMNS, RULE_ROWS
from forcegen.formulation.ring import Ring
from forcegen.formulation.rows.coverage import Coverage, coverage, coverage_rows
from forcegen.formulation.rows.family import CHOSEN, IMPLIED, WHOLE
from forcegen.formulation.rows.lead import Leads
from forcegen.formulation.rows.places import beds, supply
from forcegen.formulation.rows.pool import pool
from forcegen.formulation.soft import softened, unit_of
from forcegen.mip import INF, MipModel, Names, reduce_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan
    from forcegen.domain.rules import AnyRule
    from forcegen.formulation.rows.family import Ints, Rows
    from forcegen.tours.begun import Begun
    from forcegen.tours.tours import Tours


FRAMES: dict[str, type[Frame]] = {"tour": Frame, "compact": Compact, "ring": Ring}
"""What columns stand for, by the name of the formulation."""


@dataclass(frozen=True, eq=False)
class Policy:
    """What a model asks of a formulation beside the names of its goals.

    Parameters
    ----------
    weighted
        The goals of which the goal `weighted` is the sum, and their weights.
    willing
        The nations and groups between which `burden-gap` is measured; None for those that may serve.
    base
        The plan that `changes` compares with.
    soft
        Rule kinds whose violations are added to the first goal, and what one of what they count costs.
    begun
        The plan as it stands in the period in which it is made anew; tour formulation only.
    loose
        The same for single rules, by identifier.
    lean
        Leave out dominated tours: the best plan is no worse, but plans that are given may have no columns.
    """

    weighted: Mapping[str, Decimal] = field(default_factory=dict)
    willing: Sequence[str] | None = None
    base: Plan | None = None
    soft: Mapping[str, Decimal] = field(default_factory=dict)
    begun: Begun | None = None
    loose: Mapping[str, Fraction] = field(default_factory=dict)
    lean: bool = False

    def price(self, rule: AnyRule) -> Decimal | Fraction | None:
        """Return what one of what a rule counts costs where it is broken; None if it may not be."""
        return self.loose.get(rule.id, self.soft.get(rule.kind))


@dataclass(frozen=True, eq=False)
class Formulation:
    """An instance as an integer model: tours first, then below_minimum and below_target of each coverage row.

    Auxiliary columns of row families come last; `defined` (int64) says what makes them what they are, as in `Added`.
    The rows `coverage` are those of requirements, in the order of their shortfall columns. `leads` says which auxiliary
    columns are leads, and `holds` is the first of those that follow the leads through gaps. `ruled` says which rows are
    those of each rule; rules of kind `lead` share theirs. `dominated` is how many tours were left out as such.
    The model's objective is zero; `objectives` holds each goal's.
    """

    frame: Frame
    model: MipModel
    objectives: dict[str, Objective]
    defined: Ints
    coverage: slice
    leads: Leads | None = None
    holds: int | None = None
    ruled: Mapping[str, slice] = field(default_factory=dict)
    dominated: int = 0

    @property
    def first_auxiliary(self) -> int:
        """The first auxiliary column."""
        return self.model.columns - len(self.defined)

    @property
    def lead_columns(self) -> slice:
        """The columns of leads, the first of the auxiliary ones."""
        return slice(self.first_auxiliary, self.first_auxiliary + (0 if self.leads is None else len(self.leads)))


def build(
    instance: Instance, goals: Sequence[str], policy: Policy | None = None, formulation: str = "tour"
) -> Formulation:
    """Return an instance as a model with these goals, in the `tour`, the `compact` or the `ring` formulation.

    Raises
    ------
    OverflowError
        If figures are too large to be counted exactly in 64 bits.
    """
    policy = policy or Policy()
    posed = _lean(instance, goals, policy, formulation)
    frame, parts, families = posed.frame, posed.parts, posed.families
    model, defined, own = _assembled(frame, parts, families)
    place, tours = posed.place, len(frame.columns.tours)
    single = {
        name: aim.objective(model.columns, tours, int(own[place.get(name, 0)])) for name, aim in posed.aims.items()
    }
    objectives = {name: _objective(name, single, policy) for name in goals}
    if posed.priced and goals:
        costs = [_price(step, int(own[i + 1]), model.columns, price) for i, (price, step) in posed.priced.items()]
        objectives[goals[0]] = combined([(Fraction(1), term) for term in (objectives[goals[0]], *costs)])
    holds = int(own[place["lead-changes"]]) if "lead-changes" in place else None
    first = len(families[0].lower)
    asked = slice(first, first + len(families[1].lower))
    ends = np.cumsum([0, *(len(rows.lower) for rows in families)]).tolist()
    ruled = {rule: slice(ends[i], ends[i + 1]) for rule, i in posed.family.items()}
    built = Formulation(
        frame, reduce_rows(model), objectives, defined, asked, posed.leads, holds, ruled, posed.dominated
    )
    judged = sum(len(rows.lower) for rows in families[: len(families) - len(place)])
    return built if policy.begun is None else after_the_past(built, policy.begun, policy.base, judged)


def dominated(instance: Instance, goals: Sequence[str], policy: Policy | None = None) -> tuple[Tours, Ints]:
    """Return all tours that the rules allow, and for each the one that can stand in for it, itself where none can."""
    posed = _posed(Frame(instance), goals, policy or Policy())
    return posed.frame.columns.tours, posed.stand_ins()


@dataclass(frozen=True, eq=False)
class _Posed:
    """Everything of a formulation, family by family, before it is one matrix.

    `place` says which family is that of a goal, `family` which is that of a rule, `priced` what breaking one costs.
    """

    frame: Frame
    parts: list[Coverage]
    leads: Leads | None
    families: list[Rows]
    aims: dict[str, Aim]
    place: dict[str, int]
    family: dict[str, int]
    priced: dict[int, tuple[Fraction, Ints]]
    dominated: int = 0

    def stand_ins(self) -> Ints:
        """Return for each tour the one that can stand in for it."""
        return stand_ins(self.frame.columns.tours, self.families, list(self.aims.values()))


def _lean(instance: Instance, goals: Sequence[str], policy: Policy, formulation: str) -> _Posed:
    """Return the families, without dominated tours where the policy says so."""
    if policy.begun is not None:
        return _posed(Frame(instance, policy.begun), goals, policy)
    if not policy.lean:
        return _posed(FRAMES[formulation](instance), goals, policy)
    posed = _posed(Frame(instance), goals, policy)
    by = posed.stand_ins()
    kept = np.flatnonzero(by == np.arange(len(by)))
    if len(kept) == len(by) and formulation == "tour":
        return posed
    frame = FRAMES[formulation](instance, None, posed.frame.columns.tours.take(kept))
    return replace(_posed(frame, goals, policy), dominated=len(by) - len(kept))


def _posed(frame: Frame, goals: Sequence[str], policy: Policy) -> _Posed:
    """Write every row family and every goal over the columns of a frame."""
    parts = coverage(frame)
    rules = _rules_as_rows(frame.instance)
    led = [rule for rule in rules if isinstance(rule, LeadNation)]
    leads = Leads(led, frame) if led else None
    families = [
        pool(frame),
        coverage_rows(parts, len(frame.columns.tours), frame),
        beds(frame),
        supply(frame),
        *([timetable(frame)] if isinstance(frame, Compact) else []),
        *([JOINT_ROWS["lead"](led, frame)] if led else []),
    ]
    place_of_leads = len(families) - 1
    priced: dict[int, tuple[Fraction, Ints]] = {}
    family: dict[str, int] = {rule.id: place_of_leads for rule in led}
    for rule in rules:
        if rule.kind in RULE_ROWS:
            rows, price = RULE_ROWS[rule.kind](rule, frame), policy.price(rule)
            if price is not None:
                rows, step = softened(rows, frame)
                priced[len(families)] = Fraction(price) * unit_of(rule.kind, frame), step
            family[rule.id] = len(families)
            families.append(rows)
    aims = _aims(goals, policy, Question(frame, parts, leads, policy.willing, policy.base))
    place = {name: len(families) + i for i, name in enumerate(name for name, aim in aims.items() if aim.rows)}
    families += [aim.rows for aim in aims.values() if aim.rows]
    return _Posed(frame, parts, leads, families, aims, place, family, priced)


def _aims(goals: Sequence[str], policy: Policy, question: Question) -> dict[str, Aim]:
    """Return each goal by itself, those of a weighted sum included."""
    named = [part for name in goals for part in (policy.weighted if name == WEIGHTED else [name])]
    return {name: GOALS[name](question) for name in dict.fromkeys(named)}


def _objective(name: str, single: Mapping[str, Objective], policy: Policy) -> Objective:
    if name != WEIGHTED:
        return single[name]
    return combined([(Fraction(weight), single[part]) for part, weight in policy.weighted.items()])


def _price(step: Ints, leaves: int, columns: int, price: Fraction) -> Objective:
    """Return what breaking the rows of a soft family costs; its columns for that are the last before `leaves`."""
    coefficients = np.zeros(columns, dtype=np.int64)
    coefficients[leaves - len(step) : leaves] = step
    return Objective(coefficients, 0, price)


def _rules_as_rows(instance: Instance) -> list[AnyRule]:
    """Return the rules that are rows, without those that are never active."""
    rules = [rule for rule in instance.rules if rule.kind not in REMOVED_COLUMNS]
    return [rule for rule in rules if any(active_periods(rule, instance))]


def _assembled(frame: Frame, parts: list[Coverage], families: list[Rows]) -> tuple[MipModel, Ints, Ints]:
    """Return the model, what makes each auxiliary column, and the first column of each family's own."""
    tours, shortfalls = len(frame.columns.tours), _segments(parts, 0 if frame.begun is None else frame.begun.at)
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
    binary, whole = np.isin(defined, (IMPLIED, CHOSEN)), defined == WHOLE
    model = MipModel(
        objective=np.zeros(columns, dtype=np.int64),
        offset=0,
        lower=np.concatenate([frame.lower, np.zeros(columns - tours, dtype=np.int64)]),
        upper=np.concatenate([frame.upper, shortfalls, np.where(binary, 1, INF)]),
        integer=np.concatenate([np.arange(columns - len(binary)) < tours, binary | whole]),
        matrix=matrix,
        row_lower=np.concatenate([family.lower for family in families]),
        row_upper=np.concatenate([family.upper for family in families]),
        names=lambda: _names(frame, parts, families),
    )
    return model, defined, own


def _placed(column: Ints, own: int) -> Ints:
    """Return column numbers in the whole model: a family's own columns are numbered -1, -2, ..."""
    return np.where(column < 0, own - 1 - column, column)


def _names(frame: Frame, parts: list[Coverage], families: list[Rows]) -> Names:
    added = [name for family in families if family.added is not None for name in family.added.names()]
    return Names(_column_names(frame, parts) + added, [name for family in families for name in family.names()])


def _segments(parts: list[Coverage], at: int) -> Ints:
    """Return the upper bounds of the shortfall columns; a hard minimum has none below it, from period `at` on."""
    bounds = [
        np.column_stack(
            [part.minimum * ((part.periods < at) | (not part.requirement.hard)), part.target - part.minimum]
        ).ravel()
        for part in parts
    ]
    return np.concatenate(bounds) if bounds else np.zeros(0, dtype=np.int64)


def _column_names(frame: Frame, parts: list[Coverage]) -> list[str]:
    names = frame.column_names()
    for part in parts:
        for t in part.periods:
            names += [
                f"{segment}({part.requirement.id},{frame.label(t)})" for segment in ("below_minimum", "below_target")
            ]
    return names
