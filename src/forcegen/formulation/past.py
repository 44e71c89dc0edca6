"""The past as it was: what is fixed when a plan is made anew, and which rows no longer judge it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.decode import encode
from forcegen.mip import INF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.domain.plan import Plan
    from forcegen.formulation.rows.family import Ints
    from forcegen.formulation.tour import Formulation
    from forcegen.tours.begun import Begun

_TERMS = ("presence_term", "lead_term")
_AT_FIRST = "lead_goes_on"


def after_the_past(formulation: Formulation, begun: Begun, base: Plan | None, judged: int) -> Formulation:
    """Return the formulation with the past fixed and no longer judged.

    Tours that have begun are fixed by the bounds of their columns, leads before `begun.at` here. A row named for an
    earlier period holds nothing that can still be decided: where the past breaks it, it is lifted. Terms that began
    earlier lapse where the past has broken them, and for nations that the instance has hit.

    Parameters
    ----------
    base
        The plan that is made anew.
    judged
        The rows before this one are limits; those of goals follow.
    """
    if base is None:
        raise ValueError("what has begun is of no plan")
    values = encode(formulation, base)
    model = formulation.model
    lower, upper = model.lower.copy(), model.upper.copy()
    if formulation.leads is not None:
        columns = np.arange(model.columns)[formulation.lead_columns].reshape(-1, formulation.frame.periods)
        led = columns[:, : begun.at].ravel()
        lower[led] = upper[led] = values[led]
    lifted = list(_lifted(formulation, begun, values, judged))
    row_lower, row_upper = model.row_lower.copy(), model.row_upper.copy()
    row_lower[lifted], row_upper[lifted] = -INF, INF
    changed = replace(model, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)
    return replace(formulation, model=changed)


def _lifted(formulation: Formulation, begun: Begun, values: Ints, judged: int) -> Iterator[int]:
    frame, model = formulation.frame, formulation.model
    activity = model.activity(values)
    broken = (activity < model.row_lower) | (activity > model.row_upper)
    period = {frame.label(t): t for t in range(frame.periods)}
    failed: set[tuple[str, ...]] = set()
    terms: list[tuple[int, tuple[str, ...], str]] = []
    for i, name in enumerate(model.names().rows[:judged]):  # type: ignore[misc]
        kind, _, rest = name.rstrip(")").partition("(")
        *head, last = rest.split(",")
        at = period.get(last, frame.periods)
        if (at < begun.at or (kind == _AT_FIRST and begun.at > 0)) and broken[i]:
            yield i
            if kind in _TERMS:
                failed.add((kind, *head))
        elif kind in _TERMS and at >= begun.at and period[head[-1]] < begun.at:
            terms.append((i, (kind, *head), head[1]))
    yield from (i for i, key, nation in terms if key in failed or nation in begun.freed)
