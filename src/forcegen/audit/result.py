"""What an audit says: violations, values of goals, and everything that is derived from a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from forcegen.audit.certificate import Certified


@dataclass(frozen=True)
class Violation:
    """One limit that a plan breaks.

    Attributes
    ----------
    kind
        The check that found it: `beds`, `supply`, `overlap`, `dwell`, `length`, ..., or the kind of the rule.
    rule
        The rule's identifier; None for the limits that are always on.
    subjects
        Identifiers of what is concerned: contingent, sector, role, nation, requirement.
    period
        The period in which it shows; None where there is no single one.
    message
        The same in words, with the value and the limit.
    amount
        By how much, in what the rule counts, where the kind can be soft.
    cut
        Of a term that is too short: the first period after it.
    """

    kind: str
    rule: str | None
    subjects: tuple[str, ...]
    period: str | None
    message: str
    amount: Fraction | None = None
    cut: str | None = None


@dataclass(frozen=True)
class CoverageLine:
    """What a requirement asks and gets in a period in which it is active, in its measure."""

    requirement: str
    period: str
    minimum: Fraction
    target: Fraction
    filled: Fraction


@dataclass(frozen=True)
class Burden:
    """A nation's troop-periods, its largest period, and troop-periods per 1,000 of its army.

    `stand_in` says that active forces stand in for an army that is not known.
    """

    nation: str
    troop_periods: Fraction
    peak: Fraction
    per_thousand: Fraction | None
    stand_in: bool


@dataclass(frozen=True)
class ForceLine:
    """Troops present in a zone in a period (`""`: sectors without a zone), and troops that move in and out of it."""

    period: str
    zone: str
    troops: Fraction
    moved: Fraction


@dataclass(frozen=True)
class Freed:
    """Posts of the host's army that a role frees, on average over the horizon."""

    role: str
    posts: Fraction


@dataclass(frozen=True)
class TourName:
    """What identifies a tour: its unit and its first period."""

    contingent: str
    unit: int
    start: str


@dataclass(frozen=True)
class Relief:
    """A tour that leaves, the one that relieves it, and the periods between: 0 in place, negative an overlap."""

    sector: str
    role: str
    out: TourName
    in_: TourName | None
    gap: int | None


@dataclass(frozen=True)
class Audit:
    """Whether a plan is allowed, what it is worth, and what follows from it.

    Attributes
    ----------
    goals
        The value of each goal that was asked for.
    soft
        What the violations of each soft family cost; they are not among the violations.
    required
        For goals of unmet need: the value with nothing filled, running tours of history aside.
    coverage
        A line for each requirement and period in which it is active.
    certified
        What the prices of a certificate prove, where there is one.
    """

    violations: tuple[Violation, ...]
    goals: dict[str, Fraction]
    soft: dict[str, Fraction]
    required: dict[str, Fraction]
    coverage: tuple[CoverageLine, ...]
    nations: tuple[Burden, ...]
    force: tuple[ForceLine, ...]
    freed: tuple[Freed, ...]
    reliefs: tuple[Relief, ...]
    certified: tuple[Certified, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing is violated."""
        return not self.violations
