"""Tonnes a day through a hub."""

from __future__ import annotations

from typing import Literal

from forcegen.domain.rules.base import Rule
from forcegen.domain.values import StepValue


class Supply(Rule):
    """Those in the scope, which is the set of sectors behind a hub, need at most `most` tonnes a day."""

    kind: Literal["supply"]
    most: StepValue
