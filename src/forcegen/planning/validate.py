"""Validate: whether an instance is well formed, and what of it takes no part in any plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forcegen.planning.given import given_instance
from forcegen.tours.idle import Idle, idle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forcegen.domain.instance import Instance

__all__ = ["Idle", "Validation", "validate"]


@dataclass(frozen=True)
class Validation:
    """An instance that is well formed.

    Parameters
    ----------
    idle
        Contingents that can serve nowhere, requirements that nobody can fill, sectors without demand, with reasons.
    """

    instance: Instance
    idle: tuple[Idle, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How large the instance is."""
        lists = ("nations", "sectors", "roles", "contingents", "requirements", "rules")
        counts = {name: len(getattr(self.instance, name)) for name in lists}
        units = sum(contingent.pool for contingent in self.instance.contingents)
        return counts | {"units": units, "periods": self.instance.horizon.periods}


def validate(instance: Instance | Path | str, *, scenario: Sequence[str] = ()) -> Validation:
    """Return what an instance holds, and what of it takes no part in any plan.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed.
    """
    instance = given_instance(instance, scenario)
    return Validation(instance, idle(instance))
