"""A model in which negotiable rules may be set aside, at a price: what is cheapest is a repair."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, get_args

import numpy as np
import scipy.sparse as sp

from forcegen.domain.model import SoftKind
from forcegen.domain.rules import Exclude, Only
from forcegen.domain.scope import active_periods, scope_of
from forcegen.formulation.goals import Objective, combined
from forcegen.formulation.rows.family import IMPLIED, RAISED, WHOLE
from forcegen.formulation.tour import Policy, build
from forcegen.mip import INF, Names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forcegen.domain.instance import Instance
    from forcegen.domain.rules import AnyRule
    from forcegen.formulation.rows.family import Ints
    from forcegen.formulation.tour import Formulation
    from forcegen.tours.tours import Bools

COST, REST = "unmet-minimum", "unmet-target"
COUNTED = frozenset(get_args(SoftKind))
TERM = "~term"
"""Ends the name of the part of a `presence` rule that is about its term; no identifier has the sign."""

# Rows that ask for something; the others of these kinds say who is where, and stay.
_ASKING = COUNTED | {"apart", "nations", "nations_least", "presence", "presence_term", "escort", "either"}
_LEADING = frozenset({"lead_led", "lead_share", "lead_roles", "lead_term", "lead_goes_on"})


@dataclass(frozen=True)
class Price:
    """What it costs to set a rule aside: at once, or for each of what is broken."""

    once: Fraction | None = None
    per: Fraction | None = None


@dataclass(frozen=True, eq=False)
class Relaxed:
    """A model whose objective `COST` is the price of a repair.

    Parameters
    ----------
    formulation
        Its columns are those of the instance to which exclusions that may be lifted do not apply, then those added.
    lifted
        The column of each rule with a price paid once: 1 where it is set aside.
    """

    formulation: Formulation
    lifted: Mapping[str, int]


def relaxed(instance: Instance, working: Instance, prices: Mapping[str, Price]) -> Relaxed:
    """Return the model of an instance in which some rules may be broken.

    Counted rules with a price for each of what they count are soft. A rule with a price paid once has one binary in all
    its rows, with the largest number by which each can be broken. A yes-or-no rule that is priced for each violation
    has one for every sector and period; of `either` a set more is a violation. `exclude` and `only` remove no columns:
    `units(k,t) <= pool(k) lifted`, or a price for every forbidden unit and period.

    Parameters
    ----------
    instance
        With all rules.
    working
        Without the rules of kind `exclude` and `only` that have a price; in it hard minimums that may be cut are the
        only minimums, and rules of kind `presence` with a price are in two parts.

    Raises
    ------
    OverflowError
        If figures are too large to be counted exactly.
    """
    loose = {
        rule.id: p.per
        for rule in instance.rules
        if rule.kind in COUNTED and (p := prices.get(rule.id)) and p.per is not None
    }
    base = build(working, [COST, REST], Policy(loose=loose))
    extra = _Extra(instance, base)
    for rule in instance.rules:
        price = prices.get(rule.id)
        if price is None or rule.id in loose:
            continue
        if isinstance(rule, Exclude | Only):
            extra.exclusion(rule, price)
        else:
            extra.switch(rule, price)
    extra.uncounted(
        {rule.id: prices[rule.id] for rule in instance.rules if rule.id in prices and isinstance(rule, Exclude | Only)}
    )
    return extra.assembled()


class _Extra:
    """Columns and rows beyond those of a formulation."""

    def __init__(self, instance: Instance, base: Formulation) -> None:
        self.instance, self.base, self.frame = instance, base, base.frame
        self.names = base.model.all_names()
        self.first = base.model.columns
        self.made: list[int] = []
        self.upper: list[int] = []
        self.price: list[Fraction] = []
        self.titles: list[str] = []
        self.on_tours: list[tuple[Fraction, Ints]] = []
        self.entries: list[tuple[Ints, Ints, Ints]] = []
        self.limit: list[int] = []
        self.rows: list[str] = []
        self.lifted: dict[str, int] = {}

    def column(self, title: str, made: int, price: Fraction, upper: int = 1) -> int:
        """Add a column; return its number."""
        self.made.append(made)
        self.upper.append(upper)
        self.price.append(price)
        self.titles.append(title)
        return self.first + len(self.made) - 1

    def row(self, name: str, columns: Ints, values: Ints, limit: int) -> None:
        """Add a row `sum <= limit`."""
        at = self.base.model.rows + len(self.rows)
        self.rows.append(name)
        self.limit.append(limit)
        self.entries.append((np.full(len(columns), at), columns, values))

    def binary(self, rule: AnyRule, price: Fraction) -> int:
        """Return the column that is 1 where a rule is set aside altogether."""
        if rule.id not in self.lifted:
            self.lifted[rule.id] = self.column(f"lifted({rule.id})", IMPLIED, price)
        return self.lifted[rule.id]

    def switch(self, rule: AnyRule, price: Price) -> None:
        """Let what a rule asks be set aside, as a whole or in each sector and period by itself."""
        cells: dict[tuple[str, str], int] = {}
        for row, name, parts in self._asked(rule):
            if price.once is not None:
                self._loosen(row, self.binary(rule, price.once))
            elif rule.kind == "either":
                column = self.column(f"more({rule.id})", WHOLE, price.per or Fraction(0), INF)
                self.entries.append((np.array([row]), np.array([column]), np.array([-1])))
            else:
                where = _cell(name, parts, self.frame.label(0))
                if where not in cells:
                    cells[where] = self.column(
                        f"lifted({rule.id},{where[0]},{where[1]})", IMPLIED, price.per or Fraction(0)
                    )
                self._loosen(row, cells[where])

    def exclusion(self, rule: Exclude | Only, price: Price) -> None:
        """Let units serve where the rule forbids it."""
        column, period = self._forbidden(rule)
        if price.per is not None:
            count = np.bincount(column, minlength=len(self.frame.columns.tours)).astype(np.int64)
            self.on_tours.append((price.per, count))
            return
        lifted = self.binary(rule, price.once or Fraction(0))
        contingent = self.frame.columns.tours.contingent[column]
        key = contingent * self.frame.periods + period
        for cell in np.unique(key).tolist():
            k, t = divmod(cell, self.frame.periods)
            mine = column[key == cell]
            pool = self.frame.instance.contingents[k].pool
            values = np.append(np.ones(len(mine), dtype=np.int64), -pool)
            name = f"{rule.kind}({rule.id},{self.frame.instance.contingents[k].id},{self.frame.label(t)})"
            self.row(name, np.append(mine, lifted), values, 0)

    def uncounted(self, prices: Mapping[str, Price]) -> None:
        """Take back what a requirement with `as` counts of those who may not go there, unless the rule is lifted.

        `uncounted >= sum of c z - most lifted(rule)` for each rule that keeps them from there.
        """
        rules = [rule for rule in self.instance.rules if rule.id in prices]
        held = {q.id: q.as_ for q in self.instance.requirements if q.as_ is not None}
        matrix = self.base.model.matrix
        for row in range(self.base.coverage.start, self.base.coverage.stop) if rules and held else ():
            name, period = self.names.rows[row].removeprefix("coverage(").rstrip(")").split(",")
            there = held.get(name)
            if there is None:
                continue
            t = [self.frame.label(i) for i in range(self.frame.periods)].index(period)
            entries = matrix[[row], :].tocoo()
            groups: dict[tuple[str, ...], list[int]] = {}
            for i, z in enumerate(entries.col.tolist()):
                if z < len(self.frame.columns.tours):
                    k = self.instance.contingents[self.frame.columns.tours.contingent[z]].id
                    keeping = tuple(r.id for r in rules if _forbids(r, self.instance, k, there.sector, there.role, t))
                    if keeping:
                        groups.setdefault(keeping, []).append(i)
            for keeping, mine in groups.items():
                self._taken_back(row, entries.col[mine].astype(np.int64), entries.data[mine], keeping, prices)

    def assembled(self) -> Relaxed:
        """Return all of it as one model."""
        base, model = self.base, self.base.model
        columns, rows = self.first + len(self.made), model.rows + len(self.rows)
        old = model.matrix.tocoo()
        parts = [(old.row, old.col, old.data), *self.entries]
        row, column, value = (np.concatenate([part[i] for part in parts]).astype(np.int64) for i in range(3))
        made = np.array(self.made, dtype=np.int64)
        titles, named = [*self.names.columns, *self.titles], [*self.names.rows, *self.rows]
        wider = replace(
            model,
            objective=np.zeros(columns, dtype=np.int64),
            lower=np.append(model.lower, np.zeros(len(made), dtype=np.int64)),
            upper=np.append(model.upper, np.array(self.upper, dtype=np.int64)),
            integer=np.append(model.integer, np.isin(made, (IMPLIED, WHOLE))),
            matrix=sp.csr_array(sp.coo_array((value, (row, column)), shape=(rows, columns))),
            row_lower=np.append(model.row_lower, np.full(len(self.rows), -INF)),
            row_upper=np.append(model.row_upper, np.array(self.limit, dtype=np.int64)),
            names=lambda: Names(titles, named),
        )
        objectives = {name: self._wider(base.objectives[name]) for name in (COST, REST)}
        objectives[COST] = combined([(Fraction(1), objectives[COST]), *((Fraction(1), x) for x in self._costs())])
        defined = np.append(base.defined, made)
        return Relaxed(replace(base, model=wider, objectives=objectives, defined=defined), self.lifted)

    def _costs(self) -> list[Objective]:
        columns = self.first + len(self.made)
        terms = []
        if self.price:
            scale = lcm(*(price.denominator for price in self.price))
            coefficients = np.zeros(columns, dtype=np.int64)
            coefficients[self.first :] = [int(price * scale) for price in self.price]
            terms.append(Objective(coefficients, 0, Fraction(1, scale)))
        for price, count in self.on_tours:
            terms.append(Objective(np.append(count, np.zeros(columns - len(count), dtype=np.int64)), 0, price))
        return [term for term in terms if term.scale and term.coefficients.any()]

    def _wider(self, objective: Objective) -> Objective:
        zeros = np.zeros(len(self.made), dtype=np.int64)
        return Objective(np.append(objective.coefficients, zeros), objective.offset, objective.scale)

    def _asked(self, rule: AnyRule) -> list[tuple[int, str, list[str]]]:
        """Return the rows in which a rule asks for something, their heads, and what their names say."""
        found = []
        for part in (rule.id, rule.id + TERM):
            where = self.base.ruled.get(part, slice(0, 0))
            for row in range(where.start, where.stop):
                head, _, inner = self.names.rows[row].partition("(")
                names = inner.rstrip(")").split(",")
                asks = names[0] == part and head in (_LEADING if rule.kind == "lead" else _ASKING)
                if asks and not (part != rule.id and head == "presence"):
                    found.append((row, head, names[1:]))
        return found

    def _loosen(self, row: int, column: int) -> None:
        """Let a column, where it is 1, make a row hold whatever is done."""
        model = self.base.model
        above = int(model.row_upper[row]) < INF
        entries = model.matrix[[row], :].tocoo()
        values = entries.data if above else -entries.data
        side = int(model.row_upper[row]) if above else -int(model.row_lower[row])
        excess = self._most(entries.col.astype(np.int64), values) - side
        if excess > 0:
            if excess >= 2**53:
                raise OverflowError(f"{self.names.rows[row]}: it can be broken by more than can be counted exactly")
            self.entries.append((np.array([row]), np.array([column]), np.array([-excess if above else excess])))

    def _most(self, columns: Ints, values: Ints) -> int:
        """Return what a sum is at most: of a contingent's tours no more count than its units can take in turn."""
        tours, model = self.frame.columns.tours, self.base.model
        other = columns >= len(tours)
        ends = np.where(values > 0, model.upper[columns], model.lower[columns])
        total = sum(int(v) * int(e) for v, e in zip(values[other], ends[other], strict=True))
        mine = np.flatnonzero(~other & (values > 0))
        z, value = columns[mine], values[mine]
        for k in np.unique(tours.contingent[z]).tolist():
            used = tours.contingent[z] == k
            start, length, contingent = tours.start[z[used]], tours.length[z[used]], self.frame.instance.contingents[k]
            cycle = max(1, min(int(n) + contingent.dwell_after(int(n)) for n in np.unique(length)))
            turns = min(1 + int(start.max() - start.min()) // cycle, int(used.sum()))
            total += int(value[used].max()) * contingent.pool * turns
        return total

    def _forbidden(self, rule: Exclude | Only) -> tuple[Ints, Ints]:
        """Return the columns, and for each the periods, that a rule forbids."""
        body = self.frame.columns
        tours, cells = body.tours, body.cells
        mask = _mask(rule, self.instance)
        used = mask[tours.contingent[cells.tour], tours.sector[cells.tour], tours.role[cells.tour]]
        used = used & np.array(active_periods(rule, self.instance))[cells.period]
        return cells.tour[used], cells.period[used]

    def _taken_back(
        self, row: int, columns: Ints, values: Ints, keeping: tuple[str, ...], prices: Mapping[str, Price]
    ) -> None:
        uncounted = self.column(f"uncounted({self.names.rows[row]},{'+'.join(keeping)})", RAISED, Fraction(0), INF)
        self.entries.append((np.array([row]), np.array([uncounted]), np.array([-1])))
        for name in keeping:
            members, factors = np.append(columns, uncounted), np.append(values, -1)
            if prices[name].once is not None:
                members = np.append(members, self.lifted[name])
                factors = np.append(factors, -self._most(columns, values))
            self.row(f"uncounted({self.names.rows[row]},{name})", members, factors, 0)


def _mask(rule: Exclude | Only, instance: Instance) -> Bools:
    """Return bool[contingents, sectors, roles]: what a rule forbids while it is active."""
    scope = scope_of(rule, instance)
    who, where, what = (
        np.array([item.id in names for item in listed], dtype=bool)
        for listed, names in (
            (instance.contingents, scope.contingents),
            (instance.sectors, scope.sectors),
            (instance.roles, scope.roles),
        )
    )
    inside = where[:, None] & what[None, :]
    return np.asarray(who[:, None, None] & (~inside if isinstance(rule, Only) else inside)[None, :, :])


def _forbids(rule: AnyRule, instance: Instance, k: str, sector: str, role: str, t: int) -> bool:
    scope = scope_of(rule, instance)
    if k not in scope.contingents or not active_periods(rule, instance)[t]:
        return False
    return (sector in scope.sectors and role in scope.roles) != isinstance(rule, Only)


def _cell(head: str, names: list[str], first: str) -> tuple[str, str]:
    """Return sector and period of a row of a yes-or-no rule, by its name."""
    if head == "lead_goes_on":
        return names[1], first
    return (names[0], names[1]) if head in ("apart", "nations", "nations_least", "escort") else (names[1], names[2])
