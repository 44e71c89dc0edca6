"""Check whether a plan is allowed, and what it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.audit import audit
from forcegen.planning.given import given_instance, given_plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forcegen.audit import Audit
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan


def check(instance: Instance | Path | str, plan: Plan | Path | str, *, scenario: Sequence[str] = ()) -> Audit:
    """Return the audit of a plan.

    Parameters
    ----------
    instance, plan
        Documents, or where they are on disk.
    scenario
        Scenarios to lay on the instance, in their order, where it is read from disk.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed.
    """
    instance = given_instance(instance, scenario)
    return audit(instance, given_plan(plan))
