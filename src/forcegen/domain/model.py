"""The model: the order of goals, and how each rule family is treated. Policy, no data."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from forcegen.domain.base import Document, Id
from forcegen.domain.numbers import NonNegative, Positive

GoalName = Literal[
    "unmet-minimum",
    "unmet-target",
    "worst-shortfall",
    "changes",
    "burden-gap",
    "cost",
    "troops",
    "lead-changes",
    "peak-lift",
    "excess",
]
SoftKind = Literal["ceiling", "floor", "share", "ratio", "lift", "supply", "standby", "pin", "bar"]
WEIGHTED = "weighted"


class Goal(Document):
    """One thing to minimise, or a weighted sum of several; later goals may give up `slack` of it."""

    minimise: GoalName | None = None
    weighted: Annotated[dict[GoalName, Positive], Field(min_length=1)] | None = None
    slack: Annotated[NonNegative, Field(le=1)] = Field(default=0, validate_default=True)

    @property
    def name(self) -> str:
        """The goal's name, or `weighted`."""
        return WEIGHTED if self.minimise is None else self.minimise

    @property
    def parts(self) -> Mapping[str, Decimal]:
        """The goals that it is made of, with their weights."""
        if self.minimise is not None:
            return {self.minimise: Decimal(1)}
        return {str(name): weight for name, weight in (self.weighted or {}).items()}

    @model_validator(mode="after")
    def _one_of_two(self) -> Goal:
        if (self.minimise is None) == (self.weighted is None):
            raise PydanticCustomError("goal", "a goal has one of the fields minimise and weighted")
        return self


class Model(Document):
    """Goals in their order, the formulation that they are solved with, and what is negotiable at which price."""

    model: Id
    formulation: Literal["tour", "compact"] = "tour"
    goals: tuple[Goal, ...] = Field(min_length=1)
    willing: Annotated[tuple[Id, ...], Field(min_length=1)] | None = Field(
        None, description="Nations and groups between which burden-gap is measured."
    )
    soft: dict[SoftKind, NonNegative] = Field(
        default_factory=dict, description="Rule kinds whose violations cost so much in the first goal."
    )

    @property
    def prices(self) -> dict[str, Decimal]:
        """What one of what a soft rule kind counts costs, by kind."""
        return {str(kind): price for kind, price in self.soft.items()}

    @model_validator(mode="after")
    def _once(self) -> Model:
        names = [goal.name for goal in self.goals]
        for i, name in enumerate(names):
            if name in names[:i]:
                raise PydanticCustomError("goal_twice", "the goal {name} stands twice", {"name": name})
        if WEIGHTED in names and len(names) > 1:
            raise PydanticCustomError("weighted", "a weighted sum is the only goal of its model")
        return self
