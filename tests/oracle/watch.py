"""What a rule that is not a sum looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction

    from .meters import Amount


@dataclass(frozen=True)
class Watch:
    """`holds`, told the sum of each of `amounts` over units present, says whether the rule is kept."""

    name: str
    amounts: list[Amount]
    holds: Callable[[Sequence[Fraction]], bool]
