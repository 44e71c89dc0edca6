"""Validate: whether an instance is well formed, and what of it takes no part in any plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.tour import Policy, dominated
from forcegen.io.errors import refuse
from forcegen.planning.given import given_instance, given_model
from forcegen.planning.solve import without_changes
from forcegen.tours.allowed import allowed_tours
from forcegen.tours.idle import Idle, idle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.tours.tours import Bools, Ints, Tours

# Beyond this many tours a validation does not compare them: that takes as long as building their model.
MOST_TOURS = 200_000

__all__ = ["Idle", "Validation", "validate"]


@dataclass(frozen=True)
class Validation:
    """An instance that is well formed.

    Parameters
    ----------
    idle
        Contingents that can serve nowhere, requirements that nobody can fill, sectors without demand, and of each
        contingent the tours that others dominate, with reasons.
    tours, dominated
        How many tours the rules allow, and how many of them others dominate; None where there are too many to compare.
    """

    instance: Instance
    idle: tuple[Idle, ...]
    tours: int
    dominated: int | None

    @property
    def counts(self) -> dict[str, int]:
        """How large the instance is."""
        lists = ("nations", "sectors", "roles", "contingents", "requirements", "rules")
        counts = {name: len(getattr(self.instance, name)) for name in lists}
        units = sum(contingent.pool for contingent in self.instance.contingents)
        return counts | {"units": units, "periods": self.instance.horizon.periods}


def validate(
    instance: Instance | Path | str, *, scenario: Sequence[str] = (), model: Model | str = "rotation"
) -> Validation:
    """Return what an instance holds, and what of it takes no part in any plan, or need not.

    Parameters
    ----------
    model
        Whose goals and soft rules say which tours are dominated.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed.
    """
    instance = given_instance(instance, scenario)
    model = without_changes(given_model(model))
    out, tours = idle(instance), len(allowed_tours(instance))
    if tours > MOST_TOURS:
        return Validation(instance, out, tours, None)
    policy = Policy(model.goals[0].parts, model.willing, None, model.prices)
    try:
        allowed, by = dominated(instance, [goal.name for goal in model.goals], policy)
    except OverflowError as error:
        raise refuse(str(error), advice="use larger units of measure") from None
    spare = by != np.arange(len(by))
    return Validation(instance, (*out, *_dominated(instance, allowed, by, spare)), tours, int(spare.sum()))


def _dominated(instance: Instance, tours: Tours, by: Ints, spare: Bools) -> Iterator[Idle]:
    """Yield for each contingent how many of its tours others dominate, and the first of them."""
    for k, contingent in enumerate(instance.contingents):
        own = np.flatnonzero(tours.contingent == k)
        left = own[spare[own]]
        if len(left):
            first = int(left[0])
            yield Idle(
                "tours",
                contingent.id,
                f"{len(left):,} of {len(own):,} tours are dominated: in any plan another does as much for no more, "
                f"such as {_words(instance, tours, int(by[first]))} instead of {_words(instance, tours, first)}",
            )


def _words(instance: Instance, tours: Tours, z: int) -> str:
    place = f"{instance.sectors[tours.sector[z]].id} ({instance.roles[tours.role[z]].id})"
    return f"{place} from {instance.horizon.label(int(tours.start[z]))} for {tours.length[z]}"
