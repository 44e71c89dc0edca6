"""Troops moved in and out."""

from __future__ import annotations

from typing import Literal

from forcegen.domain.rules.base import Rule
from forcegen.domain.values import StepValue


class Lift(Rule):
    """At most `most` troops of the scope move in or out in a period."""

    kind: Literal["lift"]
    most: StepValue
