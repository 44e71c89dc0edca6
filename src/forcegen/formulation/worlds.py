"""A formulation that looks at many worlds at once: one plan, and what each world leaves unmet of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from forcegen.formulation.frame import Frame
from forcegen.formulation.goals import Objective
from forcegen.formulation.goals.objective import reduced
from forcegen.formulation.rows.coverage import NANO, coverage, weight
from forcegen.mip import INF, Names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from forcegen.domain.instance import Instance
    from forcegen.formulation.rows.coverage import Coverage
    from forcegen.formulation.tour import Formulation
    from forcegen.mip import Ints
    from forcegen.tours.tours import Tours

SEGMENTS = {"unmet-minimum": (1, 0), "unmet-target": (1, 1)}
"""What a goal counts of below_minimum and below_target: the goals of which the worth in a world is known here."""

_EXACT = 2**53


@dataclass(frozen=True, eq=False)
class Lack:
    """A requirement in a period, in the worlds that leave the same of every plan for it.

    Parameters
    ----------
    column, value : int64[e]
        Tours of the plan's instance that count there, and by how much, in a unit that leaves all numbers whole.
    minimum, target
        What is wanted beside what history gives, in that unit.
    worth
        What one unit of below_minimum and of below_target counts in the goal.
    worlds
        Positions of those worlds.
    """

    requirement: str
    period: int
    column: Ints
    value: Ints
    minimum: int
    target: int
    worth: tuple[Fraction, Fraction]
    worlds: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Worlds:
    """A plan's formulation with the shortfalls of all worlds behind its own.

    Parameters
    ----------
    formulation
        Rows `world` follow all others: what is left of the plan in some worlds, and what is lacking then.
    lacks
        One for each of those rows; its two shortfall columns follow those of the lacks before it.
    first
        The first of these columns.
    count
        The number of worlds.
    """

    formulation: Formulation
    lacks: tuple[Lack, ...]
    first: int
    count: int

    @property
    def shortfalls(self) -> slice:
        """The columns of what is lacking in worlds."""
        return slice(self.first, self.first + 2 * len(self.lacks))

    def objective(self, weights: Sequence[Fraction]) -> Objective:
        """Return the weighted sum of what the plan is worth in each world.

        Raises
        ------
        OverflowError
            If it is too large to be counted exactly.
        """
        factors = [sum((weights[w] for w in lack.worlds), Fraction(0)) for lack in self.lacks]
        worths = [factor * worth for factor, lack in zip(factors, self.lacks, strict=True) for worth in lack.worth]
        whole, scale = _whole(worths)
        coefficients = np.zeros(self.formulation.model.columns, dtype=np.int64)
        coefficients[self.shortfalls] = whole
        return reduced(coefficients, 0, scale)

    def worths(self) -> tuple[sp.csr_array[np.int64], Fraction]:
        """Return what a plan is worth in each world, int64[worlds, columns], and what one stands for."""
        whole, scale = _whole([worth for lack in self.lacks for worth in lack.worth])
        row = [w for lack in self.lacks for _ in lack.worth for w in lack.worlds]
        place = [2 * i + j for i, lack in enumerate(self.lacks) for j in (0, 1) for _ in lack.worlds]
        column = np.array(place, dtype=np.int64)
        shape = (self.count, self.formulation.model.columns)
        entries = (whole[column], (np.array(row, dtype=np.int64), self.first + column))
        return sp.csr_array(sp.coo_array(entries, shape=shape, dtype=np.int64)), scale


def spread(base: Formulation, worlds: Sequence[Instance], parts: Mapping[str, Decimal]) -> Worlds:
    """Return a formulation with what each world leaves unmet of a plan.

    A world leaves those tours that it allows one by one: `sum of c z over these + below_minimum + below_target >=
    target`, with the world's own targets. Tag `world`. Worlds that leave the same for a requirement and period share a
    row. Limits are those of the base alone.

    Parameters
    ----------
    base
        The instance in which the plan is made, in the tour formulation.
    worlds
        The same instance in other states of its conditions.
    parts
        Goals of unmet need, and their weights.
    """
    lacks = _merged(base.frame, worlds, parts)
    first = base.first_auxiliary
    return Worlds(_with(base, lacks), lacks, first, len(worlds))


def mean_world(base: Formulation, worlds: Worlds, weights: Sequence[Fraction]) -> tuple[Formulation, Objective]:
    """Return a relaxation with one row for each requirement and period, the mean of its rows in the worlds.

    What is unmet is convex in what is left of a plan, so that the mean of what is unmet is at least what is unmet of
    the mean (Jensen's inequality): its optimum bounds the weighted sum of worths from below.

    Raises
    ------
    OverflowError
        If numbers are too large to be counted exactly.
    """
    groups: dict[tuple[str, int], list[tuple[Fraction, Lack]]] = {}
    for lack in worlds.lacks:
        share = sum((weights[w] for w in lack.worlds), Fraction(0))
        if share:
            groups.setdefault((lack.requirement, lack.period), []).append((share, lack))
    lacks = tuple(_mean(lines) for lines in groups.values())
    whole = Worlds(_with(base, lacks), lacks, base.first_auxiliary, 1)
    return whole.formulation, whole.objective([Fraction(1)])


def _mean(lines: Sequence[tuple[Fraction, Lack]]) -> Lack:
    """Return the weighted sum of some rows of one requirement and period, counted in what they are worth."""
    first = lines[0][1]
    factors, scale = _whole([share * lack.worth[0] for share, lack in lines])
    sums = [(factor, lack) for factor, (_, lack) in zip(factors.tolist(), lines, strict=True)]
    total: Counter[int] = Counter()
    for factor, lack in sums:
        total.update(dict(zip(lack.column.tolist(), (factor * lack.value.astype(object)).tolist(), strict=True)))
    minimum, target = (sum(factor * side for factor, side in sides) for sides in _sides(sums))
    divisor = gcd(*total.values(), minimum, target) or 1
    if max([target, *total.values()]) // divisor >= _EXACT:
        raise OverflowError("the weights of the worlds differ too much to be counted exactly")
    columns = np.array(sorted(total), dtype=np.int64)
    return replace(
        first,
        column=columns,
        value=np.array([total[column] // divisor for column in columns.tolist()], dtype=np.int64),
        minimum=minimum // divisor,
        target=target // divisor,
        worth=(scale * divisor, scale * divisor * first.worth[1] / first.worth[0]),
        worlds=(0,),
    )


def _sides(sums: Sequence[tuple[int, Lack]]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    return [(factor, lack.minimum) for factor, lack in sums], [(factor, lack.target) for factor, lack in sums]


def _whole(numbers: Sequence[Fraction]) -> tuple[Ints, Fraction]:
    """Return numbers as whole multiples of a common scale."""
    denominator = lcm(*(number.denominator for number in numbers))
    whole = [int(number * denominator) for number in numbers]
    divisor = gcd(*whole) or 1
    if max(map(abs, whole), default=0) // divisor >= _EXACT:
        raise OverflowError("the weights of the worlds differ too much to be counted exactly")
    return np.array([number // divisor for number in whole], dtype=np.int64), Fraction(divisor, denominator)


# Worlds as rows


def _merged(frame: Frame, worlds: Sequence[Instance], parts: Mapping[str, Decimal]) -> tuple[Lack, ...]:
    found: dict[tuple[object, ...], Lack] = {}
    members: dict[tuple[object, ...], list[int]] = {}
    for w, instance in enumerate(worlds):
        there = Frame(instance)
        home = _positions(frame.columns.tours, there.columns.tours)
        for part in coverage(there):
            if not part.requirement.priority:
                continue
            for lack in _lacks(part, home, _worth(part, there, parts), w):
                what = (lack.requirement, lack.period, lack.minimum, lack.target, lack.worth)
                key = (*what, lack.column.tobytes(), lack.value.tobytes())
                found.setdefault(key, lack)
                members.setdefault(key, []).append(w)
    return tuple(replace(lack, worlds=tuple(members[key])) for key, lack in found.items())


def _worth(part: Coverage, frame: Frame, parts: Mapping[str, Decimal]) -> tuple[Fraction, Fraction]:
    """Return what a billionth of a requirement's measure below minimum and below target counts."""
    each = weight(part.requirement, frame) / NANO
    below = [sum(Fraction(parts[name]) * SEGMENTS[name][i] for name in parts) for i in (0, 1)]
    return each * below[0], each * below[1]


def _positions(own: Tours, other: Tours) -> Ints:
    """Return the position of each of the other tours among our own, -1 for those that are not."""
    place = {key: i for i, key in enumerate(zip(*(field.tolist() for field in own.fields), strict=True))}
    keys = zip(*(field.tolist() for field in other.fields), strict=True)
    return np.array([place.get(key, -1) for key in keys], dtype=np.int64)


def _lacks(part: Coverage, home: Ints, worth: tuple[Fraction, Fraction], world: int) -> Iterator[Lack]:
    """Yield the rows of one requirement in one world, over the tours of the plan's instance."""
    nano = int(part.unit * NANO)
    column = home[part.entries.column]
    used = column >= 0
    row, column, value = part.entries.row[used], column[used], part.entries.value[used] * nano
    order = np.lexsort((column, row))
    row, column, value = row[order], column[order], value[order]
    ends = np.searchsorted(row, np.arange(len(part.periods) + 1))
    for i, t in enumerate(part.periods.tolist()):
        which = slice(ends[i], ends[i + 1])
        minimum, target = int(part.minimum[i]) * nano, int(part.target[i]) * nano
        unit = int(np.gcd.reduce(np.append(value[which], [minimum, target])))
        yield Lack(
            part.requirement.id,
            t,
            column[which],
            value[which] // unit,
            minimum // unit,
            target // unit,
            (worth[0] * unit, worth[1] * unit),
            (world,),
        )


def _with(base: Formulation, lacks: Sequence[Lack]) -> Formulation:
    """Return the formulation with these rows behind all others, their columns before the auxiliary ones."""
    at, more, old = base.first_auxiliary, 2 * len(lacks), base.model
    index = np.where(np.arange(old.columns) < at, np.arange(old.columns), np.arange(old.columns) + more)
    columns = old.columns + more

    def moved(values: Ints, fill: Ints) -> Ints:
        return np.concatenate([values[:at], fill, values[at:]])

    former = old.matrix.tocoo()
    kept = sp.coo_array((former.data, (former.row, index[former.col])), shape=(old.rows, columns))
    sides = np.array([lack.target for lack in lacks], dtype=np.int64)
    least = np.array([lack.minimum for lack in lacks], dtype=np.int64)
    model = replace(
        old,
        objective=np.zeros(columns, dtype=np.int64),
        offset=0,
        lower=moved(old.lower, np.zeros(more, dtype=np.int64)),
        upper=moved(old.upper, np.column_stack([least, sides - least]).ravel()),
        integer=moved(old.integer.astype(np.int64), np.zeros(more, dtype=np.int64)) > 0,
        matrix=sp.csr_array(sp.vstack([kept, _rows(lacks, at, columns)], format="csr", dtype=np.int64)),
        row_lower=np.concatenate([old.row_lower, sides]),
        row_upper=np.concatenate([old.row_upper, np.full(len(lacks), INF)]),
        names=_names(base, lacks),
    )
    objectives = {
        name: Objective(moved(goal.coefficients, np.zeros(more, dtype=np.int64)), goal.offset, goal.scale)
        for name, goal in base.objectives.items()
    }
    return replace(base, model=model, objectives=objectives)


def _rows(lacks: Sequence[Lack], at: int, columns: int) -> sp.coo_array[np.int64]:
    nothing = np.zeros(0, dtype=np.int64)
    row = np.repeat(np.arange(len(lacks)), [len(lack.column) for lack in lacks])
    column = np.concatenate([nothing, *(lack.column for lack in lacks)])
    value = np.concatenate([nothing, *(lack.value for lack in lacks)])
    own = np.arange(2 * len(lacks))
    entries = (np.concatenate([value, np.ones_like(own)]), (np.append(row, own // 2), np.append(column, at + own)))
    return sp.coo_array(entries, shape=(len(lacks), columns), dtype=np.int64)


def _names(base: Formulation, lacks: Sequence[Lack]) -> Callable[[], Names]:
    at, label, former = base.first_auxiliary, base.frame.label, base.model

    def names() -> Names:
        known = former.all_names()
        heads = [f"{i},{lack.requirement},{label(lack.period)}" for i, lack in enumerate(lacks)]
        own = [f"{segment}({head})" for head in heads for segment in ("world_minimum", "world_target")]
        columns = known.columns[:at] + own + known.columns[at:]
        return Names(columns, known.rows + [f"world({head})" for head in heads])

    return names
