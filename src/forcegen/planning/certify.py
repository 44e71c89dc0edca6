"""Certificates of a solve: the prices that prove its bounds, in the words of the audit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from forcegen.audit.certificate import LIMIT, Book, proven
from forcegen.audit.certificate.lines import at
from forcegen.domain.certificate import CERTIFIED, Certificate, GoalPrices
from forcegen.formulation.rows.coverage import coverage

if TYPE_CHECKING:
    from forcegen.audit.certificate.lines import Row
    from forcegen.formulation.tour import Formulation
    from forcegen.mip.priced import Priced
    from forcegen.planning.result import Result

_THOUSAND, _BILLION = 1000, 10**9


class Proof(Protocol):
    """What proves a goal's bound, under a limit on unmet-minimum or none."""

    @property
    def goal(self) -> str:
        """The goal."""

    @property
    def most(self) -> Fraction | None:
        """What unmet-minimum is at most; None for anything."""

    def prices(self, book: Book) -> dict[str, Fraction]:
        """Return by the audit's name of a row what one of what it counts is worth, in billionths."""


@dataclass(frozen=True, eq=False)
class Proven:
    """Prices on the rows of a formulation."""

    goal: str
    priced: Priced
    formulation: Formulation
    most: Fraction | None

    def prices(self, book: Book) -> dict[str, Fraction]:
        """Return what one of what each row counts is worth, in billionths."""
        return _Words(self, book).prices()


def certificate(result: Result) -> Certificate | None:
    """Return the certificate of a solve; None where no bound of its goals comes from prices.

    What it claims is what the audit makes of its prices, which may be less than the bound that the solver proved.
    """
    known = [one for one in result.proofs if one.goal in CERTIFIED]
    if not known or result.model.prices:
        return None
    book = Book(result.instance)
    return Certificate(
        instance=result.instance.name,
        instance_sha256=result.instance.digest,
        scenario=result.scenario,
        goals=tuple(_goal(one, book) for one in known),
    )


def _goal(one: Proof, book: Book) -> GoalPrices:
    prices = {name: price for name, price in one.prices(book).items() if price}
    bound = proven(book, one.goal, prices, one.most)
    return GoalPrices(
        name="unmet-minimum" if one.goal == "unmet-minimum" else "unmet-target",
        bound=_decimals(Fraction(math.floor(bound * _THOUSAND), _THOUSAND)),
        most=None if one.most is None else _decimals(one.most),
        prices={name: _decimals(price) for name, price in prices.items()},
    )


class _Words:
    """A formulation's rows and prices in the audit's names and measures."""

    def __init__(self, one: Proven, book: Book) -> None:
        self._one, self._book, self._formulation = one, book, one.formulation
        self._unit = {part.requirement.id: part.unit for part in coverage(one.formulation.frame)}
        self._scale = one.formulation.objectives[one.goal].scale

    def prices(self) -> dict[str, Fraction]:
        """Return what one of what each row counts is worth, in billionths."""
        found: dict[str, Fraction] = {}
        priced = self._one.priced
        for i, name in enumerate(priced.model.all_names().rows):
            if priced.price[i]:
                own, factor = self._row(i, name)
                price = Fraction(int(priced.price[i]), priced.unit) * self._scale * factor
                found[own] = found.get(own, Fraction(0)) + Fraction(int(price * _BILLION), _BILLION)
        return found

    def _row(self, i: int, name: str) -> tuple[str, Fraction]:
        """Return a row's name in the audit, and its coefficients here for one there; 0 for none."""
        if name == LIMIT:
            return name, 1 / self._formulation.objectives["unmet-minimum"].scale
        if name.startswith("coverage("):
            return name, 1 / self._unit[_requirement(name)]
        if name.startswith("rounded(coverage("):
            return self._rounded(name)
        row = self._book.row(name)
        return name, Fraction(0) if row is None else self._factor(i, name, row)

    def _rounded(self, name: str) -> tuple[str, Fraction]:
        base, _, divisor = name.removeprefix("rounded(").removesuffix(")").rpartition(",")
        unit = self._unit[_requirement(base)]
        if self._one.goal == "unmet-minimum":
            base = base.replace("coverage", "least", 1)
        return f"rounded({base},{int(divisor) * unit * _BILLION})", 1 / unit

    def _factor(self, i: int, name: str, row: Row) -> Fraction:
        """Compare what the first tour of a row counts here and there."""
        model, frame = self._one.priced.model, self._formulation.frame
        tours, start = frame.columns.tours, model.matrix.indptr[i]
        j, here = int(model.matrix.indices[start]), int(model.matrix.data[start])
        if j >= len(tours):
            return Fraction(0)
        k, s, r = tours.contingent[j], tours.sector[j], tours.role[j]
        instance = frame.instance
        names = instance.contingents[k].id, instance.sectors[s].id, instance.roles[r].id
        station = next(
            (x for x in row.line.stations if (x.contingent.id, x.sector.id, x.role.id) == names), None
        )  # fmt: skip
        if station is None:
            return Fraction(0)
        if name.startswith("share("):
            return Fraction(here, station.strength)  # of the part alone, a thousand times its troops
        first, length = int(tours.start[j]), int(tours.length[j])
        free = first + length + station.contingent.dwell_after(length)
        there, line = 0, row.line
        for t in row.periods:
            if line.present is not None and first <= t < first + length:
                factor = min(_THOUSAND, max(0, (t - first + 1) * _THOUSAND - station.handover))
                there += at(line.present(station, factor), t)
            there += line.starts(station) if line.starts is not None and t == first else 0
            there += line.leaves(station) if line.leaves is not None and t == first + length else 0
            there += at(line.away(station.contingent), t) if line.away is not None and first <= t < free else 0
        return Fraction(here * _BILLION, there) if there else Fraction(0)


def _requirement(name: str) -> str:
    return name.removeprefix("coverage(").partition(",")[0]


def _decimals(number: Fraction) -> str:
    """Return a number of at most nine places exactly; more are cut off."""
    whole = math.floor(abs(number) * _BILLION)
    text = f"{whole // _BILLION}.{whole % _BILLION:09d}".rstrip("0").rstrip(".")
    return f"-{text}" if number < 0 and whole else text
