"""What a solve answers: the plan, what it is worth, and what is proven."""

from __future__ import annotations

import platform
from dataclasses import astuple, dataclass, field
from fractions import Fraction
from importlib.metadata import version
from typing import TYPE_CHECKING

from forcegen.audit import Violation
from forcegen.mip import Termination

if TYPE_CHECKING:
    from forcegen.audit import Audit
    from forcegen.domain.horizon import Period
    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.domain.plan import Plan
    from forcegen.mip import Outcome, Status
    from forcegen.planning.certify import Proof
    from forcegen.planning.solve import Settings


@dataclass(frozen=True)
class TierProgress:
    """What is known of the goal being solved: seconds since the command's start, incumbent and bound."""

    goal: str
    seconds: float
    incumbent: Fraction | None
    bound: Fraction | None


class AuditRefused(Exception):
    """A solver's plan did not pass the audit: an error of the product, never a warning."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__(f"the audit refused the plan: {violations[0].message}")
        self.violations = violations


@dataclass(frozen=True)
class Tier:
    """One goal's result.

    Parameters
    ----------
    name
        The goal.
    found
        Its audited value when its tier ended; None if there is no plan.
    bound
        No plan that keeps the limits of earlier goals is better than this; None if nothing is proven.
    limit
        What later goals may not exceed.
    value
        Its value in the final plan.
    required
        For goals of unmet need, the value with nothing filled.
    proven
        Whether found equals bound, and so it is for every earlier goal.
    said
        What the solver's plan was worth by its own columns; the audit may find less, never more.
    """

    name: str
    found: Fraction | None
    bound: Fraction | None
    limit: Fraction | None = None
    value: Fraction | None = None
    required: Fraction | None = None
    proven: bool = False
    said: Fraction | None = None

    @property
    def gap(self) -> Fraction | None:
        """``|found - bound| / max(|found|, 1)``; None where either is unknown."""
        if self.found is None or self.bound is None:
            return None
        return abs(self.found - self.bound) / max(abs(self.found), Fraction(1))


@dataclass(frozen=True)
class Binding:
    """A limit that leaves no room for one unit more, with the periods in which it does so."""

    family: str
    name: str
    periods: tuple[str, ...]


@dataclass(frozen=True)
class Size:
    """Size of the model that was solved."""

    columns: int
    rows: int
    nonzeros: int


@dataclass(frozen=True)
class Seconds:
    """Where the time went."""

    load: float
    build: float
    solve: float
    audit: float
    total: float

    def __add__(self, other: Seconds) -> Seconds:
        """Return the times of both, one after the other."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Seconds(*(mine + theirs for mine, theirs in pairs))


@dataclass(frozen=True)
class Result:
    """The answer to `solve`.

    `base` is the plan that it started from, or that was made anew in the period `at`; `dominated` says how many tours
    were left out because others stand in for them; `proofs` are the bounds that
    prices prove.
    """

    instance: Instance
    model: Model
    solver: str
    status: Status
    termination: Termination
    tiers: tuple[Tier, ...]
    plan: Plan | None
    audit: Audit | None
    binding: tuple[Binding, ...]
    size: Size
    seconds: Seconds
    versions: dict[str, str]
    message: str = ""
    scenario: tuple[str, ...] = field(default=())
    base: Plan | None = None
    at: Period | None = None
    dominated: int = 0
    proofs: tuple[Proof, ...] = field(default=(), repr=False, compare=False)

    @property
    def gap(self) -> Fraction | None:
        """The gap of the first goal that is not proven, or of the last."""
        return next((tier.gap for tier in self.tiers if not tier.proven), self.tiers[-1].gap if self.tiers else None)

    @property
    def ending(self) -> str:
        """The status and why the search ended, for people: that there is no plan is proven, not optimal."""
        proven = self.plan is None and self.termination is Termination.OPTIMAL
        return f"{self.status.name} ({'PROVEN' if proven else self.termination.name})"


def headed(
    plan: Plan,
    instance: Instance,
    model: Model,
    settings: Settings,
    scenario: tuple[str, ...],
    status: Status,
    termination: Termination,
    versions: dict[str, str],
) -> Plan:
    """Return a plan with what it is a plan of, and how it was made."""
    return plan.model_copy(
        update={
            "instance": instance.name,
            "scenario": scenario,
            "instance_sha256": instance.digest,
            "model": model.model,
            "model_sha256": model.digest,
            "solver": settings.solver,
            "seed": settings.seed,
            "status": status.name,
            "termination": termination.name,
            "versions": versions,
        }
    )


def contradiction(message: str) -> Violation:
    """Return what is wrong where two judges disagree."""
    return Violation("contradiction", None, (), None, message)


def versions_of(outcomes: list[Outcome]) -> dict[str, str]:
    """Return the versions of all that made an answer."""
    solvers = {outcome.solver: outcome.version for outcome in outcomes if outcome.version}
    return {"forcegen": version("forcegen"), "python": platform.python_version(), **solvers}
