"""Check whether a plan is allowed, and what it is worth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from forcegen.audit import audit
from forcegen.io.instance import read_instance
from forcegen.io.plan import read_plan

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    instance = read_instance(instance, scenario) if isinstance(instance, Path | str) else instance
    return audit(instance, read_plan(plan) if isinstance(plan, Path | str) else plan)
