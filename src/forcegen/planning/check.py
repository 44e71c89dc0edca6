"""Check whether a plan is allowed, and what it is worth."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forcegen.audit import Violation, audit
from forcegen.audit.certificate import certified
from forcegen.domain.certificate import Certificate
from forcegen.domain.numbers import plain
from forcegen.io.certificate import read_certificate
from forcegen.io.errors import refuse
from forcegen.planning.given import given_instance, given_plan, when_announced
from forcegen.planning.replan import decision, remembering

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forcegen.audit import Audit
    from forcegen.domain.horizon import Period
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan


def check(
    instance: Instance | Path | str,
    plan: Plan | Path | str,
    *,
    scenario: Sequence[str] = (),
    base: Plan | Path | str | None = None,
    at: Period | str | None = None,
    certificate: Certificate | Path | str | None = None,
) -> Audit:
    """Return the audit of a plan.

    Parameters
    ----------
    instance, plan, base
        Documents, or where they are on disk.
    scenario
        Scenarios to lay on the instance, in their order, where it is read from disk.
    base, at
        The plan of which this one was made anew, and when, as a scenario says unless given: what it says of earlier
        periods is past.
    certificate
        Its bounds are recomputed from the instance and its prices alone; one that claims more than its prices prove is
        a violation.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed, or only one of base and period is known.
    """
    at = at or (None if base is None else when_announced(instance, scenario))
    judged, plan = given_instance(instance, scenario), given_plan(plan)
    if base is None and at is None:
        return _with_bounds(audit(judged, plan), judged, certificate)
    if certificate is not None:
        raise refuse("a certificate is not about plans made anew", advice="leave out --certificate, or --base")
    if base is None or at is None:
        missing = "the plan of which it was made anew: --base PLAN" if base is None else "when: --at PERIOD"
        raise refuse("a plan made anew is judged by the plan before it and the period", advice=f"give {missing}")
    base, at = given_plan(base), decision(at, judged)
    judged = remembering(judged, None if judged is instance else given_instance(instance, ()), base, at)
    return audit(judged, plan, base=base, at=judged.horizon.index(at))


def _with_bounds(judged: Audit, instance: Instance, certificate: Certificate | Path | str | None) -> Audit:
    """Return the audit with what a certificate proves, and with a violation where it claims more."""
    if certificate is None:
        return judged
    document = certificate if isinstance(certificate, Certificate) else read_certificate(certificate)
    bounds = certified(instance, document)
    wrong = tuple(
        Violation(
            "certificate",
            None,
            (bound.goal,),
            None,
            f"{bound.goal}: the certificate claims a bound of {plain(bound.claimed):,}, "
            f"its prices prove {plain(bound.proven):,} of this instance",
        )
        for bound in bounds
        if not bound.holds
    )
    return replace(judged, violations=(*judged.violations, *wrong), certified=bounds)
