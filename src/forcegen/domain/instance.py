"""The instance: everything that is given."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from pydantic import Field, model_validator

from forcegen.domain import consistency
from forcegen.domain.base import Id, Sourced
from forcegen.domain.condition import Condition
from forcegen.domain.contingent import Contingent, History, Leading
from forcegen.domain.horizon import Horizon
from forcegen.domain.nation import Nation
from forcegen.domain.place import Role, Sector
from forcegen.domain.requirement import Requirement
from forcegen.domain.rules import AnyRule

Version = Literal[1]


class Instance(Sourced):
    """Nations, their contingents, sectors, roles, requirements and rules over a horizon.

    Raises
    ------
    pydantic.ValidationError
        If a field is malformed, or, with the error type `inconsistent`, if the parts do not fit together.
    """

    forcegen: Version = Field(description="Version of this format: 1.")
    name: str = Field(min_length=1)
    horizon: Horizon
    groups: dict[Id, tuple[Id, ...]] = Field(default_factory=dict)
    conditions: dict[Id, Condition] = Field(default_factory=dict)
    nations: tuple[Nation, ...] = ()
    roles: tuple[Role, ...] = ()
    sectors: tuple[Sector, ...] = ()
    contingents: tuple[Contingent, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    rules: tuple[AnyRule, ...] = ()
    history: tuple[History, ...] = ()
    leads: tuple[Leading, ...] = Field((), description="Who leads which sector when the horizon starts.")

    @model_validator(mode="after")
    def _consistent(self) -> Instance:
        problems = consistency.problems(self)
        if problems:
            raise consistency.Inconsistent(problems)
        return self

    @cached_property
    def nation(self) -> dict[str, Nation]:
        """Nations by identifier."""
        return {item.id: item for item in self.nations}

    @cached_property
    def role(self) -> dict[str, Role]:
        """Roles by identifier."""
        return {item.id: item for item in self.roles}

    @cached_property
    def sector(self) -> dict[str, Sector]:
        """Sectors by identifier."""
        return {item.id: item for item in self.sectors}

    @cached_property
    def contingent(self) -> dict[str, Contingent]:
        """Contingents by identifier."""
        return {item.id: item for item in self.contingents}
