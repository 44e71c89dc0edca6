"""One set of contingents or another."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from forcegen.domain.base import Id
from forcegen.domain.numbers import Count
from forcegen.domain.rules.base import Rule


class Either(Rule):
    """Of these sets of contingents at most `most` are used at all."""

    kind: Literal["either"]
    sets: Annotated[tuple[Annotated[tuple[Id, ...], Field(min_length=1)], ...], Field(min_length=1)]
    most: Count
