"""A plan as the vector of all sums that matter: integers, one column a limit or a need in a period, and cost last."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .choices import Watch, watches
from .meters import Amount, Limit, Need, cost, limits, needs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .aims import Aim
    from .reading import Presence, Reading
    from .timetables import Unit

Table = NDArray[np.int64]
LARGEST = 2**62


@dataclass(frozen=True)
class Column:
    """A sum and its bounds; beyond `clip` more of it changes nothing."""

    amount: Amount
    low: Fraction | None = None
    high: Fraction | None = None
    clip: Fraction | None = None


@dataclass(frozen=True)
class Vectors:
    """Columns scaled to integers: what history adds, the distinct vectors of every unit's timetables, and bounds."""

    base: Table
    tables: list[Table]
    names: list[NDArray[np.intp]]  # for each row of a table, the timetable that it stands for
    low: Table
    high: Table
    clip: Table
    needs: list[Need]
    scale: list[int]
    watched: list[tuple[Watch, slice]]
    aimed: dict[str, tuple[Aim, slice]]
    priced: list[tuple[Limit, Fraction, int]]
    judged: dict[tuple[int, bytes], bool] = field(default_factory=dict)  # plans differ mostly in what no rule watches

    def kept(self, sums: Table) -> bool:
        """Whether one plan keeps the rules that are not sums."""
        return all(self._holds(i, sums) for i in range(len(self.watched)))

    def _holds(self, position: int, sums: Table) -> bool:
        watch, part = self.watched[position]
        key = position, sums[part].tobytes()
        if key not in self.judged:
            self.judged[key] = watch.holds(self.exact(sums, part))
        return self.judged[key]

    def exact(self, sums: Table, part: slice) -> list[Fraction]:
        """Some sums of one plan."""
        return [Fraction(int(x), f) for x, f in zip(sums[part], self.scale[part], strict=True)]

    def price(self, sums: Table) -> Fraction:
        """What one plan pays for the soft rules that it breaks."""
        total = Fraction(0)
        for limit, price, column in self.priced:
            value = Fraction(int(sums[column]), self.scale[column])
            below = Fraction(0) if limit.low is None else limit.low - value
            above = Fraction(0) if limit.high is None else value - limit.high
            total += price * max(Fraction(0), below, above)
        return total

    def value(self, goal: str, sums: Table) -> Fraction:
        """The value of a goal for one plan."""
        if goal in self.aimed:
            aim, part = self.aimed[goal]
            return aim.worth(self.exact(sums, part))
        worth, factor = self.worth(goal, sums[None, :])
        return Fraction(int(worth[0]), factor)

    def worth(self, goal: str, sums: Table) -> tuple[Table, int]:
        """The value of a goal for whole plans, times a factor that makes it an integer, and that factor."""
        if goal == "cost":
            return sums[:, -1], self.scale[-1]
        first = sums.shape[1] - 1 - len(self.needs)
        scales = self.scale[first:-1]
        minimum = goal == "unmet-minimum"
        wanted = [
            int((need.minimum if minimum else need.target) * x) for need, x in zip(self.needs, scales, strict=True)
        ]
        weights = [need.weight / x for need, x in zip(self.needs, scales, strict=True)]
        factor = lcm(*(weight.denominator for weight in weights))
        exact = [int(weight * factor) for weight in weights]
        if sum(w * x for w, x in zip(exact, wanted, strict=True)) >= LARGEST:
            raise OverflowError("a goal's value needs more than 62 bits")
        lacking = np.maximum(np.array(wanted, dtype=np.int64) - sums[:, first:-1], 0)
        return lacking @ np.array(exact, dtype=np.int64), factor


def vectors_of(
    reading: Reading,
    units: Sequence[Unit],
    goals: Sequence[str],
    aims: Mapping[str, Aim] | None = None,
    soft: Mapping[str, Fraction] | None = None,
) -> Vectors:
    """All columns of a document over its units' timetables; limits that no plan can break are left out."""
    aims, soft = aims or {}, soft or {}
    needed = [need for need in needs(reading) if need.target > 0]
    every, watched = list(limits(reading)), list(watches(reading))
    prices = [_price(reading, limit, soft) for limit in every]
    columns = [
        Column(limit.amount, limit.low, limit.high) for limit, price in zip(every, prices, strict=True) if price is None
    ]
    limited, priced = len(columns), [(x, price) for x, price in zip(every, prices, strict=True) if price is not None]
    columns += [Column(limit.amount) for limit, _ in priced]
    columns += [Column(amount) for look in (*watched, *aims.values()) for amount in look.amounts]
    columns += [Column(need.amount, need.minimum if need.hard else None, clip=need.target) for need in needed]
    columns.append(Column(cost(reading) if "cost" in goals else lambda p: Fraction(0)))
    rows = _rows(columns, [tour for unit in units for tour in unit.tours] + reading.running)
    scale = [_scale(column, [row[j] for row in rows.values()]) for j, column in enumerate(columns)]
    exact = {key: np.array([_scaled(x, f) for x, f in zip(row, scale, strict=True)]) for key, row in rows.items()}
    base = _total([exact[_key(p)] for p in reading.running], len(columns))
    tables = _tables(units, exact, len(columns))
    low, high, clip = _bounds(columns, scale)
    tight = _tight(base, tables, low, high)
    tight[limited:] = True
    first = int(tight[:limited].sum())
    paid = [(limit, price, first + i) for i, (limit, price) in enumerate(priced)]
    first += len(paid)
    slices = []
    for look in (*watched, *aims.values()):
        slices.append(slice(first, first + len(look.amounts)))
        first += len(look.amounts)
    distinct = [distinct_rows(table[:, tight]) for table in tables]
    return Vectors(
        np.minimum(base, clip)[tight],
        [table for table, _ in distinct],
        [names for _, names in distinct],
        low[tight],
        high[tight],
        clip[tight],
        needed,
        [f for f, kept in zip(scale, tight, strict=True) if kept],
        list(zip(watched, slices, strict=False)),
        dict(zip(aims, zip(aims.values(), slices[len(watched) :], strict=True), strict=True)),
        paid,
    )


def _price(reading: Reading, limit: Limit, soft: Mapping[str, Fraction]) -> Fraction | None:
    """What breaking a limit costs, None where it must be kept."""
    kind, _, name = limit.name.partition(":")
    kind = "supply" if kind == "supply-rule" else kind if name in reading.rules else ""
    price = soft.get(kind)
    return price if price is None or kind not in ("share", "ratio") else price / 1000  # these sums are per mille


def distinct_rows(table: Table) -> tuple[Table, NDArray[np.intp]]:
    """The distinct rows, cost aside, each at its least cost; and where they stood."""
    order = np.argsort(table[:, -1], kind="stable")
    keys = np.ascontiguousarray(table[order, :-1])
    if not keys.shape[1]:
        return table[order[:1]], order[:1]
    _, first = np.unique(keys.view([("", keys.dtype)] * keys.shape[1]).ravel(), return_index=True)
    return table[order[first]], order[first]


Key = tuple[str, str, str, int, int]


def _key(p: Presence) -> Key:
    """Units of one contingent differ in nothing that a column can see."""
    return p.contingent, p.sector, p.role, p.start, p.periods


def _rows(columns: Sequence[Column], presences: Sequence[Presence]) -> dict[Key, list[Fraction]]:
    return {key: [column.amount(p) for column in columns] for key, p in {_key(p): p for p in presences}.items()}


def _scale(column: Column, amounts: Sequence[Fraction]) -> int:
    bounds = [bound for bound in (column.low, column.high, column.clip) if bound is not None]
    return lcm(*(x.denominator for x in (*amounts, *bounds)))


def _scaled(value: Fraction, scale: int) -> int:
    """Their product, an integer since the scale is a multiple of the denominator."""
    return value.numerator * (scale // value.denominator)


def _bounds(columns: Sequence[Column], scale: Sequence[int]) -> tuple[Table, Table, Table]:
    low = [-LARGEST if x.low is None else _scaled(x.low, f) for x, f in zip(columns, scale, strict=True)]
    high = [LARGEST if x.high is None else _scaled(x.high, f) for x, f in zip(columns, scale, strict=True)]
    clip = [LARGEST if x.clip is None else _scaled(x.clip, f) for x, f in zip(columns, scale, strict=True)]
    return np.array(low), np.array(high), np.array(clip)


def _total(rows: Sequence[Table], width: int) -> Table:
    return np.sum(rows, axis=0, dtype=np.int64) if rows else np.zeros(width, dtype=np.int64)


def _tables(units: Sequence[Unit], exact: dict[Key, Table], width: int) -> list[Table]:
    """One row a timetable; units with the same tours share their table."""
    known: dict[tuple[Key, ...], Table] = {}
    tables = []
    for unit in units:
        keys = tuple(_key(tour) for tour in unit.tours)
        if keys not in known:
            totals = [_total([exact[keys[i]] for i in timetable], width) for timetable in unit.timetables]
            known[keys] = np.array(totals, dtype=np.int64)
        tables.append(known[keys])
    return tables


def _tight(base: Table, tables: Sequence[Table], low: Table, high: Table) -> NDArray[np.bool_]:
    """The columns whose bounds some choice of timetables would break."""
    least, most = base.copy(), base.copy()
    for table in tables:
        least += table.min(axis=0)
        most += table.max(axis=0)
    return (least < low) | (most > high)
