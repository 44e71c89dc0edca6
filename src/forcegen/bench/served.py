"""Who is where when, of tours that were drawn."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Row = dict[str, Any]


@dataclass(frozen=True)
class Served:
    """Tours, each with its contingent's row, in a horizon of so many periods."""

    tours: Sequence[Row]
    periods: int

    def present(self, tour: Row) -> range:
        """Return the periods of the horizon in which a tour is there."""
        return range(tour["start"], min(tour["start"] + tour["contingent"]["tour"], self.periods))

    def counted(self, group: Callable[[Row], Any], of: str = "strength") -> dict[Any, list[int]]:
        """Return the sum of what the contingents' rows say of those present, by group and period."""
        sums: dict[Any, list[int]] = defaultdict(lambda: [0] * self.periods)
        for tour in self.tours:
            for t in self.present(tour):
                sums[group(tour)][t] += tour["contingent"][of]
        return sums

    def by_nation(self) -> dict[str, list[int]]:
        """Return the troops of each nation by period."""
        return self.counted(lambda tour: tour["contingent"]["nation"])

    def together(self) -> dict[tuple[str, int], dict[str, int]]:
        """Return the troops of each nation in each sector and period that holds any."""
        found: dict[tuple[str, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for tour in self.tours:
            for t in self.present(tour):
                found[tour["sector"], t][tour["contingent"]["nation"]] += tour["contingent"]["strength"]
        return found
