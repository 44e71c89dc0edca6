"""Nations, and named sets of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from forcegen.domain.base import Id, Sourced
from forcegen.domain.numbers import Count


class Nation(Sourced):
    """A troop-contributing nation."""

    id: Id
    name: str | None = None
    army: Count | None = None
    active: Count | None = None

    @property
    def soldiers(self) -> int | None:
        """Its army; where that is not known, all its active forces."""
        return self.active if self.army is None else self.army


def expand(names: Iterable[str], groups: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return the nations that these nations and groups name; groups may hold groups.

    Raises
    ------
    ValueError
        If a group contains itself.
    """
    nations: set[str] = set()
    for name in names:
        nations |= _members(name, groups, ())
    return frozenset(nations)


def _members(name: str, groups: Mapping[str, tuple[str, ...]], path: tuple[str, ...]) -> set[str]:
    if name not in groups:
        return {name}
    if name in path:
        raise ValueError(" > ".join((*path[path.index(name) :], name)))
    found: set[str] = set()
    for member in groups[name]:
        found |= _members(member, groups, (*path, name))
    return found
