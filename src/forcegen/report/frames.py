"""A result as pandas tables, for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.domain.horizon import Period
from forcegen.report.lists import plan_lists

if TYPE_CHECKING:
    import pandas as pd

    from forcegen.planning.result import Result


def frames(result: Result) -> dict[str, pd.DataFrame]:
    """Return what a result comes to as pandas tables by name.

    Parameters
    ----------
    result
        What `solve` answered.

    Returns
    -------
    dict
        `goals` always; with a plan also the lists that `solve -o` writes as CSV files: `assignments`, `coverage`,
        `burden`, `force`, `pools`, `reliefs`, `freed` and `leads`. Amounts are in the measure of the requirement's
        role, troops or units; periods are text; what is unknown is missing.
    """
    import pandas as pd  # here: it takes a while to load, and few ask for it

    facts = ("found", "bound", "gap", "value", "required")
    goals = [
        {"goal": tier.name, "proven": tier.proven} | {name: _float(getattr(tier, name)) for name in facts}
        for tier in result.tiers
    ]
    found = {"goals": pd.DataFrame(goals, columns=["goal", "found", "bound", "gap", "proven", "value", "required"])}
    if result.plan is not None and result.audit is not None:
        for name, listed in plan_lists(result.instance, result.plan, result.audit).items():
            rows = [[str(cell) if isinstance(cell, Period) else cell for cell in row] for row in listed.rows]
            found[name] = pd.DataFrame(rows, columns=list(listed.columns)).convert_dtypes()
    return found


def _float(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]
