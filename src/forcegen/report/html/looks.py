"""What each of many kinds looks like: a colour, and where colours are used up a line at an edge as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forcegen.report.html.colours import DISTINCT, legible
from forcegen.report.html.markup import Node, el

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_EDGES = ((False, False), (True, False), (False, True), (True, True))
_MOST = len(DISTINCT) * len(_EDGES)
_INSET, _THICK = 0.04, 0.14  # of the height


@dataclass(frozen=True)
class Look:
    """A colour, and whether it has an edge below and above in the colour that text on it has."""

    colour: str
    below: bool = False
    above: bool = False

    @property
    def background(self) -> str:
        """The same as a CSS background, for a key."""
        ink, sides = legible(self.colour), ((self.below, "top"), (self.above, "bottom"))
        stops = f"transparent 12%,{ink} 12% 32%,transparent 32%"
        edges = [f"linear-gradient(to {to},{stops})" for drawn, to in sides if drawn]
        return ",".join([*edges, f"linear-gradient({self.colour},{self.colour})"]) if edges else self.colour

    def edges(self, x: float, y: float, width: float, height: float, opacity: float | None = None) -> Iterator[Node]:
        """Draw the edges of a bar."""
        inset, thick = height * _INSET, height * _THICK
        for drawn, top in ((self.below, y + height - inset - thick), (self.above, y + inset)):
            if drawn:
                yield el("rect", x=x, y=top, width=width, height=thick, fill=legible(self.colour),
                         fill_opacity=opacity, style="pointer-events:none")  # fmt: skip


def looks(names: Iterable[str]) -> dict[str, Look]:
    """Return a look for each name, no two alike among the first 48; after these they repeat."""
    rounds = [Look(colour, *edges) for edges in _EDGES for colour in DISTINCT]
    return {name: rounds[i % _MOST] for i, name in enumerate(dict.fromkeys(names))}


def named(found: Mapping[str, Look], names: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """Return the entries of a key, with a last one where looks repeat."""
    keys = [(look.background, (names or {}).get(name, name)) for name, look in found.items()]
    return [*keys, *(("none", words) for words in repeated(found))]


def repeated(found: Mapping[str, Look]) -> list[str]:
    """Return what a key says where looks repeat; nothing where all differ."""
    return [f"alike again after {_MOST}: see the names in the bars"] if len(found) > _MOST else []
