"""The model: the order of goals, and how each rule family is treated. Policy, no data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from forcegen.domain.base import Document, Id
from forcegen.domain.numbers import NonNegative

GoalName = Literal["unmet-minimum", "unmet-target", "cost"]


class Goal(Document):
    """One thing to minimise; later goals may give up `slack` of it."""

    minimise: GoalName
    slack: Annotated[NonNegative, Field(le=1)] = Field(default=0, validate_default=True)


class Model(Document):
    """Goals in their order, and the formulation that they are solved with."""

    model: Id
    formulation: Literal["tour"] = "tour"
    goals: tuple[Goal, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> Model:
        names = [goal.minimise for goal in self.goals]
        for i, name in enumerate(names):
            if name in names[:i]:
                raise PydanticCustomError("goal_twice", "the goal {name} stands twice", {"name": name})
        return self
